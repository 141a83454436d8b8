"""The workflow files of the examples: each is complete, and its commands do in a checkout what they promise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "examples" / "ci"
REPORTS = ["mapping.html", "mapping.xml", "scenarios.xml", "tests.xml"]
SECONDS = 100


def read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load((FOLDER / name).read_text(encoding="utf-8"))
    return document


def github_steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = read("github-actions.yml")["jobs"]["mapping"]["steps"]
    return steps


def commands(name: str) -> Iterator[str]:
    """The commands in the order in which the service runs them."""
    if name == "github-actions.yml":
        yield from (step["run"] for step in github_steps() if "run" in step)
    else:
        job = read(name)["mapping"]
        yield from [*job["before_script"], *job["script"]]


def environment() -> dict[str, str]:
    """Ours, in which the harness is installed, so that the installation finds everything there without a network."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "conformance.pytest_plugin.plugin"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return {**inherited, **plugins, "PATH": path, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def shop(folder: Path) -> Path:
    """A repository of somebody who uses the harness."""
    return shutil.copytree(
        ROOT / "examples" / "pytest_suite", folder / "shop", ignore=shutil.ignore_patterns("__pycache__", ".*")
    )


@pytest.mark.timeout(300)  # several programs, one after the other
@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_the_commands_of_a_workflow_pass_and_write_the_reports_that_it_keeps(name: str, tmp_path: Path) -> None:
    checkout = shop(tmp_path)
    for command in commands(name):
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", command],  # noqa: S607  # the shell that both services use
            cwd=checkout, env=environment(), capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert sorted(path.name for path in (checkout / "reports").iterdir()) == REPORTS


def test_a_mapping_that_loses_people_fails_the_workflow(tmp_path: Path) -> None:
    checkout = shop(tmp_path)
    mapping = checkout / "mapping.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("$.userId", "$.anonymousId"), encoding="utf-8")
    [judging] = [command for command in commands("github-actions.yml") if " conform " in command]
    done = subprocess.run(
        ["bash", "-c", f"mkdir -p reports && {judging}"],  # noqa: S607  # the same
        cwd=checkout, env=environment(), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert list((checkout / ".harness" / "failures").glob("*.scenario.yaml")) != []


def test_the_workflow_of_github_is_one_that_github_takes() -> None:
    workflow = read("github-actions.yml")
    assert {"name", "on", "jobs", "permissions"} == set(workflow)
    assert {"push", "pull_request"} == set(workflow["on"])
    assert workflow["jobs"]["mapping"]["runs-on"] == "ubuntu-latest"
    for step in github_steps():
        assert ("uses" in step) != ("run" in step), step
        assert set(step) <= {"name", "uses", "run", "with", "if"}
    assert [step["uses"].split("@")[0] for step in github_steps() if "uses" in step] == [
        "actions/checkout",
        "actions/setup-python",
        "actions/upload-artifact",
    ]


def test_the_workflow_of_gitlab_is_one_that_gitlab_takes() -> None:
    workflow = read("gitlab-ci.yml")
    job = workflow["mapping"]
    assert workflow["stages"] == [job["stage"]]
    assert set(job) == {"stage", "image", "timeout", "before_script", "script", "artifacts"}
    assert sorted(Path(name).name for name in job["artifacts"]["reports"]["junit"]) == [
        name for name in REPORTS if name.endswith(".xml")
    ]


def test_both_workflows_run_the_same_commands_but_for_the_annotations_of_github() -> None:
    github, gitlab = (" ".join(" ".join(commands(name)).split()) for name in ("github-actions.yml", "gitlab-ci.yml"))
    assert github.replace(" --github", "") == gitlab
