"""A customer's configuration as data: its subscriptions, where each part of them stands, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from conformance.inputs.configuration.entries import Entry
from conformance.inputs.places import dotted
from destination import CompiledSubscription, Subscription

if TYPE_CHECKING:
    from pydantic import JsonValue

    from destination.mapping import LiquidjsVersion

Reason = Literal["disabled", "other destination"]
#: Names of subscriptions in one sentence; the rest is counted.
_MOST_NAMES: Final = 12
#: What the members of a `Subscription` are called in `Form.keys`.
_WORDS: Final = {"partnerAction": "action", "partner_action": "action"}


@dataclass(frozen=True, slots=True)
class Expression:
    """A reference in a Terraform file, as it is written there, such as `segment_destination.iterable.id`."""

    text: str


@dataclass(frozen=True, slots=True)
class ConfiguredSubscription:
    """A subscription of the Iterable destination, with what the customer's form says of it beside.

    Attributes:
        subscription: What the destination needs; its name is the only one of its kind in the configuration.
        name: The name as the customer gave it.
        id: Segment's id of the subscription; empty where the form does not say.
        enabled: Whether it is in force; always so in a configuration that was read.
        model_id: The Reverse ETL model that it sends the rows of; None for a subscription to events.
        destination_id: The connection that it belongs to, where the form says.
        schedule: The schedule of a Reverse ETL model, `{"strategy": …, "config": …}` as the Public API has it; an
            expression where only Terraform can evaluate it.
        label: The name of its Terraform resource; empty elsewhere.
        entry: Where it was read; None for one that was made by a program.
        compiled: The subscription, compiled when it was checked; None for one that was made by a program.
    """

    subscription: Subscription
    name: str
    id: str = ""
    enabled: bool = True
    model_id: str | Expression | None = None
    destination_id: str | Expression | None = None
    schedule: JsonValue | Expression = None
    label: str = field(default="", compare=False)
    entry: Entry | None = field(default=None, compare=False, repr=False)
    compiled: CompiledSubscription | None = field(default=None, compare=False, repr=False)

    @property
    def is_reverse_etl(self) -> bool:
        """Whether it sends rows of a model, and not events of a source."""
        return self.model_id is not None

    def with_liquidjs(self, version: LiquidjsVersion) -> ConfiguredSubscription:
        """The same with its templates rendered by that LiquidJS."""
        if version == self.subscription.liquidjs:
            return self
        return replace(self, subscription=replace(self.subscription, liquidjs=version), compiled=None)

    def place(self, keys: Sequence[str | int] = ()) -> tuple[int, int]:
        """Line and column of a part of it, in the form that was given.

        Args:
            keys: The way to it: `("mapping", "email", "@path")`, `("subscribe",)`, `("name",)`; whatever the form
                calls these. Where the form has no such part, the nearest place around it is meant.
        """
        return (1, 1) if self.entry is None else self.entry.document.place(self._location(self.entry, keys))

    def path(self, keys: Sequence[str | int] = ()) -> str:
        """The dotted path of a part of it, in the words of the form that was given."""
        return dotted(tuple(keys)) if self.entry is None else dotted(self._location(self.entry, keys))

    @staticmethod
    def _location(entry: Entry, keys: Sequence[str | int]) -> tuple[str | int, ...]:
        if not keys:
            return entry.location
        return entry.at(_WORDS.get(str(keys[0]), str(keys[0])), *keys[1:])


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A subscription that was left out.

    Attributes:
        name: Its name, or that of its resource.
        reason: Why.
        place: Line and column.
    """

    name: str
    reason: Reason
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a customer configured for Iterable.

    Attributes:
        form: The form that was read: `own`, `public-api`, `terraform`, `terraform-state` or `terraform-json`.
        subscriptions: Those in force; never empty when it was read.
        left_out: The others.
        remarks: What the user should be told beside, a sentence each.
        file: The file, as it was named.
    """

    form: str
    subscriptions: tuple[ConfiguredSubscription, ...]
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[str, ...] = ()
    file: str = ""

    @property
    def left_out_sentence(self) -> str:
        """How many were left out, which, and why; empty when none was."""
        return left_out_sentence(self.left_out)

    @property
    def compiled(self) -> tuple[CompiledSubscription, ...]:
        """The subscriptions in force, compiled once for any number of destinations."""
        return tuple(item.compiled or CompiledSubscription(item.subscription) for item in self.subscriptions)

    @property
    def plain(self) -> tuple[Subscription, ...]:
        """The subscriptions in force, as the destination takes them."""
        return tuple(item.subscription for item in self.subscriptions)

    def with_liquidjs(self, version: LiquidjsVersion) -> Configuration:
        """The same with its templates rendered by that LiquidJS."""
        kept = tuple(item.with_liquidjs(version) for item in self.subscriptions)
        return replace(self, subscriptions=kept)

    @property
    def models(self) -> tuple[str | None, ...]:
        """For each subscription in force the Reverse ETL model whose rows it takes, or None; expressions as text."""
        models = (item.model_id for item in self.subscriptions)
        return tuple(model.text if isinstance(model, Expression) else model for model in models)


def left_out_sentence(left_out: Sequence[LeftOut]) -> str:
    """How many subscriptions were left out, which, and why; empty when none was."""
    if not left_out:
        return ""
    disabled = [item.name for item in left_out if item.reason == "disabled"]
    foreign = [item.name for item in left_out if item.reason == "other destination"]
    parts = []
    if disabled:
        parts.append(f"{len(disabled)} disabled ({_named(disabled)})")
    if foreign:
        parts.append(f"{len(foreign)} of another destination ({_named(foreign)})")
    return f"left out {_counted(len(left_out))}: {', '.join(parts)}"


def _counted(number: int) -> str:
    return "1 subscription" if number == 1 else f"{number} subscriptions"


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown} and {len(names) - _MOST_NAMES} more"
