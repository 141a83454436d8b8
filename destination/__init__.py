"""What Segment's Iterable (Actions) destination sends for an event, and what it makes of the reply."""

from destination.client import AsyncClient, AsyncHttpxClient, Client, HttpxClient
from destination.destination import Destination
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
from destination.presets import PRESETS
from destination.subscription import Subscription

__all__ = [
    "PRESETS",
    "AggregateAjvError",
    "AggregateError",
    "AsyncClient",
    "AsyncHttpxClient",
    "Client",
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
