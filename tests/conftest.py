"""What every test relies on: Hypothesis profiles, nothing remembered, no proxy of whoever runs them, and a served simulator."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from s3_bucket import S3Bucket

# No deadlines: a slow machine is no defect. `HYPOTHESIS_PROFILE=nightly` looks further.
settings.register_profile("dev", deadline=None, max_examples=30)
settings.register_profile("ci", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", deadline=None, max_examples=3000, suppress_health_check=[HealthCheck.too_slow])
# Thousands of runs, each in search of one failure: the same examples each time, and no smaller one is looked for.
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=20,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_OURS = ("destination", "simulator", "conformance")

_INHERITED = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "NO_COLOR",
    "FORCE_COLOR",
    "ITERABLE_HARNESS_CONTROL_TOKEN",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_WORKSPACE",
)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _INHERITED:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Let no test live on a result that an earlier one left in a cache of ours."""
    for module in [module for name, module in sys.modules.items() if name.startswith(_OURS)]:
        for value in vars(module).values():
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()


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
def _s3_server() -> Iterator[str]:
    from s3_bucket import s3_server  # takes long to import, for a few tests

    with s3_server() as address:
        yield address


@pytest.fixture
def s3(_s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> S3Bucket:
    """An empty bucket, which s3fs finds by the environment."""
    from s3_bucket import S3Bucket

    bucket = S3Bucket(_s3_server)
    bucket.lead_to_it(monkeypatch, tmp_path)
    return bucket


@pytest.fixture(scope="session")
def guarded_server() -> Iterator[str]:
    """The address of a running simulator whose control surface wants the token `open-sesame`."""
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", "--control-token", "open-sesame"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # our own module
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("listening on ").strip()
        process.terminate()
        assert process.wait(timeout=20) == 0
