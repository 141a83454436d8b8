"""What `explain` prints for one id, several, and none."""

from __future__ import annotations

import json

import pytest

from conformance.cli import main


def test_several_ids_are_explained_each_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "fields.mismatch", "fields.limit", "fields.mismatch"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == ["fields.mismatch", "fields.limit"]


def test_different_things_stand_below_headings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "commerce"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("#")] == ["# rules", "# properties of conform"]
    assert lines[lines.index("# properties of conform") + 1] == "commerce.order-arrives"


def test_all_rules_of_a_code_are_listed_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "BadParams"])
    short = capsys.readouterr().out
    main(["explain", "BadParams", "-v"])
    assert "    users.bulk-update.userid-based.email-only\n" in capsys.readouterr().out.removeprefix(short)
    assert "users.bulk-update" not in short


def test_json_has_everything_that_several_ids_stand_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--json", "BadParams", "fields.limit"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_an_id_that_stands_for_nothing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "fields.limit", "fields.limmit"]) == 2
    assert (
        "there is no rule, code, setting or property 'fields.limmit'; did you mean fields.limit"
        in capsys.readouterr().err
    )
