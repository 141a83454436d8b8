"""What `conform` does, called from Python."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

import pytest

from conformance import judging
from conformance.inputs.errors import InputError
from conformance.judging import (
    Judgement,
    build_report,
    count_shared_with_presets,
    format_table,
    judge,
    judgement_html,
    judgement_json,
    read_baseline,
    save_finding,
    shipped_baseline,
    updated_baseline,
)
from conformance.judging.baseline import baseline_text
from conformance.properties import UnknownPropertyError, select_properties
from conformance.report import Verdict, to_junit
from conformance.scenario import NotPlayableError, load_scenario
from destination import Subscription

if TYPE_CHECKING:
    from pathlib import Path

SWAPPED = Subscription(
    "Identify",
    "updateUser",
    'type = "identify"',
    {"email": {"@path": "$.userId"}, "userId": {"@path": "$.traits.email"}},
)
EXISTS = ["identity.person-exists"]


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge([SWAPPED], examples=5, properties=EXISTS, project_types=["userid"])


def test_every_finding_is_a_failed_case_with_the_trace_of_its_saved_scenario(
    judgement: Judgement, tmp_path: Path
) -> None:
    report = build_report(judgement, tmp_path / "findings")
    assert [case.verdict for case in report.cases] == [Verdict.FAILED]
    assert report.cases[0].trace
    assert report.cases[0].file == str(next((tmp_path / "findings").iterdir()))
    assert dict(report.cases[0].details)["found in"].endswith("; minimal example: 1 event")
    assert report.summary == "1 problem, 0 accepted, 0 passed, 0 not applicable"


def test_a_property_without_findings_is_a_case_that_passed_or_is_accepted_and_saves_nothing(tmp_path: Path) -> None:
    judgement = judge(examples=3, properties=EXISTS, baseline=shipped_baseline())
    report = build_report(judgement, tmp_path / "findings")
    assert [case.project_type for case in report.cases] == ["email", "userid", "hybrid"]
    assert [case.verdict for case in report.cases] == [Verdict.PASSED, Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert not (tmp_path / "findings").exists()


def test_a_report_becomes_json_junit_and_html(judgement: Judgement, tmp_path: Path) -> None:
    report = build_report(judgement, tmp_path)
    assert json.loads(judgement_json(report))["problems"][0]["properties"] == ["identity.person-exists"]
    assert 'failures="1"' in to_junit(report)
    assert "identity.person-exists" in judgement_html(report)


def test_the_table_is_plain_text_without_blanks_at_the_ends_of_lines(judgement: Judgement) -> None:
    assert format_table(judgement).splitlines() == [
        "                        userid",
        "identity.person-exists  FAILED",
    ]


def test_a_cell_tells_what_is_accepted_from_what_passed_and_what_says_nothing() -> None:
    chosen = ["identity.new-address", "privacy.excluded-stays"]
    judgement = judge(examples=2, properties=chosen, baseline=shipped_baseline())
    rows = [re.split(" {2,}", line) for line in format_table(judgement).splitlines()[1:]]
    assert rows == [
        ["identity.new-address", "accepted", "passed", "passed"],
        ["privacy.excluded-stays", "not applicable", "not applicable", "not applicable"],
    ]


def test_a_saved_finding_is_a_scenario_that_names_the_property(judgement: Judgement, tmp_path: Path) -> None:
    file = save_finding(judgement.findings[0], judgement.subscriptions, tmp_path)
    assert file.name.startswith("identity.person-exists.userid.")
    assert "identity.person-exists" in load_scenario(file).scenario.tags


def test_a_finding_that_cannot_be_saved_is_an_input_error_that_names_the_file(
    judgement: Judgement, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError, match="taken"):
        build_report(judgement, tmp_path / "taken")


def test_an_updated_baseline_accepts_what_was_found(judgement: Judgement, tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(baseline_text(updated_baseline(judging.Baseline(), judgement)))
    again = judge([SWAPPED], examples=5, properties=EXISTS, project_types=["userid"], baseline=read_baseline(file))
    assert again.holds
    assert again.results[0].accepted


def test_an_updated_baseline_keeps_what_no_history_was_about() -> None:
    shipped = shipped_baseline()
    silent = judge([SWAPPED], examples=2, properties=["commerce", "events"], baseline=shipped)
    assert {result.verdict() for result in silent.results} == {Verdict.NOT_APPLICABLE}
    kept = updated_baseline(shipped, silent)
    assert {item for entry in kept.entries for item in entry.signatures} == {
        item for entry in shipped.entries for item in entry.signatures
    }


class _Unplayable:
    """A backend that can run no scenario."""

    def environment(self, *_: object, **__: object) -> NoReturn:
        raise NotPlayableError("not here")


def test_a_finding_whose_scenario_cannot_be_run_again_is_a_problem_all_the_same(
    judgement: Judgement, tmp_path: Path
) -> None:
    report = build_report(judgement, tmp_path, backend_for=lambda _: _Unplayable())
    assert (report.failed, report.skipped) == (1, 0)
    [case] = report.cases
    assert (case.verdict, case.message) == (Verdict.FAILED, "the saved scenario was not run again: not here")
    assert "not here" in to_junit(report)


def test_a_problem_is_as_bad_as_the_worst_that_shows_it(tmp_path: Path) -> None:
    chosen = ["identity.person-exists", "identity.reused-user-id"]
    found = judge([SWAPPED], examples=5, properties=chosen, project_types=["email"])
    assert {item.property.severity.value for item in found.findings} == {"high", "low"}
    [problem] = build_report(found, tmp_path).problems
    assert problem.severity.value == "high"
    assert set(problem.shown) == {"identity.person-exists", "identity.reused-user-id"}


def test_findings_that_the_presets_share_are_counted() -> None:
    assert count_shared_with_presets(judge(examples=3, properties=["identity.new-address"])) == 1


def test_a_group_chooses_all_of_its_properties_in_the_order_of_the_catalogue() -> None:
    names = [item.id for item in select_properties(["phone", "identity.person-exists"])]
    assert names[0] == "identity.person-exists"
    assert {name.partition(".")[0] for name in names[1:]} == {"phone"}


def test_an_unknown_property_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownPropertyError, match=r"did you mean identity\.person-exists\?"):
        judge(properties=["identity.person-exist"])


@pytest.mark.parametrize("name", judging.__all__)
def test_every_name_of_the_package_is_there_and_documented(name: str) -> None:
    assert getattr(judging, name, None) is not None
    if name != "DEFAULT_EXAMPLES":
        assert getattr(judging, name).__doc__
