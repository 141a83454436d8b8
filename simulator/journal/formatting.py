"""Entries as JSON: bodies as JSON where they are, and secrets by their ends only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from simulator.clock import format_instant
from simulator.message import read_json

if TYPE_CHECKING:
    from pydantic import JsonValue

    from simulator.journal.entry import Entry

#: Headers that hold a secret; their values are shortened wherever they are printed.
_SECRET_HEADERS: Final = frozenset({"api-key", "api_key", "authorization"})
#: The legacy places of an API key are shortened as well.
_SECRET_PARAMETERS: Final = re.compile(r"(?<![^&])(api_key|apiKey)=([^&]*)")
_BODY_MEMBER: Final = "apiKey"
_SECRET_TEXT: Final = re.compile(r'("apiKey"\s*:\s*")([^"]*)')
_SHORT_SECRET: Final = 4


def entry_to_json(entry: Entry, *, longest: int | None = None) -> dict[str, JsonValue]:
    """An entry as the control surface shows it; API keys are shortened.

    Args:
        entry: The entry.
        longest: Characters of a body at the most; of a longer one the beginning is given as text, and `cut` says so.
            None for no bound.
    """
    request, reply = entry.request, entry.reply
    body, reply_body = (_cut(part, longest) for part in (request.body, b"" if reply is None else reply.body))
    document: dict[str, JsonValue] = {
        "number": entry.number,
        "at": format_instant(entry.at),
        "project": entry.project,
        "method": request.method,
        "path": request.path,
        "query": _SECRET_PARAMETERS.sub(_masked_parameter, request.query),
        "headers": {
            name: mask(value) if name in _SECRET_HEADERS else value for name, value in request.headers.items()
        },
        "body": body_to_json(request.body) if body is None else body,
        "status": None if reply is None else reply.status,
        "reply": (None if reply is None else body_to_json(reply.body)) if reply_body is None else reply_body,
        "outcome": entry.outcome.value,
        "users": list(entry.users),
        "rules": [] if reply is None else list(reply.rules),
        "fault": entry.fault,
        "changes": [change.to_json() for change in entry.changes],
    }
    if entry.delay:
        document["delay"] = entry.delay
    if body is not None or reply_body is not None:
        document["cut"] = True
    return document


def _cut(body: bytes, longest: int | None) -> str | None:
    """The beginning of a body that is too long, as text; None for one that is not."""
    if longest is None or len(body) <= longest:
        return None
    text = body.decode("utf-8", "replace")
    return _masked_text(text[:longest]) if len(text) > longest else None


def raw_body(body: bytes) -> bytes:
    """A body byte for byte, but that API keys in it are shortened."""
    return _masked_text(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _masked_text(text: str) -> str:
    return _SECRET_TEXT.sub(lambda found: found[1] + mask(found[2]), text)


def mask(secret: str) -> str:
    """A secret with all but its ends left out, such as `em…ey`."""
    return f"{secret[:2]}…{secret[-2:]}" if len(secret) > _SHORT_SECRET else "…"


def _masked_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}={mask(unquote_plus(found[2]))}"


def body_to_json(body: bytes) -> JsonValue:
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
