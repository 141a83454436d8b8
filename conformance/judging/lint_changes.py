"""The change of a mapping with which what `lint` found is gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from conformance.diagnosis import Change, candidates
from conformance.inputs.configuration import Configuration
from conformance.lint import Finding, lint
from conformance.strategies.mapping_analysis import analyse
from destination import Subscription

_NOT_HERE = object()
#: Directives whose argument is a text.
_OF_A_TEXT = frozenset({"@path", "@template", "@liquid"})


def mending_change(
    finding: Finding, configuration: Configuration, project_types: Sequence[str] = ()
) -> Change | None:
    """The smallest change that was found; None where the place needs a thought.

    Args:
        finding: What `lint` found.
        configuration: Where it did.
        project_types: The project types that it was asked about.
    """
    names = [item.name for item in configuration.subscriptions]
    if finding.subscription not in names:
        return None
    position = names.index(finding.subscription)
    known = _errors(configuration, project_types)
    found = sorted(_candidates(finding, configuration, position), key=lambda item: (item.likelihood, item.size))
    return next((item for item in found if _mends(item, finding, configuration, project_types, known)), None)


def gone_with(
    change: Change, configuration: Configuration, project_types: Sequence[str], linted: Sequence[Finding]
) -> list[Finding]:
    """What of the findings of `lint` is gone with a change.

    Args:
        change: The change.
        configuration: What is changed.
        project_types: The project types that `lint` was asked about.
        linted: What it found.
    """
    # A subscription that is there no longer says nothing about what was meant by it.
    if not change.keys:
        return []
    left = {_signature(item) for item in lint(_with(change, configuration), project_types)}
    return [finding for finding in linted if _signature(finding) not in left]


def _with(change: Change, configuration: Configuration) -> Configuration:
    changed = change.applied(configuration.plain)
    subscriptions = tuple(
        replace(item, subscription=subscription, compiled=None)
        for item, subscription in zip(configuration.subscriptions, changed, strict=True)
    )
    return replace(configuration, subscriptions=subscriptions)


def _candidates(finding: Finding, configuration: Configuration, position: int) -> Iterator[Change]:
    subscription = configuration.subscriptions[position].subscription
    before = _value_at(subscription, finding.keys)
    if finding.instead is not None and isinstance(before, str):
        wrong, right = finding.instead
        # A function, as the right word may have what `re` takes for a group.
        after = re.sub(rf"(?<![\\w]){re.escape(wrong)}(?![\\w])", _always(right), before)
        name = finding.keys[-1]
        if name in _OF_A_TEXT:
            # The decision is what the field reads, and not what stands in a directive.
            yield Change(position, finding.keys[:-1], {name: before}, {name: after})
        else:
            yield Change(position, finding.keys, before, after)
    batching = ("mapping", "enable_batching")
    if finding.rule.startswith("batching.") and isinstance(_value_at(subscription, batching), bool):
        is_on = bool(_value_at(subscription, batching))
        yield Change(position, batching, is_on, not is_on)
    for change in candidates(analyse(configuration.plain, configuration.models)):
        if change.position == position and change.keys and _overlap(change.keys, finding.keys):
            yield change


def _always(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


def _value_at(subscription: Subscription, keys: Sequence[str | int]) -> Any:
    value: Any = {"subscribe": subscription.subscribe, "mapping": subscription.mapping}
    for key in keys:
        if isinstance(value, dict):
            value = value.get(str(key), _NOT_HERE)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return _NOT_HERE
    return value


def _overlap(one: Sequence[str | int], other: Sequence[str | int]) -> bool:
    shared = min(len(one), len(other))
    return tuple(one[:shared]) == tuple(other[:shared])


def _mends(
    change: Change,
    finding: Finding,
    configuration: Configuration,
    project_types: Sequence[str],
    known: frozenset[tuple[str, str, str]],
) -> bool:
    left = lint(_with(change, configuration), project_types)
    is_gone = not any(item.rule == finding.rule and item.keys == finding.keys for item in left)
    return is_gone and {_signature(item) for item in left if item.severity == "error"} <= known


def _errors(configuration: Configuration, project_types: Sequence[str]) -> frozenset[tuple[str, str, str]]:
    return frozenset(_signature(item) for item in lint(configuration, project_types) if item.severity == "error")


def _signature(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.subscription, finding.field
