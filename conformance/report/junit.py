"""The report as JUnit XML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from conformance.report.documents import failure_text, sentence_of
from conformance.report.model import CaseResult, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from conformance.report.run_details import RunDetails

_WORST_FIRST: Final = (Verdict.ERROR, Verdict.FAILED)
#: What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(report: Report, details: RunDetails | None = None) -> str:
    """The report as JUnit XML, as CI servers read it: one test case for each test and project type.

    A scenario is one test; so is a property, however many cases show that it does not hold. A test has the same name
    whatever comes of it, and wherever in the file system its file is called from.

    Args:
        report: The report.
        details: How the run came about.
    """
    tests = _tests(report.tested)
    elements = [_test_case(cases) for cases in tests]
    seconds = f"{sum(case.seconds for case in report.tested):.3f}"
    counts = {
        "name": "iterable-harness",
        "tests": str(len(elements)),
        "failures": _count(elements, "failure"),
        "errors": _count(elements, "error"),
        "skipped": _count(elements, "skipped"),
        "time": seconds,
    }
    suite = ET.Element("testsuite", counts)
    if details is not None:
        suite.set("timestamp", details.timestamp.removesuffix("Z"))
        properties = ET.SubElement(suite, "properties")
        for name, text in details.facts():
            ET.SubElement(properties, "property", name=name, value=_clean(text))
    suite.extend(elements)
    root = ET.Element("testsuites", counts)
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
    file = relative_file(case.file)
    attributes = {"classname": case.test or file, "name": case.title}
    if not case.test:
        attributes["file"] = file
    attributes["time"] = f"{sum(case.seconds for case in cases):.3f}"
    element = ET.Element("testcase", {name: _clean(text) for name, text in attributes.items()})
    if case.verdict in _WORST_FIRST:
        tag = "failure" if case.verdict is Verdict.FAILED else "error"
        failure = ET.SubElement(element, tag, message=_clean(sentence_of(case)))
        failure.text = _clean("\n\n".join(map(failure_text, cases)))
    elif case.verdict is not Verdict.PASSED:
        ET.SubElement(element, "skipped", message=_clean(case.message))
    return element


def relative_file(file: str) -> str:
    """A file as it is named from the working directory, if it is below that, with slashes."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix() if file else ""


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
