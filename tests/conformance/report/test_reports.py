from __future__ import annotations

import io
import json
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from conformance.report import (
    CaseResult,
    Failure,
    Report,
    StepTrace,
    TraceLine,
    Verdict,
    to_html,
    to_json,
    to_junit,
    write_terminal,
)

TRACE = (StepTrace("step 1", (TraceLine("request", 'POST /api/users/update {"a": "<b>"}'),)),)
FAILED = CaseResult(
    name="Somebody <is> lost & \x00 gone",
    file="a.scenario.yaml",
    project_type="email",
    verdict=Verdict.FAILED,
    seconds=0.5,
    failures=(Failure("step 1", 7, "users[0].dataFields.plan", '"pro"', "(absent)"),),
    trace=TRACE,
)
PASSED = CaseResult("Fine", "b.scenario.yaml", "hybrid", Verdict.PASSED, 0.1, trace=TRACE)
ERROR = CaseResult("Gone", "c.scenario.yaml", "userid", Verdict.ERROR, 0.1, message="the server went away")
REPORT = Report((PASSED, FAILED, ERROR))


def terminal(**options: bool) -> str:
    out = io.StringIO()
    write_terminal(REPORT, Console(file=out, width=60, no_color=True), **options)
    return out.getvalue()


def test_the_terminal_tells_what_was_expected_what_was_there_and_what_happened() -> None:
    text = terminal()
    for part in ("passed  hybrid  Fine", "FAILED  email", "users[0].dataFields.plan", 'expected  "pro"', "(absent)",
                 "a.scenario.yaml:7", "POST /api/users/update", "the server went away"):  # fmt: skip
        assert part in text
    assert text.splitlines()[-1] == "1 passed, 2 failed"


def test_quiet_leaves_out_what_passed_and_verbose_shows_its_trace() -> None:
    assert "Fine" not in terminal(quiet=True)
    assert terminal().count("POST /api/users/update") == 1
    assert terminal(verbose=True).count("POST /api/users/update") == 2


def test_the_json_document_has_a_version_and_every_case() -> None:
    document = json.loads(to_json(REPORT))
    assert (document["version"], document["passed"], document["failed"]) == (1, 1, 2)
    assert document["cases"][1]["failures"][0]["expected"] == '"pro"'
    assert document["cases"][1]["trace"][0]["lines"][0]["stage"] == "request"


def test_junit_is_well_formed_whatever_the_names_hold() -> None:
    suite = ET.fromstring(to_junit(REPORT)).find("testsuite")  # noqa: S314  # our own text
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    assert suite[1].get("name") == "Somebody <is> lost & \ufffd gone [email]"
    assert [child.tag for case in suite for child in case] == ["failure", "error"]


def test_the_page_is_one_file_with_everything_escaped() -> None:
    page = to_html(REPORT)
    assert "Somebody &lt;is&gt; lost" in page
    assert "<is>" not in page
    assert "http" not in page.replace("https://", "").split("<style>")[0]
    assert "1 passed, 2 failed" in page


@pytest.mark.parametrize(
    ("verdict", "summary"),
    [
        (Verdict.PASSED, "1 passed, 0 failed"),
        (Verdict.FAILED, "0 passed, 1 failed"),
        (Verdict.ERROR, "0 passed, 1 failed"),
        (Verdict.SKIPPED, "0 passed, 0 failed, 1 skipped"),
    ],
)
def test_what_neither_passed_nor_was_skipped_counts_as_failed(verdict: Verdict, summary: str) -> None:
    report = Report((CaseResult("n", "f", "email", verdict, 0, message="why"),))
    assert report.summary == summary
    assert json.loads(to_json(report))["skipped"] == report.skipped
    suite = ET.fromstring(to_junit(report)).find("testsuite")  # noqa: S314  # our own document
    assert suite is not None
    assert suite.get("skipped") == str(report.skipped)


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.NOT_APPLICABLE])
def test_what_is_accepted_or_not_applicable_neither_passed_nor_failed_and_is_skipped_in_junit(
    verdict: Verdict,
) -> None:
    report = Report((CaseResult("n", "f", "email", verdict, 0, message="why"),))
    assert (report.passed, report.failed, report.skipped) == (0, 0, 0)
    suite = ET.fromstring(to_junit(report)).find("testsuite")  # noqa: S314  # our own document
    assert suite is not None
    assert [reason.get("message") for reason in suite.iter("skipped")] == ["why"]
    assert suite.get("skipped") == "1"


def test_junit_tells_the_worst_of_the_cases_of_a_test() -> None:
    passed, failed, broken = (
        CaseResult("n", f"{verdict}.yaml", "email", verdict, 1, message="why", test="a.property")
        for verdict in (Verdict.PASSED, Verdict.FAILED, Verdict.ERROR)
    )
    for cases, worst in (((passed, failed), "failure"), ((failed, broken, passed), "error")):
        [case] = ET.fromstring(to_junit(Report(cases))).iter("testcase")  # noqa: S314  # our own document
        assert (case.get("classname"), case.get("name")) == ("a.property", "n [email]")
        assert [child.tag for child in case] == [worst]
