"""A mapping judged: every property, in every project type, on many histories."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from hypothesis import HealthCheck, Phase, given, seed, settings

from conformance.judging.baseline import Accepted, Baseline
from conformance.judging.shrinker import shrink
from conformance.properties.catalogue import PROPERTIES
from conformance.properties.execution import Execution, Executor
from conformance.properties.model import EVERY_TYPE, Property, Violation
from conformance.strategies import Family, History
from destination import PRESETS, Subscription

DEFAULT_EXAMPLES = 100


@dataclass(slots=True)
class Finding:
    """A property that does not hold, with the smallest history that shows it.

    The same mistake shows in histories with many themes; they make one finding.

    Attributes:
        subject: The property.
        project_type: `email`, `userid` or `hybrid`.
        theme: What is peculiar about the histories that show it.
        violation: What is wrong, and what should be; about the smallest history.
        history: The smallest history.
        example: In which of the histories with the theme it was found, counted from 1.
        also: Other themes whose histories show it.
    """

    subject: Property
    project_type: str
    theme: str
    violation: Violation
    history: History
    example: int
    also: list[str] = field(default_factory=list)

    @property
    def sorts(self) -> list[Accepted]:
        """What a baseline says to accept it, one for each theme."""
        return [
            Accepted(self.subject.id, self.project_type, theme, self.violation.about)
            for theme in (self.theme, *self.also)
        ]


@dataclass(slots=True)
class Result:
    """One property in one project type.

    Attributes:
        subject: The property.
        project_type: `email`, `userid` or `hybrid`.
        examples: Histories that it was about.
        findings: What does not hold and is not in the baseline.
        known: What does not hold and is in the baseline.
    """

    subject: Property
    project_type: str
    examples: int = 0
    findings: list[Finding] = field(default_factory=list)
    known: dict[Accepted, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the properties make of a mapping.

    Attributes:
        subscriptions: The mapping.
        results: One for each property and project type, in their order.
    """

    subscriptions: tuple[Subscription, ...]
    results: tuple[Result, ...]

    @property
    def findings(self) -> list[Finding]:
        """Everything that does not hold and is not in the baseline."""
        return [finding for result in self.results for finding in result.findings]

    @property
    def holds(self) -> bool:
        """Whether there is no finding."""
        return not self.findings

    def found(self, property_id: str) -> list[Finding]:
        """The findings of one property."""
        return [finding for finding in self.findings if finding.subject.id == property_id]


def judge(  # noqa: PLR0913  # what can be asked for
    subscriptions: Sequence[Subscription] = PRESETS,
    *,
    examples: int = DEFAULT_EXAMPLES,
    seed: int = 0,  # the option's name
    project_types: Sequence[str] = EVERY_TYPE,
    properties: Iterable[str] | None = None,
    baseline: Baseline | None = None,
    progress: Callable[[], None] = lambda: None,
    executor: Executor | None = None,
) -> Judgement:
    """Judge a mapping.

    Args:
        subscriptions: The mapping.
        examples: Histories for each property and project type, shared between its themes; fewer where there are
            not so many different ones.
        seed: The same seed gives the same histories and the same findings.
        project_types: Where it is judged.
        properties: The ids of the properties; all of them without it.
        baseline: What is known and accepted.
        progress: Called after every history; `plays` says how often at the most.
        executor: Where histories are played; in a simulator of its own without it.

    Raises:
        KeyError: There is no property of such an id.
    """
    chosen = [PROPERTIES[name] for name in properties] if properties is not None else [*PROPERTIES.values()]
    results = [Result(item, kind) for item in chosen for kind in project_types if kind in item.project_types]
    court = _Court(executor or Executor(subscriptions), results, baseline or Baseline())
    for family, theme, count in _plan(chosen, examples):
        court.hear(family, theme, count, seed, progress)
    return Judgement(tuple(subscriptions), tuple(results))


def plays(properties: Iterable[str] | None, examples: int) -> int:
    """How many histories a judgement takes."""
    chosen = [PROPERTIES[name] for name in properties] if properties is not None else [*PROPERTIES.values()]
    return sum(count for _, _, count in _plan(chosen, examples))


def _plan(properties: Sequence[Property], examples: int) -> Iterator[tuple[Family, str, int]]:
    """The themes to be judged, each with its number of histories."""
    for family in {item.family.name: item.family for item in properties}.values():
        themes = [
            [theme for theme in family.themes if item.is_about(theme)] for item in properties if item.family is family
        ]
        count = math.ceil(examples / min(map(len, themes)))
        for theme in family.themes:
            if any(item.family is family and item.is_about(theme) for item in properties):
                yield family, theme, count


class _Court:
    """Judges histories, one theme after the other."""

    def __init__(self, executor: Executor, results: Sequence[Result], baseline: Baseline) -> None:
        self._executor = executor
        self._results = results
        self._baseline = baseline

    def hear(self, family: Family, theme: str, count: int, seed_number: int, progress: Callable[[], None]) -> None:
        """Judge the histories of a theme."""
        results = [item for item in self._results if item.subject.family is family and item.subject.is_about(theme)]
        heard = 0

        def judge_one(history: History) -> None:
            nonlocal heard
            heard += 1
            self._judge(history, results, heard)
            progress()

        strategy = family.histories(theme, self._executor.analysis)
        digest = sha256(f"{seed_number}/{family.name}/{theme}".encode()).digest()
        examine = settings(
            max_examples=count,
            database=None,
            deadline=None,
            derandomize=False,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )(seed(int.from_bytes(digest[:8]))(given(strategy)(judge_one)))
        examine()
        # A theme may have fewer histories than were asked for.
        for _ in range(count - heard):
            progress()

    def _judge(self, history: History, results: Sequence[Result], number: int) -> None:
        executions: dict[str, Execution] = {}
        for result in results:
            kind = result.project_type
            if kind not in executions:
                executions[kind] = self._executor.execute(history, kind)
            verdicts = list(result.subject.check(executions[kind]))
            result.examples += bool(verdicts)
            for violation in verdicts:
                if violation is not None:
                    self._record(result, history, violation, number)

    def _record(self, result: Result, history: History, violation: Violation, number: int) -> None:
        sort = Accepted(result.subject.id, result.project_type, history.theme, violation.about)
        if self._baseline.accepts(sort):
            result.known[sort] = result.known.get(sort, 0) + 1
            return
        for finding in result.findings:
            if finding.violation.about == violation.about:
                if sort not in finding.sorts:
                    finding.also.append(history.theme)
                return
        smallest = shrink(
            history,
            lambda smaller: self._shown(result, smaller, violation.about) is not None,
            self._executor.analysis.names_read,
        )
        shown = self._shown(result, smallest, violation.about) or violation
        finding = Finding(result.subject, result.project_type, history.theme, shown, smallest, number)
        result.findings.append(finding)

    def _shown(self, result: Result, history: History, about: str) -> Violation | None:
        """The violation of the same sort that a history shows; None when it shows none."""
        execution = self._executor.execute(history, result.project_type)
        violations = (violation for violation in result.subject.check(execution) if violation is not None)
        return next((violation for violation in violations if violation.about == about), None)
