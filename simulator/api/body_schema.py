"""Request bodies: read as strict JSON, and held against what a call takes.

Every fault of a body is reported at once, by its path, as the newest recordings show it. What a call does not
know is ignored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from simulator.api.replies import bad_json_body
from simulator.message import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Shape:
    """What an object may hold.

    Attributes:
        members: The JSON type of each member: `string`, `number`, `integer`, `boolean`, `object`, `array`, or the
            shape of an object, or a list of one of these for an array of them.
        required: Members that must be there and not null.
    """

    members: Mapping[str, Any]
    required: frozenset[str] = field(default_factory=frozenset)


_EXPECTED: Final = {
    "string": "String value expected",
    "number": "Number value expected",
    "integer": "Number value expected",
    "boolean": "Boolean value expected",
    "object": "Object value expected",
    "array": "Array value expected",
}
_MISSING: Final = "Path missing"


def read_body(path: str, body: bytes, shape: Shape) -> dict[str, Any]:
    """The body as an object that has the shape; members that are null are left out.

    Raises:
        RefusedError: It is no JSON, or it does not have the shape.
    """
    value = _parsed(path, body)
    faults: dict[str, str] = {}
    _check(value, shape, "obj", faults)
    if faults:
        raise bad_json_body(path, faults)
    result: dict[str, Any] = value
    return result


def _parsed(path: str, body: bytes) -> Any:
    try:
        return read_json(body)
    except ValueError as error:
        raise bad_json_body(path) from error


def _check(value: Any, shape: Shape, path: str, faults: dict[str, str]) -> None:
    if not isinstance(value, dict):
        faults[path] = _EXPECTED["object"]
        return
    for name in [name for name, member in value.items() if member is None and name in shape.members]:
        del value[name]
    for name in sorted(shape.required - value.keys()):
        faults[f"{path}.{name}"] = _MISSING
    for name, expected in shape.members.items():
        if name in value:
            _check_member(value[name], expected, f"{path}.{name}", faults)


def _check_member(value: Any, expected: Any, path: str, faults: dict[str, str]) -> None:
    if isinstance(expected, Shape):
        _check(value, expected, path, faults)
    elif isinstance(expected, list):
        if not isinstance(value, list):
            faults[path] = _EXPECTED["array"]
            return
        for index, item in enumerate(value):
            _check_member(item, expected[0], f"{path}[{index}]", faults)
    elif not _is_of(value, expected):
        faults[path] = _EXPECTED[expected]


def _is_of(value: Any, expected: str) -> bool:
    match expected:
        case "string":
            return isinstance(value, str)
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case _:
            return isinstance(value, list)
