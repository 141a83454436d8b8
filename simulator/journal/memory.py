"""A journal in memory."""

from __future__ import annotations

from collections import deque
from itertools import count, islice, takewhile
from typing import TYPE_CHECKING

from simulator.journal.entry import NotKeptError
from simulator.journal.record import KeptEntry, to_record, unpack
from simulator.journal.selecting import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.journal.entry import Entry, Selection
    from simulator.journal.initial_state import InitialState
    from simulator.journal.record import Record
    from simulator.message import Instant, Reply, Request
    from simulator.project.profile_changes import ProfileChange


class MemoryJournal:
    """A `Journal` that lasts as long as the process, and keeps the newest entries only.

    Args:
        most: Entries that are kept at the most.
        most_bytes: Bytes of request and reply bodies that are kept at the most; the newest entry always is.
    """

    def __init__(self, most: int = 100_000, most_bytes: int = 64 * 1024 * 1024) -> None:
        self._records: deque[Record] = deque()
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._count = 0
        self._initial_state: InitialState | None = None
        #: Up to which number the entries of a project that was emptied are hidden.
        self._hidden: dict[str, int] = {}
        #: The entries of each person, by project, as far as somebody has asked: up to which number.
        self._of: dict[str, dict[int, _Past]] = {}
        self._enlisted = 0

    @property
    def next_number(self) -> int:
        """The number that the next entry gets."""
        return self._count + 1

    @property
    def _first(self) -> int:
        """The number of the oldest entry that is kept."""
        return self._count - len(self._records) + 1

    def _kept(self, number: int) -> KeptEntry:
        return KeptEntry(number, self._records[number - self._first])

    def _oldest_first(self) -> Iterator[KeptEntry]:
        return map(KeptEntry, count(self._first), self._records)

    def _newest_first(self) -> Iterator[KeptEntry]:
        return map(KeptEntry, count(self._count, -1), reversed(self._records))

    @property
    def initial_state(self) -> InitialState | None:
        """Where the entries lead on from."""
        return self._initial_state

    def begin(self, initial_state: InitialState) -> None:
        """Say where the entries from now on lead on from."""
        self._initial_state = initial_state

    def states(self, until: int) -> Iterator[tuple[int, bytes]]:  # noqa: ARG002  # the form is that of every journal
        """None: what a process keeps in memory is short enough to be carried out again."""
        return iter(())

    def inputs(self, after: int, until: int) -> Iterator[Entry]:
        """Every entry of these numbers in order.

        Raises:
            NotKeptError: Some are no longer kept.
        """
        first = self._first
        if after + 1 < first:
            raise NotKeptError(f"the journal is kept in memory and now begins with request {first}")
        wanted = islice(self._records, after + 1 - first, max(0, until + 1 - first))
        return (KeptEntry(number, record).whole() for number, record in zip(count(after + 1), wanted, strict=False))

    def append(  # noqa: PLR0913  # the parts of an entry
        self,
        at: Instant,
        project: str,
        request: Request,
        reply: Reply | None,
        *,
        fault: bool = False,
        changes: tuple[ProfileChange, ...] = (),
        control: bool = False,
        named: tuple[str, ...] = (),
        delay: float = 0.0,
    ) -> None:
        """Keep one more; the oldest go when there are too many."""
        self._count += 1
        record = to_record(at, project, request, reply, named, delay or fault, control, changes)
        self._records.append(record)
        self._bytes += len(record[6]) + len(record[8])
        while len(self._records) > self._most or (self._bytes > self._most_bytes and len(self._records) > 1):
            self._forget_oldest()

    def select(self, selection: Selection) -> list[Entry]:
        """The wanted entries, in order."""
        entries = self._after(selection.after, newest=selection.newest)
        if self._hidden:
            entries = (entry for entry in entries if entry.number > self._hidden.get(entry.project, 0))
        return [entry.whole() for entry in islice(chosen(entries, selection), selection.limit)]

    def _after(self, number: int, *, newest: bool) -> Iterator[KeptEntry]:
        """The entries with greater numbers, in order or the newest first; others are not looked at."""
        if newest:
            return takewhile(lambda entry: entry.number > number, self._newest_first())
        first = max(self._first, number + 1)
        return map(KeptEntry, count(first), islice(self._records, first - self._first, None))

    def entry(self, number: int) -> Entry | None:
        """The entry of a number; None when it is not kept."""
        if not self._first <= number <= self._count:
            return None
        entry = self._kept(number)
        return entry.whole() if number > self._hidden.get(entry.project, 0) else None

    def of_person(self, project: str, person: int) -> Iterator[Entry]:
        """The entries that changed a person, the newest first."""
        self._enlist()
        past = self._of.get(project, {}).get(person)
        return iter(()) if past is None else (self._kept(number).whole() for number in past.newest_first())

    def clear(self, project: str | None = None) -> None:
        """Forget the entries of one project, or all; numbers start again only when all are forgotten."""
        if project is not None:
            # The state of the other projects can still be made again from all that came in.
            self._hidden[project] = self._count
            self._of.pop(project, None)
            return
        self._count = self._bytes = 0
        self._initial_state = None
        self._records.clear()
        self._hidden.clear()
        self._of.clear()
        self._enlisted = 0

    def _enlist(self) -> None:
        """Bring the entries of each person up to the newest; requests do not wait for that, who looks does."""
        first = max(self._first, self._enlisted + 1)
        for number, record in zip(count(first), islice(self._records, first - self._first, None), strict=False):
            if record[14] and number > self._hidden.get(record[1], 0):
                self._enlist_one(number, record)
        self._enlisted = self._count

    def _enlist_one(self, number: int, record: Record) -> None:
        people = self._of.setdefault(record[1], {})
        for change in unpack(record[14]):
            past = people.get(change.person)
            if past is None:
                people[change.person] = _Past(number)
            else:
                past.add(number)

    def _forget_oldest(self) -> None:
        number = self._first
        record = self._records.popleft()
        self._bytes -= len(record[6]) + len(record[8])
        if number > self._enlisted:
            return
        people = self._of.get(record[1], {})
        for change in unpack(record[14]):
            past = people.get(change.person)
            if past is not None and past.forget(number):
                del people[change.person]


class _Past:
    """The numbers of the entries that changed one person, oldest first; the oldest are forgotten first."""

    __slots__ = ("_gone", "_numbers")

    def __init__(self, first: int) -> None:
        self._numbers = [first]
        self._gone = 0

    def add(self, number: int) -> None:
        """Add the newest; one that changed the person twice is there once."""
        if self._numbers[-1] != number:
            self._numbers.append(number)

    def forget(self, number: int) -> bool:
        """Forget the oldest, if it is this one; tells whether none is left."""
        if self._numbers[self._gone] == number:
            self._gone += 1
            # What is gone is cut off in large pieces: each cut moves everything that stays.
            if self._gone * 2 >= len(self._numbers):
                del self._numbers[: self._gone]
                self._gone = 0
        return not self._numbers

    def newest_first(self) -> Iterator[int]:
        """All of them."""
        return islice(reversed(self._numbers), len(self._numbers) - self._gone)
