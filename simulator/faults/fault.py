"""A fault: which requests it applies to, what happens to them, and how often."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from simulator.faults.delays import Delay
from simulator.message import Reply
from simulator.response import ASCII, BROKEN_TEXT, JSON_HEADERS, code_reply, encode

#: Header names are tokens of RFC 9110; values with control characters would split the reply.
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
#: The shells set these from the body; another value would garble the connection.
_FRAMING: Final = frozenset({"content-length", "transfer-encoding"})
_WITHOUT_BODY: Final = frozenset({204, 205, 304})
_LONGEST_SEQUENCE: Final = 1000
_BROKEN: Final = code_reply(500, "GenericError", BROKEN_TEXT).body


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Match(_Strict):
    """Which requests a fault applies to; absent members match everything."""

    path: str | None = Field(None, description="A glob for the path, as sent or decoded, such as `/api/events/*`.")
    method: str | None = Field(
        None, description="The HTTP method, in any case; without it, all but preflights (`OPTIONS`)."
    )
    api_key: str | None = Field(None, alias="apiKey", description="The API key of the request.")

    @field_validator("path")
    @classmethod
    def _can_match(cls, path: str | None) -> str | None:
        if path is not None and not path.startswith(("/", "*")):
            raise ValueError(f"{path!r} matches no request: a path starts with /, as in /api/events/track")
        return path


class Action(_Strict):
    """What happens: exactly one of a status, a delay, a drop and a pass."""

    status: Annotated[int, Field(strict=True, ge=200, le=599)] | None = Field(
        None, description="Answer with this status without carrying the request out."
    )
    body: JsonValue = Field(
        None,
        description="With `status`: the body, as JSON unless it is a string; a 500 without one gets Iterable's.",
    )
    headers: dict[str, str] = Field(default_factory=dict, description="With `status`: headers.")
    delay: Delay | None = Field(
        None,
        description="Carry the request out and answer after this many seconds, or after a delay drawn from a "
        "distribution.",
    )
    drop: Literal["before", "after"] | None = Field(
        None,
        description="Close the connection without a reply, before or after carrying the request out.",
    )
    passes: Literal[True] | None = Field(
        None, alias="pass", description="Let the request through, whatever later faults say."
    )

    @model_validator(mode="before")
    @classmethod
    def _is_object(cls, value: object) -> object:
        if not isinstance(value, (dict, cls)):
            status = value if isinstance(value, int) and not isinstance(value, bool) else 503
            raise ValueError(f'an action is an object, such as {{"status": {status}}}')  # noqa: TRY004  # pydantic's
        return value

    @field_validator("headers")
    @classmethod
    def _can_be_sent(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a valid header name")
            if name.lower() in _FRAMING:
                raise ValueError(f"{name} is computed from the body and cannot be set")
            if not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"the value of {name} may contain only printable ASCII characters")
        return headers

    @model_validator(mode="after")
    def _one_thing(self) -> Action:
        chosen = [name for name in ("status", "delay", "drop", "passes") if getattr(self, name) is not None]
        if len(chosen) != 1:
            raise ValueError(f"an action is exactly one of status, delay, drop and pass; this one has {len(chosen)}")
        if self.status is None and (self.body is not None or self.headers):
            raise ValueError("body and headers need a status")
        if self.status in _WITHOUT_BODY and self.body is not None:
            raise ValueError(f"a reply with status {self.status} cannot have a body")
        return self


class Fault(_Strict):
    """One fault: one action for every matching request, or a sequence with one action per request."""

    match: Match = Field(default_factory=lambda: Match.model_validate({}))
    action: Action | None = None
    sequence: Annotated[tuple[Action, ...], Field(min_length=1, max_length=_LONGEST_SEQUENCE)] | None = Field(
        None, description="What happens to the first matching request, to the second, and so on."
    )
    times: Annotated[int, Field(strict=True, ge=1)] | None = Field(
        None,
        description="How often the action happens or the sequence is played; without it, an action until the fault "
        "is removed, and a sequence once.",
    )
    repeat: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="With `sequence`: start over after its last action, until the fault is removed."
    )
    probability: Annotated[float, Field(strict=True, ge=0, le=1)] = Field(
        1.0, description="How likely it is for each matching request; requests that are spared do not count."
    )
    seed: Annotated[int, Field(strict=True)] | None = Field(
        None, description="The random seed of this fault; without it, the simulator's."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Fault:
        if (self.action is None) == (self.sequence is None):
            raise ValueError("a fault has either an action or a sequence")
        if self.repeat and self.sequence is None:
            raise ValueError("repeat needs a sequence: an action repeats anyway")
        if self.repeat and self.times is not None:
            raise ValueError("times and repeat are mutually exclusive: a repeating sequence never ends")
        return self

    @property
    def actions(self) -> tuple[Action, ...]:
        """What happens to the matching requests, in turn."""
        if self.sequence is not None:
            return self.sequence
        return () if self.action is None else (self.action,)

    @property
    def requests(self) -> int | None:
        """How many matching requests it applies to; None for all."""
        if self.sequence is None:
            return self.times
        return None if self.repeat else len(self.sequence) * (self.times or 1)


def fault_reply(action: Action) -> Reply:
    """The reply of a fault with a status."""
    if action.body is None and action.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        body, content_type = _BROKEN, JSON_HEADERS["Content-Type"]
    elif action.body is None:
        body, content_type = b"", "text/plain; charset=utf-8"
    elif isinstance(action.body, str):
        body, content_type = encode(action.body), "text/plain; charset=utf-8"
    else:
        body, content_type = encode(ASCII(action.body)), JSON_HEADERS["Content-Type"]
    headers = dict(action.headers)
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = content_type
    return Reply(action.status or 500, body, headers, rules=("fault",))
