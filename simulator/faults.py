"""What goes wrong on purpose.

A fault is data; it is decided here and carried out by the shell that holds the connection.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Final, Literal
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from simulator.message import Reply

if TYPE_CHECKING:
    from simulator.message import Request


#: Header names are tokens of RFC 9110; values with control characters would split the reply.
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
#: The shells set these from the body; another value would garble the connection.
_FRAMING: Final = frozenset({"content-length", "transfer-encoding"})
_WITHOUT_BODY: Final = frozenset({204, 205, 304})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Match(_Strict):
    """Which requests a fault is for; what is absent matches everything."""

    path: str | None = Field(None, description="A glob over the path, as sent or decoded, such as `/api/events/*`.")
    method: str | None = Field(None, description="The HTTP method, in any case.")
    api_key: str | None = Field(None, alias="apiKey", description="The API key of the request.")


class Action(_Strict):
    """What happens: exactly one of a status, a delay and a drop."""

    status: Annotated[int, Field(strict=True, ge=200, le=599)] | None = Field(
        None, description="Answer with this status, and do not carry the request out."
    )
    body: JsonValue = Field(None, description="With `status`: the body, an object as JSON, a text as text.")
    headers: dict[str, str] = Field(default_factory=dict, description="With `status`: headers.")
    delay: Annotated[float, Field(strict=True, ge=0, le=3600)] | None = Field(
        None, description="Carry the request out and answer after so many seconds."
    )
    drop: Literal["before", "after"] | None = Field(
        None,
        description="Close the connection with no reply, before the request is carried out or after it.",
    )

    @field_validator("headers")
    @classmethod
    def _can_be_sent(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no header name")
            if name.lower() in _FRAMING:
                raise ValueError(f"{name} follows from the body and cannot be set")
            if not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"the value of {name} may only hold printable ASCII characters")
        return headers

    @model_validator(mode="after")
    def _one_thing(self) -> Action:
        chosen = [name for name in ("status", "delay", "drop") if getattr(self, name) is not None]
        if len(chosen) != 1:
            raise ValueError(f"an action is one of status, delay and drop; here are {len(chosen)}")
        if self.status is None and (self.body is not None or self.headers):
            raise ValueError("body and headers go with status")
        if self.status in _WITHOUT_BODY and self.body is not None:
            raise ValueError(f"a reply with status {self.status} has no body")
        return self


class Fault(_Strict):
    """One fault, as it is asked for."""

    match: Match = Field(default_factory=lambda: Match.model_validate({}))
    action: Action
    times: Annotated[int, Field(strict=True, ge=1)] | None = Field(
        None, description="How often; without it, until removed."
    )
    probability: Annotated[float, Field(strict=True, ge=0, le=1)] = Field(
        1.0, description="How likely, for each request."
    )


@dataclass(slots=True)
class _InForce:
    number: int
    fault: Fault
    left: int | None


class Faults:
    """The faults in force; the first that matches a request is the one that happens to it.

    Args:
        seed: Decides what faults with a probability do; the same seed and requests, the same faults.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
        self._in_force: list[_InForce] = []
        self._count = 0

    def add(self, fault: Fault) -> int:
        """Put a fault in force; gives its number, counted from 1."""
        self._count += 1
        self._in_force.append(_InForce(self._count, fault, fault.times))
        return self._count

    def clear(self) -> None:
        """Remove every fault, and begin again with the seed."""
        self._in_force.clear()
        self._chance = random.Random(self._seed)  # noqa: S311  # repeatable on purpose

    def remove(self, number: int) -> bool:
        """Remove one fault; says whether it was there."""
        before = len(self._in_force)
        self._in_force = [entry for entry in self._in_force if entry.number != number]
        return len(self._in_force) < before

    def numbers(self) -> list[int]:
        """The numbers of the faults in force."""
        return [entry.number for entry in self._in_force]

    def decide(self, request: Request, api_key: str | None) -> Action | None:
        """What happens to a request, or None for nothing; counts it."""
        if not self._in_force:
            return None
        for entry in self._in_force:
            if not _matches(entry.fault.match, request, api_key):
                continue
            if entry.fault.probability < 1 and self._chance.random() >= entry.fault.probability:
                continue
            if entry.left is not None:
                entry.left -= 1
                if entry.left == 0:
                    self._in_force.remove(entry)
            return entry.fault.action
        return None

    def to_json(self) -> list[JsonValue]:
        """The faults in force, with their numbers and how often they are still to happen."""
        return [
            {
                "number": entry.number,
                **entry.fault.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True),
                "left": entry.left,
            }
            for entry in self._in_force
        ]


def _matches(match: Match, request: Request, api_key: str | None) -> bool:
    return (
        (match.path is None or _path_matches(request.path, match.path))
        and (match.method is None or match.method.upper() == request.method)
        and (match.api_key is None or match.api_key == api_key)
    )


def _path_matches(path: str, wanted: str) -> bool:
    return fnmatchcase(path, wanted) or ("%" in path and fnmatchcase(unquote(path), wanted))


def fault_reply(action: Action) -> Reply:
    """The reply of a fault that answers."""
    if action.body is None:
        body, content_type = b"", "text/plain; charset=utf-8"
    elif isinstance(action.body, str):
        body, content_type = action.body.encode("utf-8", "replace"), "text/plain; charset=utf-8"
    else:
        body, content_type = json.dumps(action.body).encode(), "application/json"
    headers = dict(action.headers)
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = content_type
    return Reply(action.status or 500, body, headers, rules=("fault",))
