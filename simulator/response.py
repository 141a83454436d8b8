"""Replies as bytes: the one place that writes JSON, texts and errors, whichever room answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from simulator.message import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: The headers of a JSON body. Replies share this object: copy it to add to it.
JSON_HEADERS: Final[Mapping[str, str]] = {"Content-Type": "application/json"}

#: What Iterable says in the body of a 500. Source: pasted in airbytehq/airbyte issue 24968 (2023-04-06).
BROKEN_TEXT: Final = "An error occurred. Please try again later. If problem persists, please contact your CSM"

#: As Iterable writes JSON: without spaces. Nothing that is written holds itself, and to look for that takes time.
COMPACT: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
).encode
#: As the control surface writes it, for people to read.
SPACED: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False).encode
#: As an injected fault writes it: in ASCII, so that the body of a fault may hold any text at all.
ASCII: Final = json.JSONEncoder().encode


def encode(text: str) -> bytes:
    """A text in UTF-8; halves of surrogate pairs, which JSON can bring in and UTF-8 cannot hold, become `?`."""
    return text.encode("utf-8", "replace")


def json_reply(
    value: Any,
    status: int = 200,
    *,
    headers: Mapping[str, str] = JSON_HEADERS,
    encoder: Callable[[Any], str] = COMPACT,
    rules: Sequence[str] = (),
    users: Sequence[str] = (),
) -> Reply:
    """A reply with a JSON body.

    Args:
        value: The body.
        status: The status.
        headers: All headers, `Content-Type` among them.
        encoder: How the JSON is written: `COMPACT`, `SPACED` or `ASCII`.
        rules: For the journal: the rules that decided.
        users: For the journal: the people that the request was about.
    """
    return Reply(status, encode(encoder(value)), headers, tuple(rules), tuple(users))


def code_reply(
    status: int,
    code: str,
    msg: str,
    params: Any = None,
    *,
    headers: Mapping[str, str] = JSON_HEADERS,
    rules: Sequence[str] = (),
) -> Reply:
    """A refusal in the envelope of Iterable's API: `msg`, `code` and `params`."""
    return json_reply({"msg": msg, "code": code, "params": params}, status, headers=headers, rules=rules)


def error_reply(
    status: int,
    message: str,
    mistakes: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """A refusal of the control surface: `error`, and `mistakes` if there are any.

    Args:
        status: The status.
        message: What is wrong as a whole.
        mistakes: What is wrong in the body, place by place: path, message and often a hint.
        headers: Headers beside `Content-Type`.
    """
    body: dict[str, Any] = {"error": message}
    if mistakes:
        body["mistakes"] = [dict(mistake) for mistake in mistakes]
    return json_reply(body, status, headers={**JSON_HEADERS, **(headers or {})}, encoder=SPACED)


def text_reply(
    text: str,
    status: int = 200,
    *,
    content_type: str = "text/plain",
    rules: Sequence[str] = (),
    users: Sequence[str] = (),
) -> Reply:
    """A reply whose body is not JSON: lines, CSV, a page, a file."""
    return Reply(status, encode(text), {"Content-Type": f"{content_type}; charset=utf-8"}, tuple(rules), tuple(users))
