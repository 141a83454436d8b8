"""`run --compare`: scenarios in several project types, or in a simulator and a real project, side by side."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from conformance.cli.options import PROJECT_TYPES
from conformance.cli.reporting_command import print_json, write_report, write_summary
from conformance.cli.run_details import run_details
from conformance.cli.sandbox import SandboxOptions, opened, simulator_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.console import Console

    from conformance.report import RunDetails
    from conformance.scenario import LoadedScenario
    from conformance.scenario.comparison import Comparison

#: Columns; more than any row of a comparison needs.
_UNFOLDED: Final = 100_000


def check_comparable(place: SandboxOptions, reports: Mapping[str, str | None]) -> None:
    """Refuse options that leave nothing to compare, or that ask for verdicts.

    Args:
        place: Where scenarios are to be played.
        reports: Options that name files for verdicts, each with its file.

    Raises:
        click.UsageError: There are such options.
    """
    for option, name in reports.items():
        if name is not None:
            message = f"--compare gives no verdicts for {option}; it has --html and --json"
            raise click.UsageError(message, click.get_current_context())
    if not place.wanted and len(place.project_types) == 1:
        message = f"--compare needs two project types or more, and only {place.project_types[0]} was chosen"
        raise click.UsageError(message, click.get_current_context())


@dataclass(frozen=True, slots=True)
class ComparisonViews:
    """How comparisons are to be shown.

    Attributes:
        mapping: The mapping file that the reports name; None for the presets.
        html: The file for a page.
        github: Whether the summary of a step has them, too.
        as_json: Whether stdout gets JSON.
        quiet: Whether only what differs is printed.
        verbose: Whether what does not differ is printed, too.
    """

    mapping: str | None
    html: str | None
    github: bool
    as_json: bool
    quiet: bool
    verbose: bool


def compare_scenarios(loaded: Sequence[LoadedScenario], place: SandboxOptions, views: ComparisonViews) -> int:
    """Compare scenarios, show what differs, and give the exit code."""
    from conformance.cli.progress import Progress

    details = run_details(views.mapping)
    comparisons = []
    with _comparer(place) as compare, Progress("comparing", len(loaded), quiet=views.quiet) as progress:
        for item in loaded:
            comparisons.append(compare(item))
            progress.advance()
    used = details.with_mapping_of(comparison.mapping for comparison in comparisons)
    _show(comparisons, views, used)
    if place.wanted:
        return int(any(comparison.differences or comparison.left_out for comparison in comparisons))
    return int(any(comparison.unplayable for comparison in comparisons))


def _show(comparisons: Sequence[Comparison], views: ComparisonViews, details: RunDetails) -> None:
    from conformance.scenario.comparison import (
        comparisons_to_html,
        comparisons_to_json,
        comparisons_to_markdown,
        write_comparisons,
    )

    if views.html is not None:
        write_report("--html", views.html, comparisons_to_html(comparisons, details))
    if views.github:
        write_summary(comparisons_to_markdown(comparisons, details))
    if views.as_json:
        print_json(comparisons_to_json(comparisons))
    else:
        write_comparisons(comparisons, _wide_console(), quiet=views.quiet, verbose=views.verbose)


@contextmanager
def _comparer(place: SandboxOptions) -> Iterator[Callable[[LoadedScenario], Comparison]]:
    """What compares the project types, or a simulator and a real project."""
    from conformance.scenario.comparison import compare_scenario

    with simulator_at(None if place.wanted else place.url) as simulator:
        if not place.wanted:
            yield lambda item: compare_scenario(item, simulator, place.project_types or PROJECT_TYPES)
            return
        from conformance.sandbox import compare_with_sandbox

        with opened(place) as session:
            yield lambda item: compare_with_sandbox(item, session, simulator)


def _wide_console() -> Console:
    """The terminal; for a file or a pipe a console on which every row of a table stays one line."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=_UNFOLDED)
