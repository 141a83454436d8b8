"""Former ids of properties go on working, with a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.judging import judge, read_baseline
from conformance.properties import PROPERTIES, RENAMED_IDS, select_properties

if TYPE_CHECKING:
    from pathlib import Path

FORMER = "identity.person-once"
PRESENT = "identity.one-profile-per-person"
BASELINE = f"""\
version: 1
accepted:
- property: {FORMER}
  projectTypes: [hybrid]
  themes: ["first one identifier, then the other"]
  reason: a reason
  source: a source
"""


@pytest.fixture
def baseline_file(tmp_path: Path) -> Path:
    file = tmp_path / "known.yaml"
    file.write_text(BASELINE)
    return file


@pytest.mark.parametrize(("former", "present"), RENAMED_IDS.items())
def test_a_former_id_chooses_the_property_that_is_now_called_otherwise(former: str, present: str) -> None:
    with pytest.warns(FutureWarning, match=f"the property {former} is now called {present}"):
        assert select_properties([former]) == [PROPERTIES[present]]


def test_no_former_id_is_the_id_of_a_property() -> None:
    assert not RENAMED_IDS.keys() & PROPERTIES.keys()


def test_judging_by_a_former_id_warns() -> None:
    with pytest.warns(FutureWarning, match=FORMER):
        judgement = judge(examples=1, properties=[FORMER], project_types=["email"])
    assert [result.property.id for result in judgement.results] == [PRESENT]


def test_a_baseline_with_a_former_id_is_read_with_the_present_one_and_a_warning(baseline_file: Path) -> None:
    with pytest.warns(FutureWarning, match=f"known.yaml: the property {FORMER} is now called {PRESENT}"):
        baseline = read_baseline(baseline_file)
    assert [entry.property_id for entry in baseline.entries] == [PRESENT]


def test_the_command_takes_a_former_id_and_warns_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["conform", "--property", FORMER, "--examples", "2", "-v"])
    captured = capsys.readouterr()
    assert code == 0
    assert captured.err.splitlines() == [f"warning: the property {FORMER} is now called {PRESENT}"]
    assert PRESENT in captured.out


def test_the_command_accepts_what_a_baseline_lists_by_a_former_id_and_updates_the_id(
    baseline_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["conform", "--property", PRESENT, "--examples", "20", "--baseline", str(baseline_file)]
    assert main(options) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"warning: {baseline_file}: the property {FORMER} is now called {PRESENT}"
    ]
    assert main([*options, "--update-baseline"]) == 0
    assert FORMER not in baseline_file.read_text()
    assert PRESENT in baseline_file.read_text()
