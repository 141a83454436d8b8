"""What a mapping's author has a right to find in a profile or an event, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from conformance.properties.execution import Execution, Step
from conformance.properties.state import MANAGED
from conformance.strategies.history import Event, value_at
from conformance.strategies.leaves import Leaf
from conformance.strategies.mapping_analysis import AnalysedSubscription

#: Directives whose results have names, or values, that cannot be told without resolving them.
_REMAKING: Final = ("@flatten", "@transform", "@arrayPath", "@json")
_DATA: Final = "dataFields"
UPDATE: Final = "updateUser"
TRACK: Final = "trackEvent"


@dataclass(frozen=True, slots=True)
class ExpectedValue:
    """One value that was sent and should be stored.

    Attributes:
        field: The name of the field.
        path: The keys that lead to the value inside the field; usually none.
        sent: The value in the event.
        source: Where in the event it stands.
        is_text: Whether the mapping asks for the text of the value.
        is_whole: Whether it came with all traits or properties, under its own name.
    """

    field: str
    path: tuple[str, ...]
    sent: Any
    source: str
    is_text: bool = False
    is_whole: bool = False

    def find(self, fields: dict[str, Any]) -> Any:
        """What is stored in its place; None for nothing."""
        value: Any = fields.get(self.field)
        for key in self.path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def as_field(self, value: Any) -> dict[str, Any]:
        """A value in its place, as a scenario file names it."""
        for key in reversed(self.path):
            value = {key: value}
        return {self.field: value}

    @property
    def is_copy(self) -> bool:
        """Whether the mapping asks for the value as it is."""
        return not self.is_text

    @property
    def name(self) -> str:
        """Its dotted name."""
        return ".".join((self.field, *self.path))


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """An event that was taken, with the fields in which its data are stored.

    Attributes:
        step: The delivery.
        event: The event.
        subscription: The subscription that took it.
        fields: What is stored.
        before: What was stored before.
        where: The place, as a scenario file names it, without the fields.
    """

    step: Step
    event: Event
    subscription: AnalysedSubscription
    fields: dict[str, Any]
    before: dict[str, Any]
    where: dict[str, Any]

    def expect(self, fields: dict[str, Any]) -> dict[str, Any]:
        """That the place has these fields, as a scenario file says it."""
        key = "users" if "user" not in self.where else "events"
        return {key: [{**self.where, "dataFields": fields}]}

    def lack(self, *names: str) -> dict[str, Any]:
        """That the place does not have these fields, as a scenario file says it."""
        key = "users" if "user" not in self.where else "events"
        prefix = "dataFields." if key == "events" else ""
        return {key: [{**self.where, "without": [f"{prefix}{name}" for name in names]}]}


def stored_records(execution: Execution, action: str) -> Iterator[StoredRecord]:
    """Every single event that exactly one subscription of an action took, with what is stored of it.

    Args:
        execution: The executed history.
        action: `updateUser` or `trackEvent`.
    """
    for step, history_event in execution.singles():
        taken = list(execution.taken(step, action))
        if len(taken) != 1 or not step.accepted_by(taken[0][0]):
            continue
        place = _in_profile(step) if action == UPDATE else _in_event(step)
        if place is not None:
            fields, before, where = place
            yield StoredRecord(step, history_event.event, taken[0][1], fields, before, where)


_Place = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def _in_profile(step: Step) -> _Place | None:
    written = step.written
    if len(written) != 1:
        return None
    before = [profile for profile in step.before.profiles if profile.number == written[0].number]
    return written[0].fields, before[0].fields if before else {}, dict(written[0].identifiers)


def _in_event(step: Step) -> _Place | None:
    custom = [event for event in step.new_events if event.type == "customEvent"]
    if len(custom) != 1:
        return None
    owner = next((profile for profile in step.after.profiles if profile.number == custom[0].owner), None)
    if owner is None:
        return None
    return custom[0].fields, {}, {"user": owner.identifiers, "eventName": custom[0].name}


def expected_values(analysed: AnalysedSubscription, event: Event) -> Iterator[ExpectedValue]:
    """What the mapping of a subscription says should be stored of an event, as far as that can be told."""
    for leaf in analysed.leaves:
        if not leaf.target or leaf.target[0] != _DATA:
            continue
        if leaf.target == (_DATA,):
            yield from _whole(leaf, event)
        else:
            yield from _named(leaf, event)


def _whole(leaf: Leaf, event: Event) -> Iterator[ExpectedValue]:
    value = value_at(event, leaf.bare) if leaf.bare is not None else None
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"email", "userId"} and inner is not None:
                yield ExpectedValue(key, (), inner, f"{leaf.bare}.{key}", is_whole=True)


def _named(leaf: Leaf, event: Event) -> Iterator[ExpectedValue]:
    source = leaf.bare if leaf.bare is not None else leaf.text_of
    if source is None and len(leaf.sources) == 1:
        source = leaf.sources[0]
    value = value_at(event, source) if source is not None else None
    if source is not None and value is not None and leaf.target[1] not in {"email", "userId"}:
        exact = leaf.bare is not None
        yield ExpectedValue(leaf.target[1], leaf.target[2:], value, source, is_text=not exact)


def mapped_names(analysed: AnalysedSubscription, event: Event) -> frozenset[str] | None:
    """The names of fields that a subscription may write for an event; None where that cannot be told."""
    names: set[str] = {"phoneNumber", "email", "userId"}
    for leaf in analysed.leaves:
        data = leaf.target[1:] if leaf.target[:1] == ("user",) else leaf.target
        if not leaf.target or (data == () and leaf.target):
            return None
        if data[:1] != (_DATA,):
            continue
        if len(data) > 1:
            names.add(data[1])
            continue
        if any(directive in str(leaf.definition) for directive in _REMAKING):
            return None
        for source in leaf.sources:
            value = value_at(event, source)
            names.update(value if isinstance(value, dict) else ())
        names.update(_keys(leaf.definition))
    return frozenset(names) | MANAGED


def _keys(definition: Any) -> set[str]:
    if isinstance(definition, list):
        return {key for item in definition for key in _keys(item)}
    if isinstance(definition, dict):
        inner = {key for value in definition.values() for key in _keys(value)}
        return inner | {key for key in definition if not key.startswith("@")}
    return set()
