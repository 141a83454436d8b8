"""Segment's own SDKs, unmodified, deliver to the harness: from Node, from Python, and from a page in Chromium."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.system.inspector.conftest import chromium as chromium  # noqa: PLC0414  # a fixture, named so that it is one
from tests.system.server.segment_sdks.installation import NODE, SOURCE, installed_from_pypi, ran
from tests.system.server.segment_sdks.installation import packages as packages  # noqa: PLC0414  # the same
from tests.system.server.segment_sdks.installation import python_sdk as python_sdk  # noqa: PLC0414  # the same
from tests.system.server.segment_sdks.installation import react_native as react_native  # noqa: PLC0414  # the same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium import webdriver

PYTHON_APP = (SOURCE / "python_app.py").read_text(encoding="utf-8")
CALLS = ["identify", "track", "page", "screen", "group", "alias"]
IN_BROWSER = ["page", "identify", "track", "screen", "group", "alias"]
pytestmark = pytest.mark.timeout(400)


def run_python(folder: Path, program: str, server: str, packed: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(folder), "NO_PROXY": "*", "PYTHONWARNINGS": "ignore"}
    done = ran([sys.executable, "-c", program, server, packed], env=environment, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "sent"), done.stderr


def received(server: str) -> list[dict[str, Any]]:
    """The messages that came in, the oldest first, once all are delivered."""
    httpx.post(f"{server}/_sim/sources/write-key/flush").raise_for_status()
    rows: list[dict[str, Any]] = httpx.get(f"{server}/_sim/sources/write-key/messages").json()["messages"]
    return rows[::-1]


def requests(server: str, path: str) -> list[dict[str, Any]]:
    """The requests to a path, as the journal has them."""
    entries: list[dict[str, Any]] = httpx.get(f"{server}/_sim/journal", params={"path": path}).json()["entries"]
    return entries


def fields(server: str, project: str = "hybrid") -> dict[str, Any]:
    """What a project knows of Ada."""
    people = httpx.get(f"{server}/_sim/projects/{project}/state").json()["users"]
    [ada] = [person for person in people if person["email"] == "ada@example.com"]
    found: dict[str, Any] = ada["dataFields"]
    return found


def run_node(packages: Path, server: str, app: str = "node_app.mjs", **environment: str) -> None:
    done = ran(
        [str(NODE), app],
        cwd=packages,
        env={**os.environ, "HOST": server, "NO_PROXY": "*", **environment},
        timeout=60,
    )
    # The SDK for React Native tells what it does on stdout as well.
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["sent"]), done.stderr


def test_analytics_node_delivers_every_call(packages: Path, server: str) -> None:
    run_node(packages, server)
    rows = received(server)
    assert [row["received"]["type"] for row in rows] == CALLS
    assert [row["outcome"] for row in rows] == ["delivered", "delivered", *["not subscribed"] * 4]
    assert rows[1]["passedOn"]["originalTimestamp"] == "2026-08-20T11:00:00.123Z"
    assert (fields(server)["plan"], {row["passedOn"]["channel"] for row in rows}) == ("pro", {"server"})


def test_analytics_node_repeats_what_is_refused_for_a_while_and_nothing_arrives_twice(
    packages: Path, server: str
) -> None:
    fault = {
        "match": {"path": "/v1/*"},
        "sequence": [{"status": 429, "headers": {"Retry-After": "1"}}, {"drop": "after"}],
    }
    httpx.post(f"{server}/_sim/faults", json=fault).raise_for_status()
    run_node(packages, server)
    counts = [entry["headers"].get("x-retry-count") for entry in requests(server, "/v1/batch")]
    assert counts[:2] == [None, "1"]
    rows = received(server)
    delivered = [
        row["received"]["event"] for row in rows if row["outcome"] == "delivered" and "event" in row["received"]
    ]
    assert delivered == ["Seen"]
    assert {row["rule"] for row in rows} == {None, "segment.duplicate"}


def test_analytics_node_delivers_with_a_token(packages: Path, server: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    run_node(packages, server, OAUTH_KEY=key.decode())
    assert [row["received"]["type"] for row in received(server)] == CALLS
    assert len(requests(server, "/token")) == 1
    assert {entry["headers"]["authorization"][:2] for entry in requests(server, "/v1/batch")} == {"Be"}


def test_the_sdk_of_rudderstack_delivers_as_well(packages: Path, server: str) -> None:
    run_node(packages, server, "rudder_app.mjs")
    rows = received(server)
    assert [(row["received"]["type"], row["outcome"]) for row in rows] == [
        ("identify", "delivered"),
        ("track", "delivered"),
    ]
    assert rows[1]["passedOn"]["originalTimestamp"] == "2026-08-20T11:00:00.123Z"
    headers = [entry["headers"] for entry in requests(server, "/v1/batch")]
    assert {(item["content-type"], item["content-encoding"]) for item in headers} == {
        ("application/x-www-form-urlencoded", "gzip")
    }


IN_APP = ["identify", "track", "screen", "group", "alias"]


def test_analytics_react_native_delivers_every_call(react_native: Path, server: str) -> None:
    run_node(react_native, server, "app.cjs")
    rows = received(server)
    assert [row["received"]["type"] for row in rows] == IN_APP
    assert [row["outcome"] for row in rows] == ["delivered", "delivered", *["not subscribed"] * 3]
    assert {row["passedOn"]["channel"] for row in rows} == {"client"}
    assert {row["passedOn"]["context"]["ip"] for row in rows} == {"127.0.0.1"}
    assert [entry["path"] for entry in requests(server, "/v1/*")] == ["/v1/projects/write-key/settings", "/v1/b"]
    assert fields(server)["plan"] == "pro"


def test_analytics_react_native_waits_after_429_and_says_that_it_tries_again(react_native: Path, server: str) -> None:
    fault = {"match": {"path": "/v1/b"}, "action": {"status": 429, "headers": {"Retry-After": "1"}}, "times": 1}
    httpx.post(f"{server}/_sim/faults", json=fault).raise_for_status()
    run_node(react_native, server, "app.cjs")
    assert [entry["status"] for entry in requests(server, "/v1/b")] == [429, 200]
    rows = received(server)
    assert [row["received"]["type"] for row in rows] == IN_APP
    assert {row["request"]["retryCount"] for row in rows} == {"1"}


@pytest.mark.parametrize("packed", ["plain", "gzip"])
def test_analytics_python_delivers_every_call(python_sdk: Path, server: str, packed: str) -> None:
    run_python(python_sdk, PYTHON_APP, server, packed)
    assert [row["received"]["type"] for row in received(server)] == CALLS
    encodings = {entry["headers"].get("content-encoding") for entry in requests(server, "/v1/batch")}
    assert (fields(server)["plan"], encodings) == ("pro", {"gzip" if packed == "gzip" else None})


def test_the_last_version_of_analytics_python_before_it_was_renamed_delivers_as_well(
    tmp_path: Path, server: str
) -> None:
    folder = installed_from_pypi(tmp_path, "analytics-python==1.4.post1")
    run_python(folder, PYTHON_APP.replace("from segment import analytics", "import analytics"), server, "gzip")
    assert [row["received"]["type"] for row in received(server)] == CALLS


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def page(packages: Path) -> Iterator[str]:
    """The address of a page with the SDK for browsers, on an origin of its own."""
    folder = packages / "node_modules" / "@segment" / "analytics-next" / "dist" / "umd"
    shutil.copy(SOURCE / "index.html", folder / "index.html")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder)) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://localhost:{served.server_port}/index.html"
        served.shutdown()
        thread.join()


LOAD = """
    const [cdnURL, options, done] = arguments;
    window.analytics = AnalyticsNext.AnalyticsBrowser.load({writeKey: 'write-key', cdnURL}, options);
    analytics.ready(() => done('ready'));
"""
CALL = """
    const done = arguments[0];
    (async () => {
        await analytics.page('Shop', 'Home');
        await analytics.identify('ada', {email: 'ada@example.com', plan: 'pro'});
        await analytics.track('Seen', {price: 1.5});
        await analytics.screen('App', 'Start');
        await analytics.group('team');
        await analytics.alias('ada', 'anonymous');
        done('sent');
    })();
"""


def loaded(browser: webdriver.Chrome, page: str, server: str, options: dict[str, Any]) -> None:
    """The page with the SDK, which is told nothing but where its settings are."""
    browser.set_script_timeout(30)
    browser.get(page)
    browser.execute_script("localStorage.clear()")
    assert browser.execute_async_script(LOAD, server, options) == "ready"


def wait_for(browser: webdriver.Chrome, server: str, count: int) -> list[dict[str, Any]]:
    """The messages, as soon as there are so many."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 20, poll_frequency=0.1).until(lambda _: len(received(server)) >= count)
    return received(server)


def test_analytics_in_a_browser_delivers_every_call_to_another_origin(
    chromium: webdriver.Chrome, page: str, server: str
) -> None:
    loaded(chromium, page, server, {})
    assert chromium.execute_async_script(CALL) == "sent"
    rows = wait_for(chromium, server, 6)
    assert [row["received"]["type"] for row in rows] == IN_BROWSER
    assert [row["request"]["path"] for row in rows] == ["/v1/p", "/v1/i", "/v1/t", "/v1/s", "/v1/g", "/v1/a"]
    assert {row["passedOn"]["channel"] for row in rows} == {"client"}
    assert {row["passedOn"]["context"]["ip"] for row in rows} == {"127.0.0.1"}
    assert {entry["headers"]["content-type"] for entry in requests(server, "/v1/t")} == {"text/plain"}
    assert fields(server)["plan"] == "pro"


def test_analytics_in_a_browser_waits_after_429_as_long_as_it_is_told(
    chromium: webdriver.Chrome, page: str, server: str
) -> None:
    fault = {"match": {"path": "/v1/t"}, "action": {"status": 429, "headers": {"Retry-After": "1"}}, "times": 1}
    httpx.post(f"{server}/_sim/faults", json=fault).raise_for_status()
    loaded(chromium, page, server, {})
    chromium.execute_script("analytics.identify('ada'); analytics.track('Seen')")
    rows = wait_for(chromium, server, 2)
    [row] = [row for row in rows if row["received"]["type"] == "track"]
    assert [entry["status"] for entry in requests(server, "/v1/t")] == [429, 200]
    assert row["request"]["retryCount"] == "1"


def test_analytics_in_a_browser_sends_its_batch_when_the_page_is_left(
    chromium: webdriver.Chrome, page: str, server: str
) -> None:
    batching = {"strategy": "batching", "config": {"size": 100, "timeout": 600_000}}
    loaded(chromium, page, server, {"integrations": {"Segment.io": {"deliveryStrategy": batching}}})
    chromium.execute_script("for (let n = 0; n < 3; n++) analytics.track('Seen ' + n)")
    chromium.execute_async_script("analytics.track('Last').then(() => arguments[0]())")
    assert received(server) == []
    chromium.get("about:blank")
    rows = wait_for(chromium, server, 4)
    assert sorted(row["received"]["event"] for row in rows) == ["Last", "Seen 0", "Seen 1", "Seen 2"]
    assert {row["request"]["path"] for row in rows} == {"/v1/b"}
    assert json.dumps(rows[0]["received"]["writeKey"]) == '"write-key"'
