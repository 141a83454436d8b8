"""Messages that the project has sent, or is to send: nothing is delivered, all of it can be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant
    from simulator.project.app_content import InAppContent
    from simulator.project.person import Person


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person.

    Attributes:
        id: Made up.
        medium: `Email`, `Push`, `InApp`, `SMS`, `WebPush` or `WhatsApp`.
        person: Who it is for.
        campaign_id: The campaign that it belongs to.
        template_id: The template that it was made of.
        at: When it was sent, or is to be.
        data_fields: Fields that were given for it.
        consumed: Whether an in-app message has been taken out of the queue.
        in_app: What an in-app message says of its own; None for all that its template says.
        read: Whether an in-app message has been opened.
    """

    id: str
    medium: str
    person: Person
    campaign_id: int
    template_id: int
    at: Instant
    data_fields: Mapping[str, Any] = field(default_factory=dict)
    consumed: bool = False
    in_app: InAppContent | None = None
    read: bool = False


@dataclass(frozen=True, slots=True)
class EmbeddedMessage:
    """A message in a placement of an app.

    Attributes:
        id: Unique in the project.
        placement_id: Where it is shown.
        person: Who is shown it; None for everybody.
        campaign_id: The campaign that it belongs to.
        priority_order: Its place among those of the placement; lower numbers come first.
        is_proof: Whether it is a test, of which no events are kept.
        elements: Title, body, picture, buttons, texts and default action.
        payload: Whatever else the app is to know.
    """

    id: str
    placement_id: int
    person: Person | None = None
    campaign_id: int | None = None
    priority_order: int = 1
    is_proof: bool = False
    elements: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
