"""The namespace of a run: the prefix that tells everybody whom it makes in a real project from everybody else.

Identifiers get the prefix on their way out and lose it on the way back. So a scenario, what it expects
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
class Namespace:
    """One namespace.

    Attributes:
        prefix: What stands in front of every identifier: lower-case letters, digits and hyphens.
    """

    prefix: str

    def prefixed(self, identifier: str) -> str:
        """An identifier with the prefix; what is blank names nobody and stays as it is."""
        return f"{self.prefix}{identifier}" if identifier.strip() else identifier

    def unprefixed(self, text: str) -> str:
        """A text in which no prefix is left."""
        return text.replace(self.prefix, "")

    def body(self, path: str, body: Any) -> Any:
        """The JSON body of a call with every identifier prefixed, and the ids of events.

        Raises:
            NotPlayableError: It names somebody by what is not text, or by a userId that is too long with the prefix.
        """
        prefixed = self._within(body)
        if isinstance(prefixed, dict) and path in _WITH_EVENT_ID:
            return self._with_event_id(prefixed)
        if isinstance(prefixed, dict) and path == _WITH_EVENT_IDS and isinstance(prefixed.get("events"), list):
            events = [
                self._with_event_id(event) if isinstance(event, dict) else event for event in prefixed["events"]
            ]
            return {**prefixed, "events": events}
        return prefixed

    def _with_event_id(self, event: dict[str, Any]) -> dict[str, Any]:
        own = event.get("id")
        return {**event, "id": self.prefixed(own)} if isinstance(own, str) else event

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
            raise NotPlayableError(f"{name} is {value!r}, which cannot be given this run's prefix")
        prefixed = self.prefixed(value)
        if identifier_kind(name) == "userId" and len(value) <= _LONGEST_USER_ID < len(prefixed):
            raise NotPlayableError(
                f"the userId {value!r} is too long with a prefix: {_LONGEST_USER_ID} characters at most"
            )
        return prefixed


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
