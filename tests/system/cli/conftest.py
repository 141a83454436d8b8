"""A simulator served by the program itself, in a process of its own, on any free port."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def _served() -> Iterator[str]:
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # our own module
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("listening on ").strip()
        process.terminate()
        assert process.wait(timeout=20) == 0


@pytest.fixture
def server(_served: str) -> Iterator[str]:
    """The address of a running simulator in its first state."""
    httpx.post(f"{_served}/_sim/reset").raise_for_status()
    yield _served
    httpx.post(f"{_served}/_sim/reset").raise_for_status()


@pytest.fixture(scope="session")
def guarded_server() -> Iterator[str]:
    """The address of a running simulator whose control surface wants the token `open-sesame`."""
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", "--control-token", "open-sesame"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # our own module
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("listening on ").strip()
        process.terminate()
        assert process.wait(timeout=20) == 0
