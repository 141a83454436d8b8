"""Requests and replies as the simulator sees them: plain data, the same from a socket or in process."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Milliseconds since the Unix epoch, UTC: the only form that time has inside the simulator.
Instant = int


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in.

    Attributes:
        method: The HTTP method, upper case.
        path: The path as received, still percent-encoded, without the query.
        query: The text after `?`, still encoded; empty when there is none.
        headers: Header names in lower case, with their values.
        body: The bytes of the body.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, and beside it what the journal is told and the wire is not.

    Attributes:
        status: The HTTP status code.
        body: The bytes of the body.
        headers: Header names with their values, such as `Content-Type`.
        rules: Stable ids of the rules that decided the request, such as
            `users.update.email-based.unknown-user-id`.
        users: The identifiers (emails and userIds, as stored) that the request was about.
    """

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


# A named tuple, as every request makes one.
class WireResult(NamedTuple):
    """What goes over the wire: a reply, perhaps late; or none, when the connection is to be closed.

    Attributes:
        reply: The reply; None to close the connection without one.
        delay: Seconds to wait first.
        number: The number of a request to Iterable's API in the journal; None for others.
    """

    reply: Reply | None
    delay: float = 0.0
    number: int | None = None


#: Bodies nested deeper are refused: writing them again would exhaust Python's stack not far beyond.
_DEEPEST: Final = 200
#: Rounds in which at least the innermost brackets go, and at the most two levels of them; far fewer than `_DEEPEST`.
_SHALLOW: Final = 8
_NO_BRACKETS: Final = bytes(code for code in range(256) if code not in b"{}[]")
#: A number with more digits than this is no number that anybody means.
_LONGEST_NUMBER: Final = 400


def read_json(body: bytes, *, deepest: int = _DEEPEST) -> Any:
    """The JSON value of a body, one that can be written as JSON again.

    Args:
        body: Text in UTF-8.
        deepest: How deep arrays and objects may be nested.

    Raises:
        ValueError: It is no JSON in the strict sense: `NaN`, a number beyond the range of a double, a member that
            stands twice in an object, or too deep.
    """
    try:
        text = body.decode("utf-8")
        value = _read_short(text) if len(body) <= _LONGEST_NUMBER else None
        if value is None:
            value = _STRICT.decode(text)
    except RecursionError as error:
        raise ValueError(f"nested deeper than {deepest} levels") from error
    # Fewer brackets than levels cannot be too deep, and counting them is cheap.
    if body.count(b"{") + body.count(b"[") > deepest and not _is_shallow(body) and _is_deeper(value, deepest):
        raise ValueError(f"nested deeper than {deepest} levels")
    return value


def _read_short(text: str) -> Any:
    """The object of a short text, read without a call of ours for each object and integer; None where that won't do.

    No integer is too long in it. Each member has a colon, so one that stands twice shows in their number.
    """
    try:
        value, end = _SCAN(text, 0)
    except (StopIteration, ValueError, RecursionError):
        return None
    if end != len(text) or type(value) is not dict:
        return None
    members = len(value)
    for item in value.values():
        if type(item) is dict:
            members += len(item)
    if members == text.count(":"):
        return value
    # Colons in texts do not count, as long as none that counts is preceded by a blank.
    return value if members == text.count('":') and not _BEFORE_COLON.search(text) else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is out of range for a number")
    return number


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"duplicate member {twice!r} in an object")
    return members


_STRICT: Final = json.JSONDecoder(
    parse_constant=_refuse, parse_int=_integer, parse_float=_finite, object_pairs_hook=_without_duplicates
)

#: Looks neither for members that stand twice nor for integers that are too long.
_SCAN: Final = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite).scan_once  # type: ignore[attr-defined]  # typeshed leaves it out
_BEFORE_COLON: Final = re.compile(r"[ \t\n\r]:")


def _is_shallow(body: bytes) -> bool:
    """Whether the brackets alone show that a body has few levels; those in texts may hide it."""
    brackets = body.translate(None, _NO_BRACKETS)
    for _ in range(_SHALLOW):
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return not brackets


def _is_deeper(value: Any, deepest: int) -> bool:
    level = [value]
    for _ in range(deepest):
        level = [
            item
            for outer in level
            for item in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True


#: Status texts that Iterable's servers send otherwise than Python's table has them.
_REASONS: Final = {
    **{status.value: status.phrase for status in HTTPStatus},
    413: "Payload Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Entity",
}


def reason_phrase(status: int) -> str:
    """The status text of a status code, `Unknown` for one that has none."""
    return _REASONS.get(status, "Unknown")
