"""The examples in the documents do what the documents say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from generated_parts import PARTS, rewritten

from conformance.report import Verdict
from conformance.scenario import SimulatorBackend, load_scenario, project_types, run_scenario
from simulator.api import ROUTES
from simulator.rulebook import RULES, Confidence

ROOT = Path(__file__).parents[3]


def block(document: str, language: str) -> str:
    text = (ROOT / document).read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def verdicts(path: Path) -> dict[str, Verdict]:
    loaded = load_scenario(path)
    with SimulatorBackend.in_process() as backend:
        return {name: run_scenario(loaded, name, backend).verdict for name in project_types(loaded)}


def test_the_readmes_bug_shows_in_an_email_based_project_only(tmp_path: Path) -> None:
    path = tmp_path / "bug.scenario.yaml"
    path.write_text(block("README.md", "yaml"), encoding="utf-8")
    assert verdicts(path) == {"email": Verdict.FAILED, "userid": Verdict.PASSED, "hybrid": Verdict.PASSED}


def test_the_readme_marks_what_is_inferred_and_nothing_else() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `(track|identify)` with an (unknown|) ?(email|userId) only \| (.+) \|$", text, re.MULTILINE
    )
    assert len(rows) == 3
    for call, _, identifier, cells in rows:
        operation = "events.track" if call == "track" else "users.update"
        ids = [
            f"{operation}.email-based.unknown-{'email' if identifier == 'email' else 'user-id'}",
            f"{operation}.userid-based.{'email-only' if identifier == 'email' else 'unknown-user-id'}",
            f"{operation}.hybrid.unknown-{'email' if identifier == 'email' else 'user-id'}",
        ]
        inferred = [RULES[rule].confidence in {Confidence.INFERRED, Confidence.ASSUMED} for rule in ids]
        assert ["¹" in cell for cell in cells.split(" | ")] == inferred, ids


def test_the_example_of_the_format_passes(tmp_path: Path) -> None:
    path = tmp_path / "example.scenario.yaml"
    path.write_text(block("docs/scenario-format.md", "yaml"), encoding="utf-8")
    assert set(verdicts(path).values()) == {Verdict.PASSED}


def test_the_example_in_python_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "example.py"
    path.write_text(block("docs/python.md", "python"), encoding="utf-8")
    runpy.run_path(str(path))
    assert "'userId': 'u1'" in capsys.readouterr().out


@pytest.mark.parametrize("document", list(PARTS))
def test_what_is_written_from_the_code_is_what_the_code_says(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert rewritten(document, text) == text


def test_the_coverage_table_names_every_route_of_the_simulator() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [route.path for route in ROUTES if f"`{route.path}`" not in page] == []
