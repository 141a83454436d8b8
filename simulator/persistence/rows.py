"""Entries of the journal as rows of a table, and back."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from simulator.journal import Entry
from simulator.message import Reply, Request
from simulator.project.profile_changes import ABSENT, ProfileChange

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a request is carried out again from; `headers` are JSON, with the texts beside them that no column can hold.
INPUT_COLUMNS: Final = "number, at, project, method, path, query, headers, body, status, control"
#: The columns, in the order of the rows. What nobody looks for is one of them, `details`, as JSON: the headers of the
#: reply, the rules, the users and the changes. `fault` is 0 for none, and 1 more than the microseconds of its delay.
COLUMNS: Final = f"{INPUT_COLUMNS}, fault, reply, details"
Row = tuple[Any, ...]
_MICROSECONDS: Final = 1_000_000
#: Writes only ASCII, so that any text can be stored, halves of surrogate pairs among them.
_json: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def to_row(entry: Entry) -> Row:
    """An entry as a row."""
    request, reply = entry.request, entry.reply
    texts = (entry.project, request.method, request.path, request.query)
    plain = tuple(map(writable, texts))
    changes = list(map(_to_json, entry.changes))
    head = _shared_head(request.headers) if plain == texts else _json((request.headers, texts))
    what_came = (head, request.body)
    fault = entry.fault + round(entry.delay * _MICROSECONDS) if entry.fault else 0
    if reply is None:
        answered: Row = (None, entry.control, fault, None, _json((None, (), entry.named, changes)))
    else:
        details = _json((reply.headers, reply.rules, reply.users, changes))
        answered = (reply.status, entry.control, fault, reply.body, details)
    return entry.number, entry.at, *plain, *what_came, *answered


#: Headers that have been written, by identity, and held so that nothing else can have it.
_heads: Final[dict[int, tuple[Mapping[str, str], str]]] = {}
_MOST_HEADS: Final = 512


def _shared_head(headers: Mapping[str, str]) -> str:
    """Headers as JSON, with no exact texts; the requests of a client share one object, which is written once."""
    found = _heads.get(id(headers))
    if found is None:
        if len(_heads) >= _MOST_HEADS:
            _heads.clear()
        found = _heads[id(headers)] = (headers, _json((headers, None)))
    return found[1]


def from_row(row: Row) -> Entry:
    """The entry of a row."""
    entry = from_input_row(row[:10])
    fault, reply_body, details = row[10:]
    reply_headers, rules, users, changes = json.loads(details)
    reply, named = None, tuple(users)
    if entry.reply is not None:
        reply, named = Reply(entry.reply.status, reply_body, reply_headers, tuple(rules), named), ()
    changed = tuple(map(_from_json, changes))
    delay = (fault - 1) / _MICROSECONDS if fault else 0.0
    return Entry(
        entry.number, entry.at, entry.project, entry.request, reply, bool(fault), changed, entry.control, named, delay
    )


def from_input_row(row: Row) -> Entry:
    """The entry of a row with the columns of an input: of its reply it has the status only."""
    number, at, project, method, path, query, head, body, status, control = row
    headers, exact = _head(head)
    if exact is not None:
        project, method, path, query = exact
    reply = None if status is None else Reply(status, b"")
    return Entry(number, at, project, Request(method, path, query, headers, body), reply, control=bool(control))


def _to_json(change: ProfileChange) -> Any:
    """A change as its parts, which is soonest done; where a field was not there, as the control surface shows it."""
    is_absent = ABSENT in change.before.values() or ABSENT in change.after.values()
    return change.to_json() if is_absent else change


def _from_json(value: Any) -> ProfileChange:
    if isinstance(value, dict):
        return ProfileChange.from_json(value)
    change = ProfileChange(*value)
    return change._replace(merged={name: tuple(keys) for name, keys in change.merged.items()})


@lru_cache(1_000)
def _head(text: str) -> tuple[Mapping[str, str], list[str] | None]:
    """Headers and exact texts; those of one client are alike, and read once."""
    headers, exact = json.loads(text)
    return headers, exact


def writable(text: str) -> str:
    """The text with what no UTF-8 can hold replaced: halves of surrogate pairs, which JSON and sockets can bring."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
