"""The verdict of `conform`: problems, and what was accepted, passed or is not applicable, each counted apart, in every report."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = """\
- name: Track
  partnerAction: trackEvent
  subscribe: type = "track"
  mapping:
    email: {"@path": $.properties.email}
    userId: {"@path": $.userId}
    eventName: {"@path": $.event}
    dataFields: {"@path": $.properties}
"""
#: The e-mail twice: in userID-based and hybrid projects the person is not found by their userId.
WRONG = """\
- name: Identify
  partnerAction: updateUser
  subscribe: type = "identify"
  mapping: {userId: {"@path": $.traits.email}, email: {"@path": $.traits.email}}
"""
#: Passed in one type, failed in two; accepted in one type; about nothing in this mapping.
CHOSEN = ["identity.person-exists", "identity.new-address", "events.name-arrives"]
ACCEPTED = """\
version: 1
accepted:
- property: identity.new-address
  projectTypes: [email]
  themes: [a new e-mail, "a new e-mail, in a batch"]
  reason: Addresses change in the shop only.
  source: the shop's runbook
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "events.yaml").write_text(EVENTS)
    (tmp_path / "wrong.yaml").write_text(WRONG)
    (tmp_path / "known.yaml").write_text(ACCEPTED)
    return tmp_path


def conform(folder: Path, mapping: str, *options: str, properties: list[str] | None = None) -> int:
    chosen = [word for name in properties or CHOSEN for word in ("--property", name)]
    arguments = ["--mapping", str(folder / mapping), "--baseline", str(folder / "known.yaml"), "--examples", "6"]
    return main(["conform", *arguments, "--save", str(folder / "failures"), *chosen, *options])


def document(folder: Path, mapping: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    conform(folder, mapping, "--json")
    parsed: dict[str, Any] = json.loads(capsys.readouterr().out)
    return parsed


def test_the_last_line_counts_problems_accepted_passed_and_not_applicable(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conform(folder, "wrong.yaml") == 1
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == "1 problems, 1 accepted, 1 passed, 3 not applicable"


def test_a_mapping_about_which_nothing_chosen_says_anything_passes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conform(folder, "events.yaml", properties=["commerce", "identity.new-address"]) == 2
    table, error = capsys.readouterr()
    assert table.splitlines()[-1] == "0 problems, 0 accepted, 0 passed, 21 not applicable"
    assert " passed  " not in table
    assert error.startswith("error: nothing was tested: no generated history was about any of these properties (")


def test_what_lint_finds_is_a_problem_though_no_history_was_about_what_was_chosen(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "misspelt.yaml").write_text(EVENTS.replace("userId:", "userID:"))
    assert conform(folder, "misspelt.yaml", properties=["commerce"]) == 1
    out, error = capsys.readouterr()
    assert re.fullmatch(r"[1-9]\d* problems, 0 accepted, 0 passed, \d+ not applicable", out.splitlines()[-1])
    assert "nothing was tested" not in error


def test_a_baseline_is_not_updated_from_a_run_that_tested_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = folder / "known.yaml"
    conform(folder, "wrong.yaml", "--update-baseline")
    before = baseline.read_bytes()
    assert b"identity.person-exists" in before
    assert conform(folder, "events.yaml", "--update-baseline", properties=["commerce"]) == 2
    assert (baseline.read_bytes(), "nothing was tested" in capsys.readouterr().err) == (before, True)


def test_nothing_is_said_of_nothing_tested_where_something_was(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("identity.new-address", "identity.person-exists"):
        conform(folder, "wrong.yaml", "--project-type", "email", properties=[name, "events.name-arrives"])
        assert "nothing was tested" not in capsys.readouterr().err


def test_json_has_a_summary_the_problems_and_every_property_in_every_project_type(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = document(folder, "wrong.yaml", capsys)
    assert found.keys() == {
        "version", "harnessVersion", "summary", "problems", "properties", "assumptions", "accepted_lint",
    }  # fmt: skip
    assert found["summary"] == {"problems": 1, "accepted": 1, "passed": 1, "not_applicable": 3}
    verdicts = {(item["property"], item["project_type"]): item["verdict"] for item in found["properties"]}
    assert len(verdicts) == 9
    assert verdicts["identity.new-address", "email"] == "accepted"
    assert verdicts["events.name-arrives", "hybrid"] == "not applicable"
    assert Counter(verdicts.values()) == {"failed": 4, "accepted": 1, "passed": 1, "not applicable": 3}


def test_json_says_of_a_problem_what_is_wrong_where_how_bad_and_which_file_replays_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [problem] = document(folder, "wrong.yaml", capsys)["problems"]
    assert problem["description"] == "Identify: userId reads $.traits.email"
    assert problem["consequence"].startswith('nobody has {"userId"')
    assert problem["advice"] == "read userId from $.userId"
    assert problem["severity"] == "high"
    assert problem["project_types"] == ["userid", "hybrid"]
    assert problem["properties"] == ["identity.person-exists", "identity.new-address"]
    assert main(["run", problem["file"], "-q"]) == 1
    finding = problem["findings"][0]
    assert finding["property"] == "identity.person-exists"
    assert "both identifiers" in finding["themes"]
    assert finding["details"].keys() >= {"severity", "theme", "what", "source"}
    assert finding["trace"]


def test_json_says_why_something_is_accepted_and_how_often_it_showed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [accepted] = [
        item for item in document(folder, "wrong.yaml", capsys)["properties"] if item["verdict"] == "accepted"
    ]
    reasons = {(item["reason"], item["source"]) for item in accepted["accepted"]}
    assert reasons == {("Addresses change in the shop only.", "the shop's runbook")}
    assert all(item["histories"] > 0 for item in accepted["accepted"])


def junit(folder: Path, mapping: str) -> ET.Element:
    conform(folder, mapping, "--junit", str(folder / "report.xml"), "-q")
    suite = ET.fromstring((folder / "report.xml").read_text()).find("testsuite")  # noqa: S314  # our own report
    assert suite is not None
    return suite


def names(suite: ET.Element) -> list[tuple[str | None, str | None]]:
    return [(case.get("classname"), case.get("name")) for case in suite.iter("testcase")]


def test_junit_has_one_case_for_each_property_and_project_type_called_the_same_whether_it_passes_or_not(
    folder: Path,
) -> None:
    failing, silent = junit(folder, "wrong.yaml"), junit(folder, "events.yaml")
    assert names(failing) == names(silent)
    assert len(set(names(failing))) == 9
    assert names(failing)[0][0] == "identity.person-exists"


def test_junit_skips_with_the_reason_what_is_accepted_and_what_is_not_applicable(folder: Path) -> None:
    suite = junit(folder, "wrong.yaml")
    skipped = {
        (case.get("classname"), str(case.get("name"))[-7:]): reason.get("message")
        for case in suite.iter("testcase")
        for reason in case.iter("skipped")
    }
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("9", "4", "4")
    assert skipped["identity.new-address", "[email]"] == "Addresses change in the shop only (the shop's runbook)"
    assert "not applicable: no generated history exercises it" in str(skipped["events.name-arrives", "[email]"])


def test_junit_says_the_sentence_of_the_problem_and_how_long_each_property_took(folder: Path) -> None:
    suite = junit(folder, "wrong.yaml")
    messages = {
        str(case.get("classname")): str(failure.get("message")) for case in suite.iter("testcase") for failure in case
    }
    changed, nobody = messages["identity.new-address"], messages["identity.person-exists"]
    assert changed.startswith("ada@example.com became new.ada@example.com; ")
    assert nobody.startswith("nobody has ")
    cause = "; Identify: userId reads $.traits.email; read userId from $.userId"
    assert all(message.endswith(cause) for message in (changed, nobody))
    assert "nobody has" not in changed
    assert {case.get("file") for case in suite.iter("testcase")} == {str(folder / "wrong.yaml")}
    times = {case.get("classname"): float(case.get("time", "0")) for case in suite.iter("testcase")}
    assert all(times.values())
    assert float(suite.get("time", "0")) == pytest.approx(
        sum(float(case.get("time", "0")) for case in suite.iter("testcase")), abs=0.01
    )
    facts = {item.get("name"): item.get("value") for item in suite.iter("property")}
    assert (facts["seed"], facts["mapping"]) == ("0", str(folder / "wrong.yaml"))
    assert str(facts["command"]).startswith("iterable-harness conform --mapping ")


def test_junit_knows_what_shows_without_an_event(folder: Path) -> None:
    (folder / "wrong.yaml").write_text(WRONG.replace("$.traits.email", "$.anonymousId"))
    found = []
    for mapping in ("wrong.yaml", "events.yaml"):
        junit(folder, mapping)
        _, lint = ET.fromstring((folder / "report.xml").read_text())  # noqa: S314  # our own report
        found.append((lint.get("name"), lint.get("tests"), lint.get("failures"), lint[-1].get("name")))
    name = "The mapping has no mistake that shows without an event"
    assert found == [("lint", "1", "1", name), ("lint", "1", "0", name)]


def test_the_case_of_lint_says_what_lint_says_and_where(folder: Path) -> None:
    (folder / "wrong.yaml").write_text(WRONG.replace("$.traits.email", "$.anonymousId"))
    report = folder / "report.tap"
    conform(folder, "wrong.yaml", "--tap", str(report), "--junit", str(folder / "report.xml"))
    said = report.read_text().split("lint: The mapping has no mistake")[1].splitlines()
    assert said[2].startswith('  message: "Identify: `email` is the anonymousId, which is not an email address')
    assert f"  at: {json.dumps({'file': str(folder / 'wrong.yaml'), 'line': 4})}" in said
    _, lint = ET.fromstring((folder / "report.xml").read_text())  # noqa: S314  # our own report
    assert lint[-1].get("file") == str(folder / "wrong.yaml")


def test_tap_has_one_severity_and_the_priority_of_the_property(folder: Path) -> None:
    report = folder / "report.tap"
    assert conform(folder, "wrong.yaml", "--tap", str(report)) == 1
    first = report.read_text().split("not ok ")[1].splitlines()
    assert [line.strip() for line in first if line.strip().startswith("severity:")] == ["severity: fail"]
    assert "    priority: high" in first


def test_the_summary_of_a_step_says_that_nothing_was_tested(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    assert conform(folder, "events.yaml", "--github", properties=["commerce.order-arrives"]) == 2
    assert "Nothing was tested: no generated history was about any" in (folder / "summary.md").read_text()


def test_junit_has_one_case_where_a_property_shows_several_things(folder: Path) -> None:
    twice = WRONG.replace("mapping: {", "mapping: {first: x, second: x, ")
    (folder / "wrong.yaml").write_text(
        twice.replace('userId: {"@path": $.traits.email}', 'userId: {"@path": $.userId}')
    )
    report = folder / "report.xml"
    options = ["--project-type", "hybrid", "--junit", str(report)]
    assert conform(folder, "wrong.yaml", *options, properties=["mapping.names-fields"]) == 1
    suite, _ = ET.fromstring(report.read_text())  # noqa: S314  # our own report
    [case] = suite.iter("testcase")
    assert str(case[0].get("message")).endswith(" (and 1 more)")
    text = "".join(case.itertext())
    assert "sets first" in text
    assert "sets second" in text


def test_html_tells_what_is_accepted_and_not_applicable_from_what_passed(folder: Path) -> None:
    conform(folder, "wrong.yaml", "--html", str(folder / "report.html"))
    page = (folder / "report.html").read_text()
    assert ">1 problem, 1 accepted, 1 passed, 3 not applicable</h1>" in page
    assert page.count(">not applicable</td>") == 3
    assert page.count(">accepted</td>") == 1
    assert page.count(">passed</td>") == 1
    assert page.count(">failed</a></td>") == 4
    assert "Addresses change in the shop only. <small" in page
    assert "(the shop&#x27;s runbook)" in page


def test_the_findings_of_an_event_only_mapping_begin_with_people_and_replay(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "events.yaml").write_text(EVENTS.replace('eventName: {"@path": $.event}', "eventName: Something"))
    assert conform(folder, "events.yaml", "--project-type", "email", properties=["events.name-arrives"]) == 1
    [file] = (folder / "failures").iterdir()
    assert "users:" in file.read_text()
    assert "ERROR" not in capsys.readouterr().out
    assert main(["run", str(file), "-q"]) == 1


@pytest.mark.parametrize(
    ("option", "file", "told"),
    [("--junit", "events.yaml", "--junit: is read by"), ("--html", "known.yaml", "--html: is read by")],
)
def test_a_report_is_never_written_over_the_mapping_or_the_baseline(
    folder: Path, capsys: pytest.CaptureFixture[str], option: str, file: str, told: str
) -> None:
    before = (folder / file).read_bytes()
    assert conform(folder, "events.yaml", option, str(folder / file)) == 2
    assert (told in capsys.readouterr().err, (folder / file).read_bytes()) == (True, before)


def test_only_problems_as_severe_as_was_asked_for_make_the_exit_code_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "warned.yaml").write_text(EVENTS.replace("$.properties.email", "$.properties.e_mail"))
    codes = [conform(folder, "warned.yaml", "--fail-on", severity) for severity in ("high", "medium", "low")]
    assert capsys.readouterr().out.count("1 problems") == len(codes)
    assert codes == [0, 1, 1]


@pytest.mark.parametrize(
    ("save", "is_told"), [("found", True), ("a/b", True), (".found", False), ("a/_b", False), ("../found", False)]
)
def test_a_folder_of_findings_among_our_users_own_scenarios_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], save: str, is_told: bool
) -> None:
    here = folder / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert conform(folder, "wrong.yaml", "--save", save) == 1
    told = f"warning: {save}: `iterable-harness run .` and pytest also play the findings saved here"
    assert (told in capsys.readouterr().err) == is_told
