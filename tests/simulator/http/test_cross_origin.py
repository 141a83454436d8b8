"""Pages of other origins may call the API and read every reply of it, and nothing else."""

from __future__ import annotations

import contextlib
import io
import socket
from typing import TYPE_CHECKING

import aiohttp
import httpx
import pytest

from simulator import Clock, Server, Simulator, SimulatorTransport
from simulator.http.body import LARGEST_BODY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = 1_787_227_200_000
ORIGIN = {"Origin": "https://shop.example.com"}
PREFLIGHT = {
    **ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "api-key,authorization,content-type",
}
KEY = {"Api-Key": "hybrid-key"}


@contextlib.asynccontextmanager
async def served(*, cors: bool = True) -> AsyncIterator[str]:
    server = Server(Simulator(), Clock(NOW), port=0, cors=cors)
    address = await server.start()
    try:
        yield address
    finally:
        await server.stop()


@pytest.fixture
def client() -> httpx.Client:
    return httpx.Client(transport=SimulatorTransport(Simulator(), Clock(NOW)), base_url="http://simulator")


@pytest.mark.parametrize("path", ["/api/users/update", "/api/users/ada@example.com", "/api/nothing/here"])
async def test_a_preflight_is_answered_without_a_key_whatever_it_asks_for(path: str) -> None:
    async with (
        served() as address,
        aiohttp.ClientSession() as session,
        session.options(f"{address}{path}", headers=PREFLIGHT) as reply,
    ):
        assert (reply.status, await reply.read()) == (200, b"")
        allowed = {name.strip().lower() for name in reply.headers["Access-Control-Allow-Headers"].split(",")}
        assert allowed == {"api-key", "api_key", "authorization", "content-type"}
        assert "POST" in reply.headers["Access-Control-Allow-Methods"]
        assert reply.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/api/lists", KEY, 200),
        ("GET", "/api/lists", {}, 401),
        ("GET", "/api/nothing/here", KEY, 404),
        ("POST", "/api/users/update", KEY, 400),
    ],
)
async def test_every_reply_says_that_any_page_may_read_it(
    method: str, path: str, headers: dict[str, str], status: int
) -> None:
    async with (
        served() as address,
        aiohttp.ClientSession() as session,
        session.request(method, f"{address}{path}", headers={**headers, **ORIGIN}) as reply,
    ):
        assert reply.status == status
        assert reply.headers.getall("Access-Control-Allow-Origin") == ["*"]


async def test_a_body_beyond_every_limit_and_one_that_cannot_be_unpacked_say_so_too() -> None:
    async with served() as address, aiohttp.ClientSession() as session:
        for body, headers, status in (
            (io.BytesIO(b"x" * (LARGEST_BODY + 1)), {}, 413),
            (io.BytesIO(b"no gzip"), {"Content-Encoding": "gzip"}, 400),
        ):
            async with session.post(f"{address}/api/users/update", data=body, headers={**KEY, **headers}) as reply:
                assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (status, "*")


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_injected_fault_says_so_and_leaves_the_preflight_alone(status: int) -> None:
    fault = {"match": {"path": "/api/*"}, "action": {"status": status}, "times": 1}
    async with served() as address, aiohttp.ClientSession() as session:
        await session.post(f"{address}/_sim/faults", json=fault)
        async with session.options(f"{address}/api/users/update", headers=PREFLIGHT) as reply:
            assert reply.status == 200
        async with session.post(f"{address}/api/users/update", json={}, headers={**KEY, **ORIGIN}) as reply:
            assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (status, "*")


async def test_a_fault_that_names_the_method_is_for_preflights_and_may_name_another_origin() -> None:
    action = {"status": 403, "headers": {"Access-Control-Allow-Origin": "https://other.example.com"}}
    async with served() as address, aiohttp.ClientSession() as session:
        await session.post(f"{address}/_sim/faults", json={"match": {"method": "OPTIONS"}, "action": action})
        async with session.options(f"{address}/api/users/update", headers=PREFLIGHT) as reply:
            assert reply.status == 403
            assert reply.headers.getall("Access-Control-Allow-Origin") == ["https://other.example.com"]


async def test_the_control_surface_stays_closed_to_other_origins() -> None:
    async with served() as address, aiohttp.ClientSession() as session:
        for method, path in (("OPTIONS", "/_sim/projects"), ("GET", "/_sim/projects"), ("GET", "/")):
            async with session.request(method, f"{address}{path}", headers={**PREFLIGHT, **KEY}) as reply:
                assert reply.status == 403
                assert "Access-Control-Allow-Origin" not in reply.headers


async def test_preflights_are_in_the_journal_where_their_method_finds_them() -> None:
    async with served() as address, aiohttp.ClientSession() as session:
        await session.options(f"{address}/api/users/update", headers=PREFLIGHT)
        await session.post(f"{address}/api/users/update", json={"email": "ada@example.com"}, headers=KEY)
        async with session.get(f"{address}/_sim/journal", params={"method": "options"}) as reply:
            [entry] = (await reply.json())["entries"]
        assert (entry["method"], entry["path"], entry["status"]) == ("OPTIONS", "/api/users/update", 200)
        assert (entry["rules"], entry["outcome"]) == (["gate.preflight"], "nothing changed")
        async with session.get(f"{address}/_sim/projects/hybrid/journal", params={"method": "POST"}) as reply:
            assert [entry["method"] for entry in (await reply.json())["entries"]] == ["POST"]


async def test_without_it_pages_are_told_nothing() -> None:
    async with served(cors=False) as address, aiohttp.ClientSession() as session:
        async with session.options(f"{address}/api/users/update", headers=PREFLIGHT) as reply:
            assert reply.status == 404
            assert "Access-Control-Allow-Origin" not in reply.headers
        async with session.get(f"{address}/api/lists", headers={**KEY, **ORIGIN}) as reply:
            assert (reply.status, reply.headers.get("Access-Control-Allow-Origin")) == (200, None)


def test_in_process_the_replies_are_the_same(client: httpx.Client) -> None:
    preflight = client.options("/api/users/update", headers=PREFLIGHT)
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert client.get("/api/lists").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/_sim/projects").headers


def test_a_client_that_takes_the_simulator_for_a_proxy_is_told_as_well(server: str) -> None:
    host, _, port = server.removeprefix("http://").partition(":")
    head = f"GET {server}/api/lists HTTP/1.1\r\nHost: {host}\r\nApi-Key: email-key\r\nConnection: close\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"Access-Control-Allow-Origin: *" in received
