"""The pages about Segment's SDKs, with the SDKs at hand: in Python, on Node, in a browser, in React Native."""

from __future__ import annotations

import functools
import http.server
import threading
from typing import TYPE_CHECKING

import httpx
import pytest
from reader import Reader, read_document
from shell_session import NOTHING, Outcome, ShellSession

from tests.system.inspector.conftest import chromium as chromium  # noqa: PLC0414  # a fixture, named so that it is one
from tests.system.server.segment_sdks.installation import packages as packages  # noqa: PLC0414  # the same
from tests.system.server.segment_sdks.installation import python_sdk as python_sdk  # noqa: PLC0414  # the same
from tests.system.server.segment_sdks.installation import react_native as react_native  # noqa: PLC0414  # the same

if TYPE_CHECKING:
    from pathlib import Path

    from selenium import webdriver

THIS = "tests/system/documents/test_documents_of_sdks.py"
EXAMPLE = "examples/segment_app"
pytestmark = pytest.mark.timeout(400)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Browsing(ShellSession):
    """A terminal beside a browser, in which the reader opens the page as soon as it is served."""

    browser: webdriver.Chrome

    def write(self, name: str, text: str) -> None:
        """Write a file, which knows the simulator by the address that it has here."""
        super().write(name, self.there(text))

    def run(self, command: str) -> Outcome:
        if not command.startswith("python -m http.server"):
            return super().run(command)
        handler = functools.partial(_Quiet, directory=self.folder)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
            thread = threading.Thread(target=served.serve_forever)
            thread.start()
            try:
                self.browser.get(f"http://localhost:{served.server_port}/")
                self._wait_for_messages()
            finally:
                served.shutdown()
                thread.join()
        return NOTHING

    def _wait_for_messages(self) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        address = self.there("http://127.0.0.1:8585/_sim/messages")
        WebDriverWait(self.browser, 20, poll_frequency=0.1).until(
            lambda _: len(httpx.get(address).json()["messages"]) == 2
        )


def follow(session: ShellSession, document: str) -> None:
    """Do what a page says."""
    reader = Reader(session, held_by=THIS)
    try:
        for block in read_document(document):
            reader.take(block)
    finally:
        session.close()


def test_an_app_in_python_and_its_tests(python_sdk: Path, tmp_path: Path, server: str) -> None:
    session = ShellSession(tmp_path, server, packages=python_sdk)
    follow(session, "docs/segment-python.md")


def test_an_app_on_node_and_its_tests(packages: Path, tmp_path: Path, server: str) -> None:
    (tmp_path / "node_modules").symlink_to(packages / "node_modules")
    follow(ShellSession(tmp_path, server), "docs/segment-node.md")


def test_an_app_in_react_native_and_its_tests(react_native: Path, tmp_path: Path, server: str) -> None:
    for name in ("node_modules", "stubs"):
        (tmp_path / name).symlink_to(react_native / name)
    follow(ShellSession(tmp_path, server), "docs/segment-react-native.md")


def test_a_page_in_a_browser(chromium: webdriver.Chrome, packages: Path, tmp_path: Path, server: str) -> None:
    (tmp_path / "node_modules").symlink_to(packages / "node_modules")
    session = _Browsing(tmp_path, server)
    session.browser = chromium
    follow(session, "docs/segment-browser.md")


def test_the_example_suite_passes_as_its_owner_would_run_it(python_sdk: Path, tmp_path: Path, server: str) -> None:
    session = ShellSession(tmp_path, server, packages=python_sdk)
    outcome = session.run(f"cd {EXAMPLE} && python -m pytest -q -W error -p no:cacheprovider")
    assert (outcome.code, outcome.output.splitlines()[-1].split(" in ")[0]) == (0, "9 passed")
