"""Suites of somebody else, run by a pytest of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Where one of these is set, pytest prints whole messages in its summary, too (`_pytest.compat.running_on_ci`).
_SETS_CI = ("CI", "BUILD_NUMBER")
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|deselected|skipped|warnings?)")


@dataclass(frozen=True)
class Outcome:
    """How a run of pytest ended."""

    code: int
    output: str

    @property
    def counts(self) -> dict[str, int]:
        """The figures of the last line, such as `{"passed": 3}`."""
        summary = self.output.strip().splitlines()[-1]
        return {word.rstrip("s") if word.startswith("error") else word: int(n) for n, word in _COUNT.findall(summary)}


class Suite:
    """A folder of tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, **files: str) -> None:
        """Write files; a double underscore in a name stands for a dot."""
        for name, text in files.items():
            (self.folder / name.replace("__", ".")).write_text(text)

    def run(self, *arguments: str, plugins: tuple[str, ...] = ("conformance.pytest_plugin.plugin",)) -> Outcome:
        """Run it with these plugins and no others, warnings as errors."""
        command = [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider"]
        for plugin in plugins:
            command += ["-p", plugin]
        environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "200"}
        for name in ("PYTEST_ADDOPTS", *_SETS_CI):
            environment.pop(name, None)
        run = subprocess.run(  # our own interpreter
            [*command, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        return Outcome(run.returncode, run.stdout + run.stderr)


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path)
