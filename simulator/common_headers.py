"""Headers that every reply of Iterable's API carries, whatever answers.

Source: all 115 replies of 2022 and 2023 recorded by mtchavez/iterable-api-client. What names a server or an account
there has a value of our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Reply

#: The rule that tells of them; it decides nothing, so no reply names it.
RULE: Final = "reply.headers"
_COMMON: Final[Mapping[str, str]] = {
    "Vary": "Origin,Accept-Encoding",
    "Request-Time": "1",
    "Referrer-Policy": "origin-when-cross-origin, strict-origin-when-cross-origin",
    "X-XSS-Protection": "1; mode=block",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "X-Permitted-Cross-Domain-Policies": "master-only",
    "Server": "iterable-ingress simulator",
}
#: The header with the id of a request, different for each.
REQUEST_ID: Final = "Iterable-Request-Id"
#: A UUID of the random kind (RFC 9562, version 4) whose last twelve digits are the number in the journal.
_ID_BEGINS: Final = "00000000-0000-4000-8000-"


def request_id(number: int) -> str:
    """The id of a request, as a header gives it.

    Args:
        number: The number of the request in the journal.
    """
    return f"{_ID_BEGINS}{number:012d}"


def request_number(value: str | None) -> int | None:
    """The number in the journal of a request whose id a header gives; None for an id of anybody else.

    Args:
        value: The value of the header; None where there is none.
    """
    number = (value or "").removeprefix(_ID_BEGINS)
    return int(number) if number != value and number.isdecimal() else None


def headers_of(reply: Reply, number: int | None) -> Mapping[str, str]:
    """The headers with which a reply goes over the wire; those of an injected fault win over the common ones.

    Args:
        reply: The reply.
        number: The number of the request that it answers, if that was to Iterable's API.
    """
    if number is None:
        return reply.headers
    headers = {**_COMMON, REQUEST_ID: request_id(number), **reply.headers}
    if "fault" in reply.rules:
        given = {name.lower() for name in reply.headers}
        return {name: value for name, value in headers.items() if name in reply.headers or name.lower() not in given}
    return headers
