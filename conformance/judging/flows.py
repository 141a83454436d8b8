"""What a mapping takes from events to Iterable, field by field, and what of it is lost or refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from conformance.diagnosis import parts
from conformance.strategies.leaves import Leaf, directive_of, leaves, plain_path
from conformance.strategies.mapping_analysis import AnalysedSubscription, analyse, is_possible
from destination.actions import ACTIONS
from destination.javascript import json_text

if TYPE_CHECKING:
    from conformance.inputs.configuration import ConfiguredSubscription
    from conformance.judging.judgement_report import JudgementReport
    from conformance.judging.problems import Problem
    from conformance.lint import Finding as LintFinding

_Keys = tuple[str | int, ...]
#: Where what is made of the items of a list stands.
_SHAPE: Final = ("@arrayPath", 1)
#: What Segment heeds, and Iterable never sees.
_SWITCHES: Final = frozenset({"enable_batching", "batch_size"})


class Outcome(StrEnum):
    """What becomes of a value."""

    #: It reaches the field.
    ARRIVES = "arrives"
    #: A problem is about it.
    WRONG = "wrong"
    #: It reaches nothing, or there is nothing to reach the field.
    LOST = "lost"
    #: Without it, every event is refused.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Flow:
    """One value on its way.

    Attributes:
        sources: The paths of the event, or one constant; none for a field that nothing fills.
        target: The field of Iterable.
        outcome: What becomes of it.
        note: Why, in a few words; empty where it arrives.
        problem: The number of the problem that is about it; 0 for none.
    """

    sources: tuple[str, ...]
    target: str
    outcome: Outcome = Outcome.ARRIVES
    note: str = ""
    problem: int = 0


@dataclass(frozen=True, slots=True)
class SubscriptionFlows:
    """A subscription with what it takes to Iterable.

    Attributes:
        name: Its name.
        action: The slug of its action.
        trigger: What becomes of its trigger; the target is its text.
        flows: Its fields.
    """

    name: str
    action: str
    trigger: Flow
    flows: tuple[Flow, ...]


def flows_of(report: JudgementReport) -> tuple[SubscriptionFlows, ...]:
    """What each subscription of a judged mapping takes to Iterable."""
    configured = report.configuration.subscriptions if report.configuration is not None else ()
    analysis = analyse(report.judgement.subscriptions)
    return tuple(
        _Subscription(position, analysed, configured[position] if configured else None, report.problems).flows()
        for position, analysed in enumerate(analysis.subscriptions)
    )


@dataclass(frozen=True, slots=True)
class _Subscription:
    position: int
    analysed: AnalysedSubscription
    item: ConfiguredSubscription | None
    problems: Sequence[Problem]

    def flows(self) -> SubscriptionFlows:
        told = map(self._told, (*self._mapped(), *self._missing()))
        shown = tuple(flow for flow in told if flow.problem or not _is_switch(flow.target))
        return SubscriptionFlows(self.analysed.subscription.name, self.analysed.action, self._trigger(), shown)

    def _trigger(self) -> Flow:
        trigger, text = self.analysed.trigger, self.analysed.subscription.subscribe
        fires = any(map(trigger.fires, trigger.intended))
        flow = Flow((), text if isinstance(text, str) else json_text.stringify(text))
        flow = flow if fires else Flow((), flow.target, Outcome.LOST, "matches no event")
        number = self._problem_about(("subscribe",))
        return Flow((), flow.target, Outcome.WRONG, f"problem {number}", number) if number else flow

    def _mapped(self) -> Iterator[tuple[_Keys, Flow]]:
        for leaf in self.analysed.leaves:
            shape = _shape(leaf.definition)
            if shape is None:
                yield leaf.target, self._flow(leaf)
                continue
            path, items = shape
            for inner in leaves(items):
                sources = tuple(f"{path}[].{source}" for source in inner.sources) or _constant(inner)
                yield (*leaf.target, *_SHAPE, *inner.target), Flow(sources, f"{leaf.name}[].{inner.name}")

    def _flow(self, leaf: Leaf) -> Flow:
        sources = tuple(source or "the whole event" for source in leaf.sources) or _constant(leaf)
        if leaf.target and not self._is_field(leaf.target[0]):
            return Flow(sources, leaf.name, Outcome.LOST, f"no field of {self.analysed.action}")
        kind = self.analysed.type
        if leaf.sources and not any(is_possible(source, kind) for source in leaf.sources):
            return Flow(sources, leaf.name, Outcome.LOST, f"no {kind} event has it")
        return Flow(sources, leaf.name)

    def _is_field(self, name: str) -> bool:
        action = ACTIONS.get(self.analysed.action)
        return action is None or name in action.fields or name.startswith(("@", "__"))

    def _missing(self) -> Iterator[tuple[_Keys, Flow]]:
        mapping, action = self.analysed.subscription.mapping, ACTIONS.get(self.analysed.action)
        if action is None or not isinstance(mapping, dict) or directive_of(mapping):
            return
        for name, field in action.fields.items():
            if name not in mapping:
                if field.required:
                    yield (name,), Flow((), name, Outcome.REFUSED, "required")
                continue
            shape = _shape(mapping[name])
            for inner, part in field.properties.items() if shape is not None else ():
                if part.required and inner not in shape[1]:  # type: ignore[index]  # there is one
                    yield (name, *_SHAPE, inner), Flow((), f"{name}[].{inner}", Outcome.REFUSED, "required")

    def _told(self, found: tuple[_Keys, Flow]) -> Flow:
        keys, flow = found
        number = self._problem_about(("mapping", *keys))
        if not number:
            return flow
        outcome = Outcome.WRONG if flow.outcome is Outcome.ARRIVES else flow.outcome
        note = f"{flow.note}: " if flow.note else ""
        return Flow(flow.sources, flow.target, outcome, f"{note}problem {number}", number)

    def _problem_about(self, keys: _Keys) -> int:
        return next((number for number, item in enumerate(self.problems, 1) if self._is_about(item, keys)), 0)

    def _is_about(self, problem: Problem, keys: _Keys) -> bool:
        if problem.change is not None:
            return any(
                part.position == self.position and _is_inside(part.keys, keys) for part in parts(problem.change)
            )
        if self.item is None:
            return False
        path, name = self.item.path(keys), self.item.name
        return any(finding.subscription == name and _names(finding, path) for finding in problem.linted)


def _is_inside(one: _Keys, other: _Keys) -> bool:
    """Whether one place is another, is inside it, or holds it."""
    count = min(len(one), len(other))
    return count > 0 and one[:count] == other[:count]


def _names(finding: LintFinding, path: str) -> bool:
    """Whether a finding of `lint` is about a path, what is inside it, or something that is missing there."""
    holder, _, last = path.rpartition(".")
    is_missing = finding.rule == "fields.missing" and finding.field == holder and f"`{last}`" in finding.message
    return is_missing or f"{finding.field}.".startswith(f"{path}.")


def _is_switch(name: str) -> bool:
    return name in _SWITCHES or name.startswith("__")


def _constant(leaf: Leaf) -> tuple[str, ...]:
    return (json_text.stringify(leaf.definition),)


def _shape(value: Any) -> tuple[str, dict[str, Any]] | None:
    """The path of a list, and what is made of each of its items; None for what is no such thing."""
    match value:
        case {"@arrayPath": [str() | {"@path": str()} as read, dict() as shape]}:
            return plain_path(read if isinstance(read, str) else read["@path"]), shape
    return None
