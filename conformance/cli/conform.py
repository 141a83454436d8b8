"""`iterable-harness conform`: a mapping judged in every project type; long because of its many options."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from conformance.cli import mapping as mapping_option
from conformance.cli.files import require_writable, write_file
from conformance.cli.options import PROJECT_TYPES, examples, shared_options, warn
from conformance.cli.sandbox import SandboxOptions, opened
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.judging import Baseline, Judgement, JudgementReport
    from conformance.judging.report import BackendFor
    from conformance.properties.execution import Executor
    from destination import Subscription

_EXAMPLES: Final = 100
_EXAMPLES_IN_A_SANDBOX: Final = 5
_FOLDER: Final = ".harness/failures"
_PRESETS: Final = "presets"


@click.command(
    "conform",
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
    show_default=f"{_EXAMPLES}, with --sandbox {_EXAMPLES_IN_A_SANDBOX}",
    help="Histories for each property and project type.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed, the same run.")
@click.option(
    "--property",
    "names",
    multiple=True,
    metavar="NAME",
    help="A property, or a group of them such as identity; may be repeated.",
)
@click.option(
    "--save",
    "folder",
    metavar="DIR",
    default=_FOLDER,
    show_default=True,
    help="Where each finding is saved as a scenario, in place of those of an earlier run.",
)
@click.option(
    "--baseline",
    "baseline_file",
    metavar="FILE",
    help="What is accepted; `presets` is the baseline of the destination's presets, and their default.",
)
@click.option("--update-baseline", is_flag=True, help="Write what is found to the baseline, and accept it.")
@click.option(
    "--against",
    type=click.Choice(["segment"]),
    help="Hold the destination itself against Segment's own build instead, which needs Node.",
)
@shared_options("project_type", "mapping", "url", "api_key", "sandbox", "wait_timeout", "json", "junit", "html")
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
    baseline_file: str | None,
    against: str | None,
    junit: str | None,
    html: str | None,
    update_baseline: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Judge a mapping, or the presets, on histories of customers generated for it, in every project type.

    A property that does not hold is shown with the smallest history that shows it, saved as a scenario.
    What no generated history was about is not applicable, and never passed.
    Exit code 1 when there is a finding that the baseline does not accept.

    With --sandbox the histories are played in a real project, with marked people who are removed again.
    """
    from conformance.judging import build_report

    place = SandboxOptions(url, api_key, sandbox, wait_timeout, project_types)
    if url is not None and not place.wanted:
        raise click.UsageError("--url needs --sandbox NAME, the project there", click.get_current_context())
    if example_count is None:
        example_count = _EXAMPLES_IN_A_SANDBOX if place.wanted else _EXAMPLES
    subscriptions = mapping_option.subscriptions(mapping)
    if against is not None:
        return _judge_destination(
            example_count, seed, subscriptions if mapping else None, folder, as_json=as_json, quiet=quiet
        )
    properties = _chosen(names)
    baseline = _baseline(baseline_file, is_custom=mapping is not None, update=update_baseline)
    _check_outputs(junit, html, baseline_file if update_baseline else None)
    with _place(place, subscriptions) as (executor, backend_for):
        judgement = _judge(
            subscriptions, example_count, seed, project_types, properties, baseline, executor, quiet=quiet
        )
        if update_baseline:
            return _update(judgement, baseline, str(baseline_file))
        report = build_report(judgement, folder, backend_for=backend_for, mapping_file=mapping)
    _write(report, junit, html)
    _show(judgement, report, as_json=as_json, quiet=quiet, verbose=verbose)
    if report.not_applicable == len(judgement.results):
        warn("nothing was tested: no generated history was about any of these properties")
    if mapping is not None and baseline_file is None:
        _hint_at_shared_findings(judgement)
    return int(bool(report.problems))


@contextmanager
def _place(
    place: SandboxOptions, subscriptions: Sequence[Subscription]
) -> Iterator[tuple[Executor | None, BackendFor | None]]:
    """What executes histories, and what runs the scenarios of findings; None for simulators in this process."""
    if not place.wanted:
        yield None, None
        return
    from conformance.sandbox import SandboxBackend, SandboxExecutor
    from conformance.scenario import SimulatorBackend

    with SimulatorBackend.in_process() as simulator, opened(place) as session:
        yield SandboxExecutor(subscriptions, session), lambda item: SandboxBackend(session, item, simulator)


def _judge(  # noqa: PLR0913  # what was asked for
    subscriptions: Sequence[Subscription],
    example_count: int,
    seed: int,
    project_types: Sequence[str],
    properties: Sequence[str] | None,
    baseline: Baseline,
    executor: Executor | None,
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
        )


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
    for name in ("project_types", "names", "baseline_file", "update_baseline", "sandbox", "junit", "html"):
        if context.params[name]:
            option = {"names": "property", "baseline_file": "baseline"}.get(name, name).replace("_", "-")
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


def _baseline(file: str | None, *, is_custom: bool, update: bool) -> Baseline:
    """The baseline: that of the file, else the shipped one for the presets and none for a mapping.

    Raises:
        InputError: The file cannot be read, or has problems.
        click.UsageError: There is no file to update.
    """
    from pathlib import Path

    from conformance.judging import Baseline, read_baseline, shipped_baseline

    if update and file in {None, _PRESETS}:
        raise click.UsageError("--update-baseline needs --baseline FILE", click.get_current_context())
    if file == _PRESETS or (file is None and not is_custom):
        return shipped_baseline()
    if file is None or (update and not Path(file).exists()):
        return Baseline()
    return read_baseline(Path(file), warn)


def _check_outputs(junit: str | None, html: str | None, baseline_file: str | None) -> None:
    for option, name in (("--junit", junit), ("--html", html), ("--baseline", baseline_file)):
        if name is not None:
            require_writable(option, name)


def _update(judgement: Judgement, baseline: Baseline, file: str) -> int:
    from conformance.judging import baseline_text, updated_baseline

    write_file("--baseline", file, baseline_text(updated_baseline(baseline, judgement)))
    added = sum(len(finding.signatures()) for finding in judgement.findings)
    kept = sum(len(result.accepted) for result in judgement.results)
    print_note(f"{file}: {added} added, {kept} kept")
    return 0


def _hint_at_shared_findings(judgement: Judgement) -> None:
    """A hint for whoever judges a mapping for the first time: much of what is found no mapping could mend."""
    from conformance.judging import count_shared_with_presets

    if shared := count_shared_with_presets(judgement):
        of = f"{shared} of these {len(judgement.findings)} findings are known of the presets, too"
        print_note(f"{of}; --baseline presets leaves them out")


def _write(report: JudgementReport, junit: str | None, html: str | None) -> None:
    from conformance.report import to_html, to_junit

    if junit is not None:
        write_file("--junit", junit, to_junit(report))
    if html is not None:
        write_file("--html", html, to_html(report))


def _show(judgement: Judgement, report: JudgementReport, *, as_json: bool, quiet: bool, verbose: bool) -> None:
    from rich.console import Console

    from conformance.judging import judgement_json, write_judgement

    if as_json:
        click.echo(judgement_json(report), nl=False)
    else:
        write_judgement(judgement, report, Console(), quiet=quiet, verbose=verbose)
