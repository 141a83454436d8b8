"""What goes over the wire: a request, and the reply to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request that the destination makes.

    Attributes:
        method: `GET` or `POST`.
        url: The absolute address at Iterable's own host; a client may connect elsewhere.
        headers: Header names in lower case, with their values.
        json: The body as it is on the wire, or None for a request without one.
        timeout: Seconds until the destination gives up.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    json: JsonValue = None
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply.

    Attributes:
        status: The HTTP status code.
        reason: The status text, such as `Bad Request`; Segment reports this and not Iterable's message.
        text: The decoded body.
        headers: Header names in lower case, with their values.
    """

    status: int
    reason: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
