"""Replies of the control surface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from simulator import response
from simulator.input_mistakes import input_problems
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
        raise ControlError(400, "invalid body", input_problems(error, model, given)) from error
