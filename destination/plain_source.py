"""The source of what prepares plain events: for each field of an action, what finds it and whether it is plain.

What finds it follows from the mapping, and what is plain from the field. Where a mapping leaves something to
validation in every event, there is no source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from destination.fields import RequiredWhen, unchanged_values
from destination.javascript.values import to_json_value
from destination.mapping import is_constant, items_mapping, member_mappings

if TYPE_CHECKING:
    from destination.fields import Field
    from destination.mapping.source import MappingSource

#: What makes JSON of the fields of a payload, by their keys.
Conversions = Mapping[str, Callable[[object], object]]

#: Numbers that are JSON as they are, which all fields of numbers leave alone.
_JSON_NUMBERS: Final = {int: "-9007199254740991 <= {0} <= 9007199254740991", float: "0 < {0} % 1"}


class NeverPlainError(Exception):
    """A mapping leaves something to validation in every event."""


@dataclass(frozen=True, slots=True)
class _Value:
    """The names of a value in the source.

    Attributes:
        resolved: What the mapping gives.
        valid: What validation leaves of it; another object only where its members are in another order.
        optional: Whether it may be undefined.
        convertible: Whether it need not be JSON.
    """

    resolved: str
    valid: str
    optional: bool = False
    convertible: bool = False


def write_preparation(
    source: MappingSource, mapping: object, fields: Mapping[str, Field], conversions: Conversions
) -> None:
    """Write what prepares an event that is an object, and returns all that `prepare` does.

    Args:
        source: What it is added to.
        mapping: A mapping that has been checked.
        fields: The fields of the action.
        conversions: What makes JSON of the fields whose values need not be JSON.

    Raises:
        NeverPlainError: No event can be plain.
    """
    members = _members(mapping, fields)
    values = {
        key: _write_member(source, f"payload_{number}", member, fields[key], json=key not in conversions)
        for number, (key, member) in enumerate(members.items())
    }
    payload = _write_object(source, "payload", values, [key for key in fields if key in members])
    source.add(f"ready = {payload.valid}")
    for key, value in values.items():
        if value.convertible:
            _write_conversion(source, key, members[key], value, conversions[key])
    source.add(f"return {payload.resolved}, {payload.valid}, ready")


def _write_conversion(
    source: MappingSource, key: str, mapping: object, value: _Value, convert: Callable[[object], object]
) -> None:
    """Write what makes a member JSON, in a copy of the payload where that changes anything."""
    if not is_constant(mapping):
        source.add(
            f"if {value.valid} is not undefined:",
            f"    converted = {source.name(convert)}({value.valid})",
            f"    if converted is not {value.valid}:",
            "        ready = ready.copy()",
            f"        ready[{key!r}] = converted",
        )
    elif (converted := convert(mapping)) is not mapping:
        source.add(f"ready = {{**ready, {key!r}: {source.name(converted)}}}")


def _members(mapping: object, fields: Mapping[str, Field], *, more: bool = False) -> Mapping[str, object]:
    """The mappings of the members of an object, none of which is there in vain, and none of which is missing."""
    members = member_mappings(mapping)
    if members is None or any(isinstance(field.required, RequiredWhen) for field in fields.values()):
        raise NeverPlainError
    if not more and members.keys() - fields.keys():
        raise NeverPlainError
    if any(field.required and key not in members for key, field in fields.items()):
        raise NeverPlainError
    return members


def _write_object(source: MappingSource, name: str, values: Mapping[str, _Value], order: list[str]) -> _Value:
    """Write what makes an object of its members, whose order may be another once they have been validated."""
    resolved = {key: value.resolved for key, value in values.items()}
    displays = {name: {key: values[key].valid for key in order}}
    if list(resolved.items()) != list(displays[name].items()):
        displays = {f"resolved_{name}": resolved, **displays}
    for variable, members in displays.items():
        source.add(f"{variable} = {{{', '.join(f'{key!r}: {value}' for key, value in members.items())}}}")
    for key, value in values.items():
        if value.optional:
            places = ", ".join(f"{variable}[{key!r}]" for variable in displays)
            source.add(f"if {value.valid} is undefined: del {places}")
    return _Value(next(iter(displays)), name)


def _write_member(source: MappingSource, name: str, mapping: object, field: Field | None, *, json: bool) -> _Value:
    """Write what finds a member and gives the event back where that is not plain.

    Args:
        source: What it is added to.
        name: The variable for the member.
        mapping: The mapping of the member.
        field: The field; None for a member that no field declares.
        json: Whether the member must be JSON as it is, because nothing converts it.
    """
    if field is not None and field.properties:
        write = _write_items if field.multiple else _write_nested
        return write(source, name, mapping, field)
    if is_constant(mapping):
        if not _is_unchanged(mapping, field) or (json and to_json_value(mapping) is not mapping):
            raise NeverPlainError
        constant = source.name(mapping)
        return _Value(constant, constant, convertible=not json)
    optional = field is None or not field.required
    conditions = _conditions(source, name, field, json=json) + [f"{name} is undefined"] * optional
    source.assign(name, mapping)
    source.add(f"if not ({' or '.join(conditions)}): return None")
    # A number is plain only where it is JSON, and a date only where it is a text.
    return _Value(name, name, optional, convertible=not json and field is not None and field.type == "object")


def _write_nested(source: MappingSource, name: str, mapping: object, field: Field) -> _Value:
    """Write what makes an object with fields of its own."""
    members = _members(mapping, field.properties, more=field.additional_properties)
    values = {
        key: _write_member(source, f"{name}_{number}", member, field.properties.get(key), json=True)
        for number, (key, member) in enumerate(members.items())
    }
    declared = [key for key in field.properties if key in members]
    return _write_object(source, name, values, list(members) if field.additional_properties else declared)


def _write_items(source: MappingSource, name: str, mapping: object, field: Field) -> _Value:
    """Write what makes a list of objects with fields of their own, each from an item of a list."""
    where_and_shape = items_mapping(mapping)
    if where_and_shape is None:
        raise NeverPlainError
    where, shape = where_and_shape
    source.assign(f"from_{name}", where)
    source.add(f"if type(from_{name}) is not list: return None", f"{name} = []")
    item = source.item(f"from_{name}")
    value = _write_nested(item, f"{name}_item", shape, field)
    if value.resolved != value.valid:
        raise NeverPlainError
    item.add(f"{name}.append({value.valid})")
    source.add_loop(f"from_{name}", item)
    return _Value(name, name)


def _conditions(source: MappingSource, name: str, field: Field | None, *, json: bool) -> list[str]:
    """The conditions of which one holds for a value that is there and plain."""
    if field is None:
        return [f"type({name}) is str", f"{source.name(to_json_value)}({name}) is {name}"]
    conditions = [_condition(source, name, kind, fits, json=json) for kind, fits in _kinds(field).items()]
    if not conditions:
        raise NeverPlainError
    return conditions


def _condition(
    source: MappingSource, name: str, kind: type, fits: Callable[[Any], object] | None, *, json: bool
) -> str:
    """The condition that a value is of a type and plain."""
    condition = f"type({name}) is {kind.__name__}"
    if kind in _JSON_NUMBERS:
        return f"{condition} and {_JSON_NUMBERS[kind].format(name)}"
    if fits is len:
        return f"{condition} and {name}"
    if fits is not None:
        condition += f" and {source.name(fits)}({name})"
    if kind is dict and json:
        condition += f" and {source.name(to_json_value)}({name}) is {name}"
    return condition


def _kinds(field: Field) -> Mapping[type, Callable[[Any], object] | None]:
    """The values that a field leaves as they are, by their type; dates are texts here."""
    kinds = unchanged_values(field)
    return {str: kinds[str]} if field.type == "datetime" and kinds else kinds


def _is_unchanged(value: object, field: Field | None) -> bool:
    if field is None:
        return True
    kinds = _kinds(field)
    fits = kinds.get(type(value))
    return type(value) in kinds and (fits is None or bool(fits(value)))
