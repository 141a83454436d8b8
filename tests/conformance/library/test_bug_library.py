"""Every scenario of the library is a story that can be found, read in a minute, and trusted."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import conformance
from conformance.report import Verdict
from conformance.scenario import LoadedScenario, SimulatorBackend, load_scenarios, project_types, run_scenario
from conformance.scenario.library import shipped_library

ROOT = Path(__file__).parents[3]
#: Claims of Segment's page, and questions to Iterable: no bugs.
OTHERS = {"seed", "questions"}
BUGS = [loaded for loaded in load_scenarios([ROOT / "scenarios"]) if Path(loaded.file).parent.name not in OTHERS]
LONGEST = 45
FOLDERS = {
    "identity",
    "address",
    "phone",
    "fields",
    "commerce",
    "batches",
    "delivery",
    "triggers",
    "mappings",
    "lists",
}


def short(loaded: LoadedScenario) -> str:
    return "/".join(Path(loaded.file).parts[-2:]).removesuffix(".scenario.yaml")


@pytest.mark.parametrize("loaded", BUGS, ids=short)
def test_what_happens_and_what_was_expected_hold_in_every_project_type(loaded: LoadedScenario) -> None:
    with SimulatorBackend.in_process() as backend:
        results = [run_scenario(loaded, name, backend) for name in project_types(loaded)]
    assert [
        (case.project_type, case.failures, case.message) for case in results if case.verdict is not Verdict.PASSED
    ] == []


def test_every_bug_says_what_the_customer_expected_and_where_it_was_reported() -> None:
    assert [short(loaded) for loaded in BUGS if loaded.scenario.wanted is None] == []
    assert [short(loaded) for loaded in BUGS if len(loaded.scenario.source) < len("Segment")] == []


def test_every_bug_can_be_read_in_a_minute() -> None:
    lengths = {short(loaded): len(Path(loaded.file).read_text(encoding="utf-8").splitlines()) for loaded in BUGS}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_bug_has_several_words_to_be_found_by_none_of_them_twice() -> None:
    assert [short(loaded) for loaded in BUGS if len(set(loaded.scenario.tags)) < 4] == []
    assert [short(loaded) for loaded in BUGS if len(set(loaded.scenario.tags)) < len(loaded.scenario.tags)] == []


def test_no_two_bugs_have_the_same_title() -> None:
    names = [loaded.scenario.name for loaded in BUGS]
    assert sorted(set(names)) == sorted(names)


def test_every_bug_is_in_a_folder_of_its_theme_that_the_readme_names() -> None:
    folders = {Path(loaded.file).parent.name for loaded in BUGS}
    readme = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
    assert folders == FOLDERS
    assert [name for name in sorted(folders) if f"| `{name}/` |" not in readme] == []


def test_an_installed_package_brings_its_library_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        wheel = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "scenarios" in wheel["only-include"]
    assert shipped_library() == ROOT / "scenarios"
    installed = tmp_path / wheel["sources"]["scenarios"]
    installed.mkdir(parents=True)
    monkeypatch.setattr(conformance, "__file__", str(tmp_path / "conformance" / "__init__.py"))
    assert shipped_library() == installed
