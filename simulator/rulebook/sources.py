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
HULL: Final = "recordings of 2021 by a Hull connector"
SILENT: Final = "no source: the documents are silent"

DOCUMENTED: Final = Confidence.DOCUMENTED
RECORDED: Final = Confidence.RECORDED
INFERRED: Final = Confidence.INFERRED
ASSUMED: Final = Confidence.ASSUMED
