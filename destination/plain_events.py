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

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from destination.mapping import mapping_source
from destination.plain_source import NeverPlainError, write_preparation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

    from destination.fields import Field
    from destination.mapping import LiquidjsVersion
    from destination.plain_source import Conversions

#: What the mapping gave, the validated payload, and the payload as the action takes it.
Prepared = tuple[object, dict[str, object], dict[str, Any]]
#: Prepares a plain event; gives None for any other.
PreparePlain = Callable[[object], Prepared | None]


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
        write_preparation(source, mapping, fields, conversions)
    except NeverPlainError:
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
