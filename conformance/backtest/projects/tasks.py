"""What a process does for a backtest in projects: write down requests, and play them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from conformance.backtest.figures import Figures, Position, tally
from conformance.backtest.projects.play import Numbered, Outcome, play
from conformance.backtest.projects.requests import event_ids, plan_event, unpack
from conformance.backtest.projects.runs import Record, RunWriter, read_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.backtest.counting import Located
    from conformance.backtest.evaluation import Made
    from conformance.backtest.projects.field_types import Fixing

Json = object


class Written(NamedTuple):
    """The requests of a part of an archive, on disk.

    Attributes:
        runs: The files that have them, in order each, by mapping.
        event_ids: The files that have the ids of events with whose they are, by mapping.
        connected: The numbers of identifiers that an event names together, by mapping.
        requests: How many there are, by mapping.
    """

    runs: dict[str, tuple[Path, ...]]
    event_ids: dict[str, tuple[Path, ...]]
    connected: dict[str, frozenset[tuple[int, ...]]]
    requests: dict[str, int]


class RequestWriter:
    """Writes the requests of a part of an archive.

    Args:
        folder: Where they go.
        name: What the names of the files begin with.
        mappings: The mappings that make requests, `new` and perhaps `old`.
    """

    def __init__(self, folder: Path, name: str, mappings: Sequence[str]) -> None:
        self._runs = {mapping: RunWriter(folder, f"{name}-{mapping}-requests") for mapping in mappings}
        self._ids = {mapping: RunWriter(folder, f"{name}-{mapping}-ids") for mapping in mappings}
        self._requests = dict.fromkeys(mappings, 0)
        self._connected: dict[str, set[tuple[int, ...]]] = {mapping: set() for mapping in mappings}

    def add(self, located: Located, shown: dict[str, Json], mapping: str, made: Sequence[Made]) -> None:
        """Write what a mapping makes of an event, in the order of its subscriptions."""
        event = plan_event(located, shown, made)
        people = event.people()
        if len(people) > 1:
            self._connected[mapping].add(people)
        group = people[0] if people else 0
        self._requests[mapping] += event.requests
        self._runs[mapping].add(Record(event.key, group, event.requests, event.pack()))
        for number in event_ids(made):
            self._ids[mapping].add(Record(number.to_bytes(8, "big"), group))

    def close(self) -> Written:
        """Write the rest."""
        return Written(
            {mapping: writer.close() for mapping, writer in self._runs.items()},
            {mapping: writer.close() for mapping, writer in self._ids.items()},
            {mapping: frozenset(found) for mapping, found in self._connected.items()},
            self._requests,
        )


@dataclass(frozen=True, slots=True)
class PartOfPeople:
    """Requests about people who have to do with nobody else, to be played.

    Attributes:
        file: Where they are, in order; the group of a record is the number of its first request.
        mapping: The mapping that made them.
        project_type: The type of the project.
        fixings: The types of fields that other requests fix.
    """

    file: Path
    mapping: str
    project_type: str
    fixings: tuple[Fixing, ...] = ()


class PlayedPart(NamedTuple):
    """A part, and what came of it."""

    part: PartOfPeople
    outcome: Outcome


def play_part(part: PartOfPeople) -> PlayedPart:
    """Play the requests of a part."""
    return PlayedPart(part, play(_numbered(part.file), part.mapping, part.project_type, part.fixings))


def _numbered(file: Path) -> Iterator[Numbered]:
    return (Numbered(record.group, unpack(record.content)) for record in read_records(file))


def not_played(part: PartOfPeople, message: str) -> PlayedPart:
    """What comes of a part that nobody could play."""
    figures = Figures()
    place = Position(f"a {part.project_type} project", 0, 1)
    tally(figures.missing, place.file).add(place, dict, {"message": message})
    return PlayedPart(part, Outcome(figures, (), frozenset()))
