"""The errors that the destination raises, under Segment's own names.

DestinationError
├── AggregateAjvError        the settings or the payload do not fit the fields; final
├── AggregateError           the mapping itself is wrong; final until it is mended
├── TriggerError             the trigger breaks when it is evaluated (a `TypeError` in the original)
├── MappingError             a directive could not be resolved (a plain `Error` in the original)
├── IntegrationError         the action refused; final
│   └── PayloadValidationError
├── HTTPError                Iterable answered with something other than 2xx
└── ConnectionFailure        no answer: time-out or network; worth a retry
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from destination.exchange import Reply


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that validation found, with the JSON path (`$.user`) and the pointer (`/user`) to it."""

    message: str
    path: str
    pointer: str


class DestinationError(Exception):
    """Anything that keeps an event from being delivered.

    Attributes:
        name: The name under which Segment reports the error.
        message: Segment's own text.
        code: Segment's error code, when it has one.
        status: The status that Segment attaches to the error, when it attaches one.
        complaints: The single findings of a validation, in order.
    """

    name = "Error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        complaints: tuple[Complaint, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.complaints = complaints

    @property
    def retryable(self) -> bool:
        """Whether the platform would deliver the event again."""
        return False


class AggregateAjvError(DestinationError):
    """The settings or the payload do not fit the fields; the message is all complaints in a row."""

    name = "AggregateAjvError"

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        message = " ".join(complaint.message for complaint in complaints)
        super().__init__(message, status=400, complaints=complaints)


class AggregateError(DestinationError):
    """The mapping is wrong; each complaint names the place in the mapping."""

    name = "AggregateError"

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        lines = "\n".join(f"    ValidationError: {complaint.message}" for complaint in complaints)
        super().__init__(f"\n{lines}", complaints=complaints)


class RootMappingError(DestinationError):
    """The root of the mapping is wrong; Segment raises this one by itself and not in a list."""

    name = "ValidationError"

    def __init__(self, message: str) -> None:
        super().__init__(message, status=400, complaints=(Complaint(message, "$", "/"),))


class TriggerError(DestinationError):
    """The trigger can be parsed, but breaks when an event is held against it."""

    name = "TypeError"


class MappingError(DestinationError):
    """A directive could not be resolved for this event."""

    def __init__(self, message: str, *, name: str = "Error") -> None:
        super().__init__(message)
        self.name = name


class IntegrationError(DestinationError):
    """The action refuses the event."""

    name = "IntegrationError"


class PayloadValidationError(IntegrationError):
    """The action refuses the payload."""

    name = "PayloadValidationError"

    def __init__(self, message: str) -> None:
        super().__init__(message, code="PAYLOAD_VALIDATION_FAILED", status=400)


class HTTPError(DestinationError):
    """Iterable answered with something other than 2xx; the message is the status text."""

    name = "HTTPError"

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.reason)
        self.reply = reply

    @property
    def retryable(self) -> bool:
        """By status: 4xx is final except 408, 423 and 429; 5xx is worth a retry except 501."""
        status = self.reply.status
        return status in _RETRYABLE_CLIENT_ERRORS or (status >= _SERVER_ERRORS and status != _NOT_IMPLEMENTED)


class ConnectionFailure(DestinationError):
    """No answer came: a time-out (`ETIMEDOUT`) or a network failure (such as `ECONNREFUSED`)."""

    def __init__(self, message: str, *, code: str | None = None, name: str = "Error") -> None:
        super().__init__(message, code=code)
        self.name = name

    @property
    def retryable(self) -> bool:
        """Always: whether the request arrived is not known."""
        return True


_RETRYABLE_CLIENT_ERRORS = frozenset({408, 423, 429})
_SERVER_ERRORS = 500
_NOT_IMPLEMENTED = 501
