"""Field definitions compiled, once, into a function that removes, coerces and validates a payload.

Source: the order of steps and every oddity were observed in `actions-core` 3.170.0 with ajv 8.20.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from destination.errors import AggregateAjvError, Complaint
from destination.fields import complaints as say
from destination.fields.coercion import COERCIONS, REFUSED, nullable
from destination.fields.complaints import Place
from destination.fields.conditions import missing_under_conditions
from destination.fields.definition import Field, RequiredWhen
from destination.fields.formats import FORMATS
from destination.javascript import utf16
from destination.javascript.values import UNDEFINED, is_number, is_safe

#: Turns a value into what the field wants; adds complaints to the list.
_Check = Callable[[object, Place, list[Complaint]], object]
#: By the type of a value, whether it goes through as it is; None for all values of the type.
Unchanged = Mapping[type, "Callable[[Any], object] | None"]

_JSON_TYPES: Final = {"text": "string", "password": "string"}
_TEXTUAL: Final = frozenset({"string", "text", "password", "datetime"})
#: Put back after validation, in settings and payloads alike, although no field declares it.
ALWAYS_KEPT: Final = "dynamicAuthSettings"


class Validator:
    """Compiled fields."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields
        self._root = Place()
        self._checks = tuple(
            (key, field, unchanged_values(field), _check_of(field), self._root.member(key, field.label))
            for key, field in fields.items()
        )
        self._required = tuple(key for key, field in fields.items() if field.required is True)
        self._conditional = any(isinstance(field.required, RequiredWhen) for field in fields.values())

    def validate(self, payload: object, *, batch: bool) -> dict[str, object]:
        """The payload as the action gets it: empty values removed, the rest coerced, unknown keys dropped.

        Args:
            payload: What the mapping gave, without undefined members. It is not changed.
            batch: Whether the event is part of a batch, where empty texts stay.

        Raises:
            AggregateAjvError: With every complaint, in Segment's order and words.
        """
        if not isinstance(payload, dict):
            # What is empty is removed at the root as well, and nothing is left to name the type of.
            seen = UNDEFINED if payload is None or payload == "" else payload
            raise AggregateAjvError((self._root.complain(say.wrong_type(("object",), seen)),))
        complaints: list[Complaint] = []
        result: dict[str, object] = {}
        for key, field, unchanged, check, place in self._checks:
            value = payload.get(key, UNDEFINED)
            if value is UNDEFINED:
                continue
            fits = unchanged.get(type(value), _never)
            if fits is None or fits(value):
                result[key] = value
                continue
            value = _without_empty(value, field, batch=batch)
            if value is not UNDEFINED:
                result[key] = check(value, place, complaints)
        return self._finished(result, complaints, payload)

    def validate_settings(self, settings: Mapping[str, object]) -> dict[str, object]:
        """Settings, coerced and checked in the same way, except that nothing empty is removed first.

        Raises:
            AggregateAjvError: With every complaint.
        """
        complaints: list[Complaint] = []
        result: dict[str, object] = {}
        for key, _field, _unchanged, check, place in self._checks:
            if settings.get(key, UNDEFINED) is not UNDEFINED:
                result[key] = check(settings[key], place, complaints)
        return self._finished(result, complaints, settings)

    def _finished(
        self, result: dict[str, object], complaints: list[Complaint], payload: Mapping[str, object]
    ) -> dict[str, object]:
        """The result, unless there are complaints; those about missing fields come first."""
        missing = [self._root.complain(say.missing(key)) for key in self._required if key not in result]
        if self._conditional:
            complaints += missing_under_conditions(self._fields, result, self._root)
        if missing or complaints:
            raise AggregateAjvError((*missing, *complaints))
        if payload.get(ALWAYS_KEPT, UNDEFINED) is not UNDEFINED:
            result[ALWAYS_KEPT] = payload[ALWAYS_KEPT]
        return result


def unchanged_values(field: Field) -> Unchanged:
    """The values that are neither removed nor coerced nor complained of, which nearly all are."""
    if field.multiple or field.properties or field.choices or field.minimum or field.maximum:
        return {}
    if field.type in _TEXTUAL:
        format_check = FORMATS.get("date-like" if field.type == "datetime" else field.format)
        # Without a format it is those that are not empty.
        texts: Unchanged = {str: len if format_check is None else format_check[0]}
        return {**texts, int: None, float: None} if field.type == "datetime" else texts
    return _UNCHANGED[field.type]


def _never(_: object) -> bool:
    return False


_UNCHANGED: Final[Mapping[str, Unchanged]] = {
    "boolean": {bool: None},
    "object": {dict: None},
    "integer": {int: None},
    "number": {int: is_safe, float: math.isfinite},
}


def _without_empty(value: object, field: Field, *, batch: bool) -> object:
    """The value, `UNDEFINED` when it counts as empty, or without what is empty one level down."""
    if value is None:
        return value if _keeps_null(field) else UNDEFINED
    if isinstance(value, str) and value == "":
        return value if batch and not field.multiple and field.type in _TEXTUAL else UNDEFINED
    if field.multiple or field.properties:
        return _nested_without_empty(value, field)
    return value


def compile_fields(fields: Mapping[str, Field]) -> Validator:
    """The fields of an action, or the settings, compiled."""
    return Validator(fields)


def _keeps_null(field: Field) -> bool:
    return field.allow_null and not field.multiple and not field.properties


def _nested_without_empty(value: object, field: Field) -> object:
    """Without what is empty one level down: items of a list, declared members of an object."""
    if field.multiple:
        items = value if isinstance(value, list) else [value]
        textual = field.type in _TEXTUAL
        return [item for item in items if item is not None and (textual or item != "" or not isinstance(item, str))]
    if not isinstance(value, dict):
        return value
    return {
        key: _nested_without_empty(item, inner)
        if inner is not None and (inner.multiple or inner.properties)
        else item
        for key, item in value.items()
        if (inner := field.properties.get(key)) is None or not _is_empty_member(item, inner)
    }


def _is_empty_member(value: object, field: Field) -> bool:
    if value is None:
        return not _keeps_null(field)
    return isinstance(value, str) and value == "" and (field.multiple or field.type not in _TEXTUAL)


def _check_of(field: Field) -> _Check:
    return _list_check(field) if field.multiple else _scalar_check(field)


def _list_check(field: Field) -> _Check:
    # On the items of a list only the type and the choices are checked, not format, bounds or null.
    item = Field("", field.type, choices=field.choices, properties=field.properties,
                 additional_properties=field.additional_properties)  # fmt: skip
    check_item = _scalar_check(item, formatted=False)
    is_unchanged = _is_unchanged_object(item)

    def check(value: object, place: Place, complaints: list[Complaint]) -> object:
        items = value if isinstance(value, list) else [value]
        return [
            entry if is_unchanged(entry) else check_item(entry, place.member(index), complaints)
            for index, entry in enumerate(items)
        ]

    return check


def _is_unchanged_object(field: Field) -> Callable[[object], bool]:
    """Whether an object goes through as it is, with all its members; never one without what is not declared."""
    properties = field.properties
    conditional = any(isinstance(inner.required, RequiredWhen) for inner in properties.values())
    if conditional or not field.additional_properties:
        return _never
    kinds_by_key = {key: unchanged_values(inner) for key, inner in properties.items()}
    required = frozenset(key for key, inner in properties.items() if inner.required)

    def is_unchanged(value: object) -> bool:
        if type(value) is not dict or not required <= value.keys():
            return False
        for key, member in value.items():
            kinds = kinds_by_key.get(key)
            if kinds is not None:
                fits = kinds.get(type(member), _never)
                if fits is not None and not fits(member):
                    return False
        return True

    return is_unchanged


def _scalar_check(field: Field, *, formatted: bool = True) -> _Check:
    json_type = _JSON_TYPES.get(field.type, field.type)
    null_too = _keeps_null(field)
    coerce = nullable(json_type) if null_too else COERCIONS[json_type]
    wanted = (("string", "number") if json_type == "datetime" else (json_type,)) + (("null",) if null_too else ())
    members = _members_check(field) if field.type == "object" and field.properties else None
    refine = _refinement(field, formatted=formatted)
    # Where there is anything to coerce, a list of one is opened before its content is looked at.
    opens = json_type != "object" or null_too

    def check(value: object, place: Place, complaints: list[Complaint]) -> object:
        coerced = coerce(value)
        if coerced is REFUSED:
            seen = value[0] if opens and isinstance(value, list) and len(value) == 1 else value
            complaints.append(place.complain(say.wrong_type(wanted, seen)))
            return value
        if members is not None and isinstance(coerced, dict):
            return members(coerced, place, complaints)
        if refine is not None:
            refine(coerced, place, complaints)
        return coerced

    return check


def _members_check(field: Field) -> _Check:
    properties = field.properties
    checks = tuple((key, inner.label, unchanged_values(inner), _check_of(inner)) for key, inner in properties.items())
    conditional = any(isinstance(inner.required, RequiredWhen) for inner in properties.values())
    # Conditions on one member switch off the plain requirement of all others.
    required = () if conditional else tuple(k for k, inner in properties.items() if inner.required is True)
    extra = field.additional_properties

    def check(value: object, place: Place, complaints: list[Complaint]) -> object:
        members: Mapping[str, object] = value if isinstance(value, dict) else {}
        for key in required:
            if key not in members:
                complaints.append(place.complain(say.missing(key)))
        result = dict(members) if extra else {}
        for key, label, unchanged, check_member in checks:
            if key not in members:
                continue
            member = members[key]
            fits = unchanged.get(type(member), _never)
            if fits is None or fits(member):
                result[key] = member
            else:
                result[key] = check_member(member, place.member(key, label), complaints)
        if conditional:
            complaints += missing_under_conditions(properties, members, place)
        return result

    return check


def _refinement(field: Field, *, formatted: bool) -> Callable[[object, Place, list[Complaint]], None] | None:
    """What is checked beyond the type, or None for nothing: format, bounds and choices."""
    format_check = FORMATS.get("date-like" if field.type == "datetime" else field.format) if formatted else None
    bounded = formatted and field.type in {"string", "number"} and bool(field.minimum or field.maximum)
    choices = (*field.choices, None) if field.choices and _keeps_null(field) else field.choices
    if format_check is None and not bounded and not choices:
        return None

    def refine(value: object, place: Place, complaints: list[Complaint]) -> None:
        if bounded:
            complaints.extend(place.complain(problem) for problem in _out_of_bounds(field, value))
        if format_check is not None and isinstance(value, str) and not format_check[0](value):
            complaints.append(place.complain(say.wrong_format(format_check[1])))
        if choices and not any(value == choice and type(value) is type(choice) for choice in choices):
            complaints.append(place.complain(say.not_a_choice(choices)))

    return refine


def _out_of_bounds(field: Field, value: object) -> list[str]:
    problems: list[str] = []
    low, high = field.minimum, field.maximum
    if isinstance(value, str):
        length = utf16.length(value)
        if low and length < low:
            problems.append(say.wrong_length(low, length, too_short=True))
        if high and length > high:
            problems.append(say.wrong_length(high, length, too_short=False))
    elif is_number(value):
        if low and value < low:
            problems.append(say.out_of_range(low, too_small=True))
        if high and value > high:
            problems.append(say.out_of_range(high, too_small=False))
    return problems
