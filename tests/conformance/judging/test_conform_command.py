from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.judging import read_baseline

if TYPE_CHECKING:
    from collections.abc import Sequence

WRONG = """\
- name: Identify
  partnerAction: updateUser
  subscribe: type = "identify"
  mapping:
    userId: {"@path": $.traits.email}
    email: {"@path": $.traits.email}
    dataFields: {"@path": $.traits}
"""
EXISTS = ("--property", "identity.person-exists", "--examples", "5")


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    file = tmp_path / "mapping.yaml"
    file.write_text(WRONG)
    return str(file)


def _run(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["conform", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_presets_pass_without_any_option_but_fewer_examples(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(["--examples", "3"], capsys)
    assert code == 0
    assert re.fullmatch(r"0 problems, \d+ accepted, \d+ passed, \d+ not applicable", out.splitlines()[-1])


def test_a_table_shows_every_property_in_every_project_type_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ["--property", "identity", "--property", "privacy.excluded-stays"]
    code, out, _ = _run(["--examples", "2", *chosen, "-v"], capsys)
    lines = out.splitlines()
    assert code == 0
    assert ["email", "userid", "hybrid"] in [line.split() for line in lines]
    assert ["identity.new-address", "accepted", "passed", "passed"] in [line.split() for line in lines]
    assert ["privacy.excluded-stays", *["not applicable"] * 3] in [re.split(" {2,}", line) for line in lines]


def test_a_problem_names_the_scenario_that_reproduces_it_which_is_told_step_by_step_on_request(
    mapping: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "failures"
    options = ["--mapping", mapping, "--save", str(folder), *EXISTS, "--project-type", "userid"]
    code, out, _ = _run([*options, "-v"], capsys)
    assert code == 1
    assert "FAILED" in out
    assert 'exactly one person with {"userId": "u1"}' in out
    assert "POST /api/users/update" in out
    assert f"; run {folder}" in out
    assert out.splitlines()[-1] == "1 problems, 0 accepted, 0 passed, 0 not applicable"
    files = sorted(folder.iterdir())
    assert [file.name.startswith("identity.person-exists.userid.") for file in files] == [True]
    assert main(["run", str(folder)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed"


def test_every_finding_of_the_presets_is_reproduced_by_its_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "failures"
    options = ["--no-baseline", "--save", str(folder), "--examples", "4", "--json"]
    code, out, _ = _run(options, capsys)
    found = [finding for problem in json.loads(out)["problems"] for finding in problem["findings"]]
    assert code == 1
    assert len(found) > 50
    assert [finding["file"] for finding in found if finding["verdict"] != "failed"] == []
    assert main(["run", str(folder), "-q"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"0 passed, {len(found)} failed"


def test_the_same_seed_prints_the_same_report(
    mapping: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def report() -> str:
        options = ["--mapping", mapping, "--save", str(tmp_path), "--seed", "3", "--json", *EXISTS]
        return re.sub(r'"seconds": [\d.e-]+', "", _run(options, capsys)[1])

    assert report() == report()


def test_a_baseline_accepts_what_it_was_updated_with(
    mapping: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known.yaml"
    options = ["--mapping", mapping, "--baseline", str(known), "--save", str(tmp_path / "f"), *EXISTS]
    assert _run([*options, "--update-baseline"], capsys)[0] == 0
    entries = read_baseline(known).entries
    assert {entry.property_id for entry in entries} == {"identity.person-exists"}
    assert all(entry.source and entry.reason for entry in entries)
    assert _run(options, capsys)[0] == 0
    assert not (tmp_path / "f").exists()


def test_updating_keeps_what_was_not_judged_and_forgets_what_no_longer_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known.yaml"
    entry = "- {{property: {0}, projectTypes: [hybrid], themes: [{1}], reason: a reason, source: a source}}\n"
    gone = entry.format("identity.person-exists", "both identifiers")
    other = entry.format("phone.null-clears", "null later")
    known.write_text(f"version: 1\naccepted:\n{gone}{other}")
    assert _run(["--baseline", str(known), "--no-baseline", "--update-baseline", *EXISTS], capsys)[0] == 0
    entries = read_baseline(known).entries
    kept = {(item.property_id, theme, item.source) for item in entries for theme in item.themes}
    assert ("phone.null-clears", "null later", "a source") in kept
    assert "both identifiers" not in {theme for _, theme, _ in kept}
    assert ("identity.person-exists", "malformed e-mail beside a userId") in {item[:2] for item in kept}


def test_what_ships_as_accepted_is_in_force_for_any_mapping_and_can_be_turned_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text(WRONG.replace('userId: {"@path": $.traits.email}', 'userId: {"@path": $.userId}'))
    options = ["--mapping", str(file), "--property", "identity", "--examples", "3", "--save", str(tmp_path / "f")]
    assert _run(options, capsys)[0] == 0
    assert _run([*options, "--baseline", "presets"], capsys)[0] == 0
    code, out, _ = _run([*options, "--no-baseline"], capsys)
    assert code == 1
    assert "In an email-based project a new address is a new person" not in out


def test_baselines_add_up_and_their_own_reasons_go_before_those_that_ship(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for name, theme in (
        ("identity.new-address", "a new e-mail"),
        ("identity.reused-user-id", '"two people, one userId"'),
    ):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(
            f"version: 1\naccepted:\n- {{property: {name}, projectTypes: [email, userid, hybrid], themes: [{theme}],"
            f" reason: our reason for {name}, source: our runbook}}\n"
        )
    chosen = ["--property", "identity.new-address", "--property", "identity.reused-user-id", "--examples", "6"]
    both = [word for file in files for word in ("--baseline", str(file))]
    _, out, _ = _run([*chosen, *both, "-v"], capsys)
    assert "our reason for identity.new-address (our runbook)" in out
    assert "our reason for identity.reused-user-id (our runbook)" in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--property", "identity.person-exist"], "did you mean identity.person-exists?"),
        (["--examples", "0"], "--examples"),
        (["--update-baseline"], "--update-baseline needs one --baseline FILE"),
        (["--update-baseline", "--baseline", "a.yaml", "--baseline", "b.yaml"], "needs one --baseline FILE"),
        (["--github", "--json"], "--github does not go with --json"),
        (["--baseline", "nowhere.yaml"], "nowhere.yaml"),
        (["--mapping", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _run(arguments, capsys)
    assert code == 2
    assert (complaint in out) if "--json" in arguments else out == ""
    assert complaint in err
    assert len(err.splitlines()) == 1


def test_an_entry_without_a_source_is_a_problem_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "known.yaml"
    file.write_text("version: 1\naccepted:\n- {property: a.b, projectTypes: [email], themes: [x], reason: because}\n")
    code, _, err = _run(["--baseline", str(file), "--examples", "1"], capsys)
    assert code == 2
    assert f"{file}:3" in err
    assert "source" in err


def test_quiet_shows_only_the_figures_and_verbose_the_sources_of_what_is_accepted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--property", "identity.new-address", "--examples", "2"]
    last = "0 problems, 1 accepted, 2 passed, 0 not applicable"
    assert _run([*options, "-q"], capsys)[1].splitlines() == [last]
    reason = "In an email-based project a new address is a new person, unless the mapping fills New Email Address."
    assert reason in _run(options, capsys)[1]
    assert f"{reason} (Iterable support article 217502386" in _run([*options, "-v"], capsys)[1]


def test_a_report_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = _run(["--html", str(tmp_path), "--examples", "1"], capsys)
    assert code == 2
    assert str(Path(tmp_path)) in err
