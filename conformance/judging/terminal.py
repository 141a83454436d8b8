"""A judgement as text: a table of properties and project types, and what the baseline accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from conformance.report import Report, write_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from conformance.judging.model import Judgement, Result

_WIDTH: Final = 10


def format_table(judgement: Judgement) -> str:
    """A line for each property, a column for each project type.

    A cell says `passed`, `accepted` when all that does not hold is in the baseline, `FAILED`, or `-` when the mapping
    has nothing that the property is about.
    """
    return "\n".join(line.plain for line in _table(judgement))


def write_judgement(
    judgement: Judgement, report: Report, console: Console, *, quiet: bool = False, verbose: bool = False
) -> None:
    """Write the table and the findings of a report to a console; the last line is `N passed, M failed`.

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
    rows: dict[str, dict[str, Result]] = {}
    for result in judgement.results:
        rows.setdefault(result.property.id, {})[result.project_type] = result
    width = max((len(name) for name in rows), default=0) + 2
    heading = "".join(f"{name:<{_WIDTH}}" for name in types)
    yield Text(f"{'':<{width}}{heading}".rstrip(), style="bold")
    for name, cells in rows.items():
        line = Text(f"{name:<{width}}")
        for kind in types:
            word, style = _cell(cells.get(kind))
            line.append(f"{word:<{_WIDTH}}", style=style)
        line.rstrip()
        yield line


def _cell(result: Result | None) -> tuple[str, str]:
    if result is None or not result.examples:
        return "-", "dim"
    if result.findings:
        return "FAILED", "bold red"
    return ("accepted", "yellow") if result.accepted else ("passed", "green")


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
