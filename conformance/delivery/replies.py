"""What a reply says: in a few words for the account, and whether Iterable would have sent it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from destination import Reply

#: Each reply of Iterable to what the destination sends has one of these: the plain ones `code`, the bulk ones counts.
_MEMBERS: Final = frozenset({"code", "successCount", "failCount"})
_NO_CONTENT: Final = 204
#: What text that is not JSON is parsed to, as JSON has a null.
_NO_JSON: Final = object()


def describe_reply(reply: Reply) -> str:
    """A reply in a few words that do not name anybody: `400 Bad Request, UnknownUserIdError`."""
    body = _parsed(reply)
    code = body.get("code") if isinstance(body, dict) else None
    shown = f"{reply.status} {reply.reason}".strip()
    return f"{shown}, {code}" if isinstance(code, str) else shown


def unlike_iterable(reply: Reply) -> str:
    """What is odd about a reply of success that Iterable does not send; empty when it may be Iterable's."""
    if not 200 <= reply.status < 300:  # noqa: PLR2004
        return ""
    body = _parsed(reply)
    if isinstance(body, dict) and reply.status != _NO_CONTENT and body.keys() & _MEMBERS:
        return ""
    return f"{reply.status} with {_looks_like(reply, body)}"


def _looks_like(reply: Reply, body: object) -> str:
    if not reply.text.strip():
        return "no body"
    if isinstance(body, dict):
        return "a JSON object without `code`"
    if body is not _NO_JSON:
        return "JSON that is no object"
    html = "html" in reply.headers.get("content-type", "") or reply.text.lstrip()[:1] == "<"
    return "an HTML page" if html else "a body that is not JSON"


def _parsed(reply: Reply) -> object:
    try:
        return json.loads(reply.text)
    except (ValueError, RecursionError):
        return _NO_JSON
