"""The report as GitHub Actions shows it: annotations on the lines of scenario files, and a summary of the step."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from conformance.report.documents import failure_text, sentence_of
from conformance.report.junit import relative_file
from conformance.report.model import Report, Verdict
from conformance.workflow_commands import annotation, markdown_table, markdown_text, problem_annotation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.inputs.errors import InputProblem
    from conformance.report.model import CaseResult
    from conformance.report.run_details import RunDetails

#: Cases that a summary has; a job takes a megabyte of it.
_MOST: Final = 100
_MOST_EXPLAINED: Final = 10
_LONGEST: Final = 20_000


def to_annotations(report: Report) -> Iterator[str]:
    """A workflow command for everything that failed, which is one for several project types, or cannot be used."""
    same: dict[tuple[str, int, str, str], list[str]] = {}
    for case in failed_cases(report):
        line = case.failures[0].line if case.failures else 0
        key = (relative_file(case.file), line, case.name, sentence_of(case))
        same.setdefault(key, []).append(case.project_type)
    for (file, line, name, sentence), types in same.items():
        yield annotation("error", file, line, 0, title=f"{name} [{', '.join(types)}]", text=sentence)
    for problems in report.unusable.values():
        yield from map(problem_annotation, problems)


def problems_markdown(problems: Iterable[InputProblem]) -> str:
    """What could not be used, as a list in Markdown."""
    return "".join(f"* {markdown_text(str(problem))}\n" for problem in dict.fromkeys(problems))


def to_markdown(report: Report, details: RunDetails | None = None) -> str:
    """The report as Markdown: the figures, a table of what failed, and the traces of the first cases.

    Args:
        report: The report.
        details: How the run came about.
    """
    failed = failed_cases(report)
    parts = [f"### Scenarios: {report.summary}\n"]
    if report.mistakes:
        parts.append(problems_markdown(report.mistakes))
    if failed:
        rows = [
            (case.title, f"{relative_file(case.file)}:{_line(case)}", sentence_of(case)) for case in failed[:_MOST]
        ]
        parts.append(markdown_table(("failed", "where", "why"), rows))
    if len(failed) > _MOST:
        parts.append(f"and {len(failed) - _MOST} more\n")
    parts += map(_explained, failed[:_MOST_EXPLAINED])
    if details is not None:
        parts.append(details_markdown(details))
    return "\n".join(parts)


def details_markdown(details: RunDetails) -> str:
    """How a run came about, as a line of Markdown."""
    return f"<sub>{'; '.join(f'{name}: {markdown_text(text)}' for name, text in details.facts())}</sub>\n"


def failed_cases(report: Report) -> list[CaseResult]:
    """The cases that failed or could not be carried out."""
    return [case for case in report.cases if case.verdict in {Verdict.FAILED, Verdict.ERROR}]


def _line(case: CaseResult) -> int:
    return case.failures[0].line if case.failures else 1


def _explained(case: CaseResult) -> str:
    text = failure_text(case)[:_LONGEST].replace("```", "'''")
    return f"<details><summary>{escape(case.title)}</summary>\n\n```text\n{text}\n```\n\n</details>\n"
