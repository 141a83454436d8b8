"""Problems as GitHub Actions shows them: annotations on the lines of the mapping, and a summary of the step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from conformance.judging.baseline import shipped_baseline
from conformance.properties import Severity
from conformance.report.workflow import details_markdown
from conformance.workflow_commands import annotation, markdown_table, markdown_text

if TYPE_CHECKING:
    from conformance.judging.judgement_report import JudgementReport
    from conformance.judging.problems import Problem
    from conformance.report import RunDetails

#: Why a judgement says nothing.
NOTHING_TESTED: Final = "no generated history was about any of these properties"
_ACCEPTED: Final = ("accepted", "in", "reason")
_LEVELS: Final = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}


def problem_annotations(problems: Sequence[Problem]) -> Iterator[str]:
    """A workflow command for each problem; without a line where something is to be added."""
    for problem in problems:
        file, line, column = problem.location
        written = [f"+ {line}" for patch in problem.patches for line in patch.added.splitlines()]
        about = "; ".join(text for text in (problem.consequence, problem.advice) if text)
        text = "\n".join((problem.sentence, about, *written))
        yield annotation(_LEVELS[problem.severity], file, line, column, title=problem.shown[0], text=text)


def judgement_markdown(report: JudgementReport, details: RunDetails | None = None) -> str:
    """The verdict as Markdown: the figures, a table of the problems, and what to write instead.

    Args:
        report: The report.
        details: How the run came about.
    """
    parts = [f"### Mapping: {report.summary}\n"]
    if not report.judgement.tested_something:
        parts.append(f"Nothing was tested: {NOTHING_TESTED}.\n")
    parts += [f"{markdown_text(remark[:1].upper() + remark[1:])}.\n" for remark in report.remarks()]
    if report.problems:
        rows = [
            (
                problem.severity.value,
                "; ".join(text for text in (problem.sentence, problem.consequence) if text),
                problem.advice,
                problem.place,
                ", ".join(problem.project_types),
            )
            for problem in report.problems
        ]
        parts.append(markdown_table(("", "problem", "what to do", "where", "project types"), rows))
    parts += [_patches(number, problem) for number, problem in enumerate(report.problems, start=1) if problem.patches]
    if accepted := _accepted_rows(report):
        parts.append(f"Accepted by a baseline of your own:\n\n{markdown_table(_ACCEPTED, accepted)}")
    if details is not None:
        parts.append(details_markdown(details))
    return "\n".join(parts)


def _accepted_rows(report: JudgementReport) -> list[tuple[str, str, str]]:
    """What is accepted and does not ship, an entry a row."""
    shown = {signature for result in report.judgement.results for signature in result.accepted}
    shipped = set(shipped_baseline().entries)
    entries = [
        entry for entry in report.judgement.baseline.entries if entry.signatures & shown and entry not in shipped
    ]
    return [(entry.property_id, ", ".join(entry.project_types), entry.reason) for entry in entries] + [
        (entry.rule, f"{entry.subscription} {entry.place}", entry.reason) for entry in report.accepted_lint
    ]


def _patches(number: int, problem: Problem) -> str:
    lines = [
        f"{sign} {line}"
        for patch in problem.patches
        for sign, text in (("-", patch.removed), ("+", patch.added))
        for line in text.splitlines()
    ]
    written = "\n".join(lines).replace("```", "'''")
    heading = escape(f"{number}. {problem.sentence}")
    return f"<details><summary>{heading}</summary>\n\n```diff\n{written}\n```\n\n</details>\n"
