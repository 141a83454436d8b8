"""Whether a change of a mapping only makes people nameless: what then no longer goes wrong was not mended by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from conformance.properties.execution import Execution
from conformance.strategies.history import Persona

_NAMES: Final = ("email", "userId")


def names_fewer(before: Sequence[Execution], after: Sequence[Execution]) -> bool:
    """Whether a changed mapping has no email, or no userId, in some place where the former one had the right one.

    Args:
        before: Histories as the former mapping delivers them.
        after: The same histories as the changed one does.
    """
    given = Counter(name for name, _ in _identifiers(after))
    return any(given[name] < count for name, count in _right_identifiers(before).items())


def _right_identifiers(executions: Iterable[Execution]) -> Counter[str]:
    """How often people are given the emails and userIds that they have."""
    found: Counter[str] = Counter()
    for execution in executions:
        own = _own(item.persona for delivery in execution.history.deliveries for item in delivery.history_events)
        found.update(name for name, value in _identifiers([execution]) if str(value).lower() in own[name])
    return found


def _own(personas: Iterable[Persona]) -> dict[str, set[str]]:
    """The emails and userIds of people, in lower case."""
    own: dict[str, set[str]] = {name: set() for name in _NAMES}
    for persona in personas:
        own["email"] |= {persona.email.lower(), persona.new_email.lower()}
        own["userId"].add(persona.user_id.lower())
    return own


def _identifiers(executions: Iterable[Execution]) -> Iterator[tuple[str, object]]:
    """Every email and every userId that a mapping gives, each with its name."""
    for execution in executions:
        for step in execution.steps:
            for outcome in step.outcomes:
                for payload in outcome.resolved:
                    yield from _in_payload(payload)


def _in_payload(payload: object) -> Iterator[tuple[str, object]]:
    if isinstance(payload, dict):
        yield from ((name, payload[name]) for name in _NAMES if payload.get(name) not in (None, ""))
        yield from _in_payload(payload.get("user"))
