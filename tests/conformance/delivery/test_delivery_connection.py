from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
import trustme

from conformance.delivery import connection
from conformance.delivery.connection import PooledClient
from destination import AsyncHttpxClient, ConnectionFailure, Reply, Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

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


@asynccontextmanager
async def answering(reply: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The address of a server that answers everything alike."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls) as listening:
        port = listening.sockets[0].getsockname()[1]
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{port}"


@pytest.fixture
def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


async def test_a_reply_without_an_end_is_given_up_and_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_BYTES", 1000)
    async with answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000) as address:
        with pytest.raises(ConnectionFailure, match="200 with a body of more than 1,000 bytes") as caught:
            await send(address, ASK)
    assert not caught.value.retryable


async def test_a_body_in_a_character_set_that_nobody_knows_is_read_all_the_same() -> None:
    reply = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=moon\r\nContent-Length: 2\r\n\r\nok"
    async with answering(reply) as address:
        assert (await send(address, ASK)).text == "ok"


async def test_tls_to_a_plain_server_gives_the_reason(server: str) -> None:
    with pytest.raises(ConnectionFailure) as caught:
        await send(server.replace("http:", "https:"), ASK)
    assert (caught.value.message, caught.value.code) == ("the server does not speak TLS: use http://", "EPROTO")


async def test_plain_http_to_a_server_of_tls_gives_the_reason(tls: ssl.SSLContext) -> None:
    async with answering(b"", tls) as address:
        with pytest.raises(ConnectionFailure) as caught:
            await send(address.replace("https:", "http:"), ASK)
    assert (caught.value.message, caught.value.code) == ("the server speaks TLS only: use https://", "EPROTO")


async def test_a_certificate_that_is_not_trusted_gives_the_reason(tls: ssl.SSLContext) -> None:
    async with answering(b"", tls) as address:
        with pytest.raises(ConnectionFailure, match="the server's certificate is not trusted: ") as caught:
            await send(address, ASK)
    assert caught.value.code == "EPROTO"
