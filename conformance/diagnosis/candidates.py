"""Changes worth trying: what is usual in place of what a mapping has, the most likely mistakes first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from conformance.diagnosis.changes import TRIGGER, Change, Likelihood, Removed
from conformance.diagnosis.paths import nearby_paths
from conformance.diagnosis.reference import DATA_OF_TYPE, preset_of, reference_mapping
from conformance.inputs.event_members import near_word
from conformance.properties.state import MANAGED
from conformance.strategies.leaves import directive_of, leaves
from conformance.strategies.mapping_analysis import (
    AnalysedSubscription,
    MappingAnalysis,
    is_possible,
    is_time,
    role_of,
)
from conformance.strategies.row_writer import ROW_ID
from conformance.strategies.subscription_kinds import DELETED, ENTERED, EXITED, ROW_NAMES, Kind
from conformance.strategies.triggers import read_trigger
from destination import PRESETS
from destination.actions import ACTIONS

Keys = tuple[str | int, ...]

_ROW_ID: Final = {"@path": f"$.{ROW_ID}"}

_PATH_TEXT: Final = re.compile(r"\$(?:\.[\w-]+)+")
_TEMPLATE_TEXT: Final = re.compile(r"\{\{[^{}]+\}\}")
#: Segment ends a group at the parenthesis of a function in it, which does no harm where nothing comes after it.
_FUNCTION_FIRST: Final = re.compile(r"\((!?\w+\([^()]*\))\s+(or|and)\s+([^()]+)\)")
_DOUBLE_EQUALS: Final = re.compile(r"={2,3}")
#: Members of directives and switches of fields, each with what turns it the other way.
_OPPOSITES: Final[dict[str, dict[Any, Any]]] = {
    "enable_batching": {True: False, "true": False},
    "mergeNestedObjects": {False: True},
    "updateOnly": {True: False, "true": False},
    "direction": {"left": "right", "right": "left"},
}
_IDENTIFIERS: Final = ("email", "userId")
#: What the destination's own presets ask for.
_USUAL_BATCH: Final = 1001
#: Where a row says who it is about, as its model would usually have it: names of columns are free.
_COLUMNS_OF_PEOPLE: Final = MappingProxyType(
    {"email": {"@path": "$.properties.email"}, "userId": {"@path": "$.properties.user_id"}}
)
#: Events that Segment names itself, and those that the presets ask for.
_KNOWN_NAMES: Final = (
    *(ENTERED, EXITED, *ROW_NAMES),
    *(name for preset in PRESETS for name in read_trigger(preset.subscribe, preset.partner_action).names),
)


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
    names = analysed.trigger.names
    if analysed.takes_rows and DELETED in names and len(names) > 1:
        # New and updated rows are what the app proposes.
        after = _trigger("", [name for name in names if name != DELETED])
        yield Change(position, TRIGGER, text, after, gives_up=True)
    for after, likelihood in _trigger_texts(text, analysed):
        if after and after != text:
            yield Change(position, TRIGGER, text, after, likelihood)


def _trigger_texts(text: str, analysed: AnalysedSubscription) -> Iterator[tuple[str, Likelihood]]:
    yield _DOUBLE_EQUALS.sub("=", text), Likelihood.SLIP
    yield _FUNCTION_FIRST.sub(r"(\3 \2 \1)", text), Likelihood.SLIP
    names = analysed.trigger.names
    meant = {name: known for name in names for known in _KNOWN_NAMES if _letters(known) == _letters(name)}
    corrected = text
    for name, known in meant.items():
        corrected = corrected.replace(f'"{name}"', f'"{known}"')
    yield corrected, Likelihood.SLIP
    if analysed.takes_rows and not set(ROW_NAMES) & {*meant.values(), *names}:
        yield _trigger("", [name for name in ROW_NAMES if name != DELETED]), Likelihood.USUAL
    kind = "" if analysed.takes_rows else "track" if names else analysed.type
    yield _trigger(kind, names), Likelihood.SLIP
    preset = preset_of(analysed.action)
    if preset is not None and isinstance(preset.subscribe, str) and not analysed.takes_rows:
        yield preset.subscribe, Likelihood.USUAL
    for left_out in names if len(names) > 1 else ():
        yield _trigger(kind, [name for name in names if name != left_out]), Likelihood.LOSS


def _trigger(kind: str, names: Sequence[str]) -> str:
    events = " or ".join(f'event = "{name}"' for name in names)
    if not kind:
        return events
    behind = f" and ({events})" if len(names) > 1 else f" and {events}" if names else ""
    return f'type = "{kind}"{behind}'


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalpha())


def _fields(position: int, analysed: AnalysedSubscription) -> Iterator[Change]:
    mapping = analysed.subscription.mapping
    holder = mapping if isinstance(mapping, dict) else {}
    usual = reference_mapping(analysed.action, analysed.type)
    yield from _unknown_fields(position, analysed.action, holder, usual)
    yield from _identifiers(position, holder, usual, analysed)
    yield from _of_rows_and_audiences(position, holder, analysed)
    yield from _values(position, ("mapping",), holder, usual, analysed)
    yield from _missing(position, ("mapping",), holder, usual)


def _unknown_fields(position: int, action: str, mapping: dict[str, Any], usual: dict[str, Any]) -> Iterator[Change]:
    """Names that the action does not have, at the top and in `user`."""
    fields = ACTIONS[action].fields if action in ACTIONS else {}
    yield from _unknown_names(position, ("mapping",), mapping, fields or mapping, usual)
    user, of_user = mapping.get("user"), fields["user"].properties if "user" in fields else None
    if of_user and isinstance(user, dict) and not directive_of(user):
        yield from _unknown_names(position, ("mapping", "user"), user, of_user, dict(usual.get("user") or {}))


def _unknown_names(
    position: int, keys: Keys, holder: dict[str, Any], fields: Mapping[str, Any], usual: dict[str, Any]
) -> Iterator[Change]:
    """A name that is no field: as the name that was meant, or taken out."""
    for key, value in holder.items():
        if key in fields or key.startswith(("@", "__")):
            continue
        same = [name for name in fields if name not in holder and usual.get(name) == value]
        near = near_word(key, fields) or next(iter(same), None)
        if near is not None and isinstance(holder.get(near, True), bool):
            others = {name: inner for name, inner in holder.items() if name != near}
            renamed = {near if name == key else name: inner for name, inner in others.items()}
            yield Change(position, keys, holder, renamed, Likelihood.SLIP)
        yield Change(position, (*keys, key), value, Removed.NOTHING)


def _identifiers(
    position: int, mapping: dict[str, Any], usual: dict[str, Any], analysed: AnalysedSubscription
) -> Iterator[Change]:
    """Who somebody is, all of it as usual, or exchanged: two wrong identifiers may each hide the other."""
    for keys in (("mapping",), ("mapping", "user")):
        holder, beside = (mapping, usual) if len(keys) == 1 else (mapping.get("user"), usual.get("user"))
        if not isinstance(holder, dict) or directive_of(holder):
            continue
        if _look_exchanged(holder):
            exchanged = dict(zip(_IDENTIFIERS, reversed([holder[key] for key in _IDENTIFIERS]), strict=True))
            yield Change(position, keys, holder, {**holder, **exchanged}, Likelihood.SLIP)
        if analysed.takes_rows:
            yield from _columns(position, keys, holder)
            yield from _row_ids(position, keys, holder, analysed)
        elif isinstance(beside, dict):
            wanted = {key: beside[key] for key in _IDENTIFIERS if key in beside}
            if sum(holder.get(key) != value for key, value in wanted.items()) > 1:
                yield Change(position, keys, holder, {**holder, **wanted})


def _columns(position: int, keys: Keys, holder: dict[str, Any]) -> Iterator[Change]:
    """Identifiers that no column fills, read from columns: each, and all of them."""
    wrong = {key: _COLUMNS_OF_PEOPLE[key] for key in _IDENTIFIERS if key in holder and not _reads_column(holder[key])}
    if len(wrong) > 1:
        yield Change(position, keys, holder, {**holder, **wrong})
    for key, column in (wrong if len(wrong) == 1 else {}).items():
        yield Change(position, (*keys, key), holder[key], column)


def _row_ids(position: int, keys: Keys, holder: dict[str, Any], analysed: AnalysedSubscription) -> Iterator[Change]:
    """What a deleted row has in place of columns, unless the row would then erase what its columns fill."""
    erases = analysed.action == "updateUser" and ("dataFields" in holder or "phoneNumber" in holder)
    if DELETED in analysed.trigger.names and not erases:
        for key in _IDENTIFIERS:
            if holder.get(key, _ROW_ID) != _ROW_ID:
                yield Change(position, (*keys, key), holder[key], _ROW_ID)


def _look_exchanged(holder: dict[str, Any]) -> bool:
    """Whether a userId is read from what is called an e-mail, or an e-mail from what is not."""
    email, user_id = ([path for leaf in leaves(holder.get(key)) for path in leaf.sources] for key in _IDENTIFIERS)
    if not email or not user_id:
        return False
    return any(role_of(path) == "email" for path in user_id) or not any(role_of(path) == "email" for path in email)


def _reads_column(value: Any) -> bool:
    return any(
        source == ROW_ID or (source.startswith("properties.") and is_possible(source, "row"))
        for leaf in leaves(value)
        for source in leaf.sources
    )


def _of_rows_and_audiences(
    position: int, mapping: dict[str, Any], analysed: AnalysedSubscription
) -> Iterator[Change]:
    """What events of sources have and rows lack: a name and a time; and what only an audience has: its key."""
    if analysed.action == "trackEvent" and analysed.takes_rows:
        name = analysed.subscription.name
        yield Change(position, ("mapping", "eventName"), mapping.get("eventName"), name, Likelihood.LOSS)
        for path in filter(is_time, analysed.sources):
            yield Change(position, ("mapping", "createdAt"), mapping.get("createdAt"), {"@path": f"$.{path}"})
    data = mapping.get("dataFields", {})
    if analysed.kind is not Kind.AUDIENCE or not isinstance(data, dict) or directive_of(data):
        return
    root = DATA_OF_TYPE.get(analysed.type, "properties")
    if analysed.action == "trackEvent" and "audience_key" not in data:
        key = {"@path": "$.properties.audience_key"}
        yield Change(position, ("mapping", "dataFields", "audience_key"), Removed.NOTHING, key)
    for name, value in data.items():
        if isinstance(value, bool):
            yield Change(position, ("mapping", "dataFields", name), value, {"@path": f"$.{root}.{name}"})


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
    if keys[-2:-1] == ("dataFields",) and keys[-1] in MANAGED:
        yield Change(position, keys, value, Removed.NOTHING, Likelihood.SLIP, gives_up=True)
    for after, likelihood in _instead(value, usual, analysed, keys):
        if after != value:
            yield Change(position, keys, value, after, likelihood)


def _instead(value: Any, usual: Any, analysed: AnalysedSubscription, keys: Keys) -> Iterator[tuple[Any, Likelihood]]:
    inside_directive = any(str(key).startswith("@") for key in keys)
    if usual is not Removed.NOTHING:
        # Whoever picks fields one by one does not want them all.
        gives_up = keys[-1] == "dataFields" and _is_plain_object(value)
        slip = Likelihood.SLIP if _alike(value, usual) else Likelihood.USUAL
        yield usual, Likelihood.LOSS if gives_up else slip
    if isinstance(value, str) and not inside_directive:
        if _PATH_TEXT.fullmatch(value):
            yield {"@path": value}, Likelihood.SLIP
        elif _TEMPLATE_TEXT.search(value):
            yield {"@template": value}, Likelihood.SLIP
    yield from _other_readings(value, analysed, keys)
    for before, after in _OPPOSITES.get(str(keys[-1]), {}).items():
        if value == before and type(value) is type(before):
            yield after, Likelihood.USUAL
    if keys == ("mapping", "batch_size") and isinstance(value, int) and value > _USUAL_BATCH:
        yield _USUAL_BATCH, Likelihood.USUAL
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
        actions = [analysed.action for analysed in analysis.subscriptions]
        for position, analysed in enumerate(analysis.subscriptions):
            if actions.count(analysed.action) > 1:
                yield Change(position, (), analysed.subscription, Removed.NOTHING, Likelihood.LOSS)
