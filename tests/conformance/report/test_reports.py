from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from ruamel.yaml import YAML

from conformance.report import (
    CaseResult,
    Failure,
    Report,
    RunDetails,
    StepTrace,
    TraceLine,
    Verdict,
    to_html,
    to_json,
    to_junit,
    to_tap,
    write_terminal,
)
from conformance.report.workflow import to_annotations, to_markdown

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
DETAILS = RunDetails(
    "iterable-harness run . --seed 3",
    "1.2.3",
    datetime(2026, 8, 20, 14, 0, tzinfo=timezone(timedelta(hours=2))),
    "m.yaml",
    3,
)
FACTS = {
    "mapping": "m.yaml",
    "seed": "3",
    "version": "iterable-harness 1.2.3",
    "command": "iterable-harness run . --seed 3",
    "date": "2026-08-20T12:00:00Z",
}


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


def suite_of(report: Report, details: RunDetails | None = None) -> ET.Element:
    suite = ET.fromstring(to_junit(report, details)).find("testsuite")  # noqa: S314  # our own document
    assert suite is not None
    return suite


def test_junit_says_in_a_sentence_what_went_wrong_with_the_details_as_its_text() -> None:
    _, failed, error = suite_of(REPORT).iter("testcase")
    [failure] = failed
    assert failure.get("message") == 'step 1, users[0].dataFields.plan: expected "pro", found (absent)'
    assert (failure.text or "").startswith("a.scenario.yaml:7: step 1: users[0].dataFields.plan\n")
    assert 'request: POST /api/users/update {"a": "<b>"}' in (failure.text or "")
    assert error[0].get("message") == "the server went away"


def test_junit_counts_the_other_failures_of_a_case_and_takes_a_better_sentence() -> None:
    several = replace(FAILED, failures=FAILED.failures * 3)
    told = replace(FAILED, sentence="Customers: userId reads $.anonymousId")
    messages = [failure.get("message", "") for failure in suite_of(Report((several, told))).iter("failure")]
    assert messages[0].endswith("found (absent) (and 2 more)")
    assert messages[1] == "Customers: userId reads $.anonymousId"


def test_junit_names_a_file_in_the_same_way_from_wherever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "folder" / "a.scenario.yaml"
    named = [replace(PASSED, file=name) for name in (str(file), "folder/a.scenario.yaml", "./folder/a.scenario.yaml")]
    found = {(case.get("classname"), case.get("file")) for case in suite_of(Report(tuple(named))).iter("testcase")}
    assert found == {("folder.a", "folder/a.scenario.yaml")}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("scenarios/identity/shared-address.scenario.yaml", "scenarios.identity.shared-address"),
        ("shop-v1.2/bug.scenario.json", "shop-v1-2.bug"),
        ("../others/bug.scenario.yml", "others.bug"),
        ("/srv/scenarios/bug.scenario.yaml", "srv.scenarios.bug"),
        ("tests/vectors/auth.jsonl", "tests.vectors.auth"),
        ("bug.txt", "bug-txt"),
    ],
)
def test_the_class_of_a_scenario_is_its_file_with_folders_as_packages(file: str, name: str) -> None:
    [case] = suite_of(Report((replace(PASSED, file=file),))).iter("testcase")
    assert (case.get("classname"), case.get("name"), case.get("file")) == (name, PASSED.title, file)


def test_junit_has_the_times_and_how_the_run_came_about() -> None:
    suite = suite_of(REPORT, DETAILS)
    assert suite.get("time") == "0.700"
    assert [case.get("time") for case in suite.iter("testcase")] == ["0.100", "0.500", "0.100"]
    assert suite.get("timestamp") == "2026-08-20T12:00:00"
    assert {item.get("name"): item.get("value") for item in suite.iter("property")} == FACTS


def test_the_page_begins_with_how_it_came_about_and_a_table_with_failures_first() -> None:
    page = to_html(REPORT, DETAILS)
    for name, text in FACTS.items():
        assert f"<dt>{name}</dt>" in page
        assert text in page
    table, folded = page.index("<table"), page.index("1 without a failure")
    assert page.index("<dl") < table < folded < page.index("<details open")
    rows = [page.index(f"{name} <small>") for name in ("Gone", "lost &amp; \x00 gone", "Fine")]
    assert table < rows[0] < rows[1] < folded < rows[2]
    links = re.findall(r'<td class="(\w+)"><a href="#([\w-]+)">', page)
    assert links == [("error", "case-0"), ("failed", "case-1"), ("passed", "case-2")]
    for verdict, target in links:
        assert (
            f'<div id="{target}"><details{"" if verdict == "passed" else " open"}><summary><strong class="{verdict}">'
            in page
        )


def test_the_page_shows_the_whole_table_where_nothing_failed() -> None:
    page = to_html(Report((PASSED, replace(PASSED, project_type="email"))))
    assert "without a failure" not in page
    assert "<th>email</th><th>hybrid</th>" in page
    assert page.count("<dl") == 0


def test_tap_has_a_line_for_each_case_and_why_it_failed() -> None:
    skipped = CaseResult("Odd #1", "d.yaml", "email", Verdict.SKIPPED, 0, message="no such call\nthere")
    lines = to_tap(Report((PASSED, FAILED, skipped)), DETAILS).splitlines()
    assert lines[:2] == ["TAP version 13", "1..3"]
    assert lines[2:7] == [f"# {name}: {text}" for name, text in FACTS.items()]
    assert lines[7] == "ok 1 - b.scenario.yaml: Fine [hybrid]"
    assert lines[8] == "not ok 2 - a.scenario.yaml: Somebody <is> lost & \ufffd gone [email]"
    end = lines.index("  ...")
    document = YAML(typ="safe").load("\n".join(lines[10:end]))
    assert document["message"] == 'step 1, users[0].dataFields.plan: expected "pro", found (absent)'
    assert document["at"] == {"file": "a.scenario.yaml", "line": 7}
    assert "POST /api/users/update" in document["details"]
    assert lines[end + 1 :] == [
        "ok 3 - d.yaml: Odd \\#1 [email] # SKIP no such call there",
        "# 1 passed, 1 failed, 1 skipped",
    ]


def test_annotations_stand_on_the_line_of_the_scenario_once_for_project_types_that_fail_alike() -> None:
    same = replace(FAILED, project_type="hybrid")
    other = replace(FAILED, project_type="userid", failures=(Failure("end", 9, "counts, users", "1", "2\n3"),))
    assert list(to_annotations(Report((PASSED, FAILED, same, other)))) == [
        "::error file=a.scenario.yaml,line=7,title=Somebody <is> lost & \x00 gone [email%2C hybrid]::"
        'step 1, users[0].dataFields.plan: expected "pro", found (absent)',
        "::error file=a.scenario.yaml,line=9,title=Somebody <is> lost & \x00 gone [userid]::"
        "end, counts, users: expected 1, found 2%0A3",
    ]


def test_a_summary_has_the_figures_a_table_of_what_failed_and_how_it_came_about() -> None:
    text = to_markdown(REPORT, DETAILS)
    assert text.startswith("### Scenarios: 1 passed, 2 failed\n\n| failed | where | why |\n")
    assert "| a.scenario.yaml:7 | step 1, users\\[0\\].dataFields.plan: expected" in text
    assert "| the server went away |" in text
    assert "<summary>Somebody &lt;is&gt; lost &amp;" in text
    assert "Fine" not in text
    assert "command: iterable-harness run . --seed 3" in text
    assert to_markdown(Report((PASSED,))) == "### Scenarios: 1 passed, 0 failed\n"


def test_a_summary_tells_of_a_hundred_failures_and_counts_the_others() -> None:
    text = to_markdown(Report((FAILED,) * 120))
    assert text.count("| a.scenario.yaml:7 |") == 100
    assert "\nand 20 more\n" in text


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
