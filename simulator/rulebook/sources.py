"""Where rules are from, each source written once."""

from __future__ import annotations

from typing import Final

from simulator.project.rules import Confidence

API: Final = "Iterable API description 1.8"
CODES: Final = "Iterable support article 39629320560148"
EMAIL: Final = "Iterable support article 217502386"
FIELDS: Final = "Iterable support articles 208183076 and 217744303"
FORGET: Final = "Iterable support articles 360029174171 and 360032290032"
JWT: Final = "Iterable support article 360050801231"
KEYS: Final = "Iterable support article 360043464871"
MERGE: Final = "Iterable support article 33744314673172"
VALIDATION: Final = "Iterable support article 209082806"
CLIENT: Final = "schemas and tests of Iterable's TypeScript client"
SDKS: Final = "Iterable's SDKs: web 669147f (2026-07-23), Android 12748cfe (2026-07-20), iOS 25cd00e1 (2026-07-01)"
RUDDER: Final = "replies recorded by RudderStack, 2022 to 2025"
OLD: Final = "recordings of 2017 and 2018 by mtchavez/iterable-api-client"
NEW: Final = "recordings of 2021 to 2023 by mtchavez/iterable-api-client"
#: plugins/@grouparoo/iterable/__tests__/fixtures/export/export-record.js of grouparoo/grouparoo a453a40b1.
GROUPAROO: Final = "recordings of 2021 by grouparoo/grouparoo"
#: Iterable/api-client 981eeb5 (2026-07-09) and vincent-labs/iterable_rb 8097cc1 (2022-03).
DESCRIPTIONS: Final = "Iterable API descriptions of 2022 and 1.8"
#: providers/iterable/test of amp-labs/connectors, a98c674cb to 4f88ec0ff.
AMPERSAND: Final = "replies of 2024 and 2025 kept by amp-labs/connectors"
#: recipes/iterable of CauldronUp/cauldron ae267a1f.
CAULDRON: Final = "measured 2026-09-07 by CauldronUp/cauldron"
#: IterableRequestTask of iterable-android-sdk 12748cfe, RequestProcessorUtil of iterable-swift-sdk 25cd00e1.
PHONE_SDKS: Final = "Iterable's Android SDK 3.10.0 and Swift SDK 6.7.3"
#: errors/errors.go and errors_test.go, newer than ae11307 (2026-01-19).
GO: Final = "block/iterable-go, errors of 2026"
#: a472aa38cb (2026-06-19) and 6be9705903 (2026-07-06).
SEGMENT_TESTS: Final = "tests of segmentio/action-destinations for a live project, 2026"
#: segmentio/action-destinations pull request 3811 (2026-05-25).
PULL_3811: Final = "Segment action-destinations PR 3811"
#: 4ddf7b3 (0.5.0, 2023-07).
SNOWPLOW: Final = "snowplow-gtm-server-side-iterable-tag 0.5.0"
PROFILE_FIELDS: Final = "Iterable support article 217744303"
SEGMENT_PAGE: Final = "Segment's page of the Iterable (Actions) destination"
FRAMEWORK: Final = "the Play framework's own text"
#: Recordings and code that were found later; each with what it was read in, and its date.
AIRBYTE: Final = "rows of a real project read in 2023, airbytehq/airbyte 35e9a736, source-iterable"
CLIENT_2026: Final = "Iterable/api-client 981eeb5 (2026-07-09), client and integration tests"
GO_MOCKS: Final = "block/iterable-go ae11307 (2026-01-19), mocks that look recorded"
PIPELINES: Final = "tap-iterable 1.0.1 and airbyte-source-iterable 1.0.1, which both ask for it"
RUDDER_2023: Final = (
    "a reply of 2023, rudderlabs/rudder-server 7cb775b1, enterprise/reporting/error_reporting_test.go"
)
SUBSCRIBING: Final = "Iterable support article 208508736"
SWIFT_ISSUE: Final = "a reply pasted in iterable-swift-sdk issue 384 (2020-09-18)"
SILENT: Final = "no source: the documents are silent"

DOCUMENTED: Final = Confidence.DOCUMENTED
RECORDED: Final = Confidence.RECORDED
INFERRED: Final = Confidence.INFERRED
ASSUMED: Final = Confidence.ASSUMED
