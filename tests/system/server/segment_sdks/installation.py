"""The SDKs of npm and PyPI in folders of their own; tests that need them are skipped where they cannot be installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parent
NODE, NPM = shutil.which("node"), shutil.which("npm")


def ran(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the SDKs of npm."""
    if NODE is None or NPM is None:
        pytest.skip("Node and npm are not installed")
    folder = tmp_path_factory.mktemp("sdks")
    for name in ("package.json", "node_app.mjs", "rudder_app.mjs"):
        shutil.copy(SOURCE / name, folder / name)
    return installed_from_npm(folder, NPM)


@pytest.fixture(scope="module")
def react_native(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the SDK for React Native; what it asks of a phone is in `stubs`."""
    if NODE is None or NPM is None:
        pytest.skip("Node and npm are not installed")
    if ran([NODE, "-p", "process.features.require_module"]).stdout.strip() != "true":
        pytest.skip("the SDK for React Native requires a package of ES modules, and this Node cannot")
    folder = tmp_path_factory.mktemp("react-native") / "app"
    shutil.copytree(SOURCE / "react_native", folder)
    return installed_from_npm(folder, NPM)


def installed_from_npm(folder: Path, npm: str) -> Path:
    """A folder with the packages that its `package.json` names."""
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    installed = ran(command, cwd=folder, timeout=240)
    if installed.returncode != 0:
        pytest.skip(f"npm cannot install Segment's SDKs: {installed.stderr[-200:]}")
    return folder


def installed_from_pypi(folder: Path, requirement: str) -> Path:
    """A folder with an SDK of PyPI, which needs other versions of what is installed here."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), requirement]
    environment = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    installed = ran(command, env=environment, timeout=240)
    if installed.returncode != 0:
        pytest.skip(f"pip cannot install {requirement}: {installed.stderr[-200:]}")
    return folder


@pytest.fixture(scope="module")
def python_sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_from_pypi(tmp_path_factory.mktemp("python"), "segment-analytics-python==2.4.0")
