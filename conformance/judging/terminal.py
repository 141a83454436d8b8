"""A judgement as text: a table of properties and project types, and what the baseline accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from conformance.report import Report, write_terminal
from conformance.report.terminal import MARKS, STYLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from conformance.judging.model import Judgement
    from conformance.report import Verdict

_WIDTH: Final = 10


def format_table(judgement: Judgement) -> str:
    """A line for each property, a column for each project type.

    A cell says `passed`, `accepted` when all that does not hold is in the baseline, `FAILED`, or `not applicable`
    when no history was about the property. It is empty where the property was not judged.
    """
    return "\n".join(line.plain for line in _table(judgement))


def write_judgement(
    judgement: Judgement, report: Report, console: Console, *, quiet: bool = False, verbose: bool = False
) -> None:
    """Write the table and the findings of a report to a console; the last line is the summary.

    Args:
        judgement: The judgement.
        report: Its report.
        console: Where it goes; it decides on colour.
        quiet: Leave out the table.
        verbose: Show what the baseline accepts, too.
    """
    if not quiet:
        for line in (*_table(judgement), Text()):
            _write(console, line)
    if verbose:
        for line in _accepted(judgement):
            _write(console, line)
    write_terminal(report, console, quiet=True)


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


def _accepted(judgement: Judgement) -> Iterator[Text]:
    """What does not hold and is in the baseline, with the number of generated cases that showed it."""
    for result in judgement.results:
        for signature, count in sorted(result.accepted.items()):
            about = f", {signature.about}" if signature.about else ""
            what = f"{signature.property_id}: {signature.theme}{about}"
            cases = "1 generated case" if count == 1 else f"{count} generated cases"
            yield Text(f"accepted  {signature.project_type:<6}  {what} ({cases})", style="dim")


def _write(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True, highlight=False)
