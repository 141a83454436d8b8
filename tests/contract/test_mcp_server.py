"""Every tool of Iterable's MCP server, unmodified, is answered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE: Final = Path(__file__).parent / "mcp_server"
NODE, NPM = shutil.which("node"), shutil.which("npm")
#: The server keeps keys of this form only.
KEY: Final = "0123456789abcdef0123456789abcdef"
STATE: Final[dict[str, Any]] = {
    "lists": [{"id": 1, "name": "News"}],
    "templates": [{"templateId": 9, "name": "Old"}],
    "campaigns": [
        {"id": 1, "name": "Old", "templateId": 9, "listIds": [1]},
        {"id": 2, "name": "Card", "templateId": 9, "type": "Triggered"},
        {"id": 3, "name": "Weekly", "templateId": 9, "listIds": [1], "campaignState": "Recurring"},
    ],
    "journeys": [{"id": 1, "name": "Onboarding"}],
    "webhooks": [{"id": 1, "endpoint": "https://hooks.example.com"}],
}
#: `update_webhook` sends members of other names than the API's description has, which the API refuses.
REFUSED: Final = {"update_webhook"}


@pytest.fixture(scope="module")
def mcp_server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if NODE is None or NPM is None:
        pytest.skip("Node and npm are not installed")
    folder = tmp_path_factory.mktemp("mcp")
    for name in ("package.json", "every_tool.mjs"):
        shutil.copy(SOURCE / name, folder / name)
    command = [NPM, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent", "--ignore-scripts"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    if installed.returncode != 0:
        pytest.skip(f"npm cannot install @iterable/mcp: {installed.stderr[-200:]}")
    return folder


def called(folder: Path, **environment: str) -> dict[str, Any]:
    """What came of calling every tool."""
    allowed = {f"ITERABLE_{name}": "true" for name in ("USER_PII", "ENABLE_WRITES", "ENABLE_SENDS")}
    done = subprocess.run(
        [str(NODE), "every_tool.mjs"],
        cwd=folder,
        env={**os.environ, **allowed, "ITERABLE_API_KEY": KEY, "NO_PROXY": "*", **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.timeout(400)
def test_every_tool_is_answered(mcp_server: Path, served: Callable[..., str], tmp_path: Path) -> None:
    url = served("--clock", "2026-08-20T12:00:00Z", "--key", f"hybrid:server:{KEY}")
    requests.put(f"{url}/_sim/projects/hybrid/state", json=STATE, timeout=30).raise_for_status()
    result = called(mcp_server, HOME=str(tmp_path), ITERABLE_BASE_URL=url)
    assert result["count"] == 118
    assert result["uncalled"] == []
    assert result["failed"].keys() == REFUSED, result["failed"]
    assert result["stored"] == [url]
