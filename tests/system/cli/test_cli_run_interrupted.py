"""An interruption of `run` leaves reports of what was done until then, and nothing at the server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import httpx
import pytest

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """\
name: {name}
description: One identify.
source: a test
project: {{type: hybrid}}
steps:
{fault}  - send: {{type: identify, userId: u1, traits: {{plan: pro}}}}
expect: {{counts: {{users: 1}}}}
"""
WAITING = "  - fault: {action: {delay: 100}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three scenarios, of which the second waits for a reply for longer than any test."""
    for name, fault in (("a", ""), ("b", WAITING), ("c", "")):
        (tmp_path / f"{name}.scenario.yaml").write_text(SCENARIO.format(name=name, fault=fault), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_reports_are_complete_as_far_as_the_run_came(folder: Path, server: str, number: signal.Signals) -> None:
    projects = httpx.get(f"{server}/_sim/projects").json()
    junit, html = folder / "report.xml", folder / "report.html"
    command = [sys.executable, "-m", "conformance", "run", str(folder), "--url", server]
    command += ["--junit", str(junit), "--html", str(html)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert first.startswith("passed  hybrid  a")
    assert (process.returncode, out, err.strip()) == (1, "1 passed, 0 failed, 2 not run\n", "interrupted")
    [suite] = ET.parse(junit).getroot()  # noqa: S314  # our own file
    assert (suite.get("tests"), suite.get("failures"), len(suite.findall("testcase"))) == ("1", "0", 1)
    assert html.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert json.dumps(httpx.get(f"{server}/_sim/projects").json()) == json.dumps(projects)
