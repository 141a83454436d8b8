"""Requests and replies as the simulator sees them: plain data, the same from a socket or in process."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

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


@dataclass(frozen=True, slots=True)
class Transmission:
    """What a shell carries out: a reply, perhaps late; or none, when the connection is to be closed.

    Attributes:
        reply: The reply; None to close the connection without one.
        delay: Seconds to wait first.
    """

    reply: Reply | None
    delay: float = 0.0


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
