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
RUDDER: Final = "replies recorded by RudderStack, 2022 to 2025"
OLD: Final = "recordings of 2017 and 2018 by mtchavez/iterable-api-client"
NEW: Final = "recordings of 2021 to 2023 by mtchavez/iterable-api-client"
HULL: Final = "recordings of 2021 by a Hull connector"
#: Recordings and code that were found later; each with what it was read in, and its date.
AIRBYTE: Final = "rows of a real project read in 2023, airbytehq/airbyte 35e9a736, source-iterable"
AMP: Final = "replies recorded in 2025-01, amp-labs/connectors, providers/iterable/test"
CLIENT_2026: Final = "Iterable/api-client 981eeb5 (2026-07-09), client and integration tests"
GO: Final = "block/iterable-go ae11307 (2026-01-19), mocks that look recorded"
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
