"""The active faults, and which of them is injected into a request."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import unquote

from simulator.faults.delays import drawn
from simulator.faults.fault import fault_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import JsonValue

    from simulator.faults.fault import Action, Fault, Match
    from simulator.message import Reply, Request


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """What happens to one request.

    Attributes:
        action: What the fault says; not one that lets the request pass.
        delay: Seconds that the reply is kept back, drawn where the action names a distribution.
    """

    action: Action
    delay: float = 0.0

    @property
    def replaces_processing(self) -> bool:
        """Whether Iterable never sees the request: the fault answers, or the connection is closed before."""
        return self.action.status is not None or self.action.drop == "before"

    @property
    def drops_connection(self) -> bool:
        """Whether the connection is closed without a reply."""
        return self.action.drop is not None

    @property
    def rule(self) -> str:
        """What the journal adds to the rules of a reply that Iterable gave and the fault delayed or lost."""
        return "fault.lost-reply" if self.drops_connection else "fault.delay"

    def reply(self) -> Reply | None:
        """The reply of the fault itself; None when it has none."""
        return None if self.action.status is None else fault_reply(self.action)


@dataclass(slots=True)
class _InForce:  # snapshots name this class
    """An active fault, how many matching requests it is still for (None: all), and how many it has happened to."""

    number: int
    fault: Fault
    left: int | None
    happened: int
    chance: random.Random | None

    def next_action(self) -> Action:
        """What happens to the next matching request; counts it."""
        actions = self.fault.actions
        action = actions[self.happened % len(actions)]
        self.happened += 1
        if self.left is not None:
            self.left -= 1
        return action

    def to_json(self) -> dict[str, JsonValue]:
        asked_for = self.fault.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
        return {"number": self.number, **asked_for, "left": self.left, "happened": self.happened}


class Faults:
    """The active faults; the first that matches a request is injected.

    Args:
        seed: The random seed of faults with a probability or a distribution that have none of their own; the same
            seed and requests, the same faults.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._chance = _chance(seed)
        self._in_force: list[_InForce] = []
        self._count = 0

    @property
    def are_active(self) -> bool:
        """Whether any fault is active."""
        return bool(self._in_force)

    @property
    def seed(self) -> int:
        """The seed that all faults without one of their own go by."""
        return self._seed

    def begin_with(self, seed: int) -> None:
        """Use another seed from now on, for the active faults as well."""
        self._seed = seed
        self._chance = _chance(seed)

    def add(self, fault: Fault) -> int:
        """Add a fault; gives its number, counted from 1."""
        self._count += 1
        own = None if fault.seed is None else _chance(fault.seed)
        self._in_force.append(_InForce(self._count, fault, fault.requests, 0, own))
        return self._count

    def clear(self) -> None:
        """Remove every fault, and start again from the seed."""
        self._in_force.clear()
        self._chance = _chance(self._seed)

    def remove(self, number: int) -> bool:
        """Remove one fault; says whether it was there."""
        before = len(self._in_force)
        self._in_force = [entry for entry in self._in_force if entry.number != number]
        return len(self._in_force) < before

    def numbers(self) -> list[int]:
        """The numbers of the active faults."""
        return [entry.number for entry in self._in_force]

    def decide(self, request: Request, api_key: str | None) -> InjectedFault | None:
        """The fault that is injected into a request, or None; counts the request."""
        if not self._in_force:
            return None
        for entry in self._in_force:
            if not _matches(entry.fault.match, request, api_key):
                continue
            chance = self._source_for(entry)
            if entry.fault.probability < 1 and chance().random() >= entry.fault.probability:
                continue
            action = entry.next_action()
            if entry.left == 0:
                self._in_force.remove(entry)
            if action.passes:
                return None
            return InjectedFault(action, 0.0 if action.delay is None else drawn(action.delay, chance))
        return None

    def _source_for(self, entry: _InForce) -> Callable[[], random.Random]:
        return lambda: self._chance if entry.chance is None else entry.chance

    def to_json(self) -> list[JsonValue]:
        """The active faults: with their numbers, how often they happened, and for how many requests more."""
        return [entry.to_json() for entry in self._in_force]


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # repeatable on purpose


def _matches(match: Match, request: Request, api_key: str | None) -> bool:
    return (
        (match.path is None or _path_matches(request.path, match.path))
        and _method_matches(request.method, match.method)
        and (match.api_key is None or match.api_key == api_key)
    )


def _method_matches(method: str, wanted: str | None) -> bool:
    # A page sends its preflights by itself: a fault for the next call is not for the question before it.
    return method != "OPTIONS" if wanted is None else wanted.upper() == method


def _path_matches(path: str, wanted: str) -> bool:
    return fnmatchcase(path, wanted) or ("%" in path and fnmatchcase(unquote(path), wanted))
