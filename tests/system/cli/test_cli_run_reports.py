"""The reports of `run` for machines: TAP, GitHub Actions, and how each came about."""

from __future__ import annotations

import html
import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import click
import pytest

from conformance.cli import main
from conformance.cli.run_details import run_details

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """\
name: An identify doubles the person
description: It does not.
source: Segment's page of the destination
project: {type: [email, hybrid]}
steps:
  - send: {type: identify, userId: u1, traits: {email: ada@example.com}}
    expect: {counts: {users: 2}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "wrong.scenario.yaml").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tap_is_written_beside_what_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "wrong.scenario.yaml", "--tap", "report.tap"]) == 1
    assert capsys.readouterr().out.endswith("\n0 passed, 2 failed\n")
    lines = (folder / "report.tap").read_text().splitlines()
    assert lines[:2] == ["TAP version 13", "1..2"]
    assert "# command: iterable-harness run wrong.scenario.yaml --tap report.tap" in lines
    assert "not ok 1 - wrong.scenario.yaml: An identify doubles the person [email]" in lines


def test_github_gets_an_annotation_before_the_last_line_and_a_summary_of_the_step(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    (folder / "summary.md").write_text("before\n")
    assert main(["run", ".", "--github"]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "::error file=wrong.scenario.yaml,line=7,title=An identify doubles the person [email%2C hybrid]::"
        "step 1, counts.users: expected 2, found 1",
        "0 passed, 2 failed",
    ]
    summary = (folder / "summary.md").read_text()
    assert summary.startswith("before\n### Scenarios: 0 passed, 2 failed\n")
    assert "command: iterable-harness run . --github" in summary


def test_without_a_job_there_is_no_summary_and_one_that_cannot_be_written_hides_no_verdict(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["run", ".", "--github"]) == 1
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "missing" / "summary.md"))
    assert main(["run", ".", "--github"]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == "0 passed, 2 failed"
    assert "warning: the file of $GITHUB_STEP_SUMMARY cannot be written: no such file or directory" in captured.err


BROKEN = SCENARIO.replace("project:", "\tproject:")


def test_github_gets_annotations_of_mistakes_in_files(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    (folder / "bad.scenario.yaml").write_text(BROKEN)
    assert main(["run", ".", "--github"]) == 2
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-2:] == [
        "::error file=bad.scenario.yaml,line=4,col=1,title=configuration::invalid YAML: a tab in the indentation; "
        "YAML is indented with spaces only",
        "0 passed, 2 failed, 1 unusable",
    ]
    assert captured.err.startswith("error: bad.scenario.yaml:4:1: invalid YAML: a tab in the indentation")
    assert "* bad.scenario.yaml:4:1: invalid YAML: a tab in the indentation" in (folder / "summary.md").read_text()


def test_a_file_that_cannot_be_read_is_in_every_report_and_the_others_are_played(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.scenario.yaml").write_text(BROKEN)
    assert main(["run", ".", "--junit", "a.xml", "--tap", "a.tap", "--html", "a.html", "--json"]) == 2
    root = ET.parse(folder / "a.xml").getroot()  # noqa: S314  # our own file
    assert [root.get(name) for name in ("tests", "failures", "errors")] == ["3", "2", "1"]
    [case] = root.findall("testsuite[@name='configuration']/testcase")
    assert (case.get("classname"), case.get("name")) == ("configuration", "bad.scenario.yaml")
    [error] = case.findall("error")
    assert str(error.get("message")).startswith("4:1: invalid YAML: a tab in the indentation")
    assert str(error.text).startswith("bad.scenario.yaml:4:1: invalid YAML")
    lines = (folder / "a.tap").read_text().splitlines()
    assert lines[1] == "1..2"
    assert lines[-1].startswith("Bail out! bad.scenario.yaml:4:1: invalid YAML: a tab in the indentation")
    assert "bad.scenario.yaml:4:1: invalid YAML" in (folder / "a.html").read_text()
    document = json.loads(capsys.readouterr().out)
    assert [(item["file"], item["line"]) for item in document["mistakes"]] == [("bad.scenario.yaml", 4)]
    assert document["failed"] == 2


@pytest.mark.parametrize("arguments", [["run", "."], ["conform"]], ids=str)
def test_a_mapping_that_cannot_be_read_is_in_the_reports_and_annotated_once(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mapping.yaml").write_text("- {name: x\n")
    (folder / "old.xml").write_text("<testsuites/>")
    assert main([*arguments, "--mapping", "mapping.yaml", "--github", "--junit", "old.xml"]) == 2
    [case] = ET.parse(folder / "old.xml").getroot().iter("testcase")  # noqa: S314  # our own file
    assert (case.get("classname"), case.get("name")) == ("configuration", "mapping.yaml")
    captured = capsys.readouterr()
    assert sum(line.startswith("::error ") for line in captured.out.splitlines()) == 1
    assert sum(line.startswith("error: ") for line in captured.err.splitlines()) == 1


def test_a_mapping_that_two_scenarios_name_is_told_of_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mapping.yaml").write_text("- {name: x\n")
    for name in ("one", "two"):
        (folder / f"{name}.scenario.yaml").write_text(SCENARIO + "destination: {mapping: mapping.yaml}\n")
    assert main(["run", ".", "--github"]) == 2
    assert capsys.readouterr().out.count("::error file=mapping.yaml") == 1


def test_a_report_is_not_written_over_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / "bad.scenario.yaml").write_text(BROKEN)
    assert main(["run", ".", "--junit", "bad.scenario.yaml"]) == 2
    assert (folder / "bad.scenario.yaml").read_text() == BROKEN


@pytest.mark.parametrize("here", ["", "sub"])
@pytest.mark.parametrize("absolute", [False, True])
def test_in_a_job_annotations_name_files_from_the_root_of_the_repository(
    here: str, *, absolute: bool, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder))
    (folder / "sub").mkdir()
    (folder / "wrong.scenario.yaml").rename(folder / "sub" / "wrong.scenario.yaml")
    (folder / "sub" / "mapping.yaml").write_text("- {name: x\n")
    monkeypatch.chdir(folder / here)
    scenario, mapping = (
        str((folder / "sub" / name).resolve()) if absolute else ("" if here else "sub/") + name
        for name in ("wrong.scenario.yaml", "mapping.yaml")
    )
    assert main(["run", scenario, "--github"]) == 1
    assert "::error file=sub/wrong.scenario.yaml,line=7," in capsys.readouterr().out
    assert main(["lint", mapping, "--github"]) == 2
    assert "::error file=sub/mapping.yaml,line=1," in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["run", "a b.yaml", "--api-key", "secret", "-q"], "iterable-harness run 'a b.yaml' --api-key … -q"),
        (["run", "--api-key=secret"], "iterable-harness run --api-key=…"),
        (["run", "--api-key"], "iterable-harness run --api-key"),
        (["run", "--url=https://me:secret@host/x"], "iterable-harness run --url=https://…@host/x"),
        (["backtest", "https://host/a.gz?signature=secret"], "iterable-harness backtest 'https://host/a.gz?…'"),
    ],
)
def test_the_command_in_a_report_can_be_typed_and_has_no_keys(arguments: list[str], command: str) -> None:
    with click.Context(click.Command("run"), obj=tuple(arguments)):
        assert run_details().command == command


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--github", "--json"], "--github does not go with --json"),
        (["--tap", "a", "--junit", "a"], "is what --junit writes, too"),
        (["--tap", "wrong.scenario.yaml"], "is read by this very command"),
        (["--compare", "--tap", "a"], "--compare gives no verdicts for --tap; it has --html and --json"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_options_that_do_not_go_together_are_told(
    options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "wrong.scenario.yaml", *options]) == 2
    assert told in capsys.readouterr().err


def test_a_scenario_without_why_and_whence_is_warned_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = SCENARIO.splitlines(keepends=True)
    (folder / "wrong.scenario.yaml").write_text("".join([lines[0], *lines[3:]]))
    assert main(["run", "."]) == 1
    assert capsys.readouterr().err.splitlines()[0] == (
        "warning: wrong.scenario.yaml:1:1: has no description and no source (say what it shows, and where that is "
        "documented or was reported)"
    )


def test_a_page_of_a_run_holds_what_the_scenario_says_of_itself_and_its_text(tmp_path: Path) -> None:
    file = tmp_path / "case.scenario.yaml"
    file.write_text(
        "name: A\ndescription: Lost <orders>.\nsource: ticket 7\nknown_issue: By design.\nproject: {type: hybrid}\n"
        "steps:\n  - send: {type: identify, userId: u1}\nexpect: {counts: {users: 1}}\n",
        encoding="utf-8",
    )
    page = tmp_path / "page.html"
    assert main(["run", str(file), "--html", str(page), "-q"]) == 0
    text = page.read_text(encoding="utf-8")
    for name, said in (
        ("description", "Lost &lt;orders&gt;."),
        ("source", "ticket 7"),
        ("known issue", "By design."),
    ):
        assert f"<dt>{name}</dt><dd>{said}</dd>" in text
    assert "<summary>scenario</summary><pre>name: A\n" in text


RULE = "events.track.email-based.unknown-user-id"


@pytest.mark.parametrize("place", ["here", "there"])
def test_each_reply_has_the_rules_that_decided_it(
    place: str, unmet: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--url", server) if place == "there" else ()
    run = ["run", ".", "--project-type", "email", *where]
    assert main([*run, "--json", "--html", "page.html"]) == 0
    [case] = json.loads(capsys.readouterr().out)["cases"]
    lines = case["trace"][0]["lines"]
    assert [line["rules"] for line in lines if "rules" in line] == [[RULE]]
    assert f"<tr><td>rules</td><td><code>{RULE}</code></td></tr>" in (unmet / "page.html").read_text()
    assert main([*run, "-v"]) == 0
    assert f"\n        rules         {RULE}\n" in capsys.readouterr().out


UNMET = """\
name: An order without an address
description: The order is gone.
source: s
known_issue: Iterable refuses it.
wanted:
  says: The order arrives.
  met_in: [userid, hybrid]
  expect: {counts: {events: 1}}
project: {type: all}
steps: [{send: {type: track, event: Order Placed, userId: u1}}]
expect: {counts: {events: 1}, by_type: {email: {counts: {events: 0}}}}
"""
SENTENCE = "known issue: the customer's expectation is not met"


@pytest.fixture
def unmet(folder: Path) -> Path:
    (folder / "wrong.scenario.yaml").unlink()
    (folder / "unmet.scenario.yaml").write_text(UNMET)
    return folder


def test_a_known_issue_is_told_beside_passed_where_it_is_not_met(
    unmet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "."]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.endswith(f"  {SENTENCE}") for line in lines[:3]] == [True, False, False]
    assert main(["run", ".", "--json", "--html", "page.html"]) == 0
    cases = json.loads(capsys.readouterr().out)["cases"]
    assert [case.get("known_issue") for case in cases] == ["Iterable refuses it.", None, None]
    page = (unmet / "page.html").read_text()
    sentence = f"{html.escape(SENTENCE)} in email"
    head, table = page[page.index("<h1") :].split('<table class="verdicts">')
    row = table[: table.index("</table>")]
    assert head.startswith('<h1 class="accepted">3 passed, 0 failed</h1>')
    assert sentence in head
    for text in (sentence, "The order is gone.", "The order arrives.", "Iterable refuses it."):
        assert text in row


def test_a_page_counts_the_scenarios_with_a_known_issue(unmet: Path) -> None:
    text = (unmet / "unmet.scenario.yaml").read_text()
    (unmet / "again.scenario.yaml").write_text(text.replace("name: An", "name: Another"))
    assert main(["run", ".", "--html", "page.html"]) == 0
    assert "2 scenarios with a known issue" in (unmet / "page.html").read_text()
