"""Comparisons as columns for a person, as Markdown for the summary of a job, and as JSON for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from conformance.report.workflow import details_markdown
from conformance.scenario.comparison.model import Section
from conformance.workflow_commands import markdown_table, markdown_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from conformance.report import RunDetails
    from conformance.scenario.comparison.model import Comparison, Row

#: The version of the JSON document; it changes when a reader would have to.
VERSION: Final = 1
#: Scenarios, and rows of each, that Markdown shows; a job takes a megabyte of it.
_MOST: Final = 20
_MOST_ROWS: Final = 50
#: What the rows of each section tell.
TITLES: Final = {
    Section.PEOPLE: "who exists",
    Section.EVENTS: "whose events",
    Section.REPLIES: "which replies",
}


def comparisons_to_json(comparisons: Sequence[Comparison]) -> str:
    """Every comparison as one JSON document, with the rows on which the project types disagree.

    The document has `version`, `differing`, `alike` and `scenarios`; a scenario has `people`, `events` and `replies`,
    and each of their rows says `what` and has a value for each project type.
    """
    differing = sum(comparison.differs for comparison in comparisons)
    document: dict[str, Any] = {
        "version": VERSION,
        "differing": differing,
        "alike": len(comparisons) - differing,
        "scenarios": [_scenario(comparison) for comparison in comparisons],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _scenario(comparison: Comparison) -> dict[str, Any]:
    sections = {
        section.value: [
            {"what": row.what, **_by_type(comparison, [cell.value for cell in row.cells])}
            for row in comparison.differences
            if row.section is section
        ]
        for section in Section
    }
    return {
        "name": comparison.name,
        "file": comparison.file,
        "projectTypes": list(comparison.project_types),
        "differs": comparison.differs,
        **sections,
        "leftOut": {name: list(lines) for name, lines in comparison.left_out.items()},
        "unplayable": dict(comparison.unplayable),
        "mapping": comparison.mapping,
    }


def _by_type(comparison: Comparison, values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(comparison.project_types, values, strict=True))


def write_comparisons(
    comparisons: Sequence[Comparison], console: Console, *, quiet: bool = False, verbose: bool = False
) -> None:
    """Write comparisons to a console, one column a project type; the last line counts those that differ.

    Args:
        comparisons: The comparisons.
        console: Where they go; it decides on colour and width.
        quiet: Leave out scenarios on which all project types agree.
        verbose: Show the rows on which they agree, too.
    """
    for comparison in comparisons:
        if comparison.differs or not quiet:
            _write(comparison, console, verbose=verbose)
    _line(console, Text(summary(comparisons), style="bold"))


def summary(comparisons: Sequence[Comparison]) -> str:
    """How many differ, of how many."""
    differing = sum(comparison.differs for comparison in comparisons)
    return f"{differing} of {len(comparisons)} scenarios {'differs' if differing == 1 else 'differ'}"


def agreement(comparison: Comparison) -> str:
    """What is the same in which project types, where nothing differs."""
    types = " and ".join(filter(None, (", ".join(comparison.project_types[:-1]), *comparison.project_types[-1:])))
    return f"the same people, events and replies in {types}"


def remarks(comparison: Comparison) -> list[str]:
    """Who could not be there at the start, and where the scenario could not be played."""
    left_out = [
        f"{project_type}: begins without {line}"
        for project_type, lines in comparison.left_out.items()
        for line in lines
    ]
    return left_out + [
        f"{project_type}: could not be played: {reason}" for project_type, reason in comparison.unplayable.items()
    ]


def comparisons_to_markdown(comparisons: Sequence[Comparison], details: RunDetails | None = None) -> str:
    """Comparisons as Markdown: how many differ, and a table for each that does.

    Args:
        comparisons: The comparisons.
        details: How the run came about.
    """
    differing = [comparison for comparison in comparisons if comparison.differs]
    parts = [f"### Project types: {summary(comparisons)}\n", *map(_markdown, differing[:_MOST])]
    if len(differing) > _MOST:
        parts.append(f"and {len(differing) - _MOST} more\n")
    if details is not None:
        parts.append(details_markdown(details))
    return "\n".join(parts)


def _markdown(comparison: Comparison) -> str:
    rows = [
        (TITLES[row.section], row.what, *(cell.text for cell in row.cells))
        for row in comparison.differences[:_MOST_ROWS]
    ]
    parts = [f"{markdown_text(comparison.name)} ({markdown_text(comparison.file)})\n"]
    if rows:
        parts.append(markdown_table(("", "", *map(markdown_text, comparison.project_types)), rows))
    if len(comparison.differences) > _MOST_ROWS:
        parts.append(f"and {len(comparison.differences) - _MOST_ROWS} more rows\n")
    if told := remarks(comparison):
        parts.append("".join(f"* {markdown_text(line)}\n" for line in told))
    return "\n".join(parts)


def _write(comparison: Comparison, console: Console, *, verbose: bool) -> None:
    heading = Text("differs", "bold yellow") if comparison.differs else Text("identical", "green")
    heading.append(f"  {comparison.name}", style="default").append(f"  ({comparison.file})", style="dim")
    _line(console, heading)
    if not comparison.differs:
        _line(console, Text(f"    {agreement(comparison)}"))
    rows = comparison.rows if verbose else comparison.differences
    if rows:
        console.print(Padding(_table(comparison, rows), (0, 0, 0, 4), expand=False), highlight=False)
    for line in remarks(comparison):
        _line(console, Text(f"    {line}"))


def _table(comparison: Comparison, rows: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("", overflow="fold")
    for project_type in comparison.project_types:
        table.add_column(project_type, overflow="fold")
    for section in Section:
        of_section = [row for row in rows if row.section is section]
        if of_section:
            table.add_row(Text(TITLES[section], style="bold"))
        for row in of_section:
            style = "" if row.differs else "dim"
            table.add_row(Text(f"  {row.what}"), *(Text(cell.text) for cell in row.cells), style=style)
    return table


def _line(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True, highlight=False)
