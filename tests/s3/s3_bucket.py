"""A bucket of an S3 that runs on this machine, and the environment that leads s3fs to it, as to any other S3."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from s3fs import S3FileSystem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

_SERVER: Final = Path(__file__).with_name("s3_server.py")
_KEY: Final = re.compile(r"<Key>(.*?)</Key>")
NAME: Final = "bucket"


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of a running S3."""
    with subprocess.Popen(
        [sys.executable, str(_SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate(timeout=20)


class S3Bucket:
    """An empty bucket of the name `bucket`, alone in an S3 that takes any credentials.

    Args:
        server: The address of the S3.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        httpx.post(f"{server}/moto-api/reset-auth", content="inf").raise_for_status()
        httpx.post(f"{server}/moto-api/reset").raise_for_status()
        httpx.put(f"{server}/{NAME}").raise_for_status()

    def put(self, key: str, content: bytes) -> None:
        """Put an object there."""
        httpx.put(f"{self._server}/{NAME}/{key}", content=content).raise_for_status()

    def get(self, key: str) -> bytes:
        """What an object holds."""
        # What was written with credentials is not for everybody.
        return bytes(S3FileSystem().cat_file(f"{NAME}/{key}"))

    def all_keys(self) -> list[str]:
        """The keys of all objects."""
        return _KEY.findall(httpx.get(f"{self._server}/{NAME}").raise_for_status().text)

    def want_credentials(self) -> None:
        """Take nobody's credentials from now on, as it knows none."""
        httpx.post(f"{self._server}/moto-api/reset-auth", content="0").raise_for_status()

    def lead_to_it(self, monkeypatch: pytest.MonkeyPatch, nowhere: Path) -> None:
        """Let the environment name it, with credentials, and nothing of whoever runs the tests."""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            monkeypatch.setenv(name, str(nowhere / "no-such-file"))
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", self._server)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        S3FileSystem.clear_instance_cache()
