"""The errors that the destination raises, under Segment's own names.

DestinationError
├── AggregateAjvError        the settings or the payload do not fit the fields; final
├── AggregateError           the mapping itself is wrong; final until it is mended
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
        """Whether the platform would deliver the event again (by status: 408, 423, 429, 5xx but 501)."""
        return False
