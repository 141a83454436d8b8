"""Problems in what subscriptions say: triggers and mappings that Segment would refuse, placed where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.inputs.configuration.entries import Entry
from conformance.inputs.configuration.model import ConfiguredSubscription
from conformance.inputs.errors import InputProblem
from conformance.inputs.places import Location

#: How Segment's complaints go on behind the place that they name.
_PROBLEM: Final = re.compile(r" (?=should |has an invalid )")


def content_problems(subscriptions: Sequence[ConfiguredSubscription]) -> list[InputProblem]:
    """Every problem in the triggers and mappings of subscriptions that were read."""
    problems: list[InputProblem] = []
    for item in subscriptions:
        result = item.compiled
        if item.entry is None or result is None:
            continue
        if result.trigger_error is not None:
            problems.append(item.entry.problem("subscribe", result.trigger_error.explanation))
        elif result.refusal:
            problems.append(item.entry.problem("subscribe", "a trigger must not be empty"))
        if result.mapping_error is not None:
            messages = [complaint.message for complaint in result.mapping_error.complaints]
            problems += _mapping_problems(
                item.entry, item.subscription.mapping, messages or [str(result.mapping_error)]
            )
    return problems


def _mapping_problems(entry: Entry, mapping: object, messages: Sequence[str]) -> Iterator[InputProblem]:
    for message in messages:
        keys, problem = _split(mapping, message)
        yield entry.document.problem(entry.at("mapping", *keys), problem)


def _split(mapping: object, message: str) -> tuple[Location, str]:
    """A complaint such as `/email/@path should be …` as the keys that it names and what is wrong there.

    Keys may have slashes and blanks in them, so they are found by looking into the mapping.
    """
    for missing in (False, True):
        for reading in _readings(mapping, message, (), missing=missing):
            return reading
    return (), message


def _readings(value: object, rest: str, keys: Location, *, missing: bool) -> Iterator[tuple[Location, str]]:
    """Every way to read the keys; with `missing`, also those whose last key is not there."""
    if problem := _PROBLEM.match(rest):
        yield keys, rest[problem.end() :]
    if not rest.startswith("/"):
        return
    if isinstance(value, list):
        # Such complaints do not count items: the only one that is looked into is the second of an @arrayPath.
        for index, item in enumerate(value):
            yield from _readings(item, rest, (*keys, index), missing=missing)
    if isinstance(value, dict):
        for key in sorted(value, key=len, reverse=True):
            if rest.startswith(f"/{key}"):
                yield from _readings(value[key], rest[len(key) + 1 :], (*keys, key), missing=missing)
    if missing and (problem := _PROBLEM.search(rest)):
        yield keys, rest[problem.end() :]
