"""The workflow that backtests a changed mapping: its commands, with stand-ins for the programs that reach outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

ROOT: Final = Path(__file__).parents[3]
SECONDS: Final = 100
#: Copies the archive to where it is asked for the first time.
AWS: Final = """#!/bin/bash
echo "aws $*" >> calls
test "$1 $2" = "s3 sync" && test -d archive && mkdir -p last-week && mv archive "${@: -1}"
exit 0
"""
GH: Final = '#!/bin/bash\necho "gh $*" >> calls\n'


def workflow() -> dict[str, Any]:
    file = ROOT / "examples/ci/backtest.yml"
    document: dict[str, Any] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return document


def run(folder: Path, command: str, **environment: str) -> None:
    path = f"{folder / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    identity = {
        f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", command],  # noqa: S607  # the shell that the service uses
        cwd=folder,
        env={**os.environ, **identity, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository on a branch that changes the mapping."""
    for name, text in (("aws", AWS), ("gh", GH)):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    shutil.copy(ROOT / "examples/pytest_suite/mapping.yaml", tmp_path / "mapping.yaml")
    (tmp_path / "archive").mkdir()
    shutil.copy(ROOT / "scenarios/events/shop-day.jsonl", tmp_path / "archive")
    run(
        tmp_path,
        "git init -q && git add mapping.yaml && git commit -qm all && git update-ref refs/remotes/origin/main HEAD",
    )
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("$.userId", "$.anonymousId"), encoding="utf-8")
    return tmp_path


def test_a_changed_mapping_is_held_against_the_one_in_force_and_the_comment_shows_nobody(checkout: Path) -> None:
    steps = workflow()["jobs"]["backtest"]["steps"]
    commands = [step["run"] for step in steps if "run" in step and "pip install" not in step["run"]]
    for command in commands:
        run(
            checkout,
            command,
            GITHUB_BASE_REF="main",
            ARCHIVE="s3://bucket/segment-logs/source",
            NUMBER="7",
            GITHUB_STEP_SUMMARY="summary.md",
        )
    comment = (checkout / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith("### Backtest: ")
    assert (checkout / "summary.md").read_text(encoding="utf-8") == comment
    assert "other person" in comment
    assert "@shop.example.com" not in comment
    calls = (checkout / "calls").read_text().splitlines()
    assert [call.split()[:3] for call in calls[:7]] == [["aws", "s3", "sync"]] * 7
    assert calls[7] == "gh pr comment 7 --body-file comment.md --edit-last --create-if-none"


def test_the_workflow_is_one_that_github_takes_and_may_do_no_more_than_it_does() -> None:
    found = workflow()
    assert found["permissions"] == {"contents": "read", "id-token": "write", "pull-requests": "write"}
    for step in found["jobs"]["backtest"]["steps"]:
        assert ("uses" in step) != ("run" in step), step
        assert set(step) <= {"name", "uses", "run", "with", "if", "env"}
