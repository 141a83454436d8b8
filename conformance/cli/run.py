"""`iterable-harness run`: scenarios carried out, and a verdict for each; long because of its many options."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

import click

from conformance.cli import mapping as mapping_option
from conformance.cli.compare import ComparisonViews, check_comparable, compare_scenarios
from conformance.cli.files import or_shipped, require_outputs
from conformance.cli.options import JUDGING, PROJECT_TYPES, examples, shared_options
from conformance.cli.reporting_command import ReportingCommand, print_json, write_report, write_summary
from conformance.cli.sandbox import SandboxOptions, opened, simulator_at
from conformance.cli.streams import announced, print_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.report import Event, Listener, Report, RunDetails
    from conformance.scenario import Backend, LoadedScenario, Suite
    from destination import Subscription

_DEFAULT_FOLDER: Final = "scenarios"
_IN_PROCESS: Final = SandboxOptions(None, None, None, None, ())


def _to_json(report: Report) -> str:
    from conformance.report import to_json

    return to_json(report)


@click.command(
    "run",
    cls=ReportingCommand,
    problems_json=_to_json,
    epilog=examples(
        "iterable-harness run scenarios/ --github --tap report.tap",
        "iterable-harness run bug.scenario.yaml --url http://127.0.0.1:8585 --junit report.xml",
        "iterable-harness run bug.scenario.yaml --compare --html types.html",
        "iterable-harness run bug.scenario.yaml --compare --url https://api.iterable.com --api-key KEY"
        " --sandbox our-sandbox --project-type hybrid",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--compare", is_flag=True, help="Print how project types differ.")
@click.option("--watch", is_flag=True, help="Run again on every save.")
@click.option("--minimise", is_flag=True, help="Reduce a failing scenario to what fails.")
@click.option("-o", "--output", metavar="FILE", help="Where --minimise writes to.")
@click.option("--as-segment", is_flag=True, help="Put every event through Segment first.")
@shared_options(
    *JUDGING,
    mapping="A mapping in any of Segment's forms.",
)
def run_command(  # noqa: PLR0913  # one parameter an option
    *,
    paths: tuple[str, ...],
    project_types: tuple[str, ...],
    mapping: str | None,
    url: str | None,
    api_key: str | None,
    sandbox: str | None,
    wait_timeout: float | None,
    junit: str | None,
    html: str | None,
    tap: str | None,
    github: bool,
    compare: bool,
    watch: bool,
    minimise: bool,
    output: str | None,
    as_segment: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Run scenario files in every project type they cover.

    The default is scenarios/, if it exists here. --mapping applies to scenarios that have none. The report ends with
    `N passed, M failed`. Exit code 1 if any failed.

    --compare plays each one in all three project types and shows side by side who exists, whose the events are and
    which replies came. Exit code 1 if any could not be played.

    --sandbox plays them in a real project, by people with a prefix who are deleted afterwards, and skips what cannot
    be played there. Together with --compare it shows where the project and the simulator differ; exit code 1 if they
    do.
    """
    place = SandboxOptions(url, api_key, sandbox, wait_timeout, project_types)
    paths = tuple(map(or_shipped, paths)) if paths else (_scenarios_here(),)
    files = [("--junit", junit), ("--html", html), ("--tap", tap)]
    if github and as_json:
        raise click.UsageError("--github does not go with --json", click.get_current_context())
    if minimise:
        _check_alone({"--watch": watch, "--compare": compare, "--sandbox": place.wanted, "--json": as_json})
        return _minimise(paths, mapping, place, output, quiet=quiet)
    if output is not None:
        raise click.UsageError("--output goes with --minimise", click.get_current_context())

    def run_once() -> int:
        with announced("reading scenarios", quiet=quiet):
            suite = _suite(paths, mapping, through_segment=as_segment)
        mapping_option.note_unused(suite.scenarios, mapping)
        if compare:
            check_comparable(place, {"--junit": junit, "--tap": tap})
        require_outputs(files, [*suite.files, *([mapping] if mapping else [])])
        if compare:
            views = ComparisonViews(mapping, html, github=github, as_json=as_json, quiet=quiet, verbose=verbose)
            return compare_scenarios(_usable(suite, github=github), place, views)
        listeners = _reports(files, mapping, as_json=as_json, github=github, quiet=quiet, verbose=verbose)
        return _judge(suite, place, listeners)

    if watch:
        from conformance.cli.watch import again_and_again, saves

        return again_and_again(run_once, saves([*paths, *([mapping] if mapping else [])]))
    return run_once()


def _scenarios_here() -> str:
    """The folder that is run where none is named.

    Raises:
        click.UsageError: There is none; those that ship would pass, and say nothing of what was meant.
    """
    from pathlib import Path

    if not Path(_DEFAULT_FOLDER).is_dir():
        message = f"no {_DEFAULT_FOLDER}/ here; name a path, such as . for all below this folder"
        raise click.UsageError(message, click.get_current_context())
    return _DEFAULT_FOLDER


def _suite(paths: Sequence[str], mapping: str | None, *, through_segment: bool) -> Suite:
    """The scenarios that can be used, and what keeps others from it; none can without the mapping they are for."""
    from conformance.inputs.errors import InputError
    from conformance.scenario import Suite, read_suite

    try:
        own = _own(mapping)
    except InputError as error:
        return Suite((), (*read_suite(paths).problems, *error.problems))
    return read_suite(paths, own, through_segment=through_segment, mapping_name=mapping_option.name(mapping))


def _usable(suite: Suite, *, github: bool) -> Sequence[LoadedScenario]:
    """All scenarios.

    Raises:
        InputError: Some cannot be used.
    """
    from conformance.inputs.errors import InputError
    from conformance.workflow_commands import problem_annotation

    if not suite.problems:
        return suite.scenarios
    for problem in suite.problems if github else ():
        click.echo(problem_annotation(problem))
    raise InputError(suite.problems)


def _own(mapping: str | None) -> tuple[Subscription, ...] | None:
    asked_for = mapping_option.configuration_asked_for(mapping)
    return None if asked_for is None else asked_for.plain


def _check_alone(options: Mapping[str, object]) -> None:
    for name, given in options.items():
        if given:
            raise click.UsageError(f"--minimise does not go with {name}", click.get_current_context())


def _minimise(
    paths: Sequence[str], mapping: str | None, place: SandboxOptions, output: str | None, *, quiet: bool
) -> int:
    from pathlib import Path

    from conformance.cli.minimise import minimise_file

    if len(paths) != 1 or Path(paths[0]).is_dir():
        raise click.UsageError("--minimise takes one scenario file", click.get_current_context())
    require_outputs([("--output", output)], [*paths, *([mapping] if mapping else [])])
    with announced("reading the scenario", quiet=quiet):
        from conformance.scenario import load_suite

        [loaded] = load_suite(paths, _own(mapping))
    mapping_option.note_unused([loaded], mapping)
    with simulator_at(place.url) as backend:
        return minimise_file(loaded, place.project_types or PROJECT_TYPES, backend, output, quiet=quiet)


def _judge(suite: Suite, place: SandboxOptions, listeners: Sequence[Listener]) -> int:
    from conformance.cli.interruptible_dispatcher import InterruptibleDispatcher
    from conformance.inputs.errors import InputError
    from conformance.report import Report, RunFinished
    from conformance.scenario import run_cases

    for doubt in (doubt for item in suite.scenarios for doubt in (*item.remarks, *item.doubts)):
        print_note(f"warning: {doubt}")
    cases, mistakes = suite.cases(place.project_types or PROJECT_TYPES)
    complaints: list[str] = []

    def complain(sentence: str) -> None:
        complaints.append(sentence)
        print_note(f"error: {' '.join(sentence.split())}")

    for mistake in mistakes:
        complain(str(mistake))
    dispatcher = InterruptibleDispatcher(listeners, complain)
    with ExitStack() as opened_places:
        try:
            # Where nothing is to be played, no server need answer.
            backend_for = opened_places.enter_context(_backends(place if cases else _IN_PROCESS))
        except InputError as error:
            found = Report((), not_run=len(cases), mistakes=(*mistakes, *error.problems))
            dispatcher.emit(RunFinished(found))
            raise
        with dispatcher.interruptible():
            report = run_cases(cases, backend_for, dispatcher, mistakes)
    return 2 if mistakes else 1 if report.failed else 2 if complaints else 0


def _reports(
    files: Sequence[tuple[str, str | None]],
    mapping: str | None,
    *,
    as_json: bool,
    github: bool,
    quiet: bool,
    verbose: bool,
) -> list[Listener]:
    """Everything that listens to the run: the terminal or JSON on stdout, files, and progress on stderr."""
    import sys

    from rich.console import Console

    from conformance.cli.progress import ProgressReport
    from conformance.cli.run_details import run_details
    from conformance.report import DocumentReport, TerminalReport, to_html, to_json, to_junit, to_tap

    details = run_details(mapping)
    listeners: list[Listener] = [_workflow_report(details)] if github else []
    if as_json:
        listeners.append(DocumentReport(to_json, print_json))
    else:
        listeners.append(TerminalReport(Console(), quiet=quiet, verbose=verbose))
    views = {"--junit": to_junit, "--html": to_html, "--tap": to_tap}
    for option, name in files:
        if name is not None:
            listeners.append(_document_report(views[option], option, name, details))
    # Where people watch the cases themselves, a bar would only be in their way.
    shows_cases = not as_json and sys.stdout is not None and sys.stdout.isatty()
    return [ProgressReport("running scenarios", quiet=quiet or shows_cases), *listeners]


def _document_report(
    view: Callable[[Report, RunDetails], str], option: str, name: str, details: RunDetails
) -> Listener:
    """What writes a report to the file that an option names; it says which mapping was used."""
    from functools import partial

    from conformance.report import DocumentReport

    return DocumentReport(lambda report: view(report, _used(details, report)), partial(write_report, option, name))


def _used(details: RunDetails, report: Report) -> RunDetails:
    return details.with_mapping_of(case.mapping for case in report.cases)


def _workflow_report(details: RunDetails) -> Listener:
    """What prints annotations before the last line of the report, and adds to the summary of the step."""
    from conformance.report import RunFinished
    from conformance.report.workflow import to_annotations, to_markdown

    def take(event: Event) -> None:
        if isinstance(event, RunFinished):
            for line in to_annotations(event.report):
                click.echo(line)
            write_summary(to_markdown(event.report, _used(details, event.report)))

    return take


@contextmanager
def _backends(place: SandboxOptions) -> Iterator[Callable[[LoadedScenario], Backend]]:
    """What gives each scenario the backend that it is run against."""
    with simulator_at(None if place.wanted else place.url) as simulator:
        if not place.wanted:
            yield lambda _: simulator
            return
        from conformance.sandbox import SandboxBackend

        with opened(place) as session:
            yield lambda item: SandboxBackend(session, item, simulator)
