"""What is wrong with a JSON value that was sent, place by place, with a hint where one helps."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import JsonValue, ValidationError
    from pydantic.fields import FieldInfo

#: Characters of a value that a hint repeats.
_LONGEST_EXAMPLE: Final = 60


def input_problems(error: ValidationError, model: type[BaseModel], given: JsonValue) -> list[dict[str, str]]:
    """Path and message of each problem that pydantic found, and for an unknown member what was meant.

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
            problem["message"] = "unknown member"
            hint = _hint(model, path, given)
            if hint:
                problem["hint"] = hint
        problems.append(problem)
    return problems


def _hint(model: type[BaseModel], path: Sequence[str], given: JsonValue) -> str:
    """What to do about an unknown member: use the name that was meant, or put it where it belongs."""
    name, known = path[-1], _members(model, path[:-1])
    elsewhere = _other_place(model, path, given)
    if elsewhere:
        return elsewhere
    near = get_close_matches(name, known, 1)
    if near:
        return f"did you mean {near[0]}?"
    return f"known: {', '.join(known)}" if known else ""


def _other_place(model: type[BaseModel], path: Sequence[str], given: JsonValue) -> str:
    """Where a member belongs that is known in another place: one level deeper, or at the top."""
    name, top = path[-1], _fields(model)
    if len(path) > 1:
        return f"put it beside {path[0]}" if name in top else ""
    holders = [holder for holder, field in top.items() if any(name in _fields(inner) for inner in _held(field))]
    if not holders:
        return ""
    value = json.dumps(given[name] if isinstance(given, dict) else given, ensure_ascii=False)
    example = f': {{"{holders[0]}": {{"{name}": {value}}}}}' if len(value) <= _LONGEST_EXAMPLE else ""
    return f"put it in {holders[0]}{example}"


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
    by_name = _fields(model)
    if not path:
        return list(by_name)
    inside = [piece for piece in path[1:] if not piece.isdecimal()]
    models = list(_models(by_name[path[0]].annotation))
    return _members(models[0], inside) if len(models) == 1 else []


def _fields(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields of a model by their wire names."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _held(field: FieldInfo) -> Iterator[type[BaseModel]]:
    """The models that are objects inside a field, and not items of a list in it."""
    return _models(field.annotation, lists=False)


def _models(annotation: object, *, lists: bool = True) -> Iterator[type[BaseModel]]:
    """The models that a value of an annotation may be, or may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif lists or get_origin(annotation) not in {list, tuple}:
        for inner in get_args(annotation):
            yield from _models(inner, lists=lists)
