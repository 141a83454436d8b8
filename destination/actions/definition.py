"""What an action is: fields, a proposed trigger, and pure functions from payloads to calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from destination.fields import Field

#: A validated payload whose values are JSON and whose own data fields have their dates converted.
Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of Iterable's API: the path below the base URL, and the body, which is JSON."""

    path: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """One action of the destination.

    Attributes:
        slug: The name in `partnerAction`.
        title: The name in Segment's user interface.
        default_subscription: The trigger that a newly created action proposes.
        fields: Its fields, in definition order.
        perform: From a validated payload and the present instant (milliseconds, of which only the second counts)
            to the calls that deliver it, in order; a call is made only when the one before it succeeded. Raises
            `PayloadValidationError` when the payload names no one.
        perform_batch: The same for several payloads in one call; None where an action cannot batch.
    """

    slug: str
    title: str
    default_subscription: str
    fields: Mapping[str, Field]
    perform: Callable[[Payload, int], list[Call]]
    perform_batch: Callable[[Sequence[Payload], int], Call] | None = None
