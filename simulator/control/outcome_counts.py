"""How many requests had each outcome, by project and time: counted once, and kept up as the journal grows."""

from __future__ import annotations

from array import array
from collections import deque
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from simulator.journal import EntryOutcome, Selection
from simulator.project.rules import SOME_DROPPED, SOME_REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.journal import Entry, Journal

#: Entries that one request counts at the most: to read them from a directory takes a tenth of a second.
MOST_COUNTED: Final = 2_000
#: Requests that came to nothing whose numbers are given.
_MOST_LOST: Final = 5
#: Forgotten entries after which their places in the arrays are given back.
_SPARE: Final = 50_000
_MILLISECONDS: Final = 1000
_OUTCOMES: Final = tuple(EntryOutcome)
_PLACES: Final = {outcome: place for place, outcome in enumerate(_OUTCOMES)}
_EMPTY: Final = [0] * len(_OUTCOMES)
_LOST: Final = frozenset({EntryOutcome.REFUSED, EntryOutcome.DROPPED})
#: Rules of bulk calls that came to nothing in part, whatever their outcome is.
_LOST_IN_PART: Final = frozenset({SOME_DROPPED, SOME_REFUSED})

#: In the place of a project, for requests that are no outcome of any; no project has an empty line in its name.
_SEGMENT: Final = "\n"
#: How many seconds a bin has. A bar is made of few bins, whatever it stands for; see `bins`.
_WIDTHS: Final = (1, 10, 60, 600, 3_600, 86_400)
#: How many requests of a bin had each outcome, in the order of `EntryOutcome`, and the numbers of its first and last.
Bin = list[int]


class OutcomeCounts:
    """The counts of one journal. Only entries that it still shows are counted."""

    def __init__(self) -> None:
        #: By project, width, and the second since the epoch with which a bin begins.
        self._bins: dict[str, dict[int, dict[int, Bin]]] = {}
        self._lost: dict[str, deque[int]] = {}
        #: The last entry of each project, by which a journal that was emptied is known.
        self._last_of: dict[str, Entry] = {}
        #: The entries that are counted, oldest first: number, second, and project with outcome.
        self._numbers, self._at, self._kinds = array("q"), array("q"), array("L")
        self._oldest = 0
        self._projects: list[str] = []

    def totals(self, project: str) -> dict[str, int]:
        """How many requests to a project had each outcome."""
        return outcomes_to_json(self._bins[project][_WIDTHS[-1]].values() if project in self._bins else ())

    def lost(self, project: str) -> list[int]:
        """The numbers of the last requests to a project that were lost, be it in part, the newest first."""
        oldest = self._numbers[self._oldest] if self._oldest < len(self._numbers) else 0
        return [number for number in reversed(self._lost.get(project, ())) if number >= oldest]

    def span(self, project: str | None = None) -> tuple[int, int] | None:
        """The first and the last second in which a project got requests, or any project; None when none did."""
        found = [edge for bins in self._of(project) if bins[1] for edge in (min(bins[1]), max(bins[1]))]
        return (min(found), max(found)) if found else None

    def bins(self, step: int, project: str | None = None) -> Iterator[tuple[int, Bin]]:
        """The bins of a project, or of all, in no order: the widest that make up steps of so many seconds."""
        width = max(width for width in _WIDTHS if step % width == 0)
        for bins in self._of(project):
            yield from bins[width].items()

    def _of(self, project: str | None) -> list[dict[int, dict[int, Bin]]]:
        return [bins for name, bins in self._bins.items() if name != _SEGMENT and project in {None, name}]

    def is_of(self, journal: Journal) -> bool:
        """Whether what was counted is still there: a journal can have been emptied, or that of one project."""
        self._forget_dropped(journal)
        last = self._last_of.values()
        return bool(last) and all(_is_same(journal.entry(entry.number), entry) for entry in last)

    def update(self, journal: Journal) -> bool:
        """Count what has come since; whether more is left than is counted at a time."""
        after = self._numbers[-1] if self._numbers else 0
        entries = journal.select(Selection(after=after, limit=MOST_COUNTED + 1))
        for entry in entries[:MOST_COUNTED]:
            self._add(entry)
        return len(entries) > MOST_COUNTED

    def _add(self, entry: Entry) -> None:
        number, second, outcome = entry.number, entry.at // _MILLISECONDS, entry.outcome
        project = _SEGMENT if _is_accepted_by_segment(entry) else entry.project
        place = _PLACES[outcome]
        if project not in self._bins:
            self._bins[project] = {width: {} for width in _WIDTHS}
            self._lost[project] = deque(maxlen=_MOST_LOST)
            self._projects.append(project)
        if outcome in _LOST or not _LOST_IN_PART.isdisjoint(entry.rules):
            self._lost[project].append(number)
        for width, bins in self._bins[project].items():
            found = bins.get(start := second // width * width)
            if found is None:
                found = bins[start] = [*_EMPTY, number, number]
            found[place] += 1
            found[-1] = number
        self._last_of[project] = entry
        self._numbers.append(number)
        self._at.append(second)
        self._kinds.append(self._projects.index(project) * len(_OUTCOMES) + place)

    def _forget_dropped(self, journal: Journal) -> None:
        """Take away the oldest entries that a journal in memory no longer has."""
        if self._oldest >= len(self._numbers) or journal.entry(self._numbers[self._oldest]) is not None:
            return
        kept = next((entry.number for entry in journal.select(Selection(limit=1))), self._numbers[-1] + 1)
        while self._oldest < len(self._numbers) and self._numbers[self._oldest] < kept:
            self._forget_oldest()
        if self._oldest > _SPARE:
            for column in (self._numbers, self._at, self._kinds):
                del column[: self._oldest]
            self._oldest = 0

    def _forget_oldest(self) -> None:
        number, second = self._numbers[self._oldest], self._at[self._oldest]
        index, place = divmod(self._kinds[self._oldest], len(_OUTCOMES))
        self._oldest += 1
        project = self._projects[index]
        for width, bins in self._bins[project].items():
            found = bins[start := second // width * width]
            found[place] -= 1
            found[-2] = number + 1
            if not any(found[: len(_OUTCOMES)]):
                del bins[start]
        if self._last_of[project].number == number:
            del self._last_of[project]


_COUNTS: Final[WeakKeyDictionary[Journal, OutcomeCounts]] = WeakKeyDictionary()


def count_outcomes(journal: Journal) -> tuple[OutcomeCounts, bool]:
    """The counts of a journal, and whether it has more entries than have been counted so far."""
    counts = _COUNTS.get(journal)
    if counts is None or not counts.is_of(journal):
        counts = _COUNTS[journal] = OutcomeCounts()
    return counts, counts.update(journal)


def _is_accepted_by_segment(entry: Entry) -> bool:
    """Whether a request is Segment's own, and was accepted: what becomes of its messages is told by deliveries."""
    return not entry.project and entry.path.startswith("/v1/") and entry.outcome not in _LOST


def _is_same(found: Entry | None, counted: Entry) -> bool:
    return found is not None and (found.at, found.request) == (counted.at, counted.request)


def add_bin(to: dict[int, Bin], start: int, added: Bin) -> None:
    """Add a bin to the one that begins with a second."""
    found = to.get(start)
    if found is None:
        to[start] = added.copy()
        return
    for place in range(len(_OUTCOMES)):
        found[place] += added[place]
    found[-2:] = min(found[-2], added[-2]), max(found[-1], added[-1])


def outcomes_to_json(bins: Iterable[Bin]) -> dict[str, int]:
    """The counts of bins added up, by outcome."""
    sums = [sum(column) for column in zip(*bins, strict=True)] or _EMPTY
    return dict(zip(_OUTCOMES, sums, strict=False))
