"""The analysis of a mapping before anything is sent, long for all that is asked of it: where it looks for what.

Histories are made from it, so that what the mapping reads is what they vary; and properties ask it what the
mapping's author has a right to expect.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from conformance.lint.event_space import ROOTS
from conformance.strategies.history import Event, value_at
from conformance.strategies.leaves import Leaf, leaves, members
from conformance.strategies.subscription_kinds import Kind, kind_of, with_rows_intended
from conformance.strategies.triggers import Trigger, read_trigger
from destination import Subscription
from destination.actions import ACTIONS

#: What an event of each type has, and a row of a model: the first key of every path.
_ROOTS: Final = {**ROOTS, "row": frozenset({"event", "properties", "__segment_id"})}
_COMMON: Final = frozenset(
    {"type", "messageId", "anonymousId", "userId", "context", "integrations", "channel", "version"}
    | {"timestamp", "originalTimestamp", "sentAt", "receivedAt", "projectId", "writeKey"}
)
#: What a row lacks of it: who somebody is stands in its columns. Every mapping of rows in public configurations reads
#: it from there, from `__segment_id`, and the time from `receivedAt`.
_NOT_IN_ROWS: Final = frozenset({"anonymousId", "userId"})
_OPEN: Final = frozenset({"traits", "properties", "context"})
#: Where Segment's libraries put who somebody is, by their specification.
_SPECIFIED_EMAIL: Final = {"identify": ("traits.email",), "track": ("properties.email", "context.traits.email")}
_SPECIFIED_PHONE: Final = {"identify": ("traits.phone",), "track": ("context.traits.phone",)}
_RESERVED: Final = frozenset({"email", "phone", "userId", "anonymousId"})
#: What Segment's specification of ecommerce events has, and the properties that the destination's own fields read.
_SPECIFIED: Final = frozenset(
    {"context.traits", "properties.campaignId", "properties.templateId"}
    | {f"properties.{name}" for name in ("products", "order_id", "total", "revenue", "tax", "shipping", "cart_id")}
)
_TIME_NAMES: Final = re.compile(r"(timestamp|_at|At|[dD]ate|[tT]ime)$|^(ts|birthday)$")
_NUMBERS: Final = re.compile(r"price|total|revenue|amount|value|count|quantity|points|age$|score", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AnalysedSubscription:
    """One subscription with its trigger and mapping analysed.

    Attributes:
        subscription: As configured.
        trigger: Its trigger.
        leaves: What its mapping names and reads.
        type: The type of event that it is meant for, such as `identify`; `row` for rows of a model.
        batches: Whether Segment would deliver to it in batches.
        kind: What it takes.
        model: The Reverse ETL model whose rows it takes; None where it takes none, or the model is not known.
    """

    subscription: Subscription
    trigger: Trigger
    leaves: tuple[Leaf, ...]
    type: str
    batches: bool
    kind: Kind = Kind.EVENTS
    model: str | None = None

    @property
    def takes_rows(self) -> bool:
        """Whether it takes rows of a model, and nothing else."""
        return self.kind is Kind.ROWS

    @property
    def action(self) -> str:
        """The slug of the action."""
        return self.subscription.partner_action

    def leaf(self, name: str) -> Leaf | None:
        """The leaf with a dotted name, if the mapping has it."""
        return next((leaf for leaf in self.leaves if leaf.name == name), None)

    @property
    def sources(self) -> tuple[str, ...]:
        """Every path that it reads, once."""
        return tuple(dict.fromkeys(path for leaf in self.leaves for path in leaf.sources))


@dataclass(frozen=True, slots=True)
class MappingAnalysis:
    """What a mapping reads and is meant for."""

    subscriptions: tuple[AnalysedSubscription, ...]
    #: What `own_paths` found, by the type of event: every history asks for it.
    _own_paths: dict[str, dict[str, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of_action(self, action: str) -> tuple[AnalysedSubscription, ...]:
        """The subscriptions of an action to events of sources."""
        return tuple(
            analysed for analysed in self.subscriptions if analysed.action == action and not analysed.takes_rows
        )

    def of_type(self, kind: str) -> tuple[AnalysedSubscription, ...]:
        """The subscriptions that are meant for a type of event."""
        return tuple(analysed for analysed in self.subscriptions if analysed.type == kind)

    def of_kind(self, kind: Kind) -> tuple[AnalysedSubscription, ...]:
        """The subscriptions that take something of a kind."""
        return tuple(analysed for analysed in self.subscriptions if analysed.kind is kind)

    @property
    def identifies(self) -> bool:
        """Whether some subscription is meant to tell Iterable who people are, or does so whatever it is meant for."""
        return any(
            analysed.type == "identify" or analysed.trigger.fires({"type": "identify", "traits": {}})
            for analysed in self.of_action("updateUser")
        )

    def taking(self, event: Event) -> tuple[AnalysedSubscription, ...]:
        """The subscriptions that an event fires."""
        return tuple(analysed for analysed in self.subscriptions if analysed.trigger.fires(event))

    def batches(self, event: Event) -> bool:
        """Whether Segment would deliver an event in a batch, wherever it goes."""
        taking = self.taking(event)
        return bool(taking) and all(analysed.batches for analysed in taking)

    def paths_of(self, role: str, kind: str) -> tuple[str, ...]:
        """Where events of a type carry something: where the mapping looks for it, else where Segment puts it.

        Args:
            role: `email` or `phone`.
            kind: A type of event.
        """
        read = [path for analysed in self.of_type(kind) for path in analysed.sources if role_of(path) == role]
        return tuple(dict.fromkeys(path for path in read if is_possible(path, kind))) or specified_paths(role, kind)

    def assumed_paths(self, role: str, kind: str) -> tuple[str, ...]:
        """Where a mapping looks for something, and Segment's specification does not have it.

        Args:
            role: `email` or `phone`.
            kind: A type of event.
        """
        usual = specified_paths(role, kind)
        return tuple(path for path in self.paths_of(role, kind) if path not in usual)

    @property
    def names_read(self) -> frozenset[str]:
        """The last key of every path that the mapping reads."""
        return frozenset(path.rpartition(".")[2] for analysed in self.subscriptions for path in analysed.sources)

    def mentions(self, name: str) -> bool:
        """Whether a mapping has a member of a name anywhere, or reads a path that ends in it."""
        return any(
            leaf.target[-1:] == (name,)
            or any(path.rpartition(".")[2] == name for path in leaf.sources)
            or any(key == name for key, _ in members(leaf.definition))
            for analysed in self.subscriptions
            for leaf in analysed.leaves
        )

    def new_email_paths(self) -> tuple[str, ...]:
        """Where an identify carries the address that replaces the old one; empty without such a field."""
        targets = [analysed.leaf("newEmail") for analysed in self.of_action("updateUser")]
        return tuple(dict.fromkeys(path for leaf in targets if leaf is not None for path in leaf.sources))

    def email_in(self, event: Event) -> str | None:
        """The address that an event carries, as it stands there."""
        email: str | None = self._first(event, "email")
        return email

    def phone_in(self, event: Event) -> Any:
        """The phone number that an event carries, as it stands there."""
        return self._first(event, "phone")

    def _first(self, event: Event, role: str) -> Any:
        found = (value_at(event, path) for path in self.paths_of(role, event["type"]))
        return next((value for value in found if value not in (None, "")), None)

    def user_id_paths(self, kind: str) -> tuple[str, ...]:
        """Where events of a type carry a userId beside Segment's own: a trait of another name that identifies read.

        Args:
            kind: A type of event.
        """
        identifies = [item for item in self.of_action("updateUser") if item.type == "identify"]
        names = {path.rpartition(".")[2] for item in identifies for path in _own_user_ids(item)}
        read = [path for item in self.of_type(kind) for path in _own_user_ids(item)]
        return tuple(dict.fromkeys(path for path in read if path.rpartition(".")[2] in names))

    def own_paths(self, kind: str) -> dict[str, str]:
        """The paths below traits, properties and context that the mapping reads and Segment's specification lacks.

        Args:
            kind: A type of event.

        Returns:
            For each path the type of the field that it fills, such as `integer`; shorter paths first. Switches
            are left out: an event without them is the usual one.
        """
        if kind not in self._own_paths:
            self._own_paths[kind] = self._find_own_paths(kind)
        return dict(self._own_paths[kind])

    def _find_own_paths(self, kind: str) -> dict[str, str]:
        known_otherwise = _SPECIFIED | {*self.new_email_paths(), *self.user_id_paths(kind)}
        found = {
            path: type_of(analysed.action, leaf)
            for analysed in self.of_type(kind)
            for leaf in analysed.leaves
            for path in leaf.sources
            if "." in path and is_possible(path, kind) and role_of(path) == "" and path not in known_otherwise
        }
        return {path: found[path] for path in sorted(found, key=len) if found[path] not in {"boolean", "items"}}


def analyse(subscriptions: Sequence[Subscription], models: Sequence[str | None] = ()) -> MappingAnalysis:
    """Analyse a mapping.

    Args:
        subscriptions: The mapping.
        models: The Reverse ETL model of each subscription, or None; without it triggers tell who takes rows.
    """
    of_each = models or [None] * len(subscriptions)
    return MappingAnalysis(tuple(_analysed(*each) for each in zip(subscriptions, of_each, strict=True)))


def _analysed(subscription: Subscription, model: str | None) -> AnalysedSubscription:
    trigger = read_trigger(subscription.subscribe, subscription.partner_action)
    mapping = subscription.mapping
    action = ACTIONS.get(subscription.partner_action)
    wanted = isinstance(mapping, dict) and mapping.get("enable_batching") in (True, "true")
    batches = wanted and action is not None and action.perform_batch is not None
    found = leaves(mapping or {})
    kind = kind_of(trigger, model, tuple(path for leaf in found for path in leaf.sources))
    if kind is Kind.ROWS:
        return AnalysedSubscription(subscription, with_rows_intended(trigger), found, "row", batches, kind, model)
    return AnalysedSubscription(subscription, trigger, found, str(trigger.intended[0]["type"]), batches, kind)


def _own_user_ids(analysed: AnalysedSubscription) -> list[str]:
    """The paths below traits, properties and context of a name of their own from which a userId is read."""
    return [
        path
        for leaf in analysed.leaves
        for path in leaf.sources
        if leaf.target[-1:] == ("userId",)
        and path.partition(".")[0] in _OPEN
        and not role_of(path)
        and path.rpartition(".")[2].lower() not in {name.lower() for name in _RESERVED}
    ]


def type_of(action: str, leaf: Leaf) -> str:
    """The type of the field that a leaf fills, such as `integer`; `object` for a whole mapping."""
    if not leaf.target:
        return "object"
    if leaf.target[0] == "items":
        return "items"
    field = ACTIONS[action].fields.get(leaf.target[0]) if action in ACTIONS else None
    if field is None or len(leaf.target) > 1:
        return "any"
    return str(field.type)


def specified_paths(role: str, kind: str) -> tuple[str, ...]:
    """Where Segment's specification puts something in events of a type; nowhere for some types.

    Args:
        role: `email` or `phone`.
        kind: A type of event.
    """
    return (_SPECIFIED_EMAIL if role == "email" else _SPECIFIED_PHONE).get(kind, ())


@lru_cache(maxsize=4096)
def role_of(path: str) -> str:
    """What a path's name says is there: `email`, `phone`, or empty for anything else."""
    last = path.rpartition(".")[2].lower()
    if path in _OPEN or path == "context.traits":
        return ""
    if "mail" in last and not last.startswith(("is", "has", "accepts", "wants")):
        return "email"
    if last in {"phone", "mobile", "telephone", "cell"} or "phone" in last:
        return "phone"
    return ""


def is_time(path: str) -> bool:
    """Whether a path's name says that a time is there."""
    return bool(_TIME_NAMES.search(path.rpartition(".")[2]))


def is_number(path: str) -> bool:
    """Whether a path's name says that a number is there."""
    return bool(_NUMBERS.search(path.rpartition(".")[2]))


@lru_cache(maxsize=4096)
def is_possible(path: str, kind: str) -> bool:
    """Whether an event of a type, or a row, can have something at a path, by Segment's specification.

    A reserved trait in other capitals, such as `traits.Email`, is not what Segment's libraries send; columns may have
    any names.
    """
    first, _, rest = path.partition(".")
    if kind == "row":
        return not path or first in _ROOTS[kind] or first in _COMMON - _NOT_IN_ROWS
    if first not in _ROOTS.get(kind, frozenset()) and first not in _COMMON and path:
        return False
    if rest and first not in _OPEN and first != "integrations":
        return False
    last = path.rpartition(".")[2]
    return not any(last.lower() == name.lower() and last != name for name in _RESERVED)
