"""Replies of the control surface."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from simulator import response
from simulator.message import Reply, read_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import JsonValue

    from simulator.message import Request

#: A state document wraps what Iterable's API takes in a few more levels.
_DEEPEST: Final = 220
ModelT = TypeVar("ModelT", bound=BaseModel)


class ControlError(Exception):
    """A control request that cannot be carried out.

    Attributes:
        status: The status of the reply.
        message: What is wrong as a whole.
        problems: What is wrong in the body, place by place.
        headers: Headers that the reply carries as well.
    """

    def __init__(
        self,
        status: int,
        message: str,
        problems: Sequence[dict[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.headers = headers or {}
        self.status = status
        self.message = message
        self.problems = list(problems)


def json_reply(value: Any, status: int = 200) -> Reply:
    """A reply with a JSON body."""
    return response.json_reply(value, status, encoder=response.SPACED)


def no_content() -> Reply:
    """A reply with status 204."""
    return Reply(204, b"")


def error_reply(error: ControlError) -> Reply:
    """The reply for an error."""
    return response.error_reply(error.status, error.message, error.problems, error.headers)


def json_body(request: Request) -> JsonValue:
    """The body of a request.

    Raises:
        ControlError: It is not JSON.
    """
    try:
        value: JsonValue = read_json(request.body, deepest=_DEEPEST)
    except ValueError as error:
        raise ControlError(400, f"the body is not JSON: {error}") from error
    return value


def model_body(request: Request, model: type[ModelT]) -> ModelT:
    """The body of a request as a model.

    Raises:
        ControlError: It is not JSON or does not fit; every problem is named.
    """
    given = json_body(request)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise ControlError(400, "the body does not fit", input_problems(error, model, given)) from error


def input_problems(error: ValidationError, model: type[BaseModel], given: JsonValue) -> list[dict[str, str]]:
    """Path and message of each problem that pydantic found, and for an unknown member which are known.

    Args:
        error: What it found.
        model: What the value was to be.
        given: The value.
    """
    problems = []
    for detail in error.errors(include_url=False, include_input=False):
        path = _path(detail["loc"], given, missing=detail["type"] == "missing")
        problem = {"path": ".".join(path), "message": detail["msg"].removeprefix("Value error, ")}
        if detail["type"] == "extra_forbidden":
            known = _members(model, path[:-1])
            near = get_close_matches(path[-1], known, 1)
            problem["message"] = "unknown member"
            if known:
                problem["hint"] = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        problems.append(problem)
    return problems


def _path(location: Sequence[str | int], given: JsonValue, *, missing: bool) -> list[str]:
    """The location without the steps that pydantic adds for the forms that a value may have."""
    path: list[str] = []
    for index, piece in enumerate(location):
        if isinstance(given, dict) and piece in given:
            given = given[str(piece)]
        elif isinstance(given, list) and isinstance(piece, int):
            given = given[piece]
        elif not (missing and index == len(location) - 1):
            continue
        path.append(str(piece))
    return path


def _members(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """The wire names of the members of a model, or of the model at a path inside it."""
    by_name = {field.alias or name: field for name, field in model.model_fields.items()}
    if not path:
        return list(by_name)
    inside = [piece for piece in path[1:] if not piece.isdecimal()]
    models = _models(by_name[path[0]].annotation)
    return _members(models[0], inside) if len(models) == 1 else []


def _models(annotation: object) -> list[type[BaseModel]]:
    """The models that a value of an annotation may be, or may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]
