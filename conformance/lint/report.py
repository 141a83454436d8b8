"""Findings as text for a terminal, as JSON, and as annotations of a GitHub workflow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from conformance.inputs.configuration import Configuration
from conformance.lint.model import Finding
from conformance.workflow_commands import annotation, markdown_table
from iterable_harness import __version__

if TYPE_CHECKING:
    from pydantic import JsonValue

_PRESETS: Final = "the presets"
_LEVELS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def format_lines(findings: Sequence[Finding], *, sources: bool = False) -> Iterator[str]:
    """A line for each finding, and one below it with what to write instead.

    Args:
        findings: What to show.
        sources: Whether where it is known from stands there too.
    """
    for item in findings:
        place = item.file or _PRESETS
        if item.line:
            place += f":{item.line}:{item.column}"
        yield on_a_line(f"{place}: {item.severity}: {_where(item)}: {item.message} [{item.rule}]")
        yield on_a_line(f"    {item.advice}")
        if sources:
            yield f"    source: {item.source}"


def _where(item: Finding) -> str:
    return f'"{item.subscription}" {item.field}' if item.field else f'"{item.subscription}"'


def on_a_line(text: str) -> str:
    """The text with what a terminal would obey written out: names in a mapping may hold anything."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )


def summary(findings: Sequence[Finding], configuration: Configuration) -> dict[str, int]:
    """How many findings there are of each severity, and among how many subscriptions."""
    counts = {f"{name}s": sum(item.severity == name for item in findings) for name in ("error", "warning", "note")}
    return {**counts, "subscriptions": len(configuration.subscriptions), "leftOut": len(configuration.left_out)}


def to_json(findings: Sequence[Finding], configuration: Configuration) -> dict[str, JsonValue]:
    """The findings as one JSON document."""
    return {
        "version": 1,
        "harnessVersion": __version__,
        "file": configuration.file,
        "form": configuration.form,
        "summary": dict(summary(findings, configuration)),
        "findings": [item.to_json() for item in findings],
    }


def format_annotations(findings: Sequence[Finding]) -> Iterator[str]:
    """A workflow command for each finding, which GitHub shows on the line of the file."""
    for item in findings:
        text = f"{_where(item)}: {item.message}; {item.advice}"
        yield annotation(_LEVELS[item.severity], item.file, item.line, item.column, title=item.rule, text=text)


def to_markdown(findings: Sequence[Finding], configuration: Configuration, counts: str) -> str:
    """The findings as Markdown, for the summary of a step: the figures, and a table.

    Args:
        findings: What to show.
        configuration: The configuration that they are about.
        counts: The figures, as they are printed.
    """
    heading = f"### Lint of {configuration.file or _PRESETS}: {counts}\n"
    rows = [
        (item.severity, f"{item.file or _PRESETS}:{item.line}", f"{item.subscription}: {item.message}", item.advice)
        for item in findings
    ]
    return f"{heading}\n{markdown_table(('', 'where', 'what', 'instead'), rows)}" if rows else heading
