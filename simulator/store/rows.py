"""Entries of the journal as rows of a table, and back."""

from __future__ import annotations

import json
from typing import Any, Final

from simulator.journal import Entry
from simulator.message import Reply, Request
from simulator.project.profile_changes import ProfileChange

#: The columns, in the order of the rows.
COLUMNS: Final = (
    "number, at, project, method, path, query, headers, body, status, reply, reply_headers, rules, users, "
    "fault, control, changes, exact"
)
#: Writes only ASCII, so that any text can be stored, halves of surrogate pairs among them.
_json: Final = json.JSONEncoder(separators=(",", ":")).encode
_EXACT: Final = ("project", "method", "path", "query")
Row = tuple[Any, ...]


def to_row(entry: Entry) -> Row:
    """An entry as a row."""
    request, reply = entry.request, entry.reply
    texts = (entry.project, request.method, request.path, request.query)
    plain = tuple(map(writable, texts))
    answered: Row = (None, None, None, None, None)
    if reply is not None:
        answered = (reply.status, reply.body, _json(reply.headers), _json(reply.rules), _json(reply.users))
    return (
        entry.number,
        entry.at,
        *plain,
        _json(request.headers),
        request.body,
        *answered,
        entry.fault,
        entry.control,
        _json([change.to_json() for change in entry.changes]) if entry.changes else None,
        None if plain == texts else _json(dict(zip(_EXACT, texts, strict=True))),
    )


def from_row(row: Row) -> Entry:
    """The entry of a row."""
    number, at, project, method, path, query, headers, body, status, *rest = row
    reply_body, reply_headers, rules, users, fault, control, changes, exact = rest
    if exact is not None:
        project, method, path, query = (json.loads(exact)[name] for name in _EXACT)
    reply = None
    if status is not None:
        reply = Reply(
            status,
            reply_body,
            json.loads(reply_headers),
            tuple(json.loads(rules)),
            tuple(json.loads(users)),
        )
    changed = () if changes is None else tuple(map(ProfileChange.from_json, json.loads(changes)))
    request = Request(method, path, query, json.loads(headers), body)
    return Entry(number, at, project, request, reply, bool(fault), changed, bool(control))


def writable(text: str) -> str:
    """The text with what no UTF-8 can hold replaced: halves of surrogate pairs, which JSON and sockets can bring."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
