"""What metrics count: events by their type and person, and which campaign and template each is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.project.events import PURCHASE

if TYPE_CHECKING:
    from simulator.project import Project
    from simulator.project.events import Event


@dataclass(slots=True)
class Counts:
    """What happened for one campaign or variant: people by the type of event, one for each event; what was paid."""

    people: dict[str, list[int]] = field(default_factory=dict)
    revenue: float = 0.0

    def add(self, kind: str, person: int, total: Any) -> None:
        """Count an event of a person, and what it says was paid where it is a purchase."""
        self.people.setdefault(kind, []).append(person)
        if kind == PURCHASE and isinstance(total, (int, float)):
            self.revenue += total

    def total(self, kind: str) -> int:
        """How many events of a type there were."""
        return len(self.people.get(kind, ()))

    def unique(self, *kinds: str) -> int:
        """How many people had an event of one of the types."""
        return len({person for kind in kinds for person in self.people.get(kind, ())})


def what_about(project: Project, event: Event) -> tuple[Any, Any]:
    """The campaign and the template of an event: what it says, or those of the message that it is about."""
    message = project.sent.get(str(event.members.get("messageId", "")))
    sent = {} if message is None else {"campaignId": message.campaign_id, "templateId": message.template_id}
    about = {**sent, **event.members}
    return about.get("campaignId"), about.get("templateId")
