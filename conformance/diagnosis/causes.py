"""Causes: the fewest and smallest changes of a mapping with which what goes wrong goes right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from conformance.diagnosis.candidates import candidates
from conformance.diagnosis.changes import Change
from conformance.properties import Property
from conformance.properties.execution import Executor
from conformance.strategies import History
from conformance.strategies.mapping_analysis import analyse
from destination import PRESETS, Subscription

#: Fields that many good mappings leave out.
_OPTIONAL: Final = frozenset(
    {"phoneNumber", "campaignId", "templateId", "dataFields", "mergeNestedObjects"}
    | {"sku", "categories", "url", "imageUrl", "description"}
)


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something that goes wrong.

    Attributes:
        property: The property that does not hold.
        project_type: `email`, `userid` or `hybrid`.
        about: What tells the violation from others; may be empty.
        histories: Histories that show it; the first is the smallest.
    """

    property: Property
    project_type: str
    about: str
    histories: tuple[History, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why some things go wrong.

    Attributes:
        symptoms: The places of what goes wrong among those that were given.
        change: The change with which all of it goes right; None where none was found.
        is_limit: Whether it goes wrong with the destination's own presets too, and no change mends it.
        is_omission: Whether all that would mend it is something that the mapping leaves out.
    """

    symptoms: tuple[int, ...]
    change: Change | None = None
    is_limit: bool = False
    is_omission: bool = False


def find_causes(
    subscriptions: Sequence[Subscription], symptoms: Sequence[Symptom], progress: Callable[[], None] = lambda: None
) -> list[Cause]:
    """The causes of what goes wrong, those that explain the most first; every symptom has one.

    One change after the other is made, each the one with which the most of what is left goes right: a mistake that
    hides another is mended before it. What does not go wrong in the simulator, but in a real project alone, has no
    change: nothing could tell whether one mends it.

    Args:
        subscriptions: The mapping.
        symptoms: What goes wrong.
        progress: Called after every change that was tried.
    """
    mapping = tuple(subscriptions)
    here = Executor(mapping)
    elsewhere = [index for index, symptom in enumerate(symptoms) if not _shows(here, symptom)]
    left = [index for index in range(len(symptoms)) if index not in elsewhere]
    causes: list[Cause] = []
    while left:
        found = _best_change(mapping, [symptoms[index] for index in left], progress)
        if found is None:
            break
        change, mended = found
        causes.append(Cause(tuple(left[place] for place in mended), change, is_omission=_is_omission(change)))
        mapping = change.applied(mapping)
        left = [index for place, index in enumerate(left) if place not in mended]
        follows = _that_follow(mapping, symptoms, left)
        causes[-1] = replace(causes[-1], symptoms=tuple(sorted((*causes[-1].symptoms, *follows))))
        left = [index for index in left if index not in follows]
    reference = Executor(PRESETS)
    unmended = (Cause((index,), is_limit=_shows(reference, symptoms[index])) for index in left)
    return [*causes, *unmended, *(Cause((index,)) for index in elsewhere)]


def _best_change(
    mapping: tuple[Subscription, ...], symptoms: Sequence[Symptom], progress: Callable[[], None]
) -> tuple[Change, tuple[int, ...]] | None:
    """The change that mends the most, and what it mends; None if none mends anything."""
    best: tuple[tuple[int, ...], Change, tuple[int, ...]] | None = None
    for order, change in enumerate(candidates(analyse(mapping))):
        executor = Executor(change.applied(mapping))
        mended = tuple(place for place, item in enumerate(symptoms) if _mends(executor, item))
        worth = (len(mended), -change.likelihood, -change.size, len(change.keys), -order)
        if mended and (best is None or worth > best[0]):
            best = worth, change, mended
        progress()
    return None if best is None else best[1:]


def _that_follow(mapping: tuple[Subscription, ...], symptoms: Sequence[Symptom], left: Sequence[int]) -> list[int]:
    """What no longer shows with a change that mends something else: it only followed from that."""
    executor = Executor(mapping)
    return [index for index in left if not _shows(executor, symptoms[index])]


def _mends(executor: Executor, symptom: Symptom) -> bool:
    """Whether a property that is still about the histories holds for all of them."""
    for history in symptom.histories:
        verdicts = list(symptom.property.check(executor.execute(history, symptom.project_type)))
        if not verdicts or any(item is not None and item.about == symptom.about for item in verdicts):
            return False
    return True


def _shows(executor: Executor, symptom: Symptom) -> bool:
    """Whether a property does not hold for some of the histories."""
    return any(
        item is not None
        for history in symptom.histories
        for item in symptom.property.check(executor.execute(history, symptom.project_type))
    )


def _is_omission(change: Change) -> bool:
    """Whether a change only adds what a mapping may well leave out."""
    return change.is_addition and (not change.keys or change.keys[-1] in _OPTIONAL)
