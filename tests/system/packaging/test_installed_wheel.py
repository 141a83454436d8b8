"""The built package, installed into an empty environment away from the checkout.

`.ci/run` builds it and names it: `DISTRIBUTIONS` is the folder of wheel and sdist, `INSTALLED` that of the environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
DISTRIBUTIONS, INSTALLED = (os.environ.get(name) for name in ("DISTRIBUTIONS", "INSTALLED"))
pytestmark = pytest.mark.skipif(not (DISTRIBUTIONS and INSTALLED), reason=".ci/run builds the package and checks it")

PACKAGES = {"iterable_harness", "destination", "simulator", "conformance"}
KINDS = {".py", ".typed", ".yaml", ".yml", ".json", ".jsonl", ".js", ".mjs", ".css", ".html", ".md", ".svg", ".toml"}
SECONDS = 110


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the installed program does in a folder where nothing of the checkout is."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    program = Path(str(INSTALLED)) / "bin" / "iterable-harness"
    return subprocess.run(
        [str(program), *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )  # fmt: skip


def only(pattern: str) -> Path:
    [path] = Path(str(DISTRIBUTIONS)).glob(pattern)
    return path


def library(folder: Path) -> Path:
    """Where the installed package keeps its scenarios."""
    python = Path(str(INSTALLED)) / "bin" / "python"
    code = "from conformance.scenario.library import shipped_library; print(shipped_library())"
    done = subprocess.run([str(python), "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


@pytest.fixture
def event(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"type": "identify", "userId": "u1", "traits": {"email": "ada@example.com"}}))
    yield path
    assert path.exists()


def test_the_library_travels_along_and_every_scenario_of_a_theme_passes(tmp_path: Path) -> None:
    folder = library(tmp_path)
    assert folder.is_relative_to(Path(str(INSTALLED)))
    shipped = {path.relative_to(folder) for path in folder.rglob("*.scenario.yaml")}
    assert shipped == {path.relative_to(ROOT / "scenarios") for path in (ROOT / "scenarios").rglob("*.scenario.yaml")}
    done = command(tmp_path, "run", str(folder / "identity"))
    assert (done.returncode, done.stdout.splitlines()[-1].partition(" passed, ")[2]) == (0, "0 failed")


def test_the_examples_travel_along_and_are_found_by_their_names(tmp_path: Path) -> None:
    done = command(tmp_path, "lint", "examples/mappings/all-three.yaml")
    assert (done.returncode, done.stdout) == (0, "0 errors, 0 warnings in 4 subscriptions\n")
    assert "using the one that comes with the harness" in done.stderr


def test_find_searches_the_library(tmp_path: Path) -> None:
    done = command(tmp_path, "find", "duplicate", "profiles")
    assert done.returncode == 0
    assert ".scenario.yaml" in done.stdout


def test_map_shows_the_request(tmp_path: Path, event: Path) -> None:
    done = command(tmp_path, "map", str(event))
    assert done.returncode == 0
    assert "/api/users/update" in done.stdout


def test_conform_accepts_the_presets(tmp_path: Path) -> None:
    done = command(tmp_path, "conform", "--examples", "5")
    assert (done.returncode, done.stdout.splitlines()[-1].partition(" problems, ")[0]) == (0, "0")


def test_serve_answers(tmp_path: Path) -> None:
    program = Path(str(INSTALLED)) / "bin" / "iterable-harness"
    with subprocess.Popen(
        [str(program), "serve", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().removeprefix("listening on ").strip()
            assert httpx.get(f"{address}/_sim/health").json() == {"status": "ok"}
            page = httpx.get(f"{address}/")
            assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
        finally:
            process.terminate()


def test_the_wheel_has_the_packages_typed_with_the_schema_and_nothing_else() -> None:
    with zipfile.ZipFile(only("*.whl")) as wheel:
        names = wheel.namelist()
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert "conformance/scenario/scenario.schema.json" in names
    assert "conformance/judging/presets.baseline.yaml" in names
    assert "conformance/judging/report.schema.json" in names
    assert "conformance/judging/page.css" in names
    inside = [name for name in names if ".dist-info/" not in name]
    assert {name.split("/")[0] for name in inside} == PACKAGES
    assert [name for name in inside if Path(name).suffix not in KINDS] == []
    assert [name for name in inside if "__pycache__" in name or "/." in name or "node_modules" in name] == []


def test_the_wheel_holds_every_file_of_the_packages_that_is_kept_in_git() -> None:
    kept = subprocess.run(
        ["git", "ls-files", *sorted(PACKAGES)],  # noqa: S607  # whichever git made the checkout
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    with zipfile.ZipFile(only("*.whl")) as wheel:
        assert [name for name in kept if name not in set(wheel.namelist())] == []


def test_the_sdist_holds_what_the_wheel_is_built_from_and_the_licence() -> None:
    with tarfile.open(only("*.tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "constraints.txt", "Makefile"} <= names
    assert {name.split("/")[0] for name in names} >= {*PACKAGES, "scenarios", "tests", "docs", "examples"}
    assert [name for name in names if ".venv" in name or "__pycache__" in name] == []
