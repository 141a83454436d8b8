"""Iterable's Python wrapper, unmodified, is pointed at a simulator by the lines of the guide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.system.server.test_data_pipelines import BASH, section, shell
from tests.system.server.test_serve_tls_and_proxy import serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.timeout(300), pytest.mark.skipif(BASH is None, reason="bash is not installed")]


def test_iterables_wrapper_writes_and_exports(tmp_path: Path) -> None:
    install, run = section("Python wrappers")
    installed = shell(install, tmp_path, PIP_QUIET="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    if installed.returncode != 0:
        pytest.skip(f"iterablepythonwrapper cannot be installed here: {installed.stderr.strip()[-300:]}")
    with serving("--proxy", "0") as served:
        done = shell(run.replace("http://127.0.0.1:8585", served.address), tmp_path)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    updated, tracked, exported = done.stdout.splitlines()
    assert "'code': 'Success'" in updated
    assert (tracked, exported) == ("200", "True")
    [file] = tmp_path.glob("iterable_user_events*")
    assert json.loads(file.read_text(encoding="utf-8"))["eventName"] == "Looked"
