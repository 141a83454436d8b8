"""Progress: what commands show while they work, and how work is followed whose end nobody knows."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.cli.progress import Progress, followed

if TYPE_CHECKING:
    from pathlib import Path

_EVENT = '{"type": "identify", "userId": "u1", "traits": {"email": "ada@example.com"}}'
_SCENARIO = """\
name: Nobody is there
description: Somebody is.
source: s
project: {type: hybrid}
steps: [{send: {type: identify, userId: u1}}]
expect: {counts: {users: 0}}
"""
_VECTOR = {
    "id": "v",
    "kind": "mapping",
    "in": {"mapping": {"a": {"@path": "$.n"}}, "input": {"n": 1}},
    "out": {"output": {"a": 1}},
}
#: Commands whose work may take long, and what they say of it.
_LONG = {
    "run bug.scenario.yaml": "running scenarios",
    "run bug.scenario.yaml --compare": "comparing",
    "run bug.scenario.yaml --minimise": "running shorter scenarios",
    "conform --property identity.person-exists --examples 1": "judging histories",
    "vectors vectors.jsonl": "replaying",
    "vectors vectors.jsonl --json": "replaying",
    "backtest events.jsonl": "parts of the archive",
    "map -q events.jsonl": "mapping",
    "new --events events.jsonl": "playing the events",
    "new --error UnknownUserIdError": "searching the scenarios",
    "find UnknownUserIdError": "searching the scenarios",
    "pull 66a0c0ffee0000000000beef": "fetching subscriptions",
    "send events.jsonl --project-type hybrid": "sending hybrid",
    "record --project hybrid": "recording",
}


@pytest.mark.parametrize("command", _LONG)
def test_a_command_that_may_take_long_shows_progress_from_its_first_second(
    command: str, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def enter(self: Progress) -> Progress:
        started.append(self._title)
        return self

    monkeypatch.setattr(Progress, "__enter__", enter)
    monkeypatch.setattr("conformance.cli.send.LOCAL_SERVER", server)
    monkeypatch.setattr("conformance.cli.record.LOCAL_SERVER", server)
    reply: dict[str, dict[str, list[object]]] = {"data": {"subscriptions": []}}
    monkeypatch.setattr(
        "conformance.inputs.configuration.public_api.fetch_subscriptions", lambda *_: reply, raising=True
    )
    monkeypatch.setenv("SEGMENT_TOKEN", "token")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.jsonl").write_text(_EVENT)
    (tmp_path / "bug.scenario.yaml").write_text(_SCENARIO)
    (tmp_path / "vectors.jsonl").write_text(json.dumps(_VECTOR))
    main(command.split())
    assert _LONG[command] in started


def test_a_line_now_and_then_says_how_many_were_taken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(step=4)
    monkeypatch.setattr("conformance.cli.progress.time.monotonic", lambda: next(clock))
    with Progress("mapping", None) as progress:
        assert sum(1 for _ in followed(range(2600), progress)) == 2600
    assert capsys.readouterr().err.splitlines() == ["mapping: 1000", "mapping: 2000", "mapping: 2600"]


def test_items_are_handed_on_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    taken = []
    with Progress("mapping", None) as progress:
        for item in followed(iter([1, 2]), progress):
            taken.append(item)
            assert taken == list(range(1, item + 1))
    assert capsys.readouterr().err == ""
