from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from conformance.delivery.connection import PooledClient
from destination import AsyncHttpxClient, ConnectionFailure, Reply, Request

ASK = Request("GET", "https://api.iterable.com/api/webhooks", {"api-key": "hybrid-key"})
UPDATE = Request(
    "POST",
    "https://api.iterable.com/api/users/update",
    {"api-key": "hybrid-key", "content-type": "application/json"},
    {"userId": "u1", "dataFields": {"name": "Zoë \U0001f600"}},
)


def fault(server: str, action: dict[str, object]) -> None:
    fault = {"match": {}, "action": action}
    httpx.post(f"{server}/_sim/faults", json=fault).raise_for_status()


async def send(server: str, request: Request) -> Reply:
    async with PooledClient(server, connections=2) as client:
        return await client.send(request)


@pytest.mark.parametrize("request_", [ASK, UPDATE], ids=["GET", "POST"])
async def test_a_reply_is_the_same_as_over_httpx(server: str, request_: Request) -> None:
    async with AsyncHttpxClient(base_url=server) as client:
        other = await client.send(request_)
    ours = await send(server, request_)
    assert (ours.status, ours.reason, ours.text) == (other.status, other.reason, other.text)
    assert ours.headers["content-type"] == other.headers["content-type"]


def test_what_was_sent_arrives_unchanged(server: str) -> None:
    assert asyncio.run(send(server, UPDATE)).status == 200
    [user] = httpx.get(f"{server}/_sim/projects/hybrid/state").json()["users"]
    assert user["dataFields"]["name"] == "Zoë \U0001f600"


async def test_a_status_that_is_an_error_is_a_reply(server: str) -> None:
    fault(server, {"status": 429, "headers": {"Retry-After": "3"}})
    reply = await send(server, ASK)
    assert (reply.status, reply.reason, reply.headers["retry-after"]) == (429, "Too Many Requests", "3")


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_connection_that_is_dropped_is_a_failure_that_may_have_carried_something(
    server: str, moment: str
) -> None:
    fault(server, {"drop": moment})
    with pytest.raises(ConnectionFailure) as caught:
        await send(server, UPDATE)
    assert caught.value.code == "ECONNRESET"


async def test_a_reply_that_takes_too_long_is_a_time_out(server: str) -> None:
    fault(server, {"delay": 5})
    with pytest.raises(ConnectionFailure) as caught:
        await send(server, Request(ASK.method, ASK.url, ASK.headers, None, 0.05))
    assert (caught.value.name, caught.value.code) == ("TimeoutError", "ETIMEDOUT")
    assert caught.value.message == "Request timed out after 50ms"


async def test_a_connection_that_is_refused_carried_nothing() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(ConnectionFailure) as caught:
        await send(f"http://127.0.0.1:{port}", ASK)
    assert caught.value.code == "ECONNREFUSED"


async def test_a_client_that_was_not_entered_sends_nothing() -> None:
    with pytest.raises(RuntimeError, match="before it is entered"):
        await PooledClient("http://127.0.0.1:1", connections=1).send(ASK)
