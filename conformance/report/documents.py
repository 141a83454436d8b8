"""The report as JSON, and what went wrong in a case as text."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

from conformance.report.model import CaseResult, Report, TraceLine
from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.inputs.errors import InputProblem

#: The version of the JSON document; it changes when a reader would have to.
VERSION: Final = 1
#: Members that other views are made with.
_NOT_SHOWN: Final = frozenset(
    {"story", "source_text", "test", "sentence", "tested_file", "line", "mapping", "subscriptions", "known_issue"}
)


def to_json(report: Report) -> str:
    """The report as a JSON document: versions, figures, `mistakes` of files, and `cases` with all."""
    document: dict[str, Any] = {
        "version": VERSION,
        "harnessVersion": __version__,
        "passed": report.passed,
        "failed": report.failed,
        "skipped": report.skipped,
        "not_run": report.not_run,
        "mistakes": [dataclasses.asdict(problem) for problem in report.mistakes],
        "cases": [case_document(case) for case in report.cases],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"


def case_document(case: CaseResult) -> dict[str, Any]:
    """A case as JSON has it."""
    members = {
        field.name: getattr(case, field.name) for field in dataclasses.fields(case) if field.name not in _NOT_SHOWN
    }
    return {
        **members,
        "verdict": case.verdict.value,
        "seconds": round(case.seconds, 6),
        "failures": [dataclasses.asdict(failure) for failure in case.failures],
        "details": dict(case.details),
        "trace": [{"title": step.title, "lines": [*map(_line_document, step.lines)]} for step in case.trace],
        **({"mapping": case.mapping} if case.mapping else {}),
        **({"known_issue": case.known_issue} if case.known_issue else {}),
    }


def _line_document(line: TraceLine) -> dict[str, Any]:
    document: dict[str, Any] = {"stage": line.stage, "text": line.text, "data": line.data}
    return {**document, "rules": list(line.rules)} if line.rules else document


def problems_text(problems: Sequence[InputProblem]) -> tuple[str, str]:
    """What kept one file from being used: the first in short, without the file, and all in full."""
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    short = str(first).removeprefix(first.file).removeprefix(":").strip()
    return f"{short}{more}", "\n".join(map(str, problems))


def failure_text(case: CaseResult) -> str:
    """The failures of a case, each with its place in the file, and its trace, as plain text."""
    lines = []
    for failure in case.failures:
        place = f"{case.file}:{failure.line}" if failure.line else case.file
        lines.append(f"{place}: {failure.where}: {failure.path}")
        lines += [f"    expected  {failure.expected}", f"    actual    {failure.actual}"]
    lines += [f"{name}: {text}" for name, text in case.details]
    if case.mapping:
        lines.append(f"mapping: {case.mapping}")
    if case.message:
        lines.append(case.message)
    for step in case.trace:
        lines.append(step.title)
        lines += [f"    {stage}: {text}" for line in step.lines for stage, text in line.shown]
    return "\n".join(lines)


def sentence_of(case: CaseResult) -> str:
    """What went wrong in a case that failed, in one sentence."""
    if case.sentence or not case.failures:
        return case.sentence or case.message or "failed"
    first, *others = case.failures
    more = f" (and {len(others)} more)" if others else ""
    return f"{first.where}, {first.path}: expected {first.expected}, found {first.actual}{more}"
