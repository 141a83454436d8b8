"""All values in requests and bodies, with the names around them: what may be personal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

from conformance.recorder.personal_data import plain
from simulator.api import find_route
from simulator.message import read_json

if TYPE_CHECKING:
    from simulator.message import Request

#: A reply wraps what requests may hold in a few more levels.
DEEPEST_REPLY: Final = 400
#: Members of a text that is nearly JSON.
MEMBERS: Final = re.compile(r'"(\w+)"\s*:\s*"((?:[^"\\]|\\.)*)"')

NamedValues = list[tuple[tuple[str, ...], Any]]


def values_in_request(request: Request) -> NamedValues:
    """All values in a request, with the names around it in plain form."""
    found: NamedValues = [((plain(name),), value) for name, value in parse_qsl(request.query, keep_blank_values=True)]
    _, names = find_route(request.method, request.path)
    found += [((plain(name),), unquote(value)) for name, value in names.items()]
    found += [(("path",), unquote(piece)) for piece in request.path.split("/")[3:]]
    return found + values_in_body(request.body)


def values_in_body(body: bytes) -> NamedValues:
    """All values in a body, in the same form."""
    if not body:
        return []
    try:
        return [((), read_json(body, deepest=DEEPEST_REPLY))]
    except ValueError:
        text = body.decode("utf-8", "replace")
    members: NamedValues = [(("datafields", plain(name)), value) for name, value in MEMBERS.findall(text)]
    return [*members, *((("line",), line) for line in text.splitlines())]
