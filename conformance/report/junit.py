"""The report as JUnit XML."""

from __future__ import annotations

import re
from itertools import starmap
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from conformance.report.documents import failure_text, problems_text, sentence_of
from conformance.report.model import CaseResult, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from conformance.inputs.errors import InputProblem
    from conformance.report.run_details import RunDetails

_WORST_FIRST: Final = (Verdict.ERROR, Verdict.FAILED)
#: What a suite counts, each with the element that a test case of the kind has.
_COUNTS: Final = {"tests": "", "failures": "failure", "errors": "error", "skipped": "skipped"}
#: How files of tests end, the longest first.
_ENDINGS: Final = (
    ".scenario.yaml",
    ".scenario.json",
    ".scenario.yml",
    ".jsonl.gz",
    ".jsonl",
    ".yaml",
    ".yml",
    ".json",
)
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
    suites = [
        _suite(name, [_test_case(test) for test in _tests(cases)], details) for name, cases in report.suites.items()
    ]
    if report.mistakes:
        suites.append(_suite("configuration", list(starmap(_unusable, report.unusable.items())), details))
    root = ET.Element("testsuites", name="iterable-harness")
    for count in _COUNTS:
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    root.extend(suites)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(name: str, elements: Sequence[ET.Element], details: RunDetails | None) -> ET.Element:
    suite = ET.Element("testsuite", name=name, tests=str(len(elements)))
    for count, tag in _COUNTS.items():
        if tag:
            suite.set(count, str(sum(element.find(tag) is not None for element in elements)))
    suite.set("time", f"{sum(float(element.get('time', '0')) for element in elements):.3f}")
    if details is not None:
        suite.set("timestamp", details.timestamp.removesuffix("Z"))
        properties = ET.SubElement(suite, "properties")
        for fact, text in details.facts():
            ET.SubElement(properties, "property", name=fact, value=_clean(text))
    suite.extend(elements)
    return suite


def _tests(cases: Iterable[CaseResult]) -> list[list[CaseResult]]:
    """The cases of each test."""
    tests: dict[Hashable, list[CaseResult]] = {}
    for index, case in enumerate(cases):
        tests.setdefault((case.test, case.project_type) if case.test else index, []).append(case)
    return [*tests.values()]


def _test_case(cases: Sequence[CaseResult]) -> ET.Element:
    """The element of a test, which says what is worst in its cases."""
    case = next((case for verdict in _WORST_FIRST for case in cases if case.verdict is verdict), cases[0])
    attributes = {"classname": case.test or _class_name(case.file), "name": case.title}
    if tested := case.tested_file if case.test else case.file:
        attributes["file"] = relative_file(tested)
    attributes["time"] = f"{sum(case.seconds for case in cases):.3f}"
    element = ET.Element("testcase", {name: _clean(text) for name, text in attributes.items()})
    if case.verdict in _WORST_FIRST:
        tag = "failure" if case.verdict is Verdict.FAILED else "error"
        failure = ET.SubElement(element, tag, message=_clean(_message(case, cases)))
        failure.text = _clean("\n\n".join(map(failure_text, cases)))
    elif case.verdict is not Verdict.PASSED:
        ET.SubElement(element, "skipped", message=_clean(case.message))
    return element


def _unusable(name: str, problems: Sequence[InputProblem]) -> ET.Element:
    """The element of a file or an option that could not be used."""
    is_file = Path(name).exists()
    shown = _clean(relative_file(name) if is_file else name)
    attributes = {"classname": "configuration", "name": shown, **({"file": shown} if is_file else {})}
    element = ET.Element("testcase", {**attributes, "time": "0.000"})
    short, full = map(_clean, problems_text(problems))
    ET.SubElement(element, "error", message=short).text = full
    return element


def _message(case: CaseResult, cases: Sequence[CaseResult]) -> str:
    sentence = sentence_of(case)
    others = {sentence_of(other) for other in cases if other.verdict in _WORST_FIRST} - {sentence}
    return f"{sentence} (and {len(others)} more)" if others else sentence


def _class_name(file: str) -> str:
    """A file as the name of a class, its folders as packages: `scenarios.identity.shared-address`.

    Jenkins takes what stands before the last dot for a package and the rest for a class, so the ending of the files
    would be the class of them all. Source: jenkinsci/junit-plugin, CaseResult.getPackageName and getSimpleName.
    """
    path = relative_file(file)
    ending = next((ending for ending in _ENDINGS if path.endswith(ending)), "")
    parts = [part.replace(".", "-") for part in PurePosixPath(path.removesuffix(ending)).parts]
    return ".".join(part for part in parts if part not in {"/", "--"}) or path


def relative_file(file: str) -> str:
    """A file as it is named from the working directory, if it is below that, with slashes."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix() if file else ""


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
