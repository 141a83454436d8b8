"""The report as TAP, the Test Anything Protocol, version 13."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.report.documents import failure_text, sentence_of
from conformance.report.model import Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.report.model import CaseResult
    from conformance.report.run_details import RunDetails


def to_tap(report: Report, details: RunDetails | None = None) -> str:
    """The report as TAP: a line for each case, and for one that failed why, as YAML.

    Args:
        report: The report.
        details: How the run came about.
    """
    lines = ["TAP version 13", f"1..{len(report.tested)}"]
    lines += [f"# {name}: {_on_a_line(text)}" for name, text in (details.facts() if details is not None else ())]
    for number, case in enumerate(report.tested, start=1):
        lines += _case(number, case)
    lines.append(f"# {report.summary}")
    lines += _bail_out(report)
    return "\n".join(lines) + "\n"


def _bail_out(report: Report) -> Iterator[str]:
    """What could not be used, at the end, as a reader stops there."""
    problems = [_on_a_line(str(problem)) for found in report.unusable.values() for problem in found]
    yield from (f"# {problem}" for problem in problems[1:])
    yield from (f"Bail out! {problem}" for problem in problems[:1])


def _case(number: int, case: CaseResult) -> Iterator[str]:
    failed = case.verdict in {Verdict.FAILED, Verdict.ERROR}
    skipped = "" if failed or case.verdict is Verdict.PASSED else f" # SKIP {_on_a_line(case.message)}"
    name = _on_a_line(f"{case.test or case.file}: {case.title}").replace("\\", "\\\\").replace("#", "\\#")
    yield f"{'not ok' if failed else 'ok'} {number} - {name}{skipped}".rstrip()
    if not failed:
        return
    yield "  ---"
    yield f"  message: {json.dumps(sentence_of(case))}"
    yield f"  severity: {'error' if case.verdict is Verdict.ERROR else 'fail'}"
    yield f"  at: {json.dumps({'file': case.file, 'line': case.place})}"
    yield f"  duration_ms: {case.seconds * 1000:.3f}"
    yield "  details: |"
    for line in failure_text(case).splitlines():
        yield f"    {_printable(line)}".rstrip()
    yield "  ..."


def _on_a_line(text: str) -> str:
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    """The text without what would end its line, or what YAML does not allow."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
