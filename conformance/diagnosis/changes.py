"""A change of a mapping: one decision in it, taken otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from typing import Any, Final

from destination import Subscription

#: Where the trigger of a subscription stands among its members.
TRIGGER: Final = ("subscribe",)


class Likelihood(IntEnum):
    """How likely it is that a change is what was meant."""

    #: What stands there looks like a slip of the pen.
    SLIP = 0
    #: What is usual in that place.
    USUAL = 1
    #: Something is given up.
    LOSS = 2


class Removed(Enum):
    """What is in a place after it was taken out, or before it was put in."""

    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """One decision of a mapping, taken otherwise.

    Attributes:
        position: The subscription; one behind the last for a subscription that is added.
        keys: What is changed in it: `("subscribe",)`, `("mapping", "user", "email")`; empty for all of it.
        before: What stands there; `Removed.NOTHING` where nothing does.
        after: What is to stand there; a `Subscription` for all of it.
        likelihood: How likely it is that this was meant.
        gives_up: Whether the mapping no longer asks for something that it cannot have: what goes wrong with that goes
            right where nothing is left to be said of it.
    """

    position: int
    keys: tuple[str | int, ...]
    before: Any
    after: Any
    likelihood: Likelihood = Likelihood.USUAL
    gives_up: bool = False

    @property
    def size(self) -> int:
        """How many values are others afterwards."""
        return _differences(self.before, self.after)

    @property
    def is_addition(self) -> bool:
        """Whether it adds something where nothing is."""
        return self.before is Removed.NOTHING

    @property
    def is_whole_addition(self) -> bool:
        """Whether it adds a subscription."""
        return self.is_addition and not self.keys

    @property
    def field(self) -> str:
        """The dotted name of the field that it is about, such as `user.email`; empty for a trigger or for all."""
        return ".".join(_without_list(self.keys[1:])) if self.keys[:1] == ("mapping",) else ""

    def applied(self, subscriptions: Sequence[Subscription]) -> tuple[Subscription, ...]:
        """The mapping with the change made."""
        changed = list(subscriptions)
        if not self.keys:
            changed[self.position : self.position + 1] = [] if self.after is Removed.NOTHING else [self.after]
            return tuple(changed)
        subscription = changed[self.position]
        if self.keys == TRIGGER:
            changed[self.position] = replace(subscription, subscribe=self.after)
        else:
            mapping = _with(subscription.mapping, self.keys[1:], self.after)
            changed[self.position] = replace(subscription, mapping=mapping)
        return tuple(changed)


def _without_list(keys: Sequence[str | int]) -> list[str]:
    """The members on the way to a place, without those of the directive that makes a list of a list."""
    directive = keys.index("@arrayPath") if "@arrayPath" in keys else len(keys)
    return [str(key) for key in (*keys[:directive], *keys[directive + 2 :])]


def _differences(before: Any, after: Any) -> int:
    if isinstance(before, dict) and isinstance(after, dict):
        keys = before.keys() | after.keys()
        return sum(_differences(before.get(key, Removed.NOTHING), after.get(key, Removed.NOTHING)) for key in keys)
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return sum(map(_differences, before, after))
    return 0 if before == after and type(before) is type(after) else max(_leaves(before), _leaves(after), 1)


def _leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    return sum(map(_leaves, value)) if isinstance(value, list) else 1


def _with(value: Any, keys: Sequence[str | int], after: Any) -> Any:
    """A value with another one in a place; the value itself stays as it is."""
    if not keys:
        return after
    key, rest = keys[0], keys[1:]
    if isinstance(value, list) and isinstance(key, int):
        return [_with(item, rest, after) if index == key else item for index, item in enumerate(value)]
    holder = value if isinstance(value, dict) else {}
    if not rest and after is Removed.NOTHING:
        return {name: inner for name, inner in holder.items() if name != key}
    return {**holder, key: _with(holder.get(key), rest, after)}
