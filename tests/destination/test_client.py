"""What goes over the wire and comes back, with either client."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import respx

from destination import AsyncHttpxClient, ConnectionFailure, HttpxClient, Reply, Request

REQUEST = Request("POST", "https://api.iterable.com/api/users/update", {"api-key": "k"}, {"a": [1, "ü"]})


@respx.mock
def test_the_client_sends_compact_json_to_iterables_own_host() -> None:
    route = respx.post("https://api.iterable.com/api/users/update").respond(200, json={"ok": True})
    with HttpxClient() as client:
        reply = client.send(REQUEST)
    assert route.calls.last.request.content == '{"a":[1,"ü"]}'.encode()
    assert (reply.status, reply.reason, json.loads(reply.text)) == (200, "OK", {"ok": True})


@respx.mock
def test_the_client_can_connect_elsewhere_and_keep_the_host() -> None:
    route = respx.post("http://127.0.0.1:8585/api/users/update").respond(204)
    with HttpxClient(base_url="http://127.0.0.1:8585", keep_host=True) as client:
        client.send(REQUEST)
    assert route.calls.last.request.headers["host"] == "api.iterable.com"


@respx.mock
@pytest.mark.parametrize(
    ("failure", "code", "name"),
    [
        (httpx.ReadTimeout("slow"), "ETIMEDOUT", "TimeoutError"),
        (httpx.ConnectError("refused"), "ECONNREFUSED", "TypeError"),
        (httpx.RemoteProtocolError("gone"), "ECONNRESET", "TypeError"),
    ],
)
async def test_a_failed_connection_is_worth_a_retry(failure: httpx.HTTPError, code: str, name: str) -> None:
    respx.post("https://api.iterable.com/api/users/update").mock(side_effect=failure)
    with HttpxClient() as client, pytest.raises(ConnectionFailure) as caught:
        client.send(REQUEST)
    assert (caught.value.code, caught.value.name, caught.value.retryable) == (code, name, True)
    async with AsyncHttpxClient() as awaited:
        with pytest.raises(ConnectionFailure) as caught_later:
            await awaited.send(REQUEST)
    assert (caught_later.value.code, caught_later.value.message) == (code, caught.value.message)


@respx.mock
async def test_a_cookie_is_not_sent_back() -> None:
    route = respx.post("https://api.iterable.com/api/users/update").respond(200, headers={"set-cookie": "balancer=7"})
    with HttpxClient() as client:
        for _ in range(2):
            client.send(REQUEST)
    async with AsyncHttpxClient() as awaited:
        for _ in range(2):
            await awaited.send(REQUEST)
    assert [call.request.headers.get("cookie") for call in route.calls] == [None] * 4


@respx.mock
def test_a_connection_that_failed_says_how() -> None:
    route = respx.post("https://api.iterable.com/api/users/update")
    with HttpxClient() as client:
        route.mock(side_effect=httpx.ConnectError("refused"))
        with pytest.raises(ConnectionFailure, match=r"^fetch failed: refused$"):
            client.send(REQUEST)
        route.mock(side_effect=httpx.RemoteProtocolError("gone"))
        with pytest.raises(ConnectionFailure, match=r"^fetch failed: gone$"):
            client.send(REQUEST)
        route.mock(side_effect=httpx.ReadTimeout("slow"))
        with pytest.raises(ConnectionFailure, match=f"^Request timed out after {round(REQUEST.timeout * 1000)}ms$"):
            client.send(REQUEST)


class Answering(httpx.MockTransport):
    """Sends every request elsewhere once, and keeps what came."""

    def __init__(self) -> None:
        super().__init__(self.answer)
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if len(self.requests) == 1:
            return httpx.Response(307, headers={"location": "https://api.iterable.com/api/elsewhere"})
        return httpx.Response(200, headers={"X-Name": "Value"}, text="there")


def assert_carried(transport: Answering, reply: Reply, host: str) -> None:
    """Whatever the client, the request goes out whole, redirections are followed and the reply comes back whole."""
    first, second = transport.requests
    assert (first.url.host, first.headers["host"], first.headers["a"]) == ("127.0.0.1", host, "b")
    assert first.content == '{"a":[1,"ü"]}'.encode()
    assert first.extensions["timeout"] == dict.fromkeys(("connect", "read", "write", "pool"), 2.5)
    assert second.url.path == "/api/elsewhere"
    assert (reply.status, reply.reason, reply.text, reply.headers["x-name"]) == (200, "OK", "there", "Value")


CARRIED = Request("POST", "https://api.iterable.com/api/users/update?x=1", {"a": "b"}, {"a": [1, "ü"]}, 2.5)


@pytest.mark.parametrize(("keep_host", "host"), [(True, "api.iterable.com"), (False, "127.0.0.1:8585")])
async def test_both_clients_carry_the_whole_request_and_reply(keep_host: bool, host: str) -> None:
    transport = Answering()
    with HttpxClient(base_url="http://127.0.0.1:8585", keep_host=keep_host, transport=transport) as client:
        assert_carried(transport, client.send(CARRIED), host)
    transport = Answering()
    async with AsyncHttpxClient(
        base_url="http://127.0.0.1:8585", keep_host=keep_host, transport=transport
    ) as awaited:
        assert_carried(transport, await awaited.send(CARRIED), host)


async def test_both_clients_name_the_host_that_they_connect_to_unless_they_are_told_to_keep_it() -> None:
    transport = Answering()
    with HttpxClient(base_url="http://127.0.0.1:8585", transport=transport) as client:
        assert_carried(transport, client.send(CARRIED), "127.0.0.1:8585")
    transport = Answering()
    async with AsyncHttpxClient(base_url="http://127.0.0.1:8585", transport=transport) as awaited:
        assert_carried(transport, await awaited.send(CARRIED), "127.0.0.1:8585")


def test_a_transport_of_ones_own_is_used_whatever_proxy_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    transport = Answering()
    with HttpxClient(transport=transport) as client:
        assert client.send(CARRIED).status == 200
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with HttpxClient() as client, pytest.raises(ConnectionFailure) as caught:
        client.send(CARRIED)
    assert caught.value.code == "ECONNREFUSED"


def test_a_request_without_a_body_goes_out_without_one() -> None:
    bare = Request("GET", "https://api.iterable.com/api/webhooks", {"api-key": "k"})
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200)

    with HttpxClient(transport=httpx.MockTransport(answer)) as client:
        client.send(bare)
    [request] = requests
    assert (request.content, request.headers.get("content-length")) == (b"", None)


class Busy:
    """A server that answers no request before so many are waiting, and counts the connections made to it."""

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.connections = 0
        self.waiting: list[asyncio.Transport] = []


class Conversation(asyncio.Protocol):
    """One connection to it; a request without a body comes in one piece."""

    def __init__(self, server: Busy) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections += 1

    def data_received(self, data: bytes) -> None:
        assert data.endswith(b"\r\n\r\n")
        self._server.waiting.append(self._transport)
        if len(self._server.waiting) == self._server.patience:
            for transport in self._server.waiting:
                transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            self._server.waiting.clear()


@pytest.mark.parametrize(("limit", "most"), [({"connections": 2}, 2), ({}, 16)], ids=["as told", "by default"])
async def test_an_asynchronous_client_makes_no_more_connections_than_it_is_told(
    limit: dict[str, Any], most: int
) -> None:
    busy = Busy(most)
    bare = Request("GET", "https://api.iterable.com/api/webhooks", {})
    server = await asyncio.get_running_loop().create_server(lambda: Conversation(busy), "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    async with server, AsyncHttpxClient(base_url=f"http://127.0.0.1:{port}", **limit) as client:
        replies = await asyncio.gather(*(client.send(bare) for _ in range(2 * most)))
    assert [reply.status for reply in replies] == [200] * (2 * most)
    assert busy.connections == most
