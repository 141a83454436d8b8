"""The verdict as text: problems with what to write instead, what is accepted, and on request the whole table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from conformance.properties import Severity
from conformance.report.terminal import MARKS, STYLES, write_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from conformance.judging.judgement_report import JudgementReport
    from conformance.judging.model import Judgement
    from conformance.judging.problems import Problem
    from conformance.report import Verdict

_WIDTH: Final = 10
#: Accepted limits that are told of one by one; with `verbose` all are.
_MOST_ACCEPTED: Final = 12
_MOST_SHOWN: Final = 4
_LONGEST_PATCH: Final = 400
_SEVERITY_STYLES: Final = {Severity.HIGH: "bold red", Severity.MEDIUM: "bold yellow", Severity.LOW: "bold"}


def format_table(judgement: Judgement) -> str:
    """A line for each property, a column for each project type.

    A cell says `passed`, `accepted` when all that does not hold is accepted, `FAILED`, or `not applicable` when no
    history was about the property. It is empty where the property was not judged.
    """
    return "\n".join(line.plain for line in _table(judgement))


def write_judgement(report: JudgementReport, console: Console, *, quiet: bool = False, verbose: bool = False) -> None:
    """Write the verdict to a console: the problems, then what is accepted; the last line is the summary.

    Args:
        report: The report.
        console: Where it goes; it decides on colour.
        quiet: Leave out what is accepted.
        verbose: Show every accepted limit, the table of properties and the trace of every finding, too.
    """
    for number, problem in enumerate(report.problems, start=1):
        for line in (*_problem(number, problem), Text()):
            _write(console, line)
    if not quiet:
        for line in _accepted(report, all_of_them=verbose):
            _write(console, line)
    if verbose:
        for line in (Text(), *_table(report.judgement), Text()):
            _write(console, line)
        for case in report.cases:
            write_case(case, console, quiet=True)
    _write(console, Text(report.summary, style="green" if report.is_good else "bold red"))


def _problem(number: int, problem: Problem) -> Iterator[Text]:
    heading = Text(f"{number}. ")
    heading.append(problem.severity.value, style=_SEVERITY_STYLES[problem.severity])
    heading.append(f"  {problem.sentence}", style="bold")
    yield heading
    if problem.consequence:
        yield Text(f"   {problem.consequence}")
    where = f"   in {', '.join(problem.project_types)}"
    yield Text(f"{where}; {problem.place}" if problem.place else where, style="dim")
    yield Text(f"   {problem.advice}:" if problem.patches else f"   {problem.advice}")
    for patch in problem.patches:
        for sign, text, style in (("-", patch.removed, "red"), ("+", patch.added, "green")):
            for line in text.splitlines():
                yield Text(f"   {sign} {line[:_LONGEST_PATCH]}", style=style)
    names = ", ".join(problem.shown[:_MOST_SHOWN])
    more = f" and {len(problem.shown) - _MOST_SHOWN} more" if len(problem.shown) > _MOST_SHOWN else ""
    replay = f"; run {problem.replay}" if problem.replay else ""
    yield Text(f"   shown by {names}{more}{replay}", style="dim")


def _accepted(report: JudgementReport, *, all_of_them: bool) -> Iterator[Text]:
    """What does not hold and no mapping changes, each reason once, with what it is about and its source."""
    reasons = accepted_reasons(report.judgement)
    if not reasons:
        return
    count = len(reasons)
    if report.problems and not all_of_them:
        yield Text(f"{_limits(count)} of Segment, Iterable and this mapping accepted (-v names them)", style="dim")
        return
    yield Text("Accepted, as no change of the mapping mends it:", style="yellow")
    shown: Sequence[tuple[str, str]] = reasons if all_of_them else reasons[:_MOST_ACCEPTED]
    for reason, source in shown:
        yield Text(f"  {reason}{f' ({source})' if all_of_them else ''}", style="dim")
    if count > len(shown):
        yield Text(f"  and {count - len(shown)} more (-v names them, with their sources)", style="dim")


def accepted_reasons(judgement: Judgement) -> list[tuple[str, str]]:
    """Why something that does not hold is accepted: each reason once, with its source, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for result in judgement.results:
        entries = [judgement.baseline.entry_for(signature) for signature in result.accepted]
        found = [(entry.reason, entry.source) for entry in entries if entry is not None]
        found += [(limit.reason, limit.source) for limit in result.limits]
        for key in found:
            counts[key] = counts.get(key, 0) + 1
    by_reason: dict[str, tuple[str, int]] = {}
    for (reason, source), count in counts.items():
        before = by_reason.get(reason, (source, 0))
        by_reason[reason] = (before[0], before[1] + count)
    ordered = sorted(by_reason.items(), key=lambda item: -item[1][1])
    return [(reason, source) for reason, (source, _) in ordered]


def _limits(count: int) -> str:
    return "1 limit" if count == 1 else f"{count} limits"


def _table(judgement: Judgement) -> Iterator[Text]:
    types = list(dict.fromkeys(result.project_type for result in judgement.results))
    rows: dict[str, dict[str, Verdict]] = {}
    for result in judgement.results:
        rows.setdefault(result.property.id, {})[result.project_type] = result.verdict()
    width = max((len(name) for name in rows), default=0) + 2
    words = [MARKS[verdict] for cells in rows.values() for verdict in cells.values()]
    column = max(_WIDTH, max(map(len, words), default=0) + 2)
    heading = "".join(f"{name:<{column}}" for name in types)
    yield Text(f"{'':<{width}}{heading}".rstrip(), style="bold")
    for name, cells in rows.items():
        line = Text(f"{name:<{width}}")
        for kind in types:
            word, style = (MARKS[cells[kind]], STYLES[cells[kind]]) if kind in cells else ("", "")
            line.append(f"{word:<{column}}", style=style)
        line.rstrip()
        yield line


def _write(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True, highlight=False)
