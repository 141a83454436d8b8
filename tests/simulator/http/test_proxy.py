"""The proxy on the wire: what it takes to the simulator, what it refuses, and how connections end."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import pytest

from simulator import Clock, Server, Simulator
from simulator.http.proxy import Proxy
from simulator.http.tls import Authority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOSTS = ("api.iterable.com", "api.eu.iterable.com")
ASK = b"GET /api/webhooks HTTP/1.1\r\nHost: api.iterable.com\r\nApi-Key: hybrid-key\r\nConnection: close\r\n\r\n"


class Tunnels:
    """A running proxy, and connections to it."""

    def __init__(self) -> None:
        self._authority = Authority()
        self.proxy = Proxy(Server(Simulator(), Clock(0), port=0), self._authority.context(*HOSTS), port=0)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", int(self.proxy.address.rpartition(":")[2]))

    async def answer(self, *pieces: bytes) -> bytes:
        """All that comes back for what is sent, piece by piece."""
        reader, writer = await self.connect()
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        return answer

    async def secure(self, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A tunnel in which TLS is spoken."""
        reader, writer = await self.connect()
        writer.write(b"CONNECT %s:443 HTTP/1.1\r\nHost: x\r\n\r\n" % name.encode())
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 200 Connection established\r\n\r\n"
        context = ssl.create_default_context(cadata=self._authority.certificate)
        context.set_alpn_protocols(["h2", "http/1.1"])
        await writer.start_tls(context, server_hostname=name)
        return reader, writer


@pytest.fixture
async def tunnels() -> AsyncIterator[Tunnels]:
    found = Tunnels()
    await found.proxy.start()
    yield found
    await asyncio.wait_for(found.proxy.stop(), 20)


@pytest.mark.parametrize("name", HOSTS)
async def test_in_a_tunnel_the_simulator_answers_under_the_name_that_was_asked_for(
    tunnels: Tunnels, name: str
) -> None:
    reader, writer = await tunnels.secure(name)
    secure = writer.get_extra_info("ssl_object")
    assert secure.selected_alpn_protocol() == "http/1.1"
    writer.write(ASK.replace(b"Connection: close\r\n", b"") + ASK)
    answer = await asyncio.wait_for(reader.read(), 20)
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    writer.close()


@pytest.mark.parametrize(
    "target",
    [
        b"example.com:443",
        b"api.iterable.com.attacker.com:443",
        b"xapi.iterable.com:443",
        b"iterable.com:443",
        b"127.0.0.1:443",
        b"localhost:8585",
        b"api.iterable.com:22",
        b"api.iterable.com",
        b"api.iterable.com:x",
        b"api.iterable.com@example.com:443",
        b"[::1:443",
        b"",
    ],
)
async def test_a_tunnel_to_anywhere_else_is_refused_with_a_sentence(tunnels: Tunnels, target: bytes) -> None:
    answer = await tunnels.answer(b"CONNECT %s HTTP/1.1\r\n\r\n" % target)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert body.startswith(b"this proxy only serves api.iterable.com and api.eu.iterable.com")


async def test_the_name_of_a_host_may_be_in_any_case(tunnels: Tunnels) -> None:
    reader, writer = await tunnels.connect()
    writer.write(b"CONNECT API.Iterable.com:443 HTTP/1.1\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_a_tunnel_for_plain_http_is_one_too(tunnels: Tunnels) -> None:
    reader, writer = await tunnels.connect()
    writer.write(b"CONNECT api.iterable.com:80 HTTP/1.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.write(ASK)
    assert (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.1 200 OK")
    writer.close()


async def test_a_request_for_a_tunnel_may_come_byte_by_byte(tunnels: Tunnels) -> None:
    request = b"CONNECT example.com:443 HTTP/1.1\r\n\r\n"
    assert (await tunnels.answer(*(bytes([byte]) for byte in request))).startswith(b"HTTP/1.1 403 ")


async def test_each_request_of_one_connection_is_looked_at_by_itself(tunnels: Tunnels) -> None:
    whole = ASK.replace(b"GET /", b"GET http://api.iterable.com/")
    first = whole.replace(b"Connection: close\r\n", b"")
    answer = await tunnels.answer(first + whole.replace(b"//api.iterable.com", b"//example.com"))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.count(b"HTTP/1.1 403 Forbidden") == 1


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (ASK, b"400"),
        (b"CONNECT api.iterable.com:443 HTTP/1.1\r\n\r\nearly", b"400"),
        (b"CONNECT " + b"x" * 70_000, b"431"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
        (b"CONNECTED / HTTP/1.1\r\n\r\n", b"400"),
    ],
)
async def test_what_is_not_for_a_proxy_is_refused(tunnels: Tunnels, request_: bytes, status: bytes) -> None:
    assert (await tunnels.answer(request_)).split(b" ")[1] == status


async def test_a_client_that_does_not_trust_the_certificate_is_dropped_without_a_word(
    tunnels: Tunnels, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await tunnels.connect()
    writer.write(b"CONNECT api.iterable.com:443 HTTP/1.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"this is no TLS")
    assert b"HTTP/1.1" not in await asyncio.wait_for(reader.read(), 20)
    writer.close()
    assert caplog.records == []


async def test_the_end_does_not_wait_for_connections_that_are_open() -> None:
    tunnels = Tunnels()
    await tunnels.proxy.start()
    silent, half = await tunnels.connect(), await tunnels.connect()
    half[1].write(b"CONNECT api.iterable.com:443 HTTP/1.1\r\n\r\n")
    await half[0].readuntil(b"\r\n\r\n")
    secure = await tunnels.secure(HOSTS[0])
    await asyncio.wait_for(tunnels.proxy.stop(), 20)
    for reader, writer in (silent, half, secure):
        try:
            assert await asyncio.wait_for(reader.read(), 20) == b""
        except ConnectionError:
            assert reader.exception() is not None
        writer.close()
