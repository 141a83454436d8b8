"""Plain events: those that validation leaves as the mapping has resolved them, as it does with nearly all.

For them mapping, validation and the conversion of dates are one function, which is written as Python source and
compiled once for a subscription. It decides nothing by itself: an event that it does not know to be plain it gives
back, and such an event goes step by step. For the default mapping of `eventName` and `dataFields` alone it is

    def prepare(event):
        if type(event) is not dict: return None
        payload_0 = event.get('event', undefined)
        if not (type(payload_0) is str and payload_0): return None
        payload_1 = event.get('properties', undefined)
        if not (type(payload_1) is dict or payload_1 is undefined): return None
        payload = {'eventName': payload_0, 'dataFields': payload_1}
        if payload_1 is undefined: del payload['dataFields']
        ready = payload
        if payload_1 is not undefined:
            converted = value_2(payload_1)
            if converted is not payload_1:
                ready = ready.copy()
                ready['dataFields'] = converted
        return payload, payload, ready

where `value_2` converts dates. Fields with fields of their own are written in the same way: an object where its
members are mapped one by one, and a list where `@arrayPath` does that with each item.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from destination.fields import RequiredWhen, unchanged_values
from destination.javascript.values import to_json_value
from destination.mapping import is_constant, items_mapping, mapping_source, member_mappings

if TYPE_CHECKING:
    from types import CodeType

    from destination.fields import Field
    from destination.mapping import LiquidjsVersion
    from destination.mapping.source import MappingSource

#: What the mapping gave, the validated payload, and the payload as the action takes it.
Prepared = tuple[object, dict[str, object], dict[str, Any]]
#: Prepares a plain event; gives None for any other.
PreparePlain = Callable[[object], Prepared | None]
#: What makes JSON of the fields of a payload, by their keys.
Conversions = Mapping[str, Callable[[object], object]]

#: Numbers that are JSON as they are, which all fields of numbers leave alone.
_JSON_NUMBERS: Final = {int: "-9007199254740991 <= {0} <= 9007199254740991", float: "0 < {0} % 1"}


def compile_plain(
    mapping: object, liquidjs: LiquidjsVersion, fields: Mapping[str, Field], conversions: Conversions
) -> PreparePlain:
    """A function that prepares plain events.

    It raises `MappingError` where the mapping does.

    Args:
        mapping: A mapping that has been checked.
        liquidjs: The LiquidJS that `@liquid` is.
        fields: The fields of the action.
        conversions: What makes JSON of the fields whose values need not be JSON.
    """
    source = mapping_source(liquidjs)
    try:
        _write_preparation(source, mapping, fields, conversions)
    except _NeverPlainError:
        return _never_plain
    namespace = source.names
    lines = ["def prepare(event):", "    if type(event) is not dict: return None", *source.lines]
    exec(_code("\n".join(lines)), namespace)  # noqa: S102  # all keys in it are quoted
    prepare: PreparePlain = namespace["prepare"]
    return prepare


@lru_cache(maxsize=64)
def _code(source: str) -> CodeType:
    """The source compiled, which takes longer than all the rest and is the same for mappings of the same shape."""
    return compile(source, "<plain events>", "exec")


def _never_plain(_: object) -> None:
    return None


class _NeverPlainError(Exception):
    """Validation has something to do for every event."""


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


def _write_preparation(
    source: MappingSource, mapping: object, fields: Mapping[str, Field], conversions: Conversions
) -> None:
    """Write what prepares an event that is an object."""
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
        raise _NeverPlainError
    if not more and members.keys() - fields.keys():
        raise _NeverPlainError
    if any(field.required and key not in members for key, field in fields.items()):
        raise _NeverPlainError
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
        return (
            _write_items(source, name, mapping, field)
            if field.multiple
            else _write_nested(source, name, mapping, field)
        )
    if is_constant(mapping):
        if not _is_unchanged(mapping, field) or (json and to_json_value(mapping) is not mapping):
            raise _NeverPlainError
        constant = source.name(mapping)
        return _Value(constant, constant, convertible=not json)
    kinds = {} if field is None else _kinds(field)
    conditions = [_condition(source, name, kind, fits, json=json) for kind, fits in kinds.items()]
    if field is None:
        conditions = [f"type({name}) is str", f"{source.name(to_json_value)}({name}) is {name}"]
    if not conditions:
        raise _NeverPlainError
    optional = field is None or not field.required
    source.assign(name, mapping)
    source.add(f"if not ({' or '.join(conditions + [f'{name} is undefined'] * optional)}): return None")
    # A number is plain only where it is JSON, and a date only where it is a text.
    return _Value(name, name, optional, convertible=not json and dict in kinds)


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
        raise _NeverPlainError
    where, shape = where_and_shape
    source.assign(f"from_{name}", where)
    source.add(f"if type(from_{name}) is not list: return None", f"{name} = []")
    item = source.item(f"from_{name}")
    value = _write_nested(item, f"{name}_item", shape, field)
    if value.resolved != value.valid:
        raise _NeverPlainError
    item.add(f"{name}.append({value.valid})")
    source.add_loop(f"from_{name}", item)
    return _Value(name, name)


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
