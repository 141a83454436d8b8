"""What `conform` shows before the findings: a table of properties and project types, and what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from conformance.judging import Judgement, Result

_WIDTH: Final = 10


def write_table(judgement: Judgement, console: Console) -> None:
    """A line for each property, a column for each project type.

    A cell says `held`, `known` when all that does not hold is in the baseline, `FAILED`, or `-` when the mapping
    has nothing that the property is about.
    """
    types = list(dict.fromkeys(result.project_type for result in judgement.results))
    rows: dict[str, dict[str, Result]] = {}
    for result in judgement.results:
        rows.setdefault(result.subject.id, {})[result.project_type] = result
    width = max((len(name) for name in rows), default=0) + 2
    heading = "".join(f"{name:<{_WIDTH}}" for name in types)
    _line(console, Text(f"{'':<{width}}{heading}".rstrip(), style="bold"))
    for name, cells in rows.items():
        line = Text(f"{name:<{width}}")
        for kind in types:
            word, style = _cell(cells.get(kind))
            line.append(f"{word:<{_WIDTH}}", style=style)
        line.rstrip()
        _line(console, line)
    _line(console, Text())


def _cell(result: Result | None) -> tuple[str, str]:
    if result is None or not result.examples:
        return "-", "dim"
    if result.findings:
        return "FAILED", "bold red"
    return ("known", "yellow") if result.known else ("held", "green")


def write_known(judgement: Judgement, console: Console) -> None:
    """What does not hold and is in the baseline, with the number of histories that showed it."""
    for result in judgement.results:
        for sort, count in sorted(result.known.items()):
            about = f", {sort.about}" if sort.about else ""
            text = f"known  {sort.project_type:<6}  {sort.property}: {sort.theme}{about} ({count} histories)"
            _line(console, Text(text, style="dim"))


def _line(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True, highlight=False)
