"""Shipped scenarios and examples are found under the names that the documents give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.inputs.shipped import shipped_folder, shipped_path

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory without a checkout."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["scenarios", "scenarios/events/shop-day.jsonl", "examples/mappings/all-three.yaml"])
def test_a_name_that_leads_nowhere_here_means_what_is_shipped(name: str) -> None:
    first, *rest = name.split("/")
    assert shipped_path(name) == shipped_folder(first).joinpath(*rest)


def test_what_is_in_the_directory_comes_first(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    assert shipped_path("scenarios") is None


@pytest.mark.parametrize(
    "name", ["events.jsonl", "scenarios/no-such-file", "../scenarios", "/scenarios", "", "-", "{}"]
)
def test_other_names_mean_what_they_say(name: str) -> None:
    assert shipped_path(name) is None


def test_commands_say_which_files_they_take(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "examples/mappings/all-three.yaml"]) == 0
    assert (
        main(["map", "-q", "scenarios/events/shop-day.jsonl", "--mapping", "examples/mappings/all-three.yaml"]) == 1
    )
    assert main(["run", "-q", "scenarios/lists"]) == 0
    said = capsys.readouterr().err
    for name in ("examples/mappings/all-three.yaml", "scenarios/events/shop-day.jsonl", "scenarios/lists"):
        assert f"note: {name} is not in this directory; using the one that comes with the harness" in said


def test_run_without_a_path_runs_nothing_where_there_are_no_scenarios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.scenario.yaml").write_text("name: mine\n")
    assert main(["run", "--project-type", "email", "-q"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no scenarios/ here; name a path, such as . for all below this folder" in captured.err
