"""The clock, the faults, and the settings that change while a project is in use, over the control surface."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator, model_validator

from simulator.api.router import find_route
from simulator.api.routes import ROUTES
from simulator.clock import format_instant, parse_instant
from simulator.control.replies import ControlError, json_body, json_reply, model_body, no_content
from simulator.faults import Fault
from simulator.input_mistakes import input_problems
from simulator.project import ProjectSettings
from simulator.project.settings import CHANGEABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from simulator.clock import Clock
    from simulator.control.call import ControlCall
    from simulator.message import Reply

#: Characters of a path that a warning repeats.
_QUOTED: Final = 100


class ClockChange(BaseModel):
    """What is to happen to the clock: exactly one of the three."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    advance: Annotated[float, Field(strict=True, ge=0)] | None = None
    now: str | None = None
    mode: Literal["real"] | None = None

    @field_validator("advance", mode="before")
    @classmethod
    def _is_number(cls, value: JsonValue) -> JsonValue:
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise ValueError("expected seconds as a number, such as 86400")
        return value

    @field_validator("now", mode="before")
    @classmethod
    def _is_instant(cls, value: JsonValue) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise ValueError("expected an ISO date and time, such as 2026-08-20T12:00:00Z")  # noqa: TRY004  # pydantic's
        parse_instant(value)
        return value

    @model_validator(mode="after")
    def _one_thing(self) -> ClockChange:
        if sum(value is not None for value in (self.advance, self.now, self.mode)) != 1:
            raise ValueError('expected one of {"advance": seconds}, {"now": instant}, {"mode": "real"}')
        return self


def get_clock(call: ControlCall) -> Reply:
    """What time it is, whether it is real time, and whether it runs."""
    now, mode = format_instant(call.clock.now()), "real" if call.clock.is_real else "set"
    return json_reply({"now": now, "mode": mode, "running": call.clock.is_running})


def change_clock(call: ControlCall) -> Reply:
    """Advance the clock, set it, or let it show real time."""
    change = model_body(call.request, ClockChange)
    if change.advance is not None:
        _advance(call.clock, change.advance)
    elif change.now is not None:
        call.clock.set(parse_instant(change.now))
    else:
        call.clock.run()
    return get_clock(call)


def _advance(clock: Clock, seconds: float) -> None:
    try:
        clock.advance(seconds)
    except ValueError as error:
        problem = {"path": "advance", "message": str(error)}
        raise ControlError(400, "invalid body", [problem]) from error


def list_faults(call: ControlCall) -> Reply:
    """The active faults."""
    return json_reply(call.simulator.faults.to_json())


def add_fault(call: ControlCall) -> Reply:
    """Add a fault; 201 with its number, and a warning where its path is that of no operation."""
    fault = model_body(call.request, Fault)
    warning = _unknown_path(fault.match.path)
    number = call.simulator.faults.add(fault)
    return json_reply({"number": number} if warning is None else {"number": number, "warning": warning}, 201)


def _unknown_path(path: str | None) -> str | None:
    """What is doubtful about a path; it is no mistake, as a fault can be for calls that Iterable does not know."""
    if path is None or not path.startswith("/api/") or any(sign in path for sign in "*?["):
        return None
    if any(_is_path_of(method, path) for method in {route.method for route in ROUTES}):
        return None
    near = get_close_matches(path, [route.path for route in ROUTES], 1, 0.8)
    return f"no operation has the path {path[:_QUOTED]}" + "".join(f"; did you mean {other}?" for other in near)


def _is_path_of(method: str, path: str) -> bool:
    """Whether a path is that of an operation; a misspelt one such as /api/events/trakc ends in no email."""
    route, parameters = find_route(method, path)
    return route is not None and "@" in parameters.get("email", "@")


def clear_faults(call: ControlCall) -> Reply:
    """Remove every fault."""
    call.simulator.faults.clear()
    return no_content()


def remove_fault(call: ControlCall) -> Reply:
    """Remove one fault."""
    number = call.path_parameters["number"]
    known = [fault for fault in call.simulator.faults.numbers() if str(fault) == number]
    if not known:
        raise ControlError(404, f"there is no fault {number[:40]!r}")
    call.simulator.faults.remove(known[0])
    return no_content()


class Seed(BaseModel):
    """The random seed of faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: Annotated[int, Field(strict=True)]


def get_seed(call: ControlCall) -> Reply:
    """The random seed of faults that have none of their own."""
    return json_reply({"seed": call.simulator.faults.seed})


def set_seed(call: ControlCall) -> Reply:
    """Set the random seed, for the active faults as well."""
    call.simulator.faults.begin_with(model_body(call.request, Seed).seed)
    return no_content()


def get_settings(call: ControlCall) -> Reply:
    """The present settings of a project."""
    return json_reply(call.project().settings.model_dump(by_alias=True, mode="json"))


def change_settings(call: ControlCall) -> Reply:
    """Change settings of a project until it is reset: rate limits and lags."""
    project = call.project()
    changes = json_body(call.request)
    if not isinstance(changes, dict):
        raise ControlError(400, 'the body is not an object such as {"enforceRateLimits": true}')
    changeable = sorted(ProjectSettings.model_fields[name].alias or name for name in CHANGEABLE)
    fixed = [name for name in changes if name not in changeable]
    if fixed:
        known = {field.alias or name for name, field in ProjectSettings.model_fields.items()}
        problems = [{"path": name, "message": _unchangeable(name, known, changeable)} for name in fixed]
        raise ControlError(400, "invalid body", problems)
    try:
        changed = {**project.settings.model_dump(by_alias=True), **changes}
        project.settings = ProjectSettings.model_validate(changed)
    except ValidationError as error:
        raise ControlError(400, "invalid body", input_problems(error, ProjectSettings, changes)) from error
    return get_settings(call)


def _unchangeable(name: str, known: Collection[str], changeable: Sequence[str]) -> str:
    what = "is fixed when the project is created" if name in known else "is not a setting"
    return f"{what}; these can be changed: {', '.join(changeable)}"
