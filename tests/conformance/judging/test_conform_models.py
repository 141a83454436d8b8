"""`conform` knows from a customer's configuration which subscriptions take rows of a model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_subscription_with_a_model_is_judged_by_rows_whatever_its_trigger_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subscription = {
        "id": "s1",
        "name": "Upsert User",
        "actionSlug": "updateUser",
        "enabled": True,
        "modelId": "m1",
        "trigger": 'type = "track"',
        "settings": {"userId": {"@path": "$.userId"}},
    }
    file = tmp_path / "subscriptions.json"
    file.write_text(json.dumps({"data": {"subscriptions": [subscription]}}))
    options = ["--property", "rows.person-is-named", "--examples", "3", "--project-type", "userid"]
    code = main(["conform", "--mapping", str(file), *options, "--save", str(tmp_path / "found"), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [item["properties"] for item in document["problems"]] == [["rows.person-is-named", "path.wrong-root"]]
