"""What a rendering reads from and writes to: the event, variables, counters, and an account of what it uses."""

from __future__ import annotations

from typing import Final

from destination.javascript.values import UNDEFINED, is_number, member, to_text
from destination.mapping.liquid.errors import Failure
from destination.mapping.liquid.values import property_of, to_value

#: How many characters, or items, a rendering may use.
LARGEST_MEMORY: Final = 100_000_000
#: What is read where no variable is found; it is an object, so that its `size` is 0.
_GLOBALS: Final[dict[str, object]] = {}


class Memory:
    """How much a rendering has used, and how much it has written."""

    __slots__ = ("used", "written")

    def __init__(self) -> None:
        self.used = 0.0
        self.written = 0

    def write(self, count: int) -> None:
        """Count so many characters as written, which LiquidJS does not limit.

        Raises:
            Failure: They would be more than a rendering may use.
        """
        self.written += count
        if self.written > LARGEST_MEMORY:
            raise Failure("memory alloc limit exceeded")

    def use(self, count: float) -> None:
        """Count so many characters as used.

        Raises:
            Failure: They would be more than a rendering may use.
        """
        if count > 0:
            if self.used + count > LARGEST_MEMORY:
                raise Failure("memory alloc limit exceeded")
            self.used += count


class Context:
    """One rendering.

    Args:
        event: What the template is rendered with; what is no object has no variables of its own.
        memory: The account of another rendering that this one is a part of.

    Attributes:
        memory: What has been used.
        variables: What `assign` and `capture` have set.
        counters: What `increment` and `decrement` have set where the event is no object that could hold it.
        scopes: What blocks have put before the variables, innermost last.
        cycles: How far each `cycle` has come.
        stopped: Whether `break` or `continue` has ended the rendering.
        newer: Whether it renders as LiquidJS 10.30 does, and not 10.27.
    """

    __slots__ = ("counters", "cycles", "event", "memory", "newer", "scopes", "stopped", "variables")

    def __init__(self, event: object, *, newer: bool, memory: Memory | None = None) -> None:
        self.event = event
        self.newer = newer
        self.memory = memory or Memory()
        self.variables: dict[str, object] = {}
        self.counters: dict[str, float] = {}
        self.scopes: list[dict[str, object]] = [self.variables]
        self.cycles: dict[str, int] = {}
        self.stopped = False

    def spawn(self, event: object) -> Context:
        """A part of this rendering that reads from something else."""
        return Context(event, newer=self.newer, memory=self.memory)

    def lookup(self, keys: list[object]) -> object:
        """What a path leads to that begins with the name of a variable."""
        # 10.27 looks for an empty value under the name that JavaScript gives objects, and then reads another one.
        name = to_text(to_value(keys[0]) if self.newer else keys[0])
        value = property_of(self._scope_with(name), keys[0])
        for key in keys[1:]:
            value = property_of(value, key)
        return value

    def count(self, name: str, step: int) -> float:
        """A counter, changed by a step; it begins at the number that the event has of that name, or at 0.

        The event holds it, as in LiquidJS, so that whatever else reads the event afterwards reads the counter.
        """
        counters = self.event if isinstance(self.event, dict) else self.counters
        found = counters.get(name)
        start = found if is_number(found) else 0
        counters[name] = start + step
        return start

    def _scope_with(self, name: str) -> object:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope
        if name in self.counters:
            return self.counters
        return self.event if member(self.event, name) is not UNDEFINED else _GLOBALS


def evaluate_path(value: object, keys: list[object]) -> object:
    """What a path leads to from a value."""
    for key in keys:
        value = property_of(value, key)
    return value
