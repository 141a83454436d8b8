"""Entries of the journal as rows of a table, and back."""

from __future__ import annotations

import json
from typing import Any, Final

from simulator.journal import Entry
from simulator.message import Reply, Request
from simulator.project.profile_changes import ProfileChange

#: The columns, in the order of the rows. What nobody looks for is one column, `details`, as JSON: the headers of the
#: request, those of the reply, the rules, the users, the changes, and the texts that no column can hold.
COLUMNS: Final = "number, at, project, method, path, query, body, status, reply, fault, control, details"
Row = tuple[Any, ...]
#: Writes only ASCII, so that any text can be stored, halves of surrogate pairs among them.
_json: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def to_row(entry: Entry) -> Row:
    """An entry as a row."""
    request, reply = entry.request, entry.reply
    texts = (entry.project, request.method, request.path, request.query)
    plain = tuple(map(writable, texts))
    exact = None if plain == texts else texts
    changes = [change.to_json() for change in entry.changes]
    if reply is None:
        details = _json((request.headers, None, (), (), changes, exact))
        answered: Row = (None, None)
    else:
        details = _json((request.headers, reply.headers, reply.rules, reply.users, changes, exact))
        answered = (reply.status, reply.body)
    return entry.number, entry.at, *plain, request.body, *answered, entry.fault, entry.control, details


def from_row(row: Row) -> Entry:
    """The entry of a row."""
    number, at, project, method, path, query, body, status, reply_body, fault, control, details = row
    headers, reply_headers, rules, users, changes, exact = json.loads(details)
    if exact is not None:
        project, method, path, query = exact
    reply = None
    if status is not None:
        reply = Reply(status, reply_body, reply_headers, tuple(rules), tuple(users))
    changed = tuple(map(ProfileChange.from_json, changes))
    request = Request(method, path, query, headers, body)
    return Entry(number, at, project, request, reply, bool(fault), changed, bool(control))


def writable(text: str) -> str:
    """The text with what no UTF-8 can hold replaced: halves of surrogate pairs, which JSON and sockets can bring."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
