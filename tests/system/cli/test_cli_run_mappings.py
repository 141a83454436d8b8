"""What the reports of `run` say of the mapping that was used: a scenario may name its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path

MAPPING = '[{"name": "Ours", "partnerAction": "trackEvent", "subscribe": "type = \\"page\\"", "mapping": {}}]'
SCENARIO = """\
name: NAME
description: d
source: s
project: {type: hybrid}
DESTINATION
steps: [{send: {type: track, event: Seen, userId: u1}}]
expect: {counts: {events: COUNT}}
"""


def _scenario(name: str, destination: str = "", count: int = 0) -> str:
    text = SCENARIO.replace("NAME", name).replace("COUNT", str(count))
    return text.replace("DESTINATION", f"destination: {destination}" if destination else "segment: false")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "customer-mapping.json").write_text(MAPPING)
    (tmp_path / "other.yaml").write_text(MAPPING)
    (tmp_path / "bug.scenario.yaml").write_text(_scenario("Own", "{mapping: customer-mapping.json}"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_report_names_the_mapping_file_of_the_scenario(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    assert (
        main(["run", "bug.scenario.yaml", "--html", "page.html", "--junit", "a.xml", "--tap", "a.tap", "--json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["cases"][0]["mapping"] == "customer-mapping.json"
    assert main(["run", "bug.scenario.yaml", "--github"]) == 0
    assert "<dt>mapping</dt><dd>customer-mapping.json</dd>" in (folder / "page.html").read_text()
    assert '<property name="mapping" value="customer-mapping.json"' in (folder / "a.xml").read_text()
    assert "# mapping: customer-mapping.json" in (folder / "a.tap").read_text().splitlines()
    assert "mapping: customer-mapping.json" in (folder / "summary.md").read_text()


@pytest.mark.parametrize("compare", [(), ("--compare",)], ids=str)
def test_a_page_of_one_scenario_has_the_mapping_folded(compare: tuple[str, ...], folder: Path) -> None:
    assert main(["run", "bug.scenario.yaml", *compare, "--html", "page.html"]) == 0
    page = (folder / "page.html").read_text()
    assert "<details><summary>mapping: customer-mapping.json</summary><pre>[" in page
    assert "&quot;partnerAction&quot;: &quot;trackEvent&quot;" in page
    assert "own presets" not in page


def test_a_comparison_names_the_mapping_of_each_scenario(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "inline.scenario.yaml").write_text(_scenario("Inline", f"{{mapping: {MAPPING}}}"))
    assert main(["run", ".", "--compare", "--json", "--html", "page.html"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [item["mapping"] for item in document["scenarios"]] == ["customer-mapping.json", "inline in the scenario"]
    assert "<dt>mapping</dt><dd>several: see each scenario</dd>" in (folder / "page.html").read_text()


def test_where_scenarios_disagree_the_head_says_so_and_each_names_its_own(folder: Path) -> None:
    (folder / "presets.scenario.yaml").write_text(_scenario("Presets", count=1))
    assert main(["run", ".", "--html", "page.html"]) == 0
    page = (folder / "page.html").read_text()
    for name in ("several: see each scenario", "customer-mapping.json", "the destination&#x27;s own presets"):
        assert f"<dt>mapping</dt><dd>{name}</dd>" in page
    assert "<summary>mapping:" not in page


def test_a_chosen_preset_is_named(folder: Path) -> None:
    (folder / "bug.scenario.yaml").write_text(_scenario("Any", count=1))
    assert main(["run", ".", "--preset", "Track Calls", "--html", "page.html"]) == 0
    assert "<dt>mapping</dt><dd>preset Track Calls</dd>" in (folder / "page.html").read_text()


@pytest.mark.parametrize("option", [("--mapping", "other.yaml"), ("--preset", "Track Calls")], ids=str)
def test_a_mapping_that_no_scenario_uses_is_told_and_never_named(
    option: tuple[str, str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "bug.scenario.yaml", *option, "--html", "page.html"]) == 0
    assert (
        capsys.readouterr().err.count(
            f"note: {option[0]} is not used by 1 of 1 scenarios, which names its own mapping: bug.scenario.yaml\n"
        )
        == 1
    )
    assert "<dt>mapping</dt><dd>customer-mapping.json</dd>" in (folder / "page.html").read_text()


def test_the_note_counts_only_scenarios_that_name_their_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "any.scenario.yaml").write_text(_scenario("Any"))
    assert main(["run", ".", "--mapping", "other.yaml", "--json"]) == 0
    captured = capsys.readouterr()
    assert "note: --mapping is not used by 1 of 2 scenarios" in captured.err
    assert [case["mapping"] for case in json.loads(captured.out)["cases"]] == ["other.yaml", "customer-mapping.json"]
