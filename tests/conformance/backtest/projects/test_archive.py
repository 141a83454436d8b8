"""Requests of a made archive, in parts and in one plain simulator: every reply is the same.

As many events as `ARCHIVE_EVENTS` says; a million take several minutes, and gigabytes for the simulators that hold them all.
"""

from __future__ import annotations

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final

import pytest
from projects_apart import TYPES, PlainProjects, count_of, in_parts

from destination import PRESETS

SCRIPT: Final = Path(__file__).parents[4] / "examples/archive/make_archive.py"
EVENTS: Final = int(os.environ.get("ARCHIVE_EVENTS", "20000"))


def archive() -> list[dict[str, Any]]:
    spec = spec_from_file_location("make_archive", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["make_archive"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.Archive(seed=1, people=EVENTS // 20, days=4, events_per_person=5)
    return [event for _, events in made.days() for event in events]


@pytest.mark.timeout(max(300, EVENTS // 200))
def test_every_reply_is_that_of_one_plain_simulator() -> None:
    events = archive()
    figures, replies = in_parts(events, PRESETS, EVENTS // 20, EVENTS // 100)
    assert len(replies) > EVENTS
    for kind in TYPES:
        plain = PlainProjects(PRESETS)
        plain.deliver(events, kind)
        assert {reply for reply in replies if reply[0] == kind} == plain.replies
        project = plain.simulator.projects[kind]
        assert count_of(figures, kind, "profiles") == len(project.people)
        assert count_of(figures, kind, "events") == len(project.events)
