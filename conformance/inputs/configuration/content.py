"""Problems in what subscriptions say: triggers and mappings that Segment would refuse, placed where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.inputs.configuration.entries import Entry
from conformance.inputs.configuration.model import ConfiguredSubscription
from conformance.inputs.errors import InputProblem
from conformance.inputs.places import Location
from destination.mapping import DIRECTIVES

#: How Segment's complaints go on behind the place that they name.
_DIRECTIVE: Final = re.compile(r"invalid directive: (@\w*)")
_QUOTED: Final = re.compile(r'"[^"\r]*"')
#: What people write in triggers that Segment cannot read, with what to write instead.
_UNREADABLE: Final = (
    (re.compile(r"\r"), "it has a Windows line ending, which is not whitespace there: write it on one line"),
    (re.compile(r"[\u2018-\u201f\u00ab\u00bb]"), 'use straight quotes: "'),
    (
        re.compile(r"[\u00a0\u2000-\u200d\u202f\u2060\ufeff]"),
        "it has an unusual space character: use ordinary spaces",
    ),
    (re.compile(r"[&|]"), "join conditions with `and` and `or`"),
    (re.compile(r"\$"), "begin with properties, traits or context, without `$.`"),
    (re.compile(r"\w\s*:"), "compare with ="),
)
_PROBLEM: Final = re.compile(r" (?=should |has an invalid )")


def content_problems(subscriptions: Sequence[ConfiguredSubscription]) -> list[InputProblem]:
    """Every problem in the triggers and mappings of subscriptions that were read."""
    problems: list[InputProblem] = []
    for item in subscriptions:
        result = item.compiled
        if item.entry is None or result is None:
            continue
        if result.trigger_error is not None:
            hint = _trigger_hint(item.subscription.subscribe)
            problems.append(item.entry.problem("subscribe", result.trigger_error.explanation, hint))
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
        yield entry.document.problem(entry.at("mapping", *keys), problem, _directive_hint(problem))


def _trigger_hint(trigger: object) -> str:
    """What to write for the first thing in a trigger that its language does not have."""
    outside = _QUOTED.sub('""', trigger) if isinstance(trigger, str) else ""
    return next((hint for pattern, hint in _UNREADABLE if pattern.search(outside)), "")


def _directive_hint(problem: str) -> str:
    written = _DIRECTIVE.search(problem)
    if written is None:
        return ""
    # Imported when there is something to suggest.
    import difflib

    folded = {name.casefold(): name for name in DIRECTIVES}
    close = difflib.get_close_matches(written[1].casefold(), folded, n=1)
    return f"did you mean {folded[close[0]]}?" if close else f"known: {', '.join(sorted(DIRECTIVES))}"


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
