"""The run: every property, in every project type, on many generated histories."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from hypothesis import HealthCheck, Phase, given, seed, settings

from conformance.judging.baseline import Baseline, Signature
from conformance.judging.model import Finding, Judgement, Result
from conformance.judging.shrinker import shrink
from conformance.properties import PROPERTIES, Property, Violation, select_properties
from conformance.properties.execution import Execution, Executor
from conformance.properties.model import EVERY_TYPE
from conformance.strategies import Family, History
from destination import PRESETS, Subscription

DEFAULT_EXAMPLES = 100


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
    """The judgement of a mapping: which properties hold in which project types, and the smallest counterexamples.

    Args:
        subscriptions: The mapping.
        examples: Histories for each property and project type, shared between its themes; fewer where there are
            not so many different ones.
        seed: The same seed gives the same histories and the same findings.
        project_types: Where it is judged.
        properties: Ids of properties, or groups such as `identity`; all of them without it.
        baseline: What is accepted, and is no finding.
        progress: Called after every history; `case_count` says how often at the most.
        executor: Where histories are executed; in a simulator of its own without it.

    Raises:
        UnknownPropertyError: There is no property and no group of such a name.
    """
    chosen = _chosen(properties)
    results = [Result(item, kind) for item in chosen for kind in project_types if kind in item.project_types]
    baseline = baseline or Baseline()
    runner = _Runner(executor or Executor(subscriptions), results, baseline)
    for family, theme, count in _plan(chosen, examples):
        runner.run(family, theme, count, seed, progress)
    return Judgement(tuple(subscriptions), tuple(results), baseline)


def case_count(properties: Iterable[str] | None = None, examples: int = DEFAULT_EXAMPLES) -> int:
    """How many histories are generated to judge some properties; all of them without `properties`.

    Raises:
        UnknownPropertyError: There is no property and no group of such a name.
    """
    return sum(count for _, _, count in _plan(_chosen(properties), examples))


def _chosen(names: Iterable[str] | None) -> list[Property]:
    return [*PROPERTIES.values()] if names is None else select_properties(names)


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


class _Runner:
    """Generates and judges histories, one theme after the other."""

    def __init__(self, executor: Executor, results: Sequence[Result], baseline: Baseline) -> None:
        self._executor = executor
        self._results = results
        self._baseline = baseline

    def run(self, family: Family, theme: str, count: int, seed_number: int, progress: Callable[[], None]) -> None:
        """Judge the histories of a theme."""
        results = [item for item in self._results if item.property.family is family and item.property.is_about(theme)]
        done = 0

        def judge_one(history: History) -> None:
            nonlocal done
            done += 1
            self._judge(history, results, done)
            progress()

        strategy = family.histories(theme, self._executor.analysis)
        # The theme is part of the seed, so that choosing other properties changes no history of this one.
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
        for _ in range(count - done):
            progress()

    def _judge(self, history: History, results: Sequence[Result], number: int) -> None:
        executions: dict[str, Execution] = {}
        for result in results:
            kind = result.project_type
            if kind not in executions:
                executions[kind] = self._executor.execute(history, kind)
            verdicts = list(result.property.check(executions[kind]))
            result.examples += bool(verdicts)
            for violation in verdicts:
                if violation is not None:
                    self._record(result, history, violation, number)

    def _record(self, result: Result, history: History, violation: Violation, number: int) -> None:
        signature = Signature(result.property.id, result.project_type, history.theme, violation.about)
        if self._baseline.accepts(signature):
            result.accepted[signature] = result.accepted.get(signature, 0) + 1
            return
        for finding in result.findings:
            if finding.violation.about == violation.about:
                if signature not in finding.signatures():
                    finding.also.append(history.theme)
                return
        result.findings.append(self._minimised(result, history, violation, number))

    def _minimised(self, result: Result, history: History, violation: Violation, number: int) -> Finding:
        """The finding with the smallest history that shows the violation."""
        smallest = shrink(
            history,
            lambda smaller: self._violation(result, smaller, violation.about) is not None,
            self._executor.analysis.names_read,
        )
        smallest_violation = self._violation(result, smallest, violation.about) or violation
        return Finding(result.property, result.project_type, history.theme, smallest_violation, smallest, number)

    def _violation(self, result: Result, history: History, about: str) -> Violation | None:
        """The violation of a history about the same thing; None when there is none."""
        execution = self._executor.execute(history, result.project_type)
        violations = (violation for violation in result.property.check(execution) if violation is not None)
        return next((violation for violation in violations if violation.about == about), None)
