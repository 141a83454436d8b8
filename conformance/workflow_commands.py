"""What a job of GitHub Actions reads of a program: annotations on lines of files, and a summary of the step."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.inputs.errors import InputProblem

#: Where a job expects Markdown.
SUMMARY_VARIABLE: Final = "GITHUB_STEP_SUMMARY"
#: Where a job has its checkout.
WORKSPACE_VARIABLE: Final = "GITHUB_WORKSPACE"
_LONGEST_CELL: Final = 500


def annotation(level: str, file: str, line: int, column: int, *, title: str, text: str) -> str:
    """A workflow command, which GitHub shows on the line of the file.

    Source: GitHub documentation, Workflow commands; the escapes are those of actions/toolkit, core/src/command.ts.

    Args:
        level: `error`, `warning` or `notice`.
        file: The file; it is named from the root of the repository, where a job says which that is. Empty for none.
        line: The line, counted from 1; 0 for none.
        column: The column, counted from 1; 0 for none.
        title: What stands above the text.
        text: The text, of any number of lines.
    """
    properties = {"file": from_workspace(file), "line": str(line or ""), "col": str(column or ""), "title": title}
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{level} {shown}::{_data(text)}"


def problem_annotation(problem: InputProblem) -> str:
    """A workflow command for what keeps a file from being used."""
    where = f"{problem.field}: " if problem.field else ""
    text = f"{where}{problem.message}" + (f"; {problem.hint}" if problem.hint else "")
    return annotation("error", problem.file, problem.line, problem.column, title="configuration", text=text)


def from_workspace(file: str) -> str:
    """A file as it is named from the root of the repository; as it is where that is not known, or it is elsewhere.

    Source: GitHub documentation, Variables: GITHUB_WORKSPACE is the default working directory of steps.
    """
    root = os.environ.get(WORKSPACE_VARIABLE)
    if not root or not file or not Path(file).exists():
        return file
    for resolve in (os.path.abspath, os.path.realpath):
        path = Path(resolve(file))
        if path.is_relative_to(resolve(root)):
            return path.relative_to(resolve(root)).as_posix()
    return file


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def add_to_step_summary(markdown: str) -> None:
    """Add Markdown to the summary of the step, in a job; nothing where there is none.

    Raises:
        OSError: It cannot be written.
    """
    name = os.environ.get(SUMMARY_VARIABLE)
    if name:
        with Path(name).open("a", encoding="utf-8", errors="backslashreplace") as summary:
            summary.write(markdown if markdown.endswith("\n") else f"{markdown}\n")


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, of plain texts."""
    lines = [head, ["---"] * len(head), *([markdown_text(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def markdown_text(text: str) -> str:
    """A text on one line of Markdown, with nothing in it that Markdown or HTML would obey."""
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST_CELL else f"{line[: _LONGEST_CELL - 1]}…"
    for sign in "\\`*_[]|~":
        line = line.replace(sign, f"\\{sign}")
    return line.replace("&", "&amp;").replace("<", "&lt;").replace("@", "&#64;")
