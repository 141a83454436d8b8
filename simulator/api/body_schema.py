"""Request bodies: read as strict JSON, and held against the schema of their call.

Every error of a body is reported at once, by its path, as the newest recordings show it. What a call does not
know is ignored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from simulator.api.replies import bad_json_body
from simulator.message import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, eq=False)
class ObjectSchema:
    """What an object may hold.

    Attributes:
        members: The JSON type of each member: `string`, `number`, `integer`, `boolean`, `object`, `array`, or the
            schema of an object, or a list of one of these for an array of them.
        required: Members that must be there and not null.
    """

    members: Mapping[str, Any]
    required: frozenset[str] = field(default_factory=frozenset)


#: The app and the device that an SDK call is from.
DEVICE: Final = ObjectSchema(
    {"appPackageName": "string", "deviceId": "string", "platform": "string"},
    frozenset({"appPackageName", "deviceId", "platform"}),
)
_EXPECTED: Final = {
    "string": "String value expected",
    "number": "Number value expected",
    "integer": "Number value expected",
    "boolean": "Boolean value expected",
    "object": "Object value expected",
    "array": "Array value expected",
}
#: The types that `json` gives for what is expected.
_KINDS: Final[Mapping[str, frozenset[type]]] = {
    "string": frozenset({str}),
    "number": frozenset({int, float}),
    "integer": frozenset({int}),
    "boolean": frozenset({bool}),
    "object": frozenset({dict}),
    "array": frozenset({list}),
}
_MISSING: Final = "Path missing"


class BodyNotJsonError(Exception):
    """A body that is no JSON: what is answered depends on the project, and no operation gets to see it."""


# One event for several projects comes as the same body, one project after the other.
@lru_cache(maxsize=1)
def read_body(path: str, body: bytes, schema: ObjectSchema) -> dict[str, Any]:
    """The body as an object that fits the schema; members that are null are left out, a `userId` excepted.

    Equal bodies may give the same object, in which nobody changes anything.

    Raises:
        RefusedError: It does not fit the schema.
        BodyNotJsonError: It is no JSON.
    """
    value = _parse(body)
    errors: dict[str, str] = {}
    _check_object(value, schema, "obj", errors)
    if errors:
        raise bad_json_body(path, errors)
    result: dict[str, Any] = value
    return result


def _parse(body: bytes) -> Any:
    try:
        return read_json(body)
    except ValueError as error:
        # Without the place, which is another one once a recording has its personal data replaced.
        raise BodyNotJsonError(str(getattr(error, "msg", error))) from error


@lru_cache(maxsize=256)
def _kinds_of(schema: ObjectSchema) -> dict[str, frozenset[type]]:
    """The Python types of each member, none where an object or an array is to be looked into."""
    return {
        name: _KINDS[expected] if isinstance(expected, str) else frozenset()
        for name, expected in schema.members.items()
    }


def _fits_at_sight(value: dict[str, Any], schema: ObjectSchema) -> bool:
    """Whether an object fits a schema; most do, and of others this does not tell what is wrong."""
    kinds = _kinds_of(schema)
    for name, member in value.items():
        if name in kinds and type(member) not in kinds[name]:
            return False
    return not schema.required or schema.required <= value.keys()


def _check_object(value: Any, schema: ObjectSchema, path: str, errors: dict[str, str]) -> None:
    if type(value) is dict and _fits_at_sight(value, schema):
        return
    if not isinstance(value, dict):
        errors[path] = _EXPECTED["object"]
        return
    for name in [name for name, member in value.items() if member is None and name in schema.members]:
        # A userId that is null is no userId, and no way to leave it out: who checks identifiers refuses it.
        if name != "userId":
            del value[name]
    for name in sorted(schema.required - value.keys()):
        errors[f"{path}.{name}"] = _MISSING
    for name, expected in schema.members.items():
        if name in value and (name != "userId" or value[name] is not None):
            _check_value(value[name], expected, f"{path}.{name}", errors)


def _check_value(value: Any, expected: Any, path: str, errors: dict[str, str]) -> None:
    if isinstance(expected, ObjectSchema):
        _check_object(value, expected, path, errors)
    elif isinstance(expected, list):
        if not isinstance(value, list):
            errors[path] = _EXPECTED["array"]
            return
        for index, item in enumerate(value):
            _check_value(item, expected[0], f"{path}[{index}]", errors)
    elif not _has_type(value, expected):
        errors[path] = _EXPECTED[expected]


def _has_type(value: Any, expected: str) -> bool:
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
