"""What pages of other origins need: their preflights answered, and a header on every reply of the API.

A browser sends a preflight before a call with an API key, and sends no key with it; and its page cannot read a reply,
a refusal neither, without `Access-Control-Allow-Origin`. Sources: replies recorded in 2017 by
mtchavez/iterable-api-client carry `Access-Control-Allow-Origin: *`; Iterable/iterable-web-sdk sends `Api-Key`,
`Authorization` and `Content-Type`, and leaves `SDK-Version` and `SDK-Platform` out because the service does not admit
them (src/constants.ts at 669147f, 2026-07-23).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.message import Reply

if TYPE_CHECKING:
    from simulator.message import Instant, Request

_API: Final = "/api/"
#: The header on every reply of the API, and its value.
ALLOW_ORIGIN: Final = ("Access-Control-Allow-Origin", "*")
_PREFLIGHT: Final = Reply(
    200,
    b"",
    {
        "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
        "Access-Control-Allow-Headers": "Api-Key, Api_Key, Authorization, Content-Type",
        "Vary": "Origin",
    },
    ("gate.preflight",),
)


def is_for_pages(path: str) -> bool:
    """Whether pages of every origin may read what is at a path: all of Iterable's API, and nothing else."""
    return path.startswith(_API)


def is_preflight(request: Request) -> bool:
    """Whether a request asks what a page may call, whatever its key is."""
    return request.method == "OPTIONS" and request.path.startswith(_API)


def answer_preflight(_now: Instant) -> Reply:
    """The same for every path: what pages may call with."""
    return _PREFLIGHT
