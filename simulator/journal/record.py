"""Entries as a journal in memory keeps them: flat, and small.

There are a hundred thousand of them. As objects, with the values before and after of every field, each would be four
kilobytes in a score of objects that the garbage collector visits again and again. A record is one tuple of texts,
numbers and bytes, in which what all entries of a client have alike, headers and rules, is one object for all; the
changes are packed into bytes. The collector stops looking at such a tuple soon, unless there is a dict in it.
"""

from __future__ import annotations

import marshal
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import TYPE_CHECKING, Any, Final

from simulator.journal.entry import Entry
from simulator.journal.outcome import EntryOutcome, outcome_of
from simulator.message import Reply, Request
from simulator.project.profile_changes import ABSENT, ProfileChange
from simulator.response import JSON_HEADERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant

#: Names of headers, each with its value behind it.
_Headers = tuple[str, ...]
#: When, project, method, path, query, headers and body; status, body and headers of the reply, the status None for
#: none; rules, users, whether a fault got in the way (the seconds of its delay, if it has one), whether it is of the
#: control surface, and the changes, packed.
Record = tuple[
    "Instant",
    str,
    str,
    str,
    str,
    _Headers,
    bytes,
    int | None,
    bytes,
    _Headers,
    tuple[str, ...],
    tuple[str, ...],
    bool | float,
    bool,
    bytes,
]
_JSON: Final = tuple(chain.from_iterable(JSON_HEADERS.items()))


def to_record(  # noqa: PLR0913, PLR0917  # the parts of an entry
    at: Instant,
    project: str,
    request: Request,
    reply: Reply | None,
    named: tuple[str, ...],
    fault: bool | float,  # noqa: FBT001  # with names, nothing that is called so often would be as quick
    control: bool,  # noqa: FBT001  # the same
    changes: tuple[ProfileChange, ...],
) -> Record:
    """The record of an entry."""
    packed = pack(changes) if changes else b""
    headers, path = _flat(request.headers), intern(request.path)
    if reply is None:
        came = (at, project, request.method, path, request.query, headers, request.body)
        return (*came, None, b"", (), (), named, fault, control, packed)
    # In one go: this is most of what keeping an entry takes.
    return (
        at,
        project,
        request.method,
        path,
        request.query,
        headers,
        request.body,
        reply.status,
        reply.body,
        _flat(reply.headers),
        _shared(reply.rules),
        reply.users,
        fault,
        control,
        packed,
    )


def _flat(headers: Mapping[str, str]) -> _Headers:
    """Headers as they are kept: one tuple for all entries with the same, whoever changes the dict afterwards."""
    return _JSON if headers is JSON_HEADERS else _shared(tuple(chain.from_iterable(headers.items())))


@lru_cache(maxsize=4096)
def _shared(texts: tuple[str, ...]) -> tuple[str, ...]:
    """One tuple for all that are equal."""
    return texts


def pack(changes: tuple[ProfileChange, ...]) -> bytes:
    """Changes as bytes that `unpack` reads, in this process only."""
    try:
        return marshal.dumps(list(map(tuple, changes)))
    except ValueError:
        # Nothing before or afterwards, which is no value of JSON.
        return marshal.dumps([_with_ellipses(change) for change in changes])


def unpack(packed: bytes) -> tuple[ProfileChange, ...]:
    """The changes that were packed."""
    if not packed:
        return ()
    return tuple(_with_absences(*change) for change in marshal.loads(packed))  # noqa: S302  # our own bytes


def _with_ellipses(change: ProfileChange) -> tuple[Any, ...]:
    before = {name: ... if value is ABSENT else value for name, value in change.before.items()}
    after = {name: ... if value is ABSENT else value for name, value in change.after.items()}
    return tuple(change._replace(before=before, after=after))


def _with_absences(*parts: Any) -> ProfileChange:
    change = ProfileChange(*parts)
    before = {name: ABSENT if value is ... else value for name, value in change.before.items()}
    after = {name: ABSENT if value is ... else value for name, value in change.after.items()}
    return change._replace(before=before, after=after)


class KeptEntry:
    """An entry to be looked at, and made whole only when it is wanted.

    Args:
        number: Its number.
        record: Its record.
    """

    __slots__ = ("number", "record")

    def __init__(self, number: int, record: Record) -> None:
        self.number = number
        self.record = record

    @property
    def project(self) -> str:
        """The name of the project."""
        return self.record[1]

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.record[2]

    @property
    def path(self) -> str:
        """The path, as it was sent."""
        return self.record[3]

    @property
    def status(self) -> int | None:
        """The status of the reply; None when there was none."""
        return self.record[7]

    @property
    def users(self) -> tuple[str, ...]:
        """The identifiers that the request was about."""
        return self.record[11]

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that decided."""
        return self.record[10]

    @property
    def control(self) -> bool:
        """Whether the request came over the control surface."""
        return self.record[13]

    @property
    def outcome(self) -> EntryOutcome:
        """What became of the request."""
        return outcome_of(self.method, _reply_of(self.record), unpack(self.record[14]))

    def whole(self) -> Entry:
        """The entry."""
        at, project, method, path, query, headers, body, status, _, _, _, users, fault, control, packed = self.record
        request = Request(method, path, query, _dict(headers), body)
        named = users if status is None else ()
        reply, changes = _reply_of(self.record), unpack(packed)
        delay = 0.0 if isinstance(fault, bool) else fault
        return Entry(self.number, at, project, request, reply, bool(fault), changes, control, named, delay)


def _reply_of(record: Record) -> Reply | None:
    _, _, _, _, _, _, _, status, body, headers, rules, users, _, _, _ = record
    return None if status is None else Reply(status, body, _dict(headers), rules, users)


def _dict(headers: _Headers) -> dict[str, str]:
    return dict(zip(headers[::2], headers[1::2], strict=True))
