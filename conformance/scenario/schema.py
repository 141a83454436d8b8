"""The format of scenario files as a JSON Schema, and the keys that it knows."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conformance.scenario.model import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel


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
