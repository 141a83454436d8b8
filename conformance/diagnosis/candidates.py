"""Changes worth trying: what is usual in place of what a mapping has, the most likely mistakes first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from conformance.diagnosis.changes import TRIGGER, Change, Likelihood, Removed
from conformance.diagnosis.paths import nearby_paths
from conformance.diagnosis.reference import preset_of, reference_mapping
from conformance.inputs.event_members import near_word
from conformance.strategies.leaves import directive_of, leaves
from conformance.strategies.mapping_analysis import AnalysedSubscription, MappingAnalysis
from destination import PRESETS
from destination.actions import ACTIONS

Keys = tuple[str | int, ...]

_PATH_TEXT: Final = re.compile(r"\$(?:\.[\w-]+)+")
_TEMPLATE_TEXT: Final = re.compile(r"\{\{[^{}]+\}\}")
_DOUBLE_EQUALS: Final = re.compile(r"={2,3}")
#: Members of directives and switches of fields, each with what turns it the other way.
_OPPOSITES: Final[dict[str, dict[Any, Any]]] = {
    "enable_batching": {True: False, "true": False},
    "mergeNestedObjects": {False: True},
    "direction": {"left": "right", "right": "left"},
}
_IDENTIFIERS: Final = ("email", "userId")


def candidates(analysis: MappingAnalysis) -> list[Change]:
    """Changes of a mapping, each once."""
    found: list[Change] = []
    for position, analysed in enumerate(analysis.subscriptions):
        found += _triggers(position, analysed)
        found += _fields(position, analysed)
    found += _whole_subscriptions(analysis)
    distinct: dict[str, Change] = {}
    for change in found:
        distinct.setdefault(repr((change.position, change.keys, change.after)), change)
    return list(distinct.values())


def _triggers(position: int, analysed: AnalysedSubscription) -> Iterator[Change]:
    text = analysed.subscription.subscribe
    if not isinstance(text, str):
        return
    for after, likelihood in _trigger_texts(text, analysed):
        if after != text:
            yield Change(position, TRIGGER, text, after, likelihood)


def _trigger_texts(text: str, analysed: AnalysedSubscription) -> Iterator[tuple[str, Likelihood]]:
    yield _DOUBLE_EQUALS.sub("=", text), Likelihood.SLIP
    names = analysed.trigger.names
    kind = "track" if names or analysed.takes_rows else analysed.type
    yield _trigger(kind, names), Likelihood.SLIP
    preset = preset_of(analysed.action)
    if preset is not None and isinstance(preset.subscribe, str) and not analysed.takes_rows:
        yield preset.subscribe, Likelihood.USUAL
    for left_out in names if len(names) > 1 else ():
        yield _trigger(kind, [name for name in names if name != left_out]), Likelihood.LOSS


def _trigger(kind: str, names: Sequence[str]) -> str:
    events = " or ".join(f'event = "{name}"' for name in names)
    behind = f" and ({events})" if len(names) > 1 else f" and {events}" if names else ""
    return f'type = "{kind}"{behind}'


def _fields(position: int, analysed: AnalysedSubscription) -> Iterator[Change]:
    mapping = analysed.subscription.mapping
    holder = mapping if isinstance(mapping, dict) else {}
    usual = reference_mapping(analysed.action, analysed.type)
    yield from _unknown_fields(position, analysed.action, holder)
    yield from _identifiers(position, holder, usual)
    yield from _values(position, ("mapping",), holder, usual, analysed)
    yield from _missing(position, ("mapping",), holder, usual)


def _unknown_fields(position: int, action: str, mapping: dict[str, Any]) -> Iterator[Change]:
    """A name that the action does not have: as the name that was meant, or taken out."""
    fields = ACTIONS[action].fields if action in ACTIONS else mapping
    for key, value in mapping.items():
        if key in fields or key.startswith(("@", "__")):
            continue
        near = near_word(key, fields)
        if near is not None and isinstance(mapping.get(near, True), bool):
            others = {name: inner for name, inner in mapping.items() if name != near}
            renamed = {near if name == key else name: inner for name, inner in others.items()}
            yield Change(position, ("mapping",), mapping, renamed, Likelihood.SLIP)
        yield Change(position, ("mapping", key), value, Removed.NOTHING)


def _identifiers(position: int, mapping: dict[str, Any], usual: dict[str, Any]) -> Iterator[Change]:
    """Who somebody is, all of it as usual: two wrong identifiers may each hide the other."""
    for keys in (("mapping",), ("mapping", "user")):
        holder, beside = (mapping, usual) if len(keys) == 1 else (mapping.get("user"), usual.get("user"))
        if isinstance(holder, dict) and isinstance(beside, dict) and not directive_of(holder):
            wanted = {key: beside[key] for key in _IDENTIFIERS if key in beside}
            if sum(holder.get(key) != value for key, value in wanted.items()) > 1:
                yield Change(position, keys, holder, {**holder, **wanted})


def _values(position: int, keys: Keys, value: Any, usual: Any, analysed: AnalysedSubscription) -> Iterator[Change]:
    """Changes of a value and of what is inside it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            beside = usual.get(key, Removed.NOTHING) if isinstance(usual, dict) else Removed.NOTHING
            yield from _values(position, (*keys, key), inner, beside, analysed)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            beside = usual[index] if isinstance(usual, list) and index < len(usual) else Removed.NOTHING
            yield from _values(position, (*keys, index), inner, beside, analysed)
    if keys == ("mapping",):
        return
    for after, likelihood in _instead(value, usual, analysed, keys):
        if after != value:
            yield Change(position, keys, value, after, likelihood)


def _instead(value: Any, usual: Any, analysed: AnalysedSubscription, keys: Keys) -> Iterator[tuple[Any, Likelihood]]:
    inside_directive = any(str(key).startswith("@") for key in keys)
    if usual is not Removed.NOTHING:
        yield usual, Likelihood.SLIP if _alike(value, usual) else Likelihood.USUAL
    if isinstance(value, str) and not inside_directive:
        if _PATH_TEXT.fullmatch(value):
            yield {"@path": value}, Likelihood.SLIP
        elif _TEMPLATE_TEXT.search(value):
            yield {"@template": value}, Likelihood.SLIP
    yield from _other_readings(value, analysed, keys)
    for before, after in _OPPOSITES.get(str(keys[-1]), {}).items():
        if value == before and type(value) is type(before):
            yield after, Likelihood.USUAL
    if "dataFields" in keys and not inside_directive:
        yield Removed.NOTHING, Likelihood.LOSS


def _other_readings(value: Any, analysed: AnalysedSubscription, keys: Keys) -> Iterator[tuple[Any, Likelihood]]:
    """Other paths than the one that is read, and the path alone of what a directive makes something of."""
    directive = directive_of(value)
    if directive == "@path" and isinstance(value["@path"], str):
        for path in nearby_paths(value["@path"], analysed.type, inside_items="@arrayPath" in keys):
            yield {"@path": path}, Likelihood.SLIP
    elif directive and directive != "@arrayPath":
        for source in dict.fromkeys(source for leaf in leaves(value) for source in leaf.sources):
            yield {"@path": f"$.{source}"}, Likelihood.USUAL


def _alike(value: Any, usual: Any) -> bool:
    """Whether both are paths, which a slip may have mixed up."""
    return directive_of(value) == directive_of(usual) == "@path"


def _missing(position: int, keys: Keys, holder: dict[str, Any], usual: dict[str, Any]) -> Iterator[Change]:
    for key, value in usual.items():
        if key not in holder:
            yield Change(position, (*keys, key), Removed.NOTHING, value)
        elif directive_of(value) == directive_of(holder[key]) == "@arrayPath":
            yield from _missing_in_items(position, (*keys, key, "@arrayPath", 1), holder[key], value)
        elif _is_plain_object(value) and _is_plain_object(holder[key]):
            yield from _missing(position, (*keys, key), holder[key], value)


def _is_plain_object(value: Any) -> bool:
    return isinstance(value, dict) and not directive_of(value)


def _missing_in_items(position: int, keys: Keys, holder: dict[str, Any], usual: dict[str, Any]) -> Iterator[Change]:
    shapes = [value["@arrayPath"] for value in (holder, usual)]
    if all(isinstance(shape, list) and len(shape) > 1 and isinstance(shape[1], dict) for shape in shapes):
        yield from _missing(position, keys, shapes[0][1], shapes[1][1])


def _whole_subscriptions(analysis: MappingAnalysis) -> Iterator[Change]:
    present = {analysed.action for analysed in analysis.subscriptions}
    behind = len(analysis.subscriptions)
    for preset in PRESETS:
        if preset.partner_action not in present:
            yield Change(behind, (), Removed.NOTHING, preset)
    if behind > 1:
        for position, analysed in enumerate(analysis.subscriptions):
            yield Change(position, (), analysed.subscription, Removed.NOTHING, Likelihood.LOSS)
