"""Plain events: those that validation leaves as the mapping has resolved them, as it does with nearly all.

For them mapping, validation and the conversion of dates are one function, which is written as Python source and
compiled once for a subscription. It decides nothing by itself: an event that it does not know to be plain it gives
back, and such an event goes step by step. For the default mapping of `eventName` and `dataFields` alone it is

    def prepare(event):
        if type(event) is not dict: return None
        member_0 = event.get('event', undefined)
        member_1 = event.get('properties', undefined)
        if not (type(member_0) is str and value_3(member_0)): return None
        if not (member_1 is undefined or type(member_1) is dict): return None
        payload = {'eventName': member_0, 'dataFields': member_1}
        ready = {'eventName': member_0, 'dataFields': undefined if member_1 is undefined else value_2(member_1)}
        if member_1 is undefined: del payload['dataFields'], ready['dataFields']
        return payload, payload, ready

where `value_2` converts dates, and `value_3` finds out whether a text is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from destination.fields import RequiredWhen, unchanged_values
from destination.mapping import is_constant, mapping_source, member_mappings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

    from destination.fields import Field
    from destination.mapping import LiquidjsVersion
    from destination.mapping.source import MappingSource

#: What the mapping gave, the validated payload, and the payload as the action takes it.
Prepared = tuple[object, dict[str, object], dict[str, Any]]
#: Prepares a plain event; gives None for any other.
PreparePlain = Callable[[object], Prepared | None]


def compile_plain(
    mapping: object,
    liquidjs: LiquidjsVersion,
    fields: Mapping[str, Field],
    conversions: Mapping[str, Callable[[object], object]],
) -> PreparePlain:
    """A function that prepares plain events.

    It raises `MappingError` where the mapping does.

    Args:
        mapping: A mapping that has been checked.
        liquidjs: The LiquidJS that `@liquid` is.
        fields: The fields of the action.
        conversions: What makes JSON of the fields whose values need not be JSON.
    """
    members = member_mappings(mapping)
    if members is None or not _may_be_plain(members, fields):
        return _never_plain
    source = mapping_source(liquidjs)
    namespace = source.names
    exec(_code(_source(members, fields, conversions, source)), namespace)  # noqa: S102  # all keys in it are quoted
    prepare: PreparePlain = namespace["prepare"]
    return prepare


@lru_cache(maxsize=64)
def _code(source: str) -> CodeType:
    """The source compiled, which takes longer than all the rest and is the same for mappings of the same shape."""
    return compile(source, "<plain events>", "exec")


def _never_plain(_: object) -> None:
    return None


def _may_be_plain(members: Mapping[str, object], fields: Mapping[str, Field]) -> bool:
    """Whether any event can be plain: all members are fields, none is there in vain, and no field is missing."""
    if members.keys() - fields.keys() or any(isinstance(field.required, RequiredWhen) for field in fields.values()):
        return False
    if any(field.required and key not in members for key, field in fields.items()):
        return False
    return all(
        _is_unchanged(member, fields[key]) if is_constant(member) else bool(_kinds(fields[key]))
        for key, member in members.items()
    )


def _kinds(field: Field) -> Mapping[type, Callable[[Any], object] | None]:
    """The values that a field and the conversion to JSON leave as they are, by their type; dates are texts here."""
    kinds = unchanged_values(field)
    return {str: kinds[str]} if field.type == "datetime" and kinds else kinds


def _is_unchanged(value: object, field: Field) -> bool:
    kinds = _kinds(field)
    fits = kinds.get(type(value))
    return type(value) in kinds and (fits is None or bool(fits(value)))


def _source(
    members: Mapping[str, object],
    fields: Mapping[str, Field],
    conversions: Mapping[str, Callable[[object], object]],
    source: MappingSource,
) -> str:
    """The source of `prepare`; what it needs goes into the names of the mapping's source."""
    variables: dict[str, str] = {}
    resolved: dict[str, str] = {}
    for key, member in members.items():
        if is_constant(member):
            resolved[key] = source.name(member)
            continue
        resolved[key] = variables[key] = f"member_{len(variables)}"
        source.assign(variables[key], member)
    in_order = [key for key in fields if key in members]
    ready = {
        key: _converted(conversions[key], members[key], resolved[key], source)
        if key in conversions and fields[key].type != "datetime"
        else resolved[key]
        for key in in_order
    }
    same_order = in_order == list(members)
    built = ["payload", "ready"] if same_order else ["resolved", "payload", "ready"]
    return "\n".join(
        [
            "def prepare(event):",
            "    if type(event) is not dict: return None",
            *source.lines,
            *(f"    if not ({_check(variables[key], fields[key], source)}): return None"
              for key in in_order if key in variables),
            *([] if same_order else [f"    resolved = {_display(resolved)}"]),
            f"    payload = {_display({key: resolved[key] for key in in_order})}",
            f"    ready = {_display(ready)}",
            *(f"    if {variable} is undefined: del {', '.join(f'{name}[{key!r}]' for name in built)}"
              for key, variable in variables.items() if not fields[key].required),
            f"    return {built[0]}, payload, ready",
        ]
    )  # fmt: skip


def _check(variable: str, field: Field, source: MappingSource) -> str:
    """The condition that a field leaves a value as it is."""
    conditions = [] if field.required else [f"{variable} is undefined"]
    for kind, fits in _kinds(field).items():
        condition = f"type({variable}) is {kind.__name__}"
        conditions.append(condition if fits is None else f"{condition} and {source.name(fits)}({variable})")
    return " or ".join(conditions)


def _converted(convert: Callable[[object], object], member: object, value: str, source: MappingSource) -> str:
    if is_constant(member):
        return source.name(convert(member))
    return f"undefined if {value} is undefined else {source.name(convert)}({value})"


def _display(members: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{key!r}: {value}' for key, value in members.items())}}}"
