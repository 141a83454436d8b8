"""The workflow files of the examples: each is complete, and its commands do in a checkout what they promise."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from ruamel.yaml import YAML

from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "examples" / "ci"
REPORTS = ["lint.xml", "mapping.html", "mapping.xml", "scenarios.html", "scenarios.xml", "tests.xml"]
SECONDS = 100


def read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load((FOLDER / name).read_text(encoding="utf-8"))
    return document


def github_steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = read("github-actions.yml")["jobs"]["mapping"]["steps"]
    return steps


def gitlab_jobs() -> dict[str, dict[str, Any]]:
    """The jobs, each with what it extends, as the service has it."""
    document = read("gitlab-ci.yml")
    jobs = {name: job for name, job in document.items() if name not in {"stages", "variables"}}
    return {name: {**jobs[job["extends"]], **job} for name, job in jobs.items() if "extends" in job}


def commands(name: str) -> Iterator[str]:
    """The commands in the order in which the service runs them, judging less than they do there."""
    if name == "github-actions.yml":
        found = [step["run"] for step in github_steps() if "run" in step]
    else:
        found = [line for job in gitlab_jobs().values() for line in [*job["before_script"], *job["script"]]]
    yield from (command.replace(" conform ", " conform --property identity --examples 5 ") for command in found)


def environment() -> dict[str, str]:
    """Ours, in which the harness is installed, so that the installation finds everything there without a network."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "conformance.pytest_plugin.plugin"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    installed = {"HARNESS": "iterable-harness[pytest]"}
    return {
        **inherited,
        **plugins,
        **installed,
        "PATH": path,
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def shop(folder: Path) -> Path:
    """A repository of somebody who uses the harness."""
    return shutil.copytree(
        ROOT / "examples" / "pytest_suite", folder / "shop", ignore=shutil.ignore_patterns("__pycache__", ".*")
    )


@pytest.mark.timeout(300)  # several programs, one after the other
@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_the_commands_of_a_workflow_pass_and_write_the_reports_that_it_keeps(name: str, tmp_path: Path) -> None:
    checkout = shop(tmp_path)
    summary = tmp_path / "summary.md"
    for command in commands(name):
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", command],  # noqa: S607  # the shell that both services use
            cwd=checkout, env={**environment(), "GITHUB_STEP_SUMMARY": str(summary)}, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert sorted(path.name for path in (checkout / "reports").iterdir() if path.suffix != ".txt") == REPORTS
    assert summary.exists() == (name == "github-actions.yml")


def test_the_workflow_of_github_writes_a_summary_of_each_step_and_annotates_what_failed(tmp_path: Path) -> None:
    checkout, summary = shop(tmp_path), tmp_path / "summary.md"
    mapping = checkout / "mapping.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("$.userId", "$.anonymousId"), encoding="utf-8")
    printed, failed = "", 0
    for command in commands("github-actions.yml"):
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", command],  # noqa: S607  # as above
            cwd=checkout, env={**environment(), "GITHUB_STEP_SUMMARY": str(summary)}, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        printed, failed = printed + done.stdout, failed + (done.returncode != 0)
    headings = [line for line in summary.read_text(encoding="utf-8").splitlines() if line.startswith("###")]
    assert [heading.split()[1].rstrip(":") for heading in headings] == ["Lint", "Scenarios", "Mapping", "Tests"]
    assert failed == len(headings)
    assert "\n::error file=visits.scenario.yaml,line=11," in printed
    assert "\n::error file=mapping.yaml,line=" in printed


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml", "backtest.yml"])
def test_what_a_workflow_installs_is_a_wheel_of_this_version_or_an_address(name: str) -> None:
    document = read(name)
    harness = (document.get("env") or document["variables"])["HARNESS"]
    wheel, _, extras = harness.partition("[")
    assert wheel == f"./wheels/iterable_harness-{__version__}-py3-none-any.whl"
    assert extras in {"", "pytest]"}
    [address] = re.findall(r"# (iterable-harness.* @ git\+https://\S+)", (FOLDER / name).read_text(encoding="utf-8"))
    assert Requirement(address).name == "iterable-harness"
    assert "install iterable-harness" not in (FOLDER / name).read_text(encoding="utf-8")


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
    assert {"name", "on", "jobs", "permissions", "env", "defaults"} == set(workflow)
    # Without it a test that fails before `| tee` would pass.
    assert workflow["defaults"] == {"run": {"shell": "bash"}}
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


def test_every_step_of_the_workflow_of_github_runs_whatever_another_one_found() -> None:
    checking = [step for step in github_steps() if step.get("run", "").startswith(("iterable-harness", "pytest"))]
    assert [step.get("if") for step in checking] == [None, *["${{ !cancelled() }}"] * 3]


def test_the_workflow_of_github_keeps_the_folder_of_failures_although_it_is_hidden() -> None:
    [keeping] = [step for step in github_steps() if "upload-artifact" in step.get("uses", "")]
    assert ".harness/failures/" in keeping["with"]["path"]
    assert keeping["with"]["include-hidden-files"] is True


def test_the_workflow_of_gitlab_is_one_that_gitlab_takes() -> None:
    workflow = read("gitlab-ci.yml")
    for job in gitlab_jobs().values():
        assert workflow["stages"] == [job["stage"]]
        assert set(job) == {"extends", "stage", "image", "timeout", "before_script", "script", "artifacts"}
        assert job["artifacts"]["reports"]["junit"] == "reports/*.xml"


def test_both_workflows_check_the_same_but_for_what_github_alone_shows() -> None:
    github, gitlab = (
        [line.split(" | ")[0] for line in commands(name) if line.startswith(("iterable-harness", "pytest"))]
        for name in ("github-actions.yml", "gitlab-ci.yml")
    )
    assert [line.replace(" --github", "") for line in github] == gitlab
