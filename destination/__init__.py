"""What Segment's Iterable (Actions) destination sends for an event, and what it makes of the reply.

This module and the subpackages `actions`, `fields`, `fql`, `javascript` and `mapping` are the public face of the
package: what their `__all__` lists. Everything else is private.
"""

from typing import TYPE_CHECKING

from destination.client import AsyncClient, Client
from destination.delivery import CompiledSubscription
from destination.destination import ANSWERED_WELL, Destination
from destination.errors import (
    AggregateAjvError,
    AggregateError,
    Complaint,
    ConnectionFailure,
    DestinationError,
    HTTPError,
    IntegrationError,
    MappingError,
    PayloadValidationError,
    RootMappingError,
    TriggerError,
)
from destination.exchange import Reply, Request
from destination.outcome import Exchange, Outcome
from destination.partial_failures import partial_failures
from destination.presets import CHOSEN_PRESETS, EVENT_SLUGS, PRESETS
from destination.subscription import Subscription

if TYPE_CHECKING:
    from destination.httpx_client import AsyncHttpxClient, HttpxClient

__all__ = [
    "ANSWERED_WELL",
    "CHOSEN_PRESETS",
    "EVENT_SLUGS",
    "PRESETS",
    "AggregateAjvError",
    "AggregateError",
    "AsyncClient",
    "AsyncHttpxClient",
    "Client",
    "CompiledSubscription",
    "Complaint",
    "ConnectionFailure",
    "Destination",
    "DestinationError",
    "Exchange",
    "HTTPError",
    "HttpxClient",
    "IntegrationError",
    "MappingError",
    "Outcome",
    "PayloadValidationError",
    "Reply",
    "Request",
    "RootMappingError",
    "Subscription",
    "TriggerError",
    "partial_failures",
]


def __getattr__(name: str) -> object:
    """The clients on httpx, imported when they are first named: httpx takes longer than all the rest together."""
    if name in {"AsyncHttpxClient", "HttpxClient"}:
        from destination import httpx_client

        return getattr(httpx_client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
