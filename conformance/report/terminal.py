"""The report as text for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from conformance.report.model import UNMET, CaseResult, Report, Verdict

if TYPE_CHECKING:
    from rich.console import Console

MARKS: Final = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "FAILED",
    Verdict.ERROR: "ERROR",
    Verdict.SKIPPED: "skipped",
    Verdict.ACCEPTED: "accepted",
    Verdict.NOT_APPLICABLE: "not applicable",
}
STYLES: Final = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.ERROR: "bold magenta",
    Verdict.SKIPPED: "yellow",
    Verdict.ACCEPTED: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
}
_AS_IT_SHOULD_BE: Final = frozenset({Verdict.PASSED, Verdict.ACCEPTED, Verdict.NOT_APPLICABLE})
_WIDEST_STAGE: Final = 12


def write_terminal(report: Report, console: Console, *, quiet: bool = False, verbose: bool = False) -> None:
    """Write a whole report to a console; the last line is the summary.

    Args:
        report: The report.
        console: Where it goes; it decides on colour.
        quiet: Leave out what passed.
        verbose: Show the trace of what passed, too.
    """
    for case in report.cases:
        write_case(case, console, quiet=quiet, verbose=verbose)
    write_summary(report, console)


def write_case(case: CaseResult, console: Console, *, quiet: bool = False, verbose: bool = False) -> None:
    """Write one case: its verdict, what failed, and what every step did unless it is as it should be.

    Args:
        case: The case.
        console: Where it goes; it decides on colour.
        quiet: Leave it out when it passed, is accepted, or is not applicable.
        verbose: Show what every step did in any case.
    """
    passed = case.verdict in _AS_IT_SHOULD_BE
    if passed and quiet:
        return
    _line(console, _heading(case))
    for name, text in case.details:
        _line(console, Text(f"    {name}: {text}"))
    for failure in case.failures:
        place = f"{case.file}:{failure.line}" if failure.line else case.file
        _line(console, Text(f"    {failure.where}: {failure.path}"))
        _line(console, Text(f"        expected  {failure.expected}"))
        _line(console, Text(f"        actual    {failure.actual}"))
        _line(console, Text(f"        at        {place}", style="dim"))
    if case.message:
        _line(console, Text(f"    {case.message}"))
    if not passed or verbose:
        _trace(console, case)


def write_summary(report: Report, console: Console) -> None:
    """Write the summary line, as the report has it."""
    _line(console, Text(report.summary, style="bold green" if report.is_good else "bold red"))


def _heading(case: CaseResult) -> Text:
    heading = Text(MARKS[case.verdict], style=STYLES[case.verdict])
    heading.append(f"  {case.project_type:<6}  {case.name}", style="default")
    heading.append(f"  ({case.file})", style="dim")
    if case.known_issue:
        heading.append(f"  {UNMET}", style=STYLES[Verdict.ACCEPTED])
    return heading


def _trace(console: Console, case: CaseResult) -> None:
    for step in case.trace:
        _line(console, Text(f"    {step.title}"))
        for stage, text in (shown for line in step.lines for shown in line.shown):
            _line(console, Text(f"        {stage:<{_WIDEST_STAGE}}  {text}", style="dim"))


def _line(console: Console, text: Text) -> None:
    # A line stays a line: reports are searched, and compared by machines.
    console.print(text, soft_wrap=True, highlight=False)
