"""What a line of the route table says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from simulator.api.identifiers import NOBODY, NamedPeople
from simulator.api.replies import not_modelled
from simulator.message import Instant, Reply, Request
from simulator.project.keys import KeyType

if TYPE_CHECKING:
    from simulator.project import Project

Handler = Callable[["Project", Request, Instant, Mapping[str, str]], Reply]


class Scope(StrEnum):
    """Over what requests are counted."""

    PROJECT = "project"
    KEY = "API key"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate limit.

    Attributes:
        count: Requests in a window.
        window: Seconds.
        scope: Over what they are counted.
    """

    count: int
    window: int
    scope: Scope

    @property
    def text(self) -> str:
        """The limit as replies and tables name it, such as `500 per second`."""
        name = {1: "second", 60: "minute", 86_400: "day"}[self.window]
        return f"{self.count} per {name}"


#: Which setting delays the effects of a call.
Lag = Literal["visibility_lag", "bulk_lag", "forget_lag", "catalog_lag"]
SERVER: Final = frozenset({KeyType.SERVER})


@dataclass(frozen=True, slots=True)
class Route:
    """One operation.

    Attributes:
        method: The HTTP method.
        path: The path, parameters in braces; those named in `integers` match whole numbers only.
        handler: What answers.
        limits: Its rate limits.
        keys: The types of key that may call it.
        lag: Which setting delays its effects; None for effects that are seen at once.
        people: Where it names people, beside its path.
        modelled: Whether it is more than a refusal.
        needs_token: Whether a key with a JWT secret wants a token for it.
    """

    method: str
    path: str
    handler: Handler
    limits: tuple[Limit, ...] = ()
    keys: frozenset[KeyType] = SERVER
    lag: Lag | None = None
    people: NamedPeople = NOBODY
    modelled: bool = True
    needs_token: bool = True

    @property
    def operation(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


def missing(sentence: str) -> Handler:
    """The handler of an operation that is not simulated; the sentence says what is missing."""

    def handle(_project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
        raise not_modelled(sentence)

    return handle
