"""Replies of the control surface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import BaseModel, ValidationError

from simulator.message import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from simulator.message import Request

_JSON: Final = {"Content-Type": "application/json"}
ModelT = TypeVar("ModelT", bound=BaseModel)


class ControlError(Exception):
    """A control request that cannot be carried out.

    Attributes:
        status: The status of the reply.
        message: What is wrong as a whole.
        mistakes: What is wrong in the body, place by place.
    """

    def __init__(self, status: int, message: str, mistakes: Sequence[dict[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.mistakes = list(mistakes)


def json_reply(value: JsonValue, status: int = 200) -> Reply:
    """A reply with a JSON body."""
    return Reply(status, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), _JSON)


def no_content() -> Reply:
    """A reply with status 204."""
    return Reply(204, b"")


def error_reply(error: ControlError) -> Reply:
    """The reply for an error: `error`, and `mistakes` with path and message when there are any."""
    body: dict[str, JsonValue] = {"error": error.message}
    if error.mistakes:
        body["mistakes"] = [dict(mistake) for mistake in error.mistakes]
    return json_reply(body, error.status)


def json_body(request: Request) -> JsonValue:
    """The body of a request.

    Raises:
        ControlError: It is not JSON.
    """
    try:
        value: JsonValue = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise ControlError(400, f"the body is not JSON: {error}") from error
    return value


def model_body(request: Request, model: type[ModelT]) -> ModelT:
    """The body of a request as a model.

    Raises:
        ControlError: It is not JSON or does not fit; every mistake is named.
    """
    try:
        return model.model_validate(json_body(request))
    except ValidationError as error:
        raise ControlError(400, "the body does not fit", mistakes_of(error)) from error


def mistakes_of(error: ValidationError) -> list[dict[str, str]]:
    """Path and message of each mistake that pydantic found."""
    return [{"path": ".".join(map(str, detail["loc"])), "message": detail["msg"]} for detail in error.errors()]
