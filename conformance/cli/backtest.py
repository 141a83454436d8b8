"""`iterable-harness backtest`: what a mapping makes of history, and what would change."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.files import require_outputs, standard_input_stream
from conformance.cli.options import examples, shared_options
from conformance.cli.reporting_command import ReportingCommand, write_report
from conformance.cli.run_details import run_details
from conformance.cli.segment_options import SegmentOptions, segment_options
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from conformance.backtest import Figures
    from conformance.backtest.ingested import Ingestion
    from destination import Subscription

NO_CHANGE, CHANGED, INCOMPLETE = 0, 1, 2


@click.command(
    "backtest",
    cls=ReportingCommand,
    epilog=examples(
        "iterable-harness backtest segment-logs/ --mapping new.yaml",
        "iterable-harness backtest 'segment-logs/*/20261*/*.gz' --mapping new.yaml --against old.yaml",
        "iterable-harness backtest events.jsonl --mapping new.yaml --against old.yaml --mask --markdown comment.md",
        "iterable-harness backtest segment-logs/ --mapping new.yaml --against old.yaml --project-type all"
        " --fail-on-loss",
        "iterable-harness backtest segment-logs/ --mapping new.yaml --project-type email --project-type hybrid",
    ),
)
@click.argument("events", nargs=-1, required=True, metavar="EVENTS...")
@shared_options(
    "mapping",
    "project_type",
    "json",
    "html",
    project_type="Also count whom a project of the type would lose, split or join; repeatable.",
    quiet="Print only the figures and the verdict.",
    verbose="Print all examples.",
)
@click.option("--against", metavar="FILE", help="The current mapping, in any form: also count what would change.")
@click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", help="Number of processes (default: one per core)."
)
@click.option("--markdown", metavar="FILE", help="Also write the report as a pull request comment.")
@click.option("--scheduler", metavar="ADDRESS", help="Count on a Dask cluster, such as tcp://10.0.0.5:8786.")
@click.option("--out", metavar="DIR", help="Also write differing requests and refusals as Parquet.")
@click.option(
    "--mask", "masked", is_flag=True, help="Replace personal values in reports with placeholders such as <email>."
)
@segment_options
@click.option("--fail-on-change", is_flag=True, help="Exit with 1 if any request or refusal changes.")
@click.option(
    "--fail-on-loss",
    is_flag=True,
    help="Exit with 1 if projects of the --project-type would lose more than with the mapping of --against.",
)
def backtest_command(  # noqa: PLR0913, PLR0917  # one for each option
    events: tuple[str, ...],
    mapping: str | None,
    project_types: tuple[str, ...],
    against: str | None,
    workers: int | None,
    scheduler: str | None,
    out: str | None,
    html: str | None,
    markdown: str | None,
    segment: SegmentOptions,
    *,
    as_json: bool,
    masked: bool,
    fail_on_change: bool,
    fail_on_loss: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Count what a mapping makes of archived events.

    EVENTS are plain or gzipped files, folders, globs, addresses such as s3://bucket/segment-logs/, or - for standard
    input. The figures do not depend on the number of workers. Reports contain example values from events, unless you
    use --mask. Nothing leaves this machine, except to the workers of a --scheduler and to an --out address. With
    --project-type, the requests are played in an empty project of that type, in the order in which Segment received
    the events; until then they are in a temporary folder.

    With --fail-on-change, exit code 1 if anything that could be read differs; with --fail-on-loss, if under the new
    mapping more events find nobody or meet another type, more fields do, or more people are split, joined or without
    a profile. Otherwise 2 if part of the archive
    could not be read: a line is not an event, or a file is unreadable or truncated.
    """
    from conformance.backtest import to_html, to_json, to_markdown

    if fail_on_change and against is None:
        raise click.UsageError("--fail-on-change goes with --against", click.get_current_context())
    if fail_on_loss and (against is None or not project_types):
        text = "--fail-on-loss goes with --against and --project-type"
        raise click.UsageError(text, click.get_current_context())
    require_outputs([("--html", html), ("--markdown", markdown)], [*events, *filter(None, (mapping, against))])
    if scheduler is not None and workers is not None:
        raise click.UsageError(
            "--workers is for this machine, --scheduler for a cluster", click.get_current_context()
        )
    if scheduler is not None and project_types:
        text = "--project-type plays requests in order, on this machine: leave out --scheduler"
        raise click.UsageError(text, click.get_current_context())
    options = {
        "workers": workers,
        "project_types": project_types,
        "scheduler": scheduler,
        "out": out,
        "masked": masked,
        "ingestion": _ingestion(segment),
        "standard_input": standard_input_stream,
    }
    figures = _figures(events, mapping, against, options, quiet=quiet)
    document = to_json(figures, compared=against is not None, masked=masked)
    page = partial(to_html, details=run_details(mapping))
    for option, name, form in (("--html", html, page), ("--markdown", markdown, to_markdown)):
        if name is not None:
            write_report(option, name, form(document))
    _print(document, as_json=as_json, quiet=quiet, verbose=verbose)
    is_loss = fail_on_loss and _tell_losses(document)
    if is_loss or (fail_on_change and figures.differs):
        return CHANGED
    return NO_CHANGE if figures.complete else INCOMPLETE


def _figures(
    events: tuple[str, ...], mapping: str | None, against: str | None, options: dict[str, Any], *, quiet: bool
) -> Figures:
    """The figures, with progress on stderr.

    Raises:
        InputError: A mapping or a source cannot be used.
    """
    from conformance.backtest import backtest
    from conformance.cli.mapping import subscriptions
    from conformance.cli.progress import Progress

    new = subscriptions(mapping)
    old = None if against is None else _against(against)
    with Progress("parts of the archive", None, quiet=quiet) as progress:
        return backtest(events, new, old, progress=lambda _: progress.advance(), **options)


def _tell_losses(document: dict[str, object]) -> bool:
    """Say on stderr what there is more of under the new mapping; whether there is anything."""
    from conformance.backtest.losses import losses

    grown = [loss for loss in losses(document) if loss.is_more]
    for loss in grown:
        print_note(f"error: {loss}")
    return bool(grown)


def _ingestion(segment: SegmentOptions) -> Ingestion | None:
    if not segment.wanted:
        return None
    from conformance.backtest.ingested import Ingestion

    return Ingestion(segment.received_at, round(time.time() * 1000))


def _against(file: str) -> tuple[Subscription, ...]:
    from conformance.cli.mapping import configuration

    return configuration(file).plain


def _print(document: dict[str, object], *, as_json: bool, quiet: bool, verbose: bool) -> None:
    from conformance.backtest import format_text
    from conformance.backtest.sentences import problem_lines

    if as_json:
        click.echo(json.dumps(document, indent=2))
    else:
        for line in format_text(document, quiet=quiet, verbose=verbose):
            click.echo(line)
    for line in problem_lines(document):
        print_note(f"error: {line}")
