"""The format of scenario files as a JSON Schema, and the keys that it knows."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.event_members import MEMBERS
from conformance.inputs.value_mistakes import Place
from conformance.scenario.model import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

    from conformance.inputs.places import Location


_OF_THE_EVENT: Final = "it belongs to the event: indent it under `send`"


@lru_cache(maxsize=1)
def scenario_keys() -> tuple[str, ...]:
    """Every key of a scenario file."""
    return tuple(sorted(keys_of(Scenario)))


def keys_of(model: type[BaseModel]) -> set[str]:
    """Every key that a model and the models inside it know, as they are written in a file."""
    keys: set[str] = set()
    for part in _schema_parts(model.model_json_schema(by_alias=True)):
        keys.update(part.get("properties", {}))
    return keys


def _schema_parts(schema: dict[str, Any]) -> Iterable[dict[str, Any]]:
    yield schema
    yield from schema.get("$defs", {}).values()


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return Scenario.model_json_schema(by_alias=True)


def place_at(location: Location) -> Place:
    """What may stand at a location of a scenario file; nothing known where it may be anything."""
    parts = [_schema()]
    for piece in location:
        parts = [inner for part in parts for inner in _inside(part, piece)]
    objects = [part for part in parts if "properties" in part]
    if not objects:
        return Place()
    keys = [key for part in objects for key in part["properties"]]
    is_step = len(location) == len(("steps", 0)) and location[0] == "steps"
    elsewhere = {key: _OF_THE_EVENT for key in MEMBERS if key not in keys} if is_step else {}
    return Place(keys, objects[0].get("required", ()), elsewhere)


def _inside(schema: dict[str, Any], piece: str | int) -> list[dict[str, Any]]:
    """The schemas of what is at a key or an index of a value with a schema."""
    inner = schema.get("items") if isinstance(piece, int) else schema.get("properties", {}).get(piece)
    inner = inner if inner is not None else schema.get("additionalProperties")
    return _alternatives(inner) if isinstance(inner, dict) else []


def _alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A schema without references: one for each way in which a value can be what it asks for."""
    if "$ref" in schema:
        return _alternatives(_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return [part for one in schema["anyOf"] for part in _alternatives(one)]
    return [schema]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files, for editors."""
    schema = Scenario.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of iterable-harness",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def json_schema_text() -> str:
    """The JSON Schema as it is shipped."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
