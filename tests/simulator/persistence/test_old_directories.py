"""Directories that earlier versions have written open, and lead to the states that they led to then."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from simulator.engine.snapshot import capture
from simulator.history.replay import rebuilt
from simulator.persistence import Directory, StoredJournal
from simulator.persistence.schema import VERSION

DIRECTORIES = sorted((Path(__file__).parent / "directories").glob("format-*"))


#: Parts of a state that the same requests lead to otherwise since: what a project begins with, how a list call is told.
OTHERWISE_SINCE = frozenset({"channels", "messageTypes"})
SUBSCRIBED = "emailSubscribe"


def comparable(state: Any) -> Any:
    """A state without what later versions make otherwise."""
    parts = {name: part for name, part in state.items() if name not in OTHERWISE_SINCE}
    events = [
        {"eventType": SUBSCRIBED, "email": event["email"], "emailListIds": event["emailListIds"]}
        if event["eventType"] == SUBSCRIBED
        else event
        for event in state["events"]
    ]
    return {**parts, "events": events}


def without_later_members(state: Any, then: Any) -> Any:
    """A state without the members that state documents did not have then."""
    if isinstance(then, dict):
        return {name: without_later_members(state.get(name), part) for name, part in then.items()}
    if isinstance(then, list) and len(state) == len(then):
        return [without_later_members(one, other) for one, other in zip(state, then, strict=True)]
    return state


def test_there_is_a_directory_of_the_present_format() -> None:
    assert f"format-{VERSION}" in {path.name for path in DIRECTORIES}


@pytest.mark.parametrize("old", DIRECTORIES, ids=lambda path: path.name)
def test_an_old_directory_leads_to_its_state_with_its_snapshots_and_without(old: Path, tmp_path: Path) -> None:
    shutil.copytree(old / "data", tmp_path / "data")
    directory = Directory(tmp_path / "data")
    journal = StoredJournal(directory)
    last = journal.next_number - 1
    simulator, clock = rebuilt(journal, last)
    states = {name: project.state_document() for name, project in simulator.projects.items()}
    now, then = (
        {name: comparable(state) for name, state in document.items()}
        for document in (json.loads(json.dumps(states)), json.loads((old / "states.json").read_text()))
    )
    assert without_later_members(now, then) == then
    snapshots = list(directory.snapshots.iterdir())
    assert snapshots
    for snapshot in snapshots:
        snapshot.unlink()
    # If this differs, the classes of a snapshot have changed: raise `simulator.engine.snapshot.VERSION`.
    assert capture(*rebuilt(journal, last)) == capture(simulator, clock)
    journal.close()
    directory.close()
