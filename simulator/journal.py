"""What was asked and what was answered, in order."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote, unquote_plus

from simulator.clock import format_instant
from simulator.message import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import JsonValue

    from simulator.message import Instant, Reply, Request
    from simulator.origin import Origin
    from simulator.project.profile_changes import ProfileChange

#: Headers that hold a secret; their values are shortened wherever they are shown.
_SECRET_HEADERS: Final = frozenset({"api-key", "api_key", "authorization"})
#: The legacy places of an API key are shortened as well.
_SECRET_PARAMETERS: Final = re.compile(r"(?<![^&])(api_key|apiKey)=([^&]*)")
_BODY_MEMBER: Final = "apiKey"
_SECRET_TEXT: Final = re.compile(r'("apiKey"\s*:\s*")([^"]*)')
_SHORT_SECRET: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One request with its reply.

    Attributes:
        number: Counted from 1, over all projects of the simulator.
        at: When the request came in.
        project: The name of the project that the key reached; empty when it reached none.
        request: The request.
        reply: The reply; None when the connection was closed without one.
        fault: Whether a fault that was asked for answered instead of Iterable, or got in the way.
        changes: What the request did to people.
        control: Whether the request came over the control surface and changed something; such entries are kept
            for whoever carries the requests out again, and are never selected.
    """

    number: int
    at: Instant
    project: str
    request: Request
    reply: Reply | None
    fault: bool = False
    changes: tuple[ProfileChange, ...] = ()
    control: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries are wanted.

    Attributes:
        project: Of one project; None for all.
        path: A glob over the path, such as `/api/users/*`; without a wildcard, any part of it.
        status: With this status.
        user: About this email or userId.
        text: With this text in the path or in an identifier that the request was about, in any case; a number is
            also taken for a status.
        after: With a greater number than this.
        before: With a smaller number than this; None for no such bound.
        newest: The newest first, and with a limit the newest only.
        limit: So many at the most.
    """

    project: str | None = None
    path: str | None = None
    status: int | None = None
    user: str | None = None
    text: str | None = None
    after: int = 0
    before: int | None = None
    newest: bool = False
    limit: int | None = None


class NotKeptError(LookupError):
    """Entries or states that are wanted are no longer kept."""


class Journal(Protocol):
    """Where entries are kept, and what a state can be made again from: an origin, snapshots, and what came in."""

    @property
    def next_number(self) -> int:
        """The number that the next entry gets."""
        ...

    @property
    def origin(self) -> Origin | None:
        """Where the entries lead on from; None before `begin`, and after all are forgotten."""
        ...

    def begin(self, origin: Origin) -> None:
        """Say where the entries from now on lead on from."""
        ...

    def states(self, until: int) -> Iterator[tuple[int, bytes]]:
        """Snapshots of the state after an entry, each with the number of the entry, the newest first.

        Args:
            until: The greatest number that is of use.
        """
        ...

    def inputs(self, after: int, until: int) -> Iterator[Entry]:
        """Every entry of these numbers in order, those of the control surface and of emptied projects as well.

        Of replies only the status is needed, and of changes nothing.

        Raises:
            NotKeptError: Some are no longer kept.
        """
        ...

    def append(  # the parts of an entry
        self,
        at: Instant,
        project: str,
        request: Request,
        reply: Reply | None,
        *,
        fault: bool = False,
        changes: tuple[ProfileChange, ...] = (),
        control: bool = False,
    ) -> None:
        """Keep one more."""
        ...

    def select(self, selection: Selection) -> list[Entry]:
        """The wanted entries, in order, those of the control surface left out."""
        ...

    def entry(self, number: int) -> Entry | None:
        """The entry of a number, one of the control surface as well; None when it is not kept."""
        ...

    def of_person(self, project: str, person: int) -> Iterator[Entry]:
        """The entries that changed a person, the newest first, those of the control surface as well.

        Args:
            project: The name of the project.
            person: The number of the person there.
        """
        ...

    def clear(self, project: str | None = None) -> None:
        """Forget the entries of one project, or all."""
        ...


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
        self._origin: Origin | None = None
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
    def origin(self) -> Origin | None:
        """Where the entries lead on from."""
        return self._origin

    def begin(self, origin: Origin) -> None:
        """Say where the entries from now on lead on from."""
        self._origin = origin

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

    def append(  # the parts of an entry
        self,
        at: Instant,
        project: str,
        request: Request,
        reply: Reply | None,
        *,
        fault: bool = False,
        changes: tuple[ProfileChange, ...] = (),
        control: bool = False,
    ) -> None:
        """Keep one more; the oldest go when there are too many."""
        self._count += 1
        entry = Entry(self._count, at, project, request, reply, fault, changes, control)
        self._entries.append(entry)
        self._bytes += _size(entry)
        while len(self._entries) > self._most or (self._bytes > self._most_bytes and len(self._entries) > 1):
            self._forget_oldest()

    def select(self, selection: Selection) -> list[Entry]:
        """The wanted entries, in order."""
        entries: Iterable[Entry] = reversed(self._entries) if selection.newest else self._entries
        if self._hidden:
            entries = (entry for entry in entries if entry.number > self._hidden.get(entry.project, 0))
        return list(islice(chosen(entries, selection), selection.limit))

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
        self._origin = None
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


def chosen(entries: Iterable[Entry], selection: Selection) -> Iterator[Entry]:
    """The entries of a selection, in the order in which they are given; all of them, whatever its limit."""
    return (
        entry
        for entry in entries
        if not entry.control
        and entry.number > selection.after
        and (selection.before is None or entry.number < selection.before)
        and selection.project in {None, entry.project}
        and (selection.path is None or _path_matches(entry.request.path, selection.path))
        and (selection.status is None or (entry.reply is not None and entry.reply.status == selection.status))
        and (selection.user is None or (entry.reply is not None and selection.user in entry.reply.users))
        and (selection.text is None or _has_text(entry, selection.text.lower()))
    )


def _has_text(entry: Entry, text: str) -> bool:
    if text in _searched(entry.request.path):
        return True
    reply = entry.reply
    # No text that anybody looks for runs from one identifier over a NUL into the next.
    return reply is not None and (text == str(reply.status) or text in "\0".join(reply.users).lower())


# A search asks for every entry, and most have one of few paths.
@lru_cache(maxsize=1024)
def _searched(path: str) -> str:
    return unquote(path).lower()


def _path_matches(path: str, wanted: str) -> bool:
    """Whether a path, as it was sent or decoded, is the wanted one."""
    is_glob = any(sign in wanted for sign in "*?[")
    return any(fnmatchcase(form, wanted) if is_glob else wanted in form for form in {path, unquote(path)})


def entry_to_json(entry: Entry, *, longest: int | None = None) -> dict[str, JsonValue]:
    """An entry as the control surface shows it; API keys are shortened.

    Args:
        entry: The entry.
        longest: Characters of a body that are shown at the most; a longer one is shown as text, and `cut` says so.
            None for no bound.
    """
    request, reply = entry.request, entry.reply
    body, reply_body = (_cut(part, longest) for part in (request.body, b"" if reply is None else reply.body))
    shown: dict[str, JsonValue] = {
        "number": entry.number,
        "at": format_instant(entry.at),
        "project": entry.project,
        "method": request.method,
        "path": request.path,
        "query": _SECRET_PARAMETERS.sub(_masked_parameter, request.query),
        "headers": {
            name: mask(value) if name in _SECRET_HEADERS else value for name, value in request.headers.items()
        },
        "body": shown_body(request.body) if body is None else body,
        "status": None if reply is None else reply.status,
        "reply": (None if reply is None else shown_body(reply.body)) if reply_body is None else reply_body,
        "users": [] if reply is None else list(reply.users),
        "rules": [] if reply is None else list(reply.rules),
        "fault": entry.fault,
        "changes": [change.to_json() for change in entry.changes],
    }
    if body is not None or reply_body is not None:
        shown["cut"] = True
    return shown


def _cut(body: bytes, longest: int | None) -> str | None:
    """The beginning of a body that is too long, as text; None for one that is not."""
    if longest is None or len(body) <= longest:
        return None
    text = body.decode("utf-8", "replace")
    return _masked_text(text[:longest]) if len(text) > longest else None


def _masked_text(text: str) -> str:
    return _SECRET_TEXT.sub(lambda found: found[1] + mask(found[2]), text)


def mask(secret: str) -> str:
    """A secret with all but its ends left out, such as `em…ey`."""
    return f"{secret[:2]}…{secret[-2:]}" if len(secret) > _SHORT_SECRET else "…"


def _masked_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}={mask(unquote_plus(found[2]))}"


def shown_body(body: bytes) -> JsonValue:
    """A body as JSON where it is strict JSON, else as text, None when it is empty; an API key is shortened."""
    if not body:
        return None
    try:
        value: JsonValue = read_json(body)
    except ValueError:
        return _masked_text(body.decode("utf-8", "replace"))
    if isinstance(value, dict) and isinstance(key := value.get(_BODY_MEMBER), str):
        return {**value, _BODY_MEMBER: mask(key)}
    return value
