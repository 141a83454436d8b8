"""A part of a project's journal handed to whoever makes a scenario of it.

What a scenario looks like is not known here: that is for the function that is injected.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.control.journals import identifiers_meant
from simulator.control.replies import ControlError
from simulator.history.replay import rebuilt
from simulator.journal import Selection

if TYPE_CHECKING:
    from simulator.control.recording_options import RecordingOptions
    from simulator.engine.simulator import Simulator
    from simulator.journal import Entry
    from simulator.message import Instant
    from simulator.project import ProjectConfiguration
    from simulator.project.pending import Pending

#: Requests that go into one recording; a scenario with more is not read by anybody.
MOST_REQUESTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class RecordingRequest:
    """What a scenario is to be made of.

    Attributes:
        project: How the project is set up.
        project_id: What Iterable calls the project.
        options: What was asked for.
        entries: The requests with their replies, in order.
        begin: The instant up to which everything is part of the state before.
        waiting: The requests that were accepted before the first one and not carried out yet at that instant.
        before: The state document before the first request.
        after: The state document after the last one, with all that was due by then.
    """

    project: ProjectConfiguration
    project_id: int
    options: RecordingOptions
    entries: Sequence[Entry]
    begin: Instant
    waiting: Sequence[Pending]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class RecordingRefusedError(Exception):
    """Nothing can be made of the part of the journal that was asked for; the text says why."""


#: Makes the text of a scenario file; raises `RecordingRefusedError`.
Recorder = Callable[[RecordingRequest], str]


def recording_request(simulator: Simulator, name: str, options: RecordingOptions) -> RecordingRequest:
    """What a scenario of a part of the journal of a project is made of.

    Raises:
        ControlError: There is nothing to record, or too much.
        NotKeptError: The journal no longer goes back that far.
    """
    entries = _chosen(simulator, name, options)
    project = simulator.projects[name]
    before, begin, waiting = _before(simulator, name, entries[0])
    later, _ = rebuilt(simulator.journal, entries[-1].number)
    later.apply_due(entries[-1].at)
    after = _document(later, name)
    return RecordingRequest(project.configuration, project.id, options, entries, begin, waiting, before, after)


def _before(simulator: Simulator, name: str, first: Entry) -> tuple[Mapping[str, Any], Instant, Sequence[Pending]]:
    """The state before a request, since when it is so, and what was waiting then."""
    earlier, _ = rebuilt(simulator.journal, first.number - 1)
    waiting = sorted(earlier.projects[name].pending) if name in earlier.projects else []
    begin = min((item.at for item in waiting), default=first.at)
    return _document(earlier, name), min(begin, first.at), waiting


def _document(simulator: Simulator, name: str) -> Mapping[str, Any]:
    if name not in simulator.projects:
        raise ControlError(400, f"the project {name!r} was created later: record from its first request")
    # Nothing may change in it while it is looked at, and JSON is what it is for others, too.
    document: Mapping[str, Any] = json.loads(json.dumps(simulator.projects[name].state_document()))
    return document


def _chosen(simulator: Simulator, name: str, options: RecordingOptions) -> list[Entry]:
    selection = Selection(
        project=name,
        users=() if options.user is None else identifiers_meant(simulator.projects.get(name), options.user),
        after=(options.first or 1) - 1,
        before=None if options.last is None else options.last + 1,
        limit=None if options.numbers is not None else MOST_REQUESTS + 1,
    )
    wanted = None if options.numbers is None else set(options.numbers)
    entries = [entry for entry in simulator.journal.select(selection) if wanted is None or entry.number in wanted]
    if not entries:
        raise ControlError(400, f"the journal of {name!r} has no such request")
    if len(entries) > MOST_REQUESTS:
        message = f"this is more than {MOST_REQUESTS:,} requests: choose fewer"
        raise ControlError(400, f"{message} with from and to, or only those of one user")
    return entries
