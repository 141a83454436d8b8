"""The mark by which everybody whom a run makes in a real project can be told from everybody else.

Identifiers are marked on their way out, and the mark is taken away on the way back. So a scenario, what it expects
and its trace speak of its own people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from conformance.scenario import NotPlayableError
from simulator.api import identifier_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Calls whose events have ids of their own; an id that an earlier run used would take the place of its event.
_WITH_EVENT_ID: Final = frozenset({"/api/events/track", "/api/commerce/trackPurchase"})
_WITH_EVENT_IDS: Final = "/api/events/trackBulk"
#: Source: Iterable's API description, userId.
_LONGEST_USER_ID: Final = 52


@dataclass(frozen=True, slots=True)
class Marks:
    """One mark.

    Attributes:
        mark: What stands in front of every identifier: lower-case letters, digits and hyphens.
    """

    mark: str

    def marked(self, identifier: str) -> str:
        """An identifier with the mark; what is blank names nobody and stays as it is."""
        return f"{self.mark}{identifier}" if identifier.strip() else identifier

    def unmarked(self, text: str) -> str:
        """A text in which no mark is left."""
        return text.replace(self.mark, "")

    def body(self, path: str, body: Any) -> Any:
        """The JSON body of a call with every identifier marked, and the ids of events.

        Raises:
            NotPlayableError: It names somebody by what is no text, or by a userId that is too long with the mark.
        """
        marked = self._within(body)
        if isinstance(marked, dict) and path in _WITH_EVENT_ID:
            return self._with_event_id(marked)
        if isinstance(marked, dict) and path == _WITH_EVENT_IDS and isinstance(marked.get("events"), list):
            events = [self._with_event_id(event) if isinstance(event, dict) else event for event in marked["events"]]
            return {**marked, "events": events}
        return marked

    def _with_event_id(self, event: dict[str, Any]) -> dict[str, Any]:
        own = event.get("id")
        return {**event, "id": self.marked(own)} if isinstance(own, str) else event

    def _within(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._within(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            name: self._identifier(name, item) if identifier_kind(name) else self._within(item)
            for name, item in value.items()
        }

    def _identifier(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, str):
            raise NotPlayableError(f"{name} is {value!r}, which cannot be marked as this run's own")
        marked = self.marked(value)
        if identifier_kind(name) == "userId" and len(value) <= _LONGEST_USER_ID < len(marked):
            raise NotPlayableError(
                f"the userId {value!r} is too long to be marked: {_LONGEST_USER_ID} characters at most"
            )
        return marked


def identifiers_in(body: Any) -> Iterator[tuple[str, str]]:
    """The identifiers that a body names, each as `email` or `userId` with its text."""
    if isinstance(body, list):
        for item in body:
            yield from identifiers_in(item)
    elif isinstance(body, dict):
        for name, value in body.items():
            kind = identifier_kind(name)
            if kind is None:
                yield from identifiers_in(value)
            elif isinstance(value, str) and value.strip():
                yield kind, value
