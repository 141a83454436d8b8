"""The run: every property, in every project type, on many generated histories."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor as Pool
from contextlib import nullcontext

from conformance.judging.baseline import Baseline
from conformance.judging.model import Judgement, Result
from conformance.judging.theme_runner import ThemeRunner
from conformance.judging.workers import WORTH_A_PROCESS, Work, run_in_processes
from conformance.properties import PROPERTIES, Property, select_properties
from conformance.properties.execution import Executor
from conformance.properties.model import EVERY_TYPE
from conformance.strategies import Family
from conformance.worker_pool import worker_pool
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
    models: Sequence[str | None] = (),
    workers: int = 1,
    pool: Pool | None = None,
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
        executor: Where histories are executed; in simulators of its own without it.
        models: The Reverse ETL model of each subscription, or None; without it triggers tell who takes rows.
        workers: Processes at the most; one judges in this one, and so does an executor. Programs that ask for more
            must be importable without doing anything, as `multiprocessing` has it.
        pool: The processes beside this one, where there are some; they are begun here without it.

    Raises:
        UnknownPropertyError: There is no property and no group of such a name.
    """
    chosen = _chosen(properties)
    results = [Result(item, kind) for item in chosen for kind in project_types if kind in item.project_types]
    baseline = baseline or Baseline()
    plan = list(_plan(chosen, examples))
    histories = sum(count for _, _, count in plan) * len(project_types)
    processes = 1 if executor is not None else min(workers, histories // WORTH_A_PROCESS)
    if processes > 1:
        judged = tuple((result.property.id, result.project_type) for result in results)
        work = Work(tuple(subscriptions), tuple(models), judged, baseline, seed)
        with (
            nullcontext(pool)
            if pool is not None
            else worker_pool(processes - 1, run_in_processes.__module__) as others
        ):
            run_in_processes(work, results, plan, others, progress)
    else:
        runner = ThemeRunner(executor or Executor(subscriptions, models), results, baseline, seed)
        for family, theme, count in plan:
            runner.run(family, theme, count, progress)
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
