"""Iterable's own TypeScript client works unmodified against the simulator."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = Path(__file__).parent / "typescript_client"
NODE, NPM = shutil.which("node"), shutil.which("npm")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if NODE is None or NPM is None:
        pytest.skip("Node and npm are not installed")
    folder = tmp_path_factory.mktemp("typescript")
    for name in ("package.json", "step.mjs", "journey.mjs", "campaigns.mjs"):
        shutil.copy(SOURCE / name, folder / name)
    installed = subprocess.run(
        [NPM, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if installed.returncode != 0:
        pytest.skip(f"npm cannot install @iterable/api: {installed.stderr[-200:]}")
    return folder


def steps(client: Path, script: str, project: str, url: str) -> list[str]:
    """The steps that a script went through; it fails with the first that goes wrong."""
    environment = {**os.environ, "ITERABLE_BASE_URL": url, "ITERABLE_API_KEY": f"{project}-key", "NO_PROXY": "*"}
    done = subprocess.run(
        [str(NODE), script],
        cwd=client,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("project", ["email", "hybrid"])
def test_every_call_of_the_client_reads_its_reply(client: Path, project: str, served: Callable[..., str]) -> None:
    assert len(steps(client, "journey.mjs", project, served())) == 10


@pytest.mark.timeout(300)
@pytest.mark.parametrize("project", ["email", "hybrid"])
def test_campaigns_experiments_and_templates_live_as_the_client_tests_them(
    client: Path, project: str, served: Callable[..., str]
) -> None:
    assert len(steps(client, "campaigns.mjs", project, served())) == 11
