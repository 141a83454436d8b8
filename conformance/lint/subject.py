"""A subscription as the checks see it: its mapping taken apart, and what its trigger takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from conformance.inputs.configuration import ConfiguredSubscription
from conformance.lint.event_space import OTHER, TYPES, Event, Space, conditions, matching, space
from conformance.lint.reads import Contents, contents, directive_of
from destination.actions import ACTIONS, Action
from destination.fql import FqlError, Group, Trace, parse

#: The events that the rows of a Reverse ETL model come as.
ROW_EVENTS: Final = frozenset({"new", "updated", "deleted"})
AUDIENCE_EVENTS: Final = frozenset({"Audience Entered", "Audience Exited"})
#: Actions that need a list of products.
COMMERCE: Final = frozenset({"updateCart", "trackPurchase"})
_ROOT_DIRECTIVE: Final = "__segment_internal_directive"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger that could be parsed.

    Attributes:
        text: The trigger.
        tree: Its syntax tree, as Segment has it.
        trace: What Segment skipped and overruled.
        space: The events that make a difference; None where they are too many.
        taken: Those of them that it takes.
        types: The types of event that it takes; all where that is not known.
        names: The names of the events that it takes; None where they are not limited to a few.
    """

    text: str
    tree: Group
    trace: Trace
    space: Space | None
    taken: tuple[Event, ...]
    types: frozenset[str]
    names: frozenset[str] | None

    def may_take(self, name: str) -> bool:
        """Whether a track of that name may be taken; in doubt it may."""
        about = [condition for condition in conditions(self.tree) if condition.type == "event"]
        if self.space is None or any(condition.operator not in {"=", "!="} for condition in about):
            return True
        asked = name if any(condition.value == name for condition in about) else OTHER
        return any(event.get("event") == asked for event in self.taken)


@dataclass(frozen=True, slots=True)
class Subject:
    """A subscription taken apart.

    Attributes:
        item: As it was configured.
        action: Its action; None for one that does not exist.
        mapping: Its mapping.
        contents: What the mapping reads.
        trigger: Its trigger; None where Segment cannot parse it.
    """

    item: ConfiguredSubscription
    action: Action | None
    mapping: Any
    contents: Contents
    trigger: Trigger | None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that are mapped one by one; empty where the mapping is a directive as a whole."""
        whole = not isinstance(self.mapping, dict) or directive_of(self.mapping) or _ROOT_DIRECTIVE in self.mapping
        return {} if whole else self.mapping

    @property
    def is_field_by_field(self) -> bool:
        """Whether the mapping names its fields, and is not made by a directive."""
        return isinstance(self.mapping, dict) and self.fields is self.mapping

    @property
    def slug(self) -> str:
        """The slug of the action."""
        return self.item.subscription.partner_action

    @property
    def types(self) -> frozenset[str]:
        """The types of event that are taken; all of them where that is not known."""
        return frozenset(TYPES) if self.trigger is None else self.trigger.types

    @property
    def names(self) -> frozenset[str] | None:
        """The names of the events that are taken; None where they are not limited to a few."""
        return None if self.trigger is None else self.trigger.names

    @property
    def is_reverse_etl(self) -> bool:
        """Whether rows of a warehouse are taken, whose columns have free names."""
        return self.item.is_reverse_etl or bool(self.names and self.names <= ROW_EVENTS)

    @property
    def is_audience(self) -> bool:
        """Whether events of audiences are taken, whose properties have free names."""
        return bool(self.names and self.names <= AUDIENCE_EVENTS)

    def maps(self, *field: str) -> bool:
        """Whether a field is mapped to anything but null."""
        value: Any = self.fields
        for key in field:
            if directive_of(value):
                return True
            value = value.get(key) if isinstance(value, dict) else None
        return value is not None and value != ""


def subject_of(item: ConfiguredSubscription) -> Subject:
    """A subscription taken apart."""
    mapping = {} if item.subscription.mapping is None else item.subscription.mapping
    action = ACTIONS.get(item.subscription.partner_action)
    return Subject(item, action, mapping, contents(mapping), _trigger(item.subscription.subscribe))


def _trigger(text: Any) -> Trigger | None:
    trace = Trace()
    try:
        tree = parse(text, trace) if isinstance(text, str) else None
    except FqlError:
        return None
    if tree is None:
        return None
    events = space(tree)
    taken = () if events is None else tuple(matching(tree, events.events))
    types = frozenset(event["type"] for event in taken) or frozenset(TYPES)
    return Trigger(text, tree, trace, events, taken, types, _names(tree, taken))


def _names(tree: Group, taken: tuple[Event, ...]) -> frozenset[str] | None:
    """The names of the events taken, if each of them stands in the trigger as a whole."""
    named = {
        condition.value for condition in conditions(tree) if condition.type == "event" and condition.operator == "="
    }
    names = {event.get("event") for event in taken}
    return frozenset(map(str, names)) if names and names <= named else None
