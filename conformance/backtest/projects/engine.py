"""Requests on disk: put into the order of time, dealt out by people, and played until types of fields are right."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from conformance.backtest.figures import Figures, merge
from conformance.backtest.projects.connections import Connections
from conformance.backtest.projects.field_types import Schedule, correct, earliest, in_order
from conformance.backtest.projects.runs import Record, Writers, merged
from conformance.backtest.projects.tasks import PartOfPeople, not_played, play_part
from conformance.part_pool import run_on_processes
from simulator.project import ProjectSettings
from simulator.project.changes import Changes
from simulator.project.field_types import USER, FieldTypes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from conformance.backtest.projects.play import Outcome
    from conformance.backtest.projects.tasks import PlayedPart, Written

    Run = Callable[[Iterator[PartOfPeople]], Iterator[PlayedPart]]

#: Requests that are played by one process at a time, about; more where so many are about people who are connected.
REQUESTS_OF_PART: Final = 50_000
#: Parts at the most: while requests are dealt out, each is an open file, and some systems allow 256.
_MOST_PARTS: Final = 128
#: The first requests, which are played before all others: they fix nearly all types.
FIRST_REQUESTS: Final = 5_000


def _nothing() -> None:
    pass


class Requests:
    """The requests of one mapping, gathered from the parts of an archive in whatever order these come.

    Args:
        folder: Where they are put.
        mapping: The mapping, `new` or `old`.
    """

    def __init__(self, folder: Path, mapping: str) -> None:
        self._folder = folder
        self.mapping = mapping
        self._runs: list[Path] = []
        self._event_ids: list[Path] = []
        self._connections: Connections[int] = Connections()
        self._count = 0

    def take(self, written: Written) -> None:
        """Take the requests of a part of the archive."""
        self._runs += written.runs[self.mapping]
        self._event_ids += written.event_ids[self.mapping]
        self._count += written.requests[self.mapping]
        for numbers in written.connected[self.mapping]:
            self._connections.connect(numbers)

    def deal_out(self, size: int, first: int) -> tuple[list[Path], Path]:
        """Parts of people who have to do with nobody outside of theirs, and the first requests of all.

        Args:
            size: Requests of a part, about.
            first: How many requests are the first ones.
        """
        count = max(1, min(_MOST_PARTS, -(-self._count // size)))
        if count > 1:
            self._connect_by_event_ids()
        files = [self._folder / f"people-{self.mapping}-{number}" for number in range(count + 1)]
        with Writers(files) as writers:
            number = 1
            for record in merged(self._runs, self._folder):
                numbered = Record(b"", number, 0, record.content)
                writers.write(self._connections.root(record.group) % count, numbered)
                if number <= first:
                    writers.write(count, numbered)
                number += record.requests
        for run in self._folder.glob(f"*-{self.mapping}-requests-*"):
            run.unlink()
        return files[:count], files[count]

    def _connect_by_event_ids(self) -> None:
        """Connect whom the same id of an event is given: the later event takes the place of the earlier one."""
        for before, after in pairwise(merged(self._event_ids, self._folder)):
            if before.key == after.key and before.group != after.group:
                self._connections.connect((before.group, after.group))


def run_parts(
    parts: Iterator[PartOfPeople], workers: int, progress: Callable[[], None] = _nothing
) -> Iterator[PlayedPart]:
    """Play parts on processes, in whatever order.

    Args:
        parts: The parts.
        workers: How many processes.
        progress: Called for each part.
    """
    for played in run_on_processes(parts, play_part, workers, not_played, did="played"):
        progress()
        yield played


def play_in_projects(
    requests: Iterable[Requests],
    project_types: Sequence[str],
    run: Run,
    size: int = REQUESTS_OF_PART,
    first: int = FIRST_REQUESTS,
) -> Figures:
    """What comes of requests in projects of each type; the figures do not depend on how they are dealt out.

    Args:
        requests: The requests of each mapping.
        project_types: Of `email`, `userid` and `hybrid`.
        run: Plays parts, in whatever order.
        size: Requests of a part, about.
        first: Requests that are played before all others, to guess the types of fields.
    """
    cases: dict[tuple[str, str], _Case] = {}
    for each in requests:
        files, beginning = each.deal_out(size, first)
        for project_type in project_types:
            cases[each.mapping, project_type] = _Case(each.mapping, project_type, files, beginning)
    for played in run(part for case in cases.values() for part in case.first_parts()):
        _case_of(cases, played).guess(played.outcome)
    parts = [part for case in cases.values() for part in case.parts()]
    while parts:
        for played in run(iter(parts)):
            _case_of(cases, played).take(played)
        parts = [part for case in cases.values() for part in case.parts_to_repeat()]
    return merge(outcome.figures for case in cases.values() for outcome in case.outcomes)


def _case_of(cases: dict[tuple[str, str], _Case], played: PlayedPart) -> _Case:
    return cases[played.part.mapping, played.part.project_type]


class _Case:
    """The requests of one mapping in a project of one type."""

    def __init__(self, mapping: str, project_type: str, files: list[Path], first: Path) -> None:
        self._mapping = mapping
        self._project_type = project_type
        self._files = files
        self._first = first
        self._told: Schedule = {}
        self._played: dict[Path, Outcome] = {}

    @property
    def outcomes(self) -> Iterable[Outcome]:
        """What came of each part."""
        return self._played.values()

    def first_parts(self) -> Iterator[PartOfPeople]:
        """What is played to guess the types of fields; nothing where one part has all requests, or there are none."""
        if len(self._files) > 1 and self._first.stat().st_size:
            yield PartOfPeople(self._first, self._mapping, self._project_type)

    def guess(self, outcome: Outcome) -> None:
        """Tell the parts that the types of fields are those that these requests fixed."""
        self._told = earliest(outcome.fixed)

    def parts(self, files: Iterable[Path] | None = None) -> list[PartOfPeople]:
        """The parts, or those of some files, to be played with what is known of types."""
        fixings = in_order(self._told) if len(self._files) > 1 else ()
        chosen = self._files if files is None else files
        return [PartOfPeople(file, self._mapping, self._project_type, fixings) for file in chosen]

    def take(self, played: PlayedPart) -> None:
        """Take what came of a part."""
        self._played[played.part.file] = played.outcome

    def parts_to_repeat(self) -> list[PartOfPeople]:
        """The parts that were told the wrong types, or not enough of them."""
        if len(self._files) == 1:
            return []
        found = earliest(chain.from_iterable(outcome.fixed for outcome in self.outcomes))
        correction = correct(self._told, found)
        self._told = found
        if correction.others or (correction.added and self._is_crowded()):
            return self.parts()
        return self.parts(file for file, outcome in self._played.items() if _missed(outcome, correction.added, found))

    def _is_crowded(self) -> bool:
        """Whether there are so many fields that a project may refuse one: then each matters to everybody."""
        settings = ProjectSettings()
        fields = frozenset[tuple[str, str]]().union(*(outcome.met for outcome in self.outcomes))
        of_users = sum(category == USER for category, _ in fields)
        built_in = len(FieldTypes(settings, Changes()).known(USER))
        return of_users + built_in > settings.max_profile_fields or len(fields) - of_users > settings.max_event_fields


def _missed(outcome: Outcome, added: frozenset[tuple[str, str]], found: Schedule) -> bool:
    """Whether requests of a part brought fields whose types others had fixed, of which the part was not told."""
    own = earliest(outcome.fixed)
    return any(name and own.get((category, name)) != found[category, name] for category, name in added & outcome.met)
