"""A theme judged: histories generated, executed and held against the properties, and findings minimised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from time import perf_counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from conformance.judging.baseline import Baseline, Signature
from conformance.judging.model import Finding, Result
from conformance.judging.shrinker import shrink
from conformance.properties import Violation
from conformance.properties.execution import Execution, Executor
from conformance.strategies import Family, History


class ThemeRunner:
    """Generates and judges histories, one theme after the other.

    Args:
        executor: Where histories are executed.
        results: What it adds to.
        baseline: What is accepted, and is no finding.
        seed_number: The same seed gives the same histories.
    """

    def __init__(self, executor: Executor, results: Sequence[Result], baseline: Baseline, seed_number: int) -> None:
        self.results = results
        self._executor = executor
        self._baseline = baseline
        self._seed = seed_number

    def run(self, family: Family, theme: str, count: int, progress: Callable[[], None]) -> None:
        """Judge the histories of a theme."""
        started = perf_counter()
        results = [item for item in self.results if item.property.family is family and item.property.is_about(theme)]
        own = sum(item.seconds for item in results)
        done = 0

        def judge_one(history: History) -> None:
            nonlocal done
            done += 1
            self._judge(history, results, done)
            progress()

        strategy = family.histories(theme, self._executor.analysis)
        # The theme is part of the seed, so that choosing other properties changes no history of this one.
        digest = sha256(f"{self._seed}/{family.name}/{theme}".encode()).digest()
        examine = settings(
            max_examples=count,
            database=None,
            deadline=None,
            derandomize=False,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )(seed(int.from_bytes(digest[:8]))(given(strategy)(judge_one)))
        examine()
        # What all of them need is shared: the histories, and what came of them.
        shared = perf_counter() - started - (sum(item.seconds for item in results) - own)
        for item in results:
            item.seconds += shared / len(results)
        # A theme may have fewer histories than were asked for.
        for _ in range(count - done):
            progress()

    def _judge(self, history: History, results: Sequence[Result], number: int) -> None:
        executions: dict[str, Execution] = {}
        for result in results:
            kind = result.project_type
            if kind not in executions:
                executions[kind] = self._executor.execute(history, kind)
            started = perf_counter()
            verdicts = list(result.property.check(executions[kind]))
            result.examples += bool(verdicts)
            for violation in verdicts:
                if violation is not None:
                    self._record(result, history, violation, number)
            result.seconds += perf_counter() - started

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
