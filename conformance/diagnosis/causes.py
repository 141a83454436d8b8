"""Causes: the fewest and smallest changes of a mapping with which what goes wrong goes right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from conformance.diagnosis.candidates import candidates
from conformance.diagnosis.changes import Change, Likelihood
from conformance.diagnosis.lost_identifiers import names_fewer
from conformance.properties import PROPERTIES, Property
from conformance.properties.execution import Execution, Executor
from conformance.strategies import History
from conformance.strategies.completion import as_specified, completed
from conformance.strategies.mapping_analysis import MappingAnalysis, analyse
from destination import PRESETS, Subscription

#: Fields that many good mappings leave out.
_OPTIONAL: Final = frozenset(
    {"phoneNumber", "campaignId", "templateId", "dataFields", "mergeNestedObjects"}
    | {"sku", "categories", "url", "imageUrl", "description"}
)
_IDENTIFIERS: Final = frozenset({"email", "userId", "user"})
#: The origin of a subscription that a change adds.
_ADDED: Final = -1


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
class Broken:
    """A property that does not hold in histories with a theme; see `conformance.judging.Signature`."""

    property_id: str
    project_type: str
    theme: str
    about: str


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
    subscriptions: Sequence[Subscription],
    symptoms: Sequence[Symptom],
    progress: Callable[[], None] = lambda: None,
    models: Sequence[str | None] = (),
    is_accepted: Callable[[Broken], bool] = lambda _: False,
) -> list[Cause]:
    """The causes of what goes wrong, those that explain the most first; every symptom has one.

    One change after the other is made, each the one with which the most of what is left goes right: a mistake that
    hides another is mended before it. What does not go wrong in the simulator, but in a real project alone, has no
    change: nothing could tell whether one mends it.

    Args:
        subscriptions: The mapping.
        symptoms: What goes wrong.
        progress: Called after every change that was tried.
        models: The Reverse ETL model of each subscription, or None.
        is_accepted: Whether something may go wrong: a change that lets it do so is as good as any other.
    """
    mapping = _mapping(subscriptions, models)
    former = analyse(mapping.subscriptions, mapping.models)
    # What does not show in the simulator, another service does otherwise: no change can be tried there.
    unshown = _that_follow(mapping, symptoms, range(len(symptoms)), former)
    left = [index for index in range(len(symptoms)) if index not in unshown]
    reference = Executor(PRESETS)
    causes: list[Cause] = []
    limits: list[int] = []
    while left:
        found = _best_change(mapping, [symptoms[index] for index in left], progress, is_accepted, former)
        if found is None:
            break
        change, mended = found
        explained = tuple(left[place] for place in mended)
        causes.append(Cause(explained, mapping.originally(change), is_omission=_is_omission(change)))
        mapping = mapping.with_change(change)
        left = [index for place, index in enumerate(left) if place not in mended]
        follows = _that_follow(mapping, symptoms, left, former)
        causes[-1] = replace(causes[-1], symptoms=tuple(sorted((*causes[-1].symptoms, *follows))))
        # What the presets show as well is all that is left of a history that was found by what is mended now.
        limits += [
            index for index in left if index not in follows and _presets_show(reference, symptoms[index], former)
        ]
        left = [index for index in left if index not in follows and index not in limits]
    limits += [index for index in left if _presets_show(reference, symptoms[index], former)]
    return [
        *causes,
        *(Cause((index,), is_limit=True) for index in limits),
        *_unexplained(symptoms, [index for index in left if index not in limits]),
        *(Cause((index,)) for index in unshown),
    ]


def _presets_show(reference: Executor, symptom: Symptom, former: MappingAnalysis) -> bool:
    """Whether it goes wrong with the presets, which look for people where Segment's specification puts them."""
    histories = tuple(as_specified(history, former) for history in symptom.histories)
    return _shows(reference, replace(symptom, histories=histories), former)


def _unexplained(symptoms: Sequence[Symptom], places: Sequence[int]) -> Iterator[Cause]:
    """What no change mends: one cause for what one property says of one thing, in whatever project types."""
    alike: dict[tuple[str, str], list[int]] = {}
    for place in places:
        alike.setdefault((symptoms[place].property.id, symptoms[place].about), []).append(place)
    return (Cause(tuple(found)) for found in alike.values())


def shows_with(
    change: Change, subscriptions: Sequence[Subscription], symptom: Symptom, models: Sequence[str | None] = ()
) -> bool:
    """Whether something goes wrong still when a mapping is changed.

    Args:
        change: The change.
        subscriptions: The mapping without it.
        symptom: What goes wrong without it.
        models: The Reverse ETL model of each subscription, or None.
    """
    mapping = _mapping(subscriptions, models)
    former = analyse(mapping.subscriptions, mapping.models)
    return _shows(mapping.with_change(change).executor(), symptom, former)


@dataclass(frozen=True, slots=True)
class _Mapping:
    """A mapping, with the model of each subscription and its position before any change; `count` were there then."""

    subscriptions: tuple[Subscription, ...]
    models: tuple[str | None, ...]
    origins: tuple[int, ...]
    count: int

    def with_change(self, change: Change) -> _Mapping:
        models, origins = list(self.models), list(self.origins)
        if not change.keys:
            place = slice(change.position, change.position + 1)
            models[place] = [None] if change.is_addition else []
            origins[place] = [_ADDED] if change.is_addition else []
        return _Mapping(change.applied(self.subscriptions), tuple(models), tuple(origins), self.count)

    def originally(self, change: Change) -> Change:
        """The change as one of the mapping before any other."""
        return replace(change, position=self.count if change.is_whole_addition else self.origins[change.position])

    def candidates(self) -> Iterator[Change]:
        """The changes to be tried; what was added is as it should be."""
        for change in candidates(analyse(self.subscriptions, self.models)):
            if change.is_whole_addition or self.origins[change.position] != _ADDED:
                yield change

    def executor(self) -> Executor:
        return Executor(self.subscriptions, self.models)


def _mapping(subscriptions: Sequence[Subscription], models: Sequence[str | None]) -> _Mapping:
    count = len(subscriptions)
    return _Mapping(tuple(subscriptions), tuple(models) or (None,) * count, tuple(range(count)), count)


def _best_change(
    mapping: _Mapping,
    symptoms: Sequence[Symptom],
    progress: Callable[[], None],
    is_accepted: Callable[[Broken], bool],
    former: MappingAnalysis,
) -> tuple[Change, tuple[int, ...]] | None:
    """The change that mends the most and breaks the least, and what it mends; None if none mends anything."""
    best: tuple[tuple[int, ...], Change, tuple[int, ...]] | None = None
    present: dict[int, set[Broken]] = {}
    before = mapping.executor()
    for order, change in enumerate(mapping.candidates()):
        executor = mapping.with_change(change).executor()
        effects = [_effect(executor, item, former) for item in symptoms]
        helps = {_Effect.MENDED, _Effect.SILENT} if change.gives_up else {_Effect.MENDED}
        mended = tuple(
            place
            for place, effect in enumerate(effects)
            if effect in helps and not _takes_away(change, before, executor, symptoms[place], former)
        )
        if mended:
            for place in mended:
                present.setdefault(place, _broken(before, symptoms[place], former))
            new = {item for place in mended for item in _broken(executor, symptoms[place], former) - present[place]}
            # What a field in another place leaves nothing to be said of only followed from it.
            follows = change.field and change.likelihood < Likelihood.LOSS
            gone = sum(effect is not _Effect.SHOWS for effect in effects) if follows else len(mended)
            balance = gone - sum(not is_accepted(item) for item in new)
            worth = (balance, len(mended), -change.likelihood, -change.size, len(change.keys), -order)
            if best is None or worth > best[0]:
                best = worth, change, mended
        progress()
    return None if best is None else best[1:]


def _takes_away(change: Change, before: Executor, after: Executor, symptom: Symptom, former: MappingAnalysis) -> bool:
    """Whether another value of a field only takes away what it goes wrong with, which mends nothing.

    The destination refuses it then, or no longer knows whom it is about: of nobody, nothing goes wrong.
    """
    if not change.field or change.gives_up:
        return False
    if names_fewer(_executions(before, symptom, former), _executions(after, symptom, former)):
        return True
    # Who nobody is said to be is refused rightly.
    if change.field.rpartition(".")[2] in _IDENTIFIERS:
        return False
    return _requests(after, symptom, former) < _requests(before, symptom, former)


def _executions(executor: Executor, symptom: Symptom, former: MappingAnalysis) -> list[Execution]:
    return [
        executor.execute(completed(history, executor.analysis, former), symptom.project_type)
        for history in symptom.histories
    ]


def _requests(executor: Executor, symptom: Symptom, former: MappingAnalysis) -> int:
    return sum(
        len(outcome.exchanges)
        for execution in _executions(executor, symptom, former)
        for step in execution.steps
        for outcome in step.outcomes
    )


def _broken(executor: Executor, symptom: Symptom, former: MappingAnalysis) -> set[Broken]:
    """All that goes wrong in the histories of a symptom."""
    family, kind = symptom.property.family, symptom.project_type
    return {
        Broken(item.id, kind, execution.history.theme, violation.about)
        for execution in _executions(executor, symptom, former)
        for item in PROPERTIES.values()
        if item.family is family and item.is_about(execution.history.theme) and kind in item.project_types
        for violation in item.check(execution)
        if violation is not None
    }


def _that_follow(
    mapping: _Mapping, symptoms: Sequence[Symptom], left: Sequence[int], former: MappingAnalysis
) -> list[int]:
    """What no longer shows with a change that mends something else: it only followed from that."""
    executor = mapping.executor()
    return [index for index in left if not _shows(executor, symptoms[index], former)]


class _Effect(Enum):
    """What becomes of something that goes wrong."""

    SHOWS = "it goes wrong still"
    MENDED = "it goes right"
    SILENT = "nothing is to be said of it any more"


def _effect(executor: Executor, symptom: Symptom, former: MappingAnalysis) -> _Effect:
    effects = {_effect_in(history, executor, symptom, former) for history in symptom.histories}
    return next((effect for effect in (_Effect.SHOWS, _Effect.SILENT) if effect in effects), _Effect.MENDED)


def _effect_in(history: History, executor: Executor, symptom: Symptom, former: MappingAnalysis) -> _Effect:
    of_mapping = completed(history, executor.analysis, former)
    verdicts = list(symptom.property.check(executor.execute(of_mapping, symptom.project_type)))
    if any(item is not None and item.about == symptom.about for item in verdicts):
        return _Effect.SHOWS
    return _Effect.MENDED if verdicts else _Effect.SILENT


def _shows(executor: Executor, symptom: Symptom, former: MappingAnalysis) -> bool:
    """Whether a property does not hold for some of the histories."""
    return any(
        item is not None
        for execution in _executions(executor, symptom, former)
        for item in symptom.property.check(execution)
    )


def _is_omission(change: Change) -> bool:
    """Whether a change only adds what a mapping may well leave out, or lets it make people whom it means to leave."""
    if change.field == "updateOnly":
        return True
    return change.is_addition and (not change.keys or change.keys[-1] in _OPTIONAL)
