"""Input that cannot be used, told in the reports that were asked for: old ones must not stand for this run."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.cli.files import require_outputs, write_file
from conformance.cli.step_summary import summarise_step
from conformance.inputs.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.report import RunDetails


@contextmanager
def told_in_reports(
    files: Sequence[tuple[str, str | None]], inputs: Sequence[str], details: RunDetails, *, github: bool
) -> Iterator[None]:
    """While open, what keeps input from being used is also written to reports.

    Args:
        files: Those of `--junit`, `--html` and `--tap`, as far as they were given.
        inputs: What is read, and so never written.
        details: How the run came about.
        github: Whether the summary of a step tells of it, too.

    Raises:
        InputError: The problems, or a report cannot be written.
    """
    require_outputs(files, inputs)
    try:
        yield
    except InputError as error:
        from conformance.report import Report, to_html, to_junit, to_tap
        from conformance.report.workflow import to_markdown

        report = Report((), mistakes=error.problems)
        views = {"--junit": to_junit, "--html": to_html, "--tap": to_tap}
        for option, name in files:
            if name is not None:
                write_file(option, name, views[option](report, details))
        if github:
            summarise_step(to_markdown(report, details))
        raise
