"""Themes judged side by side, in processes: what they find is the same as one after the other."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor as Pool
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from conformance.judging.baseline import Baseline, Signature
from conformance.judging.model import Finding, Result
from conformance.judging.theme_runner import ThemeRunner
from conformance.properties import PROPERTIES, Violation
from conformance.properties.execution import Executor
from conformance.strategies import Family, History
from destination import Subscription

#: Histories, each in one project type, that take about as long as a process takes to start.
WORTH_A_PROCESS: Final = 1500


#: The family of a theme, its name, and how many histories.
_Theme = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Work:
    """What every process needs to know.

    Attributes:
        subscriptions: The mapping.
        models: The Reverse ETL model of each subscription, or None.
        judged: The ids of the properties, each with a project type.
        baseline: What is accepted.
        seed: The random seed.
    """

    subscriptions: tuple[Subscription, ...]
    models: tuple[str | None, ...]
    judged: tuple[tuple[str, str], ...]
    baseline: Baseline
    seed: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding without its property, which has no need to travel."""

    theme: str
    violation: Violation
    history: History
    example: int


@dataclass(frozen=True, slots=True)
class _Share:
    """What a theme adds to one property in one project type."""

    position: int
    examples: int
    findings: tuple[_Found, ...]
    accepted: dict[Signature, int]
    seconds: float


def run_in_processes(
    work: Work,
    results: Sequence[Result],
    plan: Sequence[tuple[Family, str, int]],
    pool: Pool,
    progress: Callable[[], None],
) -> None:
    """Judge the themes of a plan in several processes, this one included, and add what they find to the results.

    Args:
        work: What to judge.
        results: The results, in the order of `work.judged`.
        plan: The themes, each with its number of histories.
        pool: The other processes.
        progress: Called for every history, when its theme is done.
    """
    themes = [(family.name, theme, count) for family, theme, count in plan]
    # Nothing but what this process has just made is read back there.
    packed = pickle.dumps(work)
    waiting = [pool.submit(_judge_theme, packed, theme) for theme in themes]
    judge = _theme_judge(work)
    here: dict[int, list[_Share]] = {}
    # From the end, as the other processes begin at the beginning.
    for position in reversed(range(len(themes))):
        if waiting[position].cancel():
            here[position] = judge(themes[position])
            _repeat(progress, themes[position][2])
    for position, theme in enumerate(themes):
        elsewhere = position not in here
        for share in waiting[position].result() if elsewhere else here[position]:
            _add(results[share.position], share)
        _repeat(progress, theme[2] if elsewhere else 0)


def _repeat(progress: Callable[[], None], times: int) -> None:
    for _ in range(times):
        progress()


def _add(result: Result, share: _Share) -> None:
    result.examples += share.examples
    result.seconds += share.seconds
    for signature, count in share.accepted.items():
        result.accepted[signature] = result.accepted.get(signature, 0) + count
    for found in share.findings:
        known = next((item for item in result.findings if item.violation.about == found.violation.about), None)
        if known is None:
            finding = Finding(
                result.property, result.project_type, found.theme, found.violation, found.history, found.example
            )
            result.findings.append(finding)
        elif found.theme not in {known.theme, *known.also}:
            known.also.append(found.theme)


def _judge_theme(packed: bytes, theme: _Theme) -> list[_Share]:
    return _judge_of(packed)(theme)


@lru_cache(maxsize=1)
def _judge_of(packed: bytes) -> Callable[[_Theme], list[_Share]]:
    """What judges for some work: the mapping is compiled once in each process."""
    return _theme_judge(pickle.loads(packed))  # noqa: S301  # it comes from the process that began this one


def _theme_judge(work: Work) -> Callable[[_Theme], list[_Share]]:
    """What judges one theme after the other, each by itself."""
    results = [Result(PROPERTIES[identifier], kind) for identifier, kind in work.judged]
    families = {item.family.name: item.family for item in PROPERTIES.values()}
    runner = ThemeRunner(Executor(work.subscriptions, work.models), results, work.baseline, work.seed)

    def judge(theme: _Theme) -> list[_Share]:
        family, name, count = theme
        for result in results:
            result.examples, result.findings, result.accepted, result.seconds = 0, [], {}, 0.0
        runner.run(families[family], name, count, lambda: None)
        return list(_shares(results))

    return judge


def _shares(results: Sequence[Result]) -> Iterator[_Share]:
    for position, result in enumerate(results):
        if result.examples or result.findings or result.accepted or result.seconds:
            found = tuple(_Found(item.theme, item.violation, item.history, item.example) for item in result.findings)
            yield _Share(position, result.examples, found, result.accepted, result.seconds)
