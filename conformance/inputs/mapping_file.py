"""Mapping files: a list of subscriptions in JSON or YAML, checked as a whole before anything is delivered."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.errors import InputError, InputProblem, nearest
from conformance.inputs.events import BadJson, parse_json
from destination import PRESETS, CompiledSubscription, Subscription
from destination.actions import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from conformance.inputs.yaml_file import Document

_KEYS: Final = ("name", "partnerAction", "subscribe", "mapping", "enabled")
_SHAPE: Final = "a list of subscriptions, each with name, partnerAction, subscribe and mapping"


def load_subscriptions(file: str | None) -> tuple[Subscription, ...]:
    """The subscriptions of a mapping file, or the presets without one.

    Each has a name of its own: a second `Track` becomes `Track (2)`. A subscription with `enabled: false` is
    left out, as the platform leaves it out.

    Raises:
        InputError: The file cannot be read, is not such a list, or has triggers and mappings that Segment would
            refuse; every problem is named.
    """
    return PRESETS if file is None else tuple(item.subscription for item in load_compiled_subscriptions(file))


def load_compiled_subscriptions(file: str | None) -> tuple[CompiledSubscription, ...]:
    """Like `load_subscriptions`, and compiled, as the check of a file has to compile them anyway.

    Raises:
        InputError: As `load_subscriptions` raises it.
    """
    if file is None:
        return tuple(map(CompiledSubscription, PRESETS))
    document = _read(Path(file))
    if not isinstance(document.value, list):
        raise InputError([document.problem((), f"must be {_SHAPE}")])
    _raise_if_any(
        problem for index, item in enumerate(document.value) for problem in _shape_problems(document, index, item)
    )
    compiled = [CompiledSubscription(subscription) for subscription in _subscriptions(document.value)]
    _raise_if_any(
        problem for index, item in enumerate(compiled) for problem in _content_problems(document, index, item)
    )
    enabled = (item.get("enabled") is not False for item in document.value)
    return tuple(item for item, wanted in zip(compiled, enabled, strict=True) if wanted)


def _raise_if_any(problems: Iterator[InputProblem]) -> None:
    if found := list(problems):
        raise InputError(found)


def _read(path: Path) -> Document:
    """The file; where it is JSON, its values are those of JSON, which the reader of YAML knows only nearly."""
    # The reader of YAML is imported only for a file: `map` and `send` with the presets do without.
    from conformance.inputs.yaml_file import Document, read_document

    try:
        value = parse_json(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except (OSError, BadJson):
        return read_document(path)
    try:
        return Document(str(path), value, read_document(path).places)
    except InputError:
        return Document(str(path), value, {(): (1, 1)})


def _shape_problems(document: Document, index: int, item: Any) -> Iterator[InputProblem]:
    if not isinstance(item, dict):
        yield document.problem((index,), "a subscription must be an object", _SHAPE)
        return
    for key in item:
        if key not in _KEYS:
            yield document.problem((index, key), f"unknown key {key!r}", nearest(key, _KEYS))
    for key in ("partnerAction", "subscribe"):
        if key not in item:
            yield document.problem((index,), f"`{key}` is missing", "add it")
    for key in ("name", "partnerAction", "subscribe"):
        if key in item and not isinstance(item[key], str):
            yield document.problem((index, key), f"must be text, not {item[key]!r}")
    if "mapping" in item and not isinstance(item["mapping"], dict):
        yield document.problem((index, "mapping"), "must be an object of fields")
    if not isinstance(item.get("enabled", True), bool):
        yield document.problem((index, "enabled"), "must be true or false")


def _subscriptions(document: Sequence[Any]) -> list[Subscription]:
    names: set[str] = set()
    subscriptions = []
    for item in document:
        name = _unused(str(item.get("name") or item["partnerAction"]), names)
        names.add(name)
        subscriptions.append(Subscription(name, item["partnerAction"], item["subscribe"], item.get("mapping")))
    return subscriptions


def _unused(name: str, names: Collection[str]) -> str:
    """The name, with the first number behind it that makes it the only one of its kind."""
    candidates = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(candidate for candidate in candidates if candidate not in names)


def _content_problems(document: Document, index: int, compiled: CompiledSubscription) -> Iterator[InputProblem]:
    if compiled.action is None:
        slug = compiled.subscription.partner_action
        message = f"there is no action {slug!r}"
        yield document.problem((index, "partnerAction"), message, nearest(slug, tuple(ACTIONS)))
    if compiled.trigger_error is not None:
        yield document.problem((index, "subscribe"), compiled.trigger_error.explanation)
    elif compiled.refusal:
        yield document.problem((index, "subscribe"), "a trigger must not be empty")
    if compiled.mapping_error is not None:
        yield from _mapping_problems(document, index, compiled)


def _mapping_problems(document: Document, index: int, compiled: CompiledSubscription) -> Iterator[InputProblem]:
    error = compiled.mapping_error
    if error is None:
        return
    if not error.complaints:
        yield document.problem((index, "mapping"), error.message)
    for complaint in error.complaints:
        where, _, problem = complaint.message.partition(" ")
        keys = tuple(key for key in where.split("/") if key)
        yield document.problem((index, "mapping", *keys), problem or complaint.message)


def mapping_document(subscriptions: Iterable[Subscription]) -> list[dict[str, Any]]:
    """Subscriptions as a mapping file holds them."""
    return [
        {
            "name": item.name,
            "partnerAction": item.partner_action,
            "subscribe": item.subscribe,
            **({} if item.mapping is None else {"mapping": item.mapping}),
        }
        for item in subscriptions
    ]
