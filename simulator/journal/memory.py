"""A journal in memory."""

from __future__ import annotations

from collections import deque
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from simulator.journal.entry import Entry, NotKeptError
from simulator.journal.selecting import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.journal.entry import Selection
    from simulator.journal.initial_state import InitialState
    from simulator.message import Instant, Reply, Request
    from simulator.project.profile_changes import ProfileChange


class MemoryJournal:
    """A `Journal` that lasts as long as the process, and keeps the newest entries only.

    Args:
        most: Entries that are kept at the most.
        most_bytes: Bytes of request and reply bodies that are kept at the most; the newest entry always is.
    """

    def __init__(self, most: int = 100_000, most_bytes: int = 64 * 1024 * 1024) -> None:
        self._entries: deque[Entry] = deque()
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
        first = self._count - len(self._entries) + 1
        if after + 1 < first:
            raise NotKeptError(f"the journal is kept in memory and begins with request {first} by now")
        return islice(self._entries, after + 1 - first, max(0, until + 1 - first))

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
    ) -> None:
        """Keep one more; the oldest go when there are too many."""
        self._count += 1
        entry = Entry(self._count, at, project, request, reply, fault, changes, control, named)
        self._entries.append(entry)
        self._bytes += _size(entry)
        while len(self._entries) > self._most or (self._bytes > self._most_bytes and len(self._entries) > 1):
            self._forget_oldest()

    def select(self, selection: Selection) -> list[Entry]:
        """The wanted entries, in order."""
        entries = self._after(selection.after, newest=selection.newest)
        if self._hidden:
            entries = (entry for entry in entries if entry.number > self._hidden.get(entry.project, 0))
        return list(islice(chosen(entries, selection), selection.limit))

    def _after(self, number: int, *, newest: bool) -> Iterator[Entry]:
        """The entries with greater numbers, in order or the newest first; others are not looked at."""
        if newest and number:
            return takewhile(lambda entry: entry.number > number, reversed(self._entries))
        if newest:
            return reversed(self._entries)
        return islice(self._entries, max(0, number - self._count + len(self._entries)), None)

    def entry(self, number: int) -> Entry | None:
        """The entry of a number; None when it is not kept."""
        place = number - 1 - self._count + len(self._entries)
        if not 0 <= place < len(self._entries):
            return None
        entry = self._entries[place]
        return entry if number > self._hidden.get(entry.project, 0) else None

    def of_person(self, project: str, person: int) -> Iterator[Entry]:
        """The entries that changed a person, the newest first."""
        self._enlist()
        past = self._of.get(project, {}).get(person)
        return iter(()) if past is None else past.newest_first()

    def clear(self, project: str | None = None) -> None:
        """Forget the entries of one project, or all; numbers start again only when all are forgotten."""
        if project is not None:
            # The state of the other projects can still be made again from all that came in.
            self._hidden[project] = self._count
            self._of.pop(project, None)
            return
        self._count = self._bytes = 0
        self._initial_state = None
        self._entries.clear()
        self._hidden.clear()
        self._of.clear()
        self._enlisted = 0

    def _enlist(self) -> None:
        """Bring the entries of each person up to the newest; requests do not wait for that, who looks does."""
        fresh = list(takewhile(lambda entry: entry.number > self._enlisted, reversed(self._entries)))
        for entry in reversed(fresh):
            if entry.number > self._hidden.get(entry.project, 0):
                self._enlist_one(entry)
        self._enlisted = self._count

    def _enlist_one(self, entry: Entry) -> None:
        people = self._of.setdefault(entry.project, {})
        for change in entry.changes:
            past = people.get(change.person)
            if past is None:
                people[change.person] = _Past(entry)
            else:
                past.add(entry)

    def _forget_oldest(self) -> None:
        entry = self._entries.popleft()
        self._bytes -= _size(entry)
        if entry.number > self._enlisted:
            return
        people = self._of.get(entry.project, {})
        for change in entry.changes:
            past = people.get(change.person)
            if past is not None and past.forget(entry):
                del people[change.person]


class _Past:
    """The entries that changed one person, oldest first; the oldest are forgotten first, as in the journal."""

    __slots__ = ("_entries", "_gone")

    def __init__(self, first: Entry) -> None:
        self._entries = [first]
        self._gone = 0

    def add(self, entry: Entry) -> None:
        """Add the newest; one that changed the person twice is there once."""
        if self._entries[-1] is not entry:
            self._entries.append(entry)

    def forget(self, entry: Entry) -> bool:
        """Forget the oldest, if it is this one; tells whether none is left."""
        if self._entries[self._gone] is entry:
            self._gone += 1
            # What is gone is cut off in large pieces: each cut moves everything that stays.
            if self._gone * 2 >= len(self._entries):
                del self._entries[: self._gone]
                self._gone = 0
        return not self._entries

    def newest_first(self) -> Iterator[Entry]:
        """All of them."""
        return islice(reversed(self._entries), len(self._entries) - self._gone)


def _size(entry: Entry) -> int:
    return len(entry.request.body) + (0 if entry.reply is None else len(entry.reply.body))
