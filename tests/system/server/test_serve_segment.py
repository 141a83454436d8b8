"""`serve` with Segment in front, over real connections: gzip, a kill, and wrong options."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = json.dumps(
    {
        "writeKey": "write-key",
        "batch": [
            {"type": "identify", "userId": "ada", "messageId": "m1", "traits": {"email": "ada@example.com"}},
            {"type": "track", "userId": "ada", "messageId": "m2", "event": "Seen"},
        ],
    }
).encode()


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, with its address."""
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().removeprefix("listening on ").strip()
        finally:
            process.kill()


def outcomes(url: str, write_key: str = "write-key") -> dict[str, int]:
    ended: dict[str, int] = httpx.post(f"{url}/_sim/sources/{write_key}/flush").raise_for_status().json()["outcomes"]
    return ended


def test_gzip_arrives_over_a_connection_and_what_only_says_so_is_refused(server: str) -> None:
    packed = {"Content-Encoding": "gzip"}
    assert httpx.post(f"{server}/v1/batch", content=gzip.compress(BODY), headers=packed).json() == {"success": True}
    assert httpx.post(f"{server}/v1/batch", content=BODY, headers=packed).status_code == 400
    assert outcomes(server) == {"delivered": 2}


def test_gzip_that_is_cut_off_is_refused_as_segment_does_and_says_what_was_lost(server: str) -> None:
    headers = {"Content-Encoding": "gzip", "Origin": "https://shop.example"}
    cut = gzip.compress(BODY)[:-9]
    reply = httpx.post(f"{server}/v1/batch", content=cut, headers=headers, auth=("write-key", ""))
    assert (reply.status_code, reply.json()["success"]) == (400, False)
    assert reply.json()["message"] == "the body is not gzip: it is truncated"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    [row] = httpx.get(f"{server}/_sim/sources/write-key/messages").json()["messages"]
    assert (row["outcome"], row["reason"], row["projects"]) == ("refused", reply.json()["message"], [])
    assert row["rule"] == "segment.encoding"
    # What could still be unpacked of it.
    assert len(row["received"]) > 100
    assert BODY.decode().startswith(row["received"])


def test_gzip_that_unpacks_to_a_giant_is_refused_as_too_large(server: str) -> None:
    giant = gzip.compress(b" " * 70_000_000)
    reply = httpx.post(f"{server}/v1/batch", content=giant, headers={"Content-Encoding": "gzip"})
    assert (reply.status_code, reply.json()["code"]) == (400, "payload_too_large")
    [row] = httpx.get(f"{server}/_sim/messages").json()["messages"]
    assert (row["outcome"], row["rule"]) == ("refused", "segment.request-too-large")


def test_a_body_in_chunks_arrives(server: str) -> None:
    parts = (BODY[begin : begin + 50] for begin in range(0, len(BODY), 50))
    assert httpx.post(f"{server}/v1/b/", content=parts).status_code == 200
    assert outcomes(server) == {"delivered": 2}


def test_what_was_delivered_and_the_sources_survive_a_kill_and_messages_do_not(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    with serving(*data, "--source", "write-key:hybrid") as (process, url):
        httpx.post(f"{url}/v1/batch", content=BODY).raise_for_status()
        assert outcomes(url) == {"delivered": 2}
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    with serving(*data) as (_, url):
        [source] = httpx.get(f"{url}/_sim/sources").json()
        assert (source["writeKey"], source["projects"]) == ("write-key", ["hybrid"])
        [person] = httpx.get(f"{url}/_sim/projects/hybrid/state").json()["users"]
        assert person["userId"] == "ada"
        entries = httpx.get(f"{url}/_sim/journal").json()["entries"]
        assert [entry["path"] for entry in entries] == ["/v1/batch", "/api/users/update", "/api/events/track"]
        assert httpx.get(f"{url}/_sim/messages").json()["messages"] == []


def test_the_end_of_the_server_waits_for_what_is_on_its_way(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    with serving(*data) as (process, url):
        httpx.post(f"{url}/v1/batch", content=BODY).raise_for_status()
        process.terminate()
        assert process.wait(20) == 0
    with serving(*data) as (_, url):
        assert len(httpx.get(f"{url}/_sim/projects/hybrid/state").json()["users"]) == 1


def test_a_past_state_is_that_before_a_delivery(server: str) -> None:
    httpx.post(f"{server}/v1/batch", content=BODY).raise_for_status()
    outcomes(server)
    past = httpx.get(f"{server}/_sim/projects/hybrid/state", params={"at": 1}).json()
    assert past["users"] == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--source", "shop:emial"], "no project 'emial' is served"),
        (["--source", ":email"], "has no write key"),
        (["--source", "a", "--source", "a"], "the write key 'a' is given twice"),
        (["--mapping", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_a_wrong_option_is_one_line_and_exit_code_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--port", "0", *arguments]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert complaint in line
