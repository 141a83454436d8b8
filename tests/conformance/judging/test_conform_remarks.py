"""What `conform` tells beside problems: what it assumes, who accepts what, and a scenario that does not show a finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from conformance.cli import main
from conformance.judging import Judgement, build_report, judge
from conformance.judging.assumptions import assumptions
from destination import PRESETS, Subscription

if TYPE_CHECKING:
    from pathlib import Path

OWN_EMAIL: Final = """\
- name: Customers
  partnerAction: updateUser
  subscribe: type = "identify"
  mapping:
    email: {"@path": $.traits.work_email}
    userId: {"@path": $.userId}
"""
ASSUMED: Final = (
    "assumed: your events carry the email in traits.work_email, which Segment's specification does not have "
    "(backtest over real events checks this)"
)
OPTIONS: Final = ["--examples", "4", "--project-type", "hybrid", "--property", "identity.person-exists"]
OWN: Final = """\
version: 1
accepted:
- property: identity.new-address
  projectTypes: [email]
  themes: [a new e-mail, "a new e-mail, in a batch"]
  reason: Addresses change in the shop only.
  source: the shop's runbook
"""


@pytest.fixture
def mapping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.yaml"
    file.write_text(OWN_EMAIL)
    return file


def subscription(kind: str = "identify", **fields: Any) -> Subscription:
    action = "updateUser" if kind == "identify" else "trackEvent"
    return Subscription("Mine", action, f'type = "{kind}"', fields)


def test_what_is_assumed_of_events_stands_above_the_verdict(
    mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["conform", "--mapping", str(mapping), *OPTIONS]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        ASSUMED,
        "0 problems, 1 accepted, 0 passed, 0 not applicable",
    ]
    main(["conform", "--mapping", str(mapping), *OPTIONS, "--quiet"])
    assert ASSUMED not in capsys.readouterr().out


def test_json_html_and_the_summary_of_a_step_say_what_is_assumed(
    mapping: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, summary = mapping.with_name("page.html"), mapping.with_name("summary.md")
    main(["conform", "--mapping", str(mapping), *OPTIONS, "--json", "--html", str(page)])
    [assumed] = json.loads(capsys.readouterr().out)["assumptions"]
    assert (assumed["identifier"], assumed["path"], assumed["subscriptions"]) == (
        "email",
        "traits.work_email",
        ["Customers"],
    )
    assert assumed["description"] in ASSUMED
    assert "Assumed: your events carry the email in traits.work_email" in page.read_text()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    main(["conform", "--mapping", str(mapping), *OPTIONS, "--github"])
    assert r"Assumed: your events carry the email in traits.work\_email" in summary.read_text()


@pytest.mark.parametrize(
    ("kind", "fields", "found"),
    [
        ("identify", {"email": {"@path": "$.traits.email"}, "userId": {"@path": "$.userId"}}, []),
        ("identify", {"userId": {"@path": "$.traits.customer_id"}}, [("userId", "traits.customer_id")]),
        ("identify", {"phoneNumber": {"@path": "$.traits.mobile"}}, [("phone number", "traits.mobile")]),
        ("identify", {"userId": {"@path": "$.traits.email"}}, []),
        ("identify", {"dataFields": {"email": {"@path": "$.traits.work_email"}}}, []),
        ("track", {"user": {"email": {"@path": "$.properties.mail"}}}, [("email", "properties.mail")]),
        ("track", {"email": {"@template": "{{properties.email}}"}}, []),
    ],
    ids=["specified", "userId", "phone", "an email for a userId", "a field", "in user", "a template"],
)
def test_only_identifiers_in_places_of_the_customer_are_assumed(
    kind: str, fields: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert [(item.identifier, item.path) for item in assumptions([subscription(kind, **fields)])] == found


def test_an_identifier_that_is_looked_for_in_a_usual_place_as_well_is_not_assumed() -> None:
    either = {"@if": {"exists": {"@path": "$.traits.email"}, "then": {"@path": "$.traits.email"}}}
    either["@if"]["else"] = {"@path": "$.traits.contact_email"}
    assert assumptions([subscription(email=either)]) == ()


def test_nothing_is_assumed_of_the_presets() -> None:
    assert assumptions(PRESETS) == ()


def test_what_the_customer_accepts_stands_below_the_name_of_their_file(
    mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping.with_name("own.yaml").write_text(OWN)
    chosen = ["--property", "identity.new-address", "--examples", "6", "--baseline", "own.yaml"]
    html = ["--html", "page.html"]
    assert main(["conform", "--mapping", str(mapping), *chosen, "--project-type", "email", *html]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Accepted in own.yaml:", "  Addresses change in the shop only."]
    assert not any("no change of the mapping" in line for line in lines)
    assert "<h2>Accepted in own.yaml</h2>" in mapping.with_name("page.html").read_text()
    main(["conform", "--mapping", str(mapping), *chosen, "--project-type", "email", "--json"])
    [found] = json.loads(capsys.readouterr().out)["properties"]
    assert {item["baseline"] for item in found["accepted"]} == {"own.yaml"}


def test_the_checks_that_failed_are_counted_above_the_last_line(
    mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping.write_text(OWN_EMAIL.replace("$.userId", "$.traits.work_email"))
    assert main(["conform", "--mapping", str(mapping), *OPTIONS]) == 1
    assert capsys.readouterr().out.splitlines()[-2] == "1 of 1 check failed"


@pytest.fixture
def unshown() -> Judgement:
    """A finding whose scenario expects what is there."""
    wrong = [subscription(email={"@path": "$.traits.email"}, userId={"@path": "$.traits.email"})]
    found = judge(wrong, examples=4, properties=["identity.person-exists"], project_types=["hybrid"])
    for finding in found.findings:
        finding.violation.expect.clear()
        finding.violation.expect["counts"] = {"users": 1}
    return found


def test_a_saved_scenario_that_does_not_show_the_finding_is_told_and_the_finding_stays_a_problem(
    unshown: Judgement, tmp_path: Path
) -> None:
    report = build_report(unshown, tmp_path)
    [remark] = report.remarks(quiet=True)
    assert remark.endswith(
        ": the saved scenario does not reproduce the finding: a bug in the harness, please report it"
    )
    assert remark.startswith(str(tmp_path / "identity.person-exists.hybrid."))
    assert report.failed == 1
