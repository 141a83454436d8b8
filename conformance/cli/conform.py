"""`iterable-harness conform`: a mapping judged in every project type; long because of its many options."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.cli import mapping as mapping_option
from conformance.cli.baselines import BaselineOptions
from conformance.cli.files import require_outputs
from conformance.cli.options import JUDGING, PROJECT_TYPES, examples, shared_options, warn
from conformance.cli.reporting_command import ReportingCommand, print_json, write_report, write_summary
from conformance.cli.run_details import run_details
from conformance.cli.sandbox import SandboxOptions, opened
from conformance.cli.streams import announced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor as Pool

    from conformance.inputs.configuration import Configuration
    from conformance.judging import Baseline, Judgement, JudgementReport, Problem
    from conformance.judging.report import BackendFor
    from conformance.properties.execution import Executor
    from conformance.report import Report, RunDetails
    from destination import Subscription

_EXAMPLES: Final = 100
_EXAMPLES_IN_A_SANDBOX: Final = 5
_LOWEST: Final = "low"
_FOLDER: Final = ".harness/failures"


def _problems_json(report: Report) -> str:
    from conformance.judging import problems_json

    return problems_json(report.mistakes)


@click.command(
    "conform",
    cls=ReportingCommand,
    problems_json=_problems_json,
    epilog=examples(
        "iterable-harness conform",
        "iterable-harness conform --mapping my-mapping.yaml --project-type hybrid --html report.html",
        "iterable-harness conform --mapping my-mapping.yaml --baseline known.yaml --update-baseline",
        "iterable-harness conform --property identity --property commerce.order-arrives --examples 1000",
        "iterable-harness conform --against segment",
        "iterable-harness conform --url https://api.iterable.com --api-key KEY --sandbox our-sandbox"
        " --project-type hybrid --property identity",
    ),
)
@click.option(
    "--examples",
    "example_count",
    type=click.IntRange(min=1),
    default=None,
    help=f"Histories per property and project type (default: {_EXAMPLES}; with --sandbox {_EXAMPLES_IN_A_SANDBOX}).",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same run.")
@click.option(
    "--property",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this property, or a group such as identity; repeatable.",
)
@click.option(
    "--save",
    "folder",
    metavar="DIR",
    default=_FOLDER,
    show_default=True,
    help="Save each finding as a scenario here, replacing those of earlier runs.",
)
@click.option(
    "--baseline",
    "baseline_files",
    multiple=True,
    metavar="FILE",
    help="Also accept the findings in this file; repeatable.",
)
@click.option("--no-baseline", is_flag=True, help="Turn off the baseline that ships with the harness.")
@click.option("--update-baseline", is_flag=True, help="Accept what is found: write it to the baseline.")
@click.option("--prune-baseline", is_flag=True, help="Remove entries from the baseline that match nothing any more.")
@click.option(
    "--fail-on",
    "threshold",
    type=click.Choice(["high", "medium", "low"]),
    help="Exit with 1 only for problems of this severity or worse (default: low).",
)
@click.option(
    "--against",
    type=click.Choice(["segment"]),
    help="Compare the destination itself with Segment's own build instead; needs Node.js.",
)
@shared_options(
    *JUDGING,
)
def conform_command(  # noqa: PLR0913  # one parameter an option
    *,
    project_types: tuple[str, ...],
    mapping: str | None,
    url: str | None,
    api_key: str | None,
    sandbox: str | None,
    wait_timeout: float | None,
    example_count: int | None,
    seed: int,
    names: tuple[str, ...],
    folder: str,
    baseline_files: tuple[str, ...],
    threshold: str | None,
    against: str | None,
    junit: str | None,
    html: str | None,
    tap: str | None,
    update_baseline: bool,
    prune_baseline: bool,
    no_baseline: bool,
    github: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Judge a mapping by generated customer histories.

    Judges the mapping, or the presets, in every project type. Findings of lint are printed at once. Problems in
    histories follow, one for each decision in the mapping that causes them: what to write instead, and the smallest
    history that shows it, saved as a scenario. What no change of the mapping can fix is accepted; a property that no
    history is about is not applicable, which does not mean passed. Exit code 1 if there are problems (with --fail-on,
    of that severity or worse); otherwise 2 if nothing that was chosen is applicable.

    With --sandbox, histories are played in a real project, by people with a prefix who are deleted afterwards.
    """
    place = SandboxOptions(url, api_key, sandbox, wait_timeout, project_types)
    _check_choice(place, github=github, as_json=as_json)
    if example_count is None:
        example_count = _EXAMPLES_IN_A_SANDBOX if place.wanted else _EXAMPLES
    baselines = BaselineOptions(baseline_files, shipped=not no_baseline, update=update_baseline, prune=prune_baseline)
    files = [("--junit", junit), ("--html", html), ("--tap", tap)]
    details = run_details(mapping, seed)
    require_outputs([*files, *baselines.outputs], [*([mapping] if mapping else []), *baselines.inputs])
    # Annotations of what is wrong with the mapping go to stdout.
    with announced("reading the mapping", quiet=quiet or github):
        from destination import PRESETS

        configuration = mapping_option.configuration_asked_for(mapping, github=github)
    subscriptions = PRESETS if configuration is None else configuration.plain
    models = () if configuration is None else configuration.models
    if against is not None:
        return _judge_destination(
            example_count,
            seed,
            None if configuration is None else subscriptions,
            folder,
            as_json=as_json,
            quiet=quiet,
        )
    pool = None if names or place.wanted or example_count < _EXAMPLES else _worker_pool()
    with announced("reading properties and baselines", quiet=quiet):
        from conformance.cli.progress import Progress
        from conformance.judging import build_report

        properties = _chosen(names)
        own = baselines.read()
        baseline = baselines.in_force(own.together)
    is_silent = as_json or update_baseline
    told = () if is_silent else _tell_mistakes(configuration, project_types or PROJECT_TYPES, baseline)
    with _place(place, subscriptions, models) as (executor, backend_for):
        judgement = _judge(
            subscriptions,
            example_count,
            seed,
            project_types,
            properties,
            baseline,
            executor,
            models,
            pool,
            quiet=quiet,
        )
        if update_baseline:
            _require_tests(judgement)
            judgement = baselines.accept(own.together, judgement, configuration)
        else:
            own.tell(judgement, configuration, prune=prune_baseline)
        with Progress("looking for causes", None, quiet=quiet or not judgement.findings) as progress:
            report = build_report(
                judgement,
                folder,
                backend_for=backend_for,
                mapping_file=mapping,
                configuration=configuration,
                progress=progress.advance,
                accept_limits=not no_baseline,
            )
    _write(report, files, details)
    if github:
        _tell_workflow(report, details)
    if as_json:
        _print_json(report)
    else:
        _show(report, told, quiet=quiet or update_baseline, verbose=verbose)
    _warn_of_folder(report, folder)
    if _has_problem(report, threshold or _LOWEST):
        return 1
    _require_tests(judgement)
    return 0


def _has_problem(report: JudgementReport, threshold: str) -> bool:
    """Whether there is a problem as severe as that, or worse."""
    from conformance.properties import Severity

    severities = list(Severity)
    return any(
        severities.index(problem.severity) <= severities.index(Severity(threshold)) for problem in report.problems
    )


def _warn_of_folder(report: JudgementReport, folder: str) -> None:
    """Say so where the findings lie where our user's own scenarios are looked for, as they would fail there."""
    from conformance.scenario.files import is_searched

    place, here = Path(folder).resolve(), Path.cwd().resolve()
    is_saved = any(problem.replay for problem in report.problems)
    if not is_saved or not place.is_relative_to(here):
        return
    if all(
        map(is_searched, (item for item in (place, *place.parents) if item != here and item.is_relative_to(here)))
    ):
        warn(
            f"{folder}: `iterable-harness run .` and pytest also play the findings saved here;"
            f" folders that begin with ., such as {_FOLDER}, are left alone"
        )


def _check_choice(place: SandboxOptions, *, github: bool, as_json: bool) -> None:
    """Hold options against each other before anything is read.

    Raises:
        click.UsageError: Two of them do not go together.
    """
    if place.url is not None and not place.wanted:
        raise click.UsageError("--url needs --sandbox NAME, the project there", click.get_current_context())
    if github and as_json:
        raise click.UsageError("--github does not go with --json", click.get_current_context())


def _print_json(report: JudgementReport) -> None:
    from conformance.judging import judgement_json

    print_json(judgement_json(report))


def _tell_mistakes(
    configuration: Configuration | None, project_types: Sequence[str], baseline: Baseline
) -> Sequence[Problem]:
    """Print what shows without an event, before the work that takes time; what was printed."""
    import sys

    from rich.console import Console

    from conformance.judging import problems_of_lint, write_problems

    if configuration is None:
        return ()
    told = problems_of_lint(configuration, project_types, baseline)
    write_problems(told, Console())
    sys.stdout.flush()
    return told


@contextmanager
def _place(
    place: SandboxOptions, subscriptions: Sequence[Subscription], models: Sequence[str | None]
) -> Iterator[tuple[Executor | None, BackendFor | None]]:
    """What executes histories, and what runs the scenarios of findings; None for simulators in this process."""
    if not place.wanted:
        yield None, None
        return
    from conformance.sandbox import SandboxBackend, SandboxExecutor
    from conformance.scenario import SimulatorBackend

    with SimulatorBackend.in_process() as simulator, opened(place) as session:
        yield SandboxExecutor(subscriptions, session, models), lambda item: SandboxBackend(session, item, simulator)


def _judge(  # noqa: PLR0913, PLR0917  # what was asked for
    subscriptions: Sequence[Subscription],
    example_count: int,
    seed: int,
    project_types: Sequence[str],
    properties: Sequence[str] | None,
    baseline: Baseline,
    executor: Executor | None,
    models: Sequence[str | None],
    pool: Pool | None,
    *,
    quiet: bool,
) -> Judgement:
    from conformance.cli.progress import Progress
    from conformance.judging import case_count, judge

    with Progress("judging histories", case_count(properties, example_count), quiet=quiet) as progress:
        return judge(
            subscriptions,
            examples=example_count,
            seed=seed,
            project_types=project_types or PROJECT_TYPES,
            properties=properties,
            baseline=baseline,
            progress=progress.advance,
            executor=executor,
            models=models,
            workers=os.cpu_count() or 1,
            pool=pool,
        )


def _worker_pool() -> Pool | None:
    """The processes that judge beside this one, on the other cores; they import while this one does."""
    others = (os.cpu_count() or 1) - 1
    if not others:
        return None
    from conformance.worker_pool import worker_pool

    return click.get_current_context().with_resource(worker_pool(others, "conformance.judging.workers"))


def _judge_destination(  # what was asked for
    example_count: int,
    seed: int,
    subscriptions: Sequence[Subscription] | None,
    folder: str,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Look for cases on which the destination and Segment's own build differ; the exit code.

    Raises:
        click.UsageError: An option was given that is about project types, which have no part in it.
    """
    from conformance.cli.against import judge_against_segment

    context = click.get_current_context()
    for name in (
        "project_types",
        "names",
        "baseline_files",
        "no_baseline",
        "update_baseline",
        "prune_baseline",
        "threshold",
        "sandbox",
        "junit",
        "html",
        "tap",
        "github",
    ):
        if context.params[name]:
            option = {"names": "property", "baseline_files": "baseline", "threshold": "fail-on"}.get(
                name, name
            ).replace("_", "-")
            raise click.UsageError(f"--{option.removesuffix('s')} does not go with --against", context)
    return judge_against_segment(example_count, seed, subscriptions, save=folder, as_json=as_json, quiet=quiet)


def _chosen(names: Sequence[str]) -> list[str] | None:
    """The ids of the properties that are wanted; None for all.

    Raises:
        click.BadParameter: There is no such property and no such group.
    """
    from conformance.properties import UnknownPropertyError, select_properties

    if not names:
        return None
    try:
        return [item.id for item in select_properties(names, warn)]
    except UnknownPropertyError as error:
        raise click.BadParameter(str(error), click.get_current_context(), param_hint="--property") from error


def _require_tests(judgement: Judgement) -> None:
    """Refuse a judgement in which nothing is applicable: it would pass whatever the mapping does.

    Raises:
        click.ClickException: Nothing is.
    """
    from conformance.judging import NOTHING_TESTED

    if not judgement.tested_something:
        raise click.ClickException(
            f"nothing was tested: {NOTHING_TESTED} (choose others with --property, or leave it out)"
        )


def _write(report: JudgementReport, files: Sequence[tuple[str, str | None]], details: RunDetails) -> None:
    from conformance.judging import judgement_html
    from conformance.report import to_junit, to_tap

    views: Mapping[str, Callable[[JudgementReport, RunDetails], str]]
    views = {"--junit": to_junit, "--html": judgement_html, "--tap": to_tap}
    for option, name in files:
        if name is not None:
            write_report(option, name, views[option](report, details))


def _tell_workflow(report: JudgementReport, details: RunDetails) -> None:
    from conformance.judging import judgement_markdown, problem_annotations

    for line in problem_annotations(report.problems):
        click.echo(line)
    write_summary(judgement_markdown(report, details))


def _show(report: JudgementReport, told: Sequence[Problem], *, quiet: bool, verbose: bool) -> None:
    from rich.console import Console

    from conformance.judging import write_judgement

    write_judgement(report, Console(), quiet=quiet, verbose=verbose, told=told)
