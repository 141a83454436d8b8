"""The verdict as text: problems with what to write instead, what is accepted, and on request the whole table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rich.text import Text

from conformance.judging.accepted import accepted_reasons
from conformance.lint import on_a_line
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
_MOST_PATCHED: Final = 12
_SEVERITY_STYLES: Final = {Severity.HIGH: "bold red", Severity.MEDIUM: "bold yellow", Severity.LOW: "bold"}


def format_table(judgement: Judgement) -> str:
    """A line for each property, a column for each project type.

    A cell says `passed`, `accepted` when all that does not hold is accepted, `FAILED`, or `not applicable` when no
    history was about the property. It is empty where the property was not judged.
    """
    return "\n".join(line.plain for line in _table(judgement))


def write_problems(problems: Sequence[Problem], console: Console) -> None:
    """Write problems to a console, numbered from 1."""
    for number, problem in enumerate(problems, start=1):
        _write_problem(f"{number}. ", problem, console)


def write_judgement(
    report: JudgementReport,
    console: Console,
    *,
    quiet: bool = False,
    verbose: bool = False,
    told: Sequence[Problem] = (),
) -> None:
    """Write the verdict to a console: the problems, what is accepted and what is assumed; the last line counts them.

    Args:
        report: The report.
        console: Where it goes; it decides on colour.
        quiet: Leave out what is accepted, what is assumed, and how many checks failed.
        verbose: Show every accepted limit, the table of properties and the trace of every finding, too.
        told: What `write_problems` wrote before; of these, what histories show is written.
    """
    for number, problem in enumerate(report.problems, start=1):
        # What `lint` tells stands first in the report, in the order in which it was told.
        if number > len(told):
            _write_problem(f"{number}. ", problem, console, verbose=verbose)
        elif problem.shown_by:
            known = told[number - 1].patches == problem.patches
            more = replace(problem, patches=(), advice="") if known else problem
            _write_problem(f"{number}, shown by histories: ", more, console)
    if not quiet:
        for line in _accepted(report, all_of_them=verbose):
            _write(console, line)
    if verbose:
        for line in (Text(), *_table(report.judgement), Text()):
            _write(console, line)
        for case in report.cases:
            write_case(case, console, quiet=True)
    for remark in report.remarks(quiet=quiet):
        _write(console, Text(on_a_line(remark), style="yellow"))
    _write(console, Text(report.last_line, style="green" if report.is_good else "bold red"))


def _write_problem(heading: str, problem: Problem, console: Console, *, verbose: bool = False) -> None:
    for line in (*_problem(heading, problem, verbose=verbose), Text()):
        _write(console, line)


def _problem(start: str, problem: Problem, *, verbose: bool) -> Iterator[Text]:
    heading = Text(start)
    heading.append(problem.severity.value, style=_SEVERITY_STYLES[problem.severity])
    heading.append(f"  {on_a_line(problem.sentence)}", style="bold")
    yield heading
    if problem.consequence:
        yield Text(f"   {on_a_line(problem.consequence)}")
    if problem.advice:
        colon = ":" if problem.patches and not problem.advice.endswith("?") else ""
        yield Text(f"   {on_a_line(problem.advice)}{colon}")
    written = list(_patches(problem))
    yield from written if verbose else written[:_MOST_PATCHED]
    if len(written) > _MOST_PATCHED and not verbose:
        left = len(written) - _MOST_PATCHED
        told = "1 more line (-v shows it)" if left == 1 else f"{left} more lines (-v shows them)"
        yield Text(f"   … {told}", style="dim")
    names = ", ".join(problem.shown[:_MOST_SHOWN])
    more = f" and {len(problem.shown) - _MOST_SHOWN} more" if len(problem.shown) > _MOST_SHOWN else ""
    replay = f"; run {problem.replay}" if problem.replay else ""
    place = f"{problem.place}; " if problem.place else ""
    yield Text(f"   {place}in {', '.join(problem.project_types)}; shown by {names}{more}{replay}", style="dim")


def _patches(problem: Problem) -> Iterator[Text]:
    for patch in problem.patches:
        for sign, text, style in (("-", patch.removed, "red"), ("+", patch.added, "green")):
            for line in text.splitlines():
                yield Text(f"   {sign} {on_a_line(line[:_LONGEST_PATCH])}", style=style)


def _accepted(report: JudgementReport, *, all_of_them: bool) -> Iterator[Text]:
    """What does not hold and is accepted, each reason once, with what it is about and its source."""
    groups = accepted_reasons(report.judgement, report.accepted_lint)
    if groups and report.problems and not all_of_them:
        them = "it" if sum(len(group.reasons) for group in groups) == 1 else "them"
        yield Text(f"{', '.join(group.count for group in groups)} (-v names {them})", style="dim")
        return
    for group in groups:
        yield Text(f"{group.heading}:", style="yellow")
        shown = group.reasons if all_of_them else group.reasons[:_MOST_ACCEPTED]
        for reason, source in shown:
            yield Text(f"  {on_a_line(reason)}{f' ({on_a_line(source)})' if all_of_them else ''}", style="dim")
        if len(group.reasons) > len(shown):
            yield Text(
                f"  and {len(group.reasons) - len(shown)} more (-v names them, with their sources)", style="dim"
            )


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
