from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
from contextlib import asynccontextmanager, suppress
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


class Served:
    """A server that gives its answers in their order, whatever it is asked; None closes the connection instead.

    Attributes:
        heads: What came in, without bodies.
        connections: How many connections were made.
    """

    def __init__(self, *answers: bytes | None, closes: bool = False) -> None:
        self._answers = iter(answers)
        self._closes = closes
        self.heads: list[bytes] = []
        self.connections = 0
        self.asked = asyncio.Event()
        self._tasks: list[asyncio.Task[object]] = []

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._tasks.append(asyncio.create_task(self._answer(reader, writer)))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head)
                self.asked.set()
                _, _, length = head.lower().partition(b"content-length: ")
                await reader.readexactly(int(length.split(b"\r\n")[0] or 0))
                answer = next(self._answers)
                writer.write(answer or b"")
                if answer is None or self._closes:
                    break
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()


@asynccontextmanager
async def serving(served: Served) -> AsyncIterator[str]:
    async with await asyncio.start_server(served.connected, "127.0.0.1", 0) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        await served.close()


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = (b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def test_one_request_after_the_other_goes_over_the_same_connection() -> None:
    served = Served(answer(b"one"), b"HTTP/1.1 100 Continue\r\n\r\n" + answer(b"two"), answer(b"", status=b"204 No"))
    async with serving(served) as address, PooledClient(address, connections=2) as client:
        replies = [await client.send(request) for request in (UPDATE, ASK, UPDATE)]
    assert [(reply.status, reply.text) for reply in replies] == [(200, "one"), (200, "two"), (204, "")]
    assert served.connections == 1
    assert served.heads[0].startswith(b"POST /api/users/update HTTP/1.1\r\nhost: 127.0.0.1:")
    assert b"content-length" not in served.heads[1]


@pytest.mark.parametrize("closing", [b"Connection: close", b"X-Name: Value"], ids=["said", "unsaid"])
async def test_a_connection_that_the_server_has_closed_is_not_used_again(closing: bytes) -> None:
    served = Served(answer(b"one", closing), answer(b"two", closing), closes=True)
    async with serving(served) as address, PooledClient(address, connections=1) as client:
        texts = []
        for _ in range(2):
            texts.append((await client.send(ASK)).text)
            await served.close()
            for _ in range(3):
                await asyncio.sleep(0)  # the end comes in, is read, and is told
    assert (texts, served.connections) == (["one", "two"], 2)


async def test_a_connection_that_had_nothing_to_do_for_long_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("conformance.delivery.keep_alive._LONGEST_IDLE", 0.0)
    served = Served(answer(b"one"), answer(b"two"))
    async with serving(served) as address, PooledClient(address, connections=1) as client:
        assert [(await client.send(ASK)).text for _ in range(2)] == ["one", "two"]
    assert served.connections == 2


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\non\r\n1\r\ne\r\n0\r\n\r\n", "one"),
        (b"HTTP/1.1 200 OK\r\n\r\none", "one"),
        (answer(gzip.compress(b"one"), b"Content-Encoding: gzip"), "one"),
        (answer("é".encode("latin-1"), b"Content-Type: text/plain; charset=latin-1"), "é"),
        (answer(b"\xff"), "\ufffd"),
    ],
    ids=["chunked", "to the end", "packed", "latin", "no text"],
)
async def test_a_body_is_read_however_it_is_sent(reply: bytes, text: str) -> None:
    async with serving(Served(reply, closes=True)) as address:
        assert (await send(address, UPDATE)).text == text


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\non\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\non\r\n",
        answer(b"no gzip", b"Content-Encoding: gzip"),
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=[
        "nothing",
        "a part of a head",
        "cut off",
        "cut chunks",
        "bad chunks",
        "no gzip",
        "no HTTP",
        "other protocol",
    ],
)
async def test_a_reply_that_cannot_be_read_is_a_failure_that_may_have_carried_something(
    reply: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_asked(_: PooledClient) -> bool:
        return False

    monkeypatch.setattr(PooledClient, "_speaks_tls", not_asked)
    async with serving(Served(reply, closes=True)) as address:
        with pytest.raises(ConnectionFailure) as caught:
            await send(address, UPDATE)
    assert caught.value.code == "ECONNRESET"


@pytest.mark.parametrize(
    ("status", "second"),
    [(b"302 Found", b"GET /there HTTP/1.1"), (b"307 Temporary Redirect", b"POST /there HTTP/1.1")],
    ids=["found", "temporary"],
)
async def test_a_redirect_is_followed(status: bytes, second: bytes) -> None:
    served = Served(answer(b"", b"Location: /there", status=status), answer(b"two"))
    async with serving(served) as address:
        assert (await send(address, UPDATE)).text == "two"
    assert served.heads[1].startswith(second + b"\r\n")


async def test_a_proxy_of_the_environment_is_asked_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    served = Served(answer(b"from the proxy"))
    async with serving(served) as address:
        monkeypatch.setenv("http_proxy", address)
        assert (await send("http://iterable.test", ASK)).text == "from the proxy"
    assert served.heads[0].startswith(b"GET http://iterable.test/api/webhooks HTTP/1.1\r\n")


async def test_a_host_that_nobody_knows_is_a_failure_that_carried_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", unknown)
    with pytest.raises(ConnectionFailure) as caught:
        await send("http://iterable.test", ASK)
    assert caught.value.code == "ENOTFOUND"


async def test_an_address_is_written_as_http_has_it() -> None:
    served = Served(answer(b""))
    async with serving(served) as address:
        await send(f"{address}/behind a/prefix/", Request("GET", "https://api.iterable.com/api/é?a=b c%20d", {}))
    assert served.heads[0].startswith(b"GET /behind%20a/prefix/api/%C3%A9?a=b%20c%20d HTTP/1.1\r\n")


async def test_a_header_that_would_be_two_is_not_sent() -> None:
    served = Served(answer(b""))
    async with serving(served) as address:
        with pytest.raises(ValueError, match="api-key has the end of a line in it"):
            await send(address, Request("GET", ASK.url, {"api-key": "a\r\nb: c"}))
    assert served.heads == []


async def test_a_request_that_is_given_up_leaves_its_connection_to_nobody() -> None:
    served = Served(b"", answer(b"two"))
    async with serving(served) as address, PooledClient(address, connections=1) as client:
        task = asyncio.create_task(client.send(ASK))
        await served.asked.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert (await client.send(ASK)).text == "two"
    assert served.connections == 2
