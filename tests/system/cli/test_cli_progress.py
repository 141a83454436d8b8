"""Progress: what commands show while they work, and how work is followed whose end nobody knows."""

from __future__ import annotations

import itertools
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.cli.progress import Progress, followed
from conformance.cli.streams import announced, print_note

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
    "run bug.scenario.yaml": ("reading scenarios", "running scenarios"),
    "run bug.scenario.yaml --compare": ("reading scenarios", "comparing"),
    "run bug.scenario.yaml --minimise": ("reading the scenario", "running shorter scenarios"),
    "conform --property identity.person-exists --examples 1": (
        *("reading the mapping", "reading properties and baselines", "judging histories", "looking for causes"),
    ),
    "vectors vectors.jsonl": ("reading vectors", "reading vectors", "replaying"),
    "vectors vectors.jsonl --json": ("reading vectors", "reading vectors", "replaying"),
    "backtest events.jsonl": ("parts of the archive",),
    "map -q events.jsonl": ("mapping",),
    "new --events events.jsonl": ("playing the events",),
    "new --error UnknownUserIdError": ("searching the scenarios",),
    "find UnknownUserIdError": ("searching the scenarios",),
    "pull 66a0c0ffee0000000000beef": ("fetching subscriptions",),
    "send events.jsonl --project-type hybrid": ("sending hybrid",),
    "record --project hybrid": ("recording",),
}


@pytest.mark.parametrize("command", _LONG)
def test_a_command_that_may_take_long_shows_progress_from_its_first_second(
    command: str, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    def enter(self: Progress) -> Progress:
        started.append(self._title)
        return self

    def announce(text: str, *, quiet: bool = False) -> AbstractContextManager[None]:
        assert not quiet
        started.append(text)
        return nullcontext()

    monkeypatch.setattr(Progress, "__enter__", enter)
    for module in ("conform", "find", "new", "run", "vectors"):
        monkeypatch.setattr(f"conformance.cli.{module}.announced", announce)
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
    assert tuple(started) == _LONG[command]


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


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def _lines_on(terminal: StringIO) -> list[str]:
    """What can be read on a terminal in the end."""
    lines = []
    for written in terminal.getvalue().split("\n"):
        line = ""
        for part in written.split("\r"):
            line = part + line[len(part) :]
        lines.append(line.rstrip())
    return lines


def test_a_terminal_says_what_is_under_way_until_that_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with announced("reading scenarios"):
        assert _lines_on(terminal) == ["reading scenarios …"]
    assert _lines_on(terminal) == [""]


def test_a_note_takes_the_place_of_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with announced("reading scenarios"):
        print_note("warning: no")
        print_note("warning: yes")
    assert _lines_on(terminal) == ["warning: no", "warning: yes", ""]


def test_nothing_is_announced_where_there_is_no_terminal_or_quiet_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with announced("reading scenarios"):
        pass
    assert capsys.readouterr().err == ""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with announced("reading scenarios", quiet=True):
        pass
    assert terminal.getvalue() == ""
