"""Request bodies: read as strict JSON, and held against what a call takes.

Every fault of a body is reported at once, by its path, as the newest recordings show it. What a call does not
know is ignored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn

from simulator.api.replies import bad_json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Deeper bodies are refused; Python's own reader would fail at about the same depth.
_DEEPEST: Final = 200
#: A number with more digits than this is no number that anybody means.
_LONGEST_NUMBER: Final = 400


@dataclass(frozen=True, slots=True)
class Shape:
    """What an object may hold.

    Attributes:
        members: The JSON type of each member: `string`, `number`, `boolean`, `object`, `array`, or the shape of
            an object, or a list of one shape for an array of objects.
        required: Members that must be there and not null.
    """

    members: Mapping[str, Any]
    required: frozenset[str] = field(default_factory=frozenset)


_EXPECTED: Final = {
    "string": "String value expected",
    "number": "Number value expected",
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
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_refuse,
            parse_int=_integer,
            object_pairs_hook=_without_duplicates,
        )
    except (ValueError, RecursionError) as error:
        raise bad_json_body(path) from error
    if _too_deep(value):
        raise bad_json_body(path)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("a number of so many digits")
    return int(digits)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands twice")
    return members


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            item
            for outer in level
            for item in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True


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
            _check(item, expected[0], f"{path}[{index}]", faults)
    elif not _is_of(value, expected):
        faults[path] = _EXPECTED[expected]


def _is_of(value: Any, expected: str) -> bool:
    match expected:
        case "string":
            return isinstance(value, str)
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case _:
            return isinstance(value, list)
