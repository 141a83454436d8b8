"""The report as JSON and as JUnit XML."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from conformance.report.model import CaseResult, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from conformance.report.model import Failure

#: The version of the JSON document; it changes when a reader would have to.
VERSION: Final = 1
_WORST_FIRST: Final = (Verdict.ERROR, Verdict.FAILED)
#: What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_json(report: Report) -> str:
    """The report as a JSON document: `version`, `passed`, `failed`, `skipped`, `not_run`, and `cases` with all."""
    document: dict[str, Any] = {
        "version": VERSION,
        "passed": report.passed,
        "failed": report.failed,
        "skipped": report.skipped,
        "not_run": report.not_run,
        "cases": [case_document(case) for case in report.cases],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"


def case_document(case: CaseResult) -> dict[str, Any]:
    """A case as JSON has it."""
    members = {field.name: getattr(case, field.name) for field in dataclasses.fields(case) if field.name != "test"}
    return {
        **members,
        "verdict": case.verdict.value,
        "seconds": round(case.seconds, 6),
        "failures": [dataclasses.asdict(failure) for failure in case.failures],
        "details": dict(case.details),
        "trace": [dataclasses.asdict(step) for step in case.trace],
    }


def to_junit(report: Report) -> str:
    """The report as JUnit XML, as CI servers read it: one test case for each test and project type.

    A scenario is one test; so is a property, however many cases show that it does not hold.
    """
    tests = _tests(report.cases)
    elements = [_test_case(cases) for cases in tests]
    suite = ET.Element(
        "testsuite",
        name="iterable-harness",
        tests=str(len(elements)),
        failures=_count(elements, "failure"),
        errors=_count(elements, "error"),
        skipped=_count(elements, "skipped"),
        time=f"{sum(case.seconds for case in report.cases):.3f}",
    )
    suite.extend(elements)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _tests(cases: Iterable[CaseResult]) -> list[list[CaseResult]]:
    """The cases of each test."""
    tests: dict[Hashable, list[CaseResult]] = {}
    for index, case in enumerate(cases):
        tests.setdefault((case.test, case.project_type) if case.test else index, []).append(case)
    return [*tests.values()]


def _count(elements: Iterable[ET.Element], tag: str) -> str:
    return str(sum(element.find(tag) is not None for element in elements))


def _test_case(cases: Sequence[CaseResult]) -> ET.Element:
    """The element of a test, which says what is worst in its cases."""
    case = next((case for verdict in _WORST_FIRST for case in cases if case.verdict is verdict), cases[0])
    name = _clean(f"{case.name} [{case.project_type}]")
    seconds = sum(case.seconds for case in cases)
    element = ET.Element("testcase", classname=_clean(case.test or case.file), name=name, time=f"{seconds:.3f}")
    if case.verdict is Verdict.ERROR:
        ET.SubElement(element, "error", message=_clean(case.message))
    elif case.verdict is Verdict.FAILED:
        summary = _clean(_sentence(case.failures[0])) if case.failures else "failed"
        failure = ET.SubElement(element, "failure", message=summary)
        failure.text = _clean("\n\n".join(map(failure_text, cases)))
    elif case.verdict is not Verdict.PASSED:
        ET.SubElement(element, "skipped", message=_clean(case.message))
    return element


def failure_text(case: CaseResult) -> str:
    """The failures of a case, each with its place in the file, and its trace, as plain text."""
    lines = []
    for failure in case.failures:
        place = f"{case.file}:{failure.line}" if failure.line else case.file
        lines.append(f"{place}: {failure.where}: {failure.path}")
        lines += [f"    expected  {failure.expected}", f"    actual    {failure.actual}"]
    lines += [f"{name}: {text}" for name, text in case.details]
    if case.message:
        lines.append(case.message)
    for step in case.trace:
        lines.append(step.title)
        lines += [f"    {line.stage}: {line.text}" for line in step.lines]
    return "\n".join(lines)


def _sentence(failure: Failure) -> str:
    return f"{failure.where}: {failure.path}: expected {failure.expected}, was {failure.actual}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
