"""What docs/segment-in-front.md lists is what is served."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.tracking_api.settings import SourceSettings
from conformance.tracking_service.control import ROUTES
from conformance.tracking_service.intake import MOST_WAITING

TEXT = (Path(__file__).parents[3] / "docs" / "segment-in-front.md").read_text(encoding="utf-8")


def test_the_table_of_requests_is_that_of_the_routes() -> None:
    rows = re.findall(r"^\| `([A-Z]+) (/_sim/\S+)` \| \S", TEXT, re.MULTILINE)
    assert rows == [(method, path) for method, path, _ in ROUTES]


def test_the_settings_and_bounds_that_are_named_are_there() -> None:
    named = {"deduplicate", "deduplicationWindow", "clockCorrection", "batchDeliveries"}
    assert all(f"`{name}`" in TEXT for name in named)
    assert named <= {field.alias for field in SourceSettings.model_fields.values()}
    assert f"{MOST_WAITING:,} messages" in TEXT
