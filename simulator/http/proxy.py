"""An HTTP proxy for clients whose host cannot be changed: Iterable's hosts lead to the simulator, all others nowhere.

Clients ask it in two ways. `CONNECT api.iterable.com:443` asks for a tunnel, in which the simulator speaks TLS with a
certificate for that name; `GET http://api.iterable.com/…` asks for one request.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from simulator.http.control_access import ITERABLE_HOSTS
from simulator.http.server import SHUTDOWN_TIMEOUT, Server, protocols

if TYPE_CHECKING:
    import ssl

_SECURE_PORT: Final = 443
_PLAIN_PORT: Final = 80
#: Bytes; no client's request for a tunnel is nearly as long.
_LONGEST_HEAD: Final = 64 * 1024
_CONNECT: Final = b"CONNECT "
_END: Final = b"\r\n\r\n"
_ESTABLISHED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Proxy:
    """A proxy in front of a server of its own, which listens besides.

    Args:
        server: The server, not started yet.
        tls: What to speak TLS with inside of tunnels; its certificate is for Iterable's hosts.
        host: The address that the proxy listens on.
        port: The port that the proxy listens on; 0 for any that is free.

    Attributes:
        address: What clients are told to use as their proxy, once it listens.
    """

    def __init__(self, server: Server, tls: ssl.SSLContext, *, host: str = "127.0.0.1", port: int) -> None:
        self.address = ""
        self._server = server
        self._tls = tls
        self._host = host
        self._port = port
        self._listening: asyncio.Server | None = None
        self._servers: list[web.Server] = []
        self._new_connections: set[_NewConnection] = set()

    async def start(self) -> str:
        """Listen, the server first; gives the server's address.

        Raises:
            OSError: A port is taken, or the address is not this machine's; `filename` is the proxy's when it is that.
        """
        served = await self._server.start()
        try:
            self._listening = await self._listen()
        except OSError as error:
            await self._server.stop()
            raise OSError(error.errno, error.strerror, f"{self._host}:{self._port}") from error
        host, port = self._listening.sockets[0].getsockname()[:2]
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        return served

    async def stop(self) -> None:
        """Stop listening and close every connection, those of the server as well."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for connection in list(self._new_connections):
            connection.close()
        while self._servers:
            await self._servers.pop().shutdown(SHUTDOWN_TIMEOUT)
        await self._server.stop()

    def held(self) -> int:
        """How many people and events there are, in all projects together."""
        return self._server.held()

    async def _listen(self) -> asyncio.Server:
        server = self._server
        outside, inside = self._servers = [protocols(self._forward), protocols(server.answer, server.plain)]
        return await asyncio.get_running_loop().create_server(
            lambda: _NewConnection(self._new_connections, outside, inside, self._tls), self._host, self._port
        )

    async def _forward(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Answer a request that names a whole address."""
        if incoming.raw_path.startswith("/"):
            text = f"this is a proxy for {_names()}: name it in HTTPS_PROXY and HTTP_PROXY, not in a base URL\n"
            return web.Response(status=400, text=text)
        if _host_and_port(incoming.raw_path)[0] not in ITERABLE_HOSTS:
            return web.Response(status=403, text=_refusal(incoming.raw_path))
        return await self._server.answer(incoming)


class _NewConnection(asyncio.Protocol):
    """The beginning of a connection, until it is known what the client wants."""

    def __init__(
        self,
        new_connections: set[_NewConnection],
        outside: web.Server,
        inside: web.Server,
        tls: ssl.SSLContext,
    ) -> None:
        self._new_connections = new_connections
        self._outside = outside
        self._inside = inside
        self._tls = tls
        self._transport: asyncio.Transport | None = None
        self._tunnel: asyncio.Task[None] | None = None
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._new_connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        del error
        self._new_connections.discard(self)

    def close(self) -> None:
        """Close the connection, unless it has been handed over."""
        self._new_connections.discard(self)
        if self._tunnel is not None:
            self._tunnel.cancel()
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._transport is None or self._tunnel is not None:
            return
        self._head += data
        if not _CONNECT.startswith(self._head[: len(_CONNECT)]):
            self._hand_over(self._transport, self._outside, self._head)
        elif _END in self._head:
            self._open_tunnel(self._transport)
        elif len(self._head) > _LONGEST_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request headers are too long\n")

    def _open_tunnel(self, transport: asyncio.Transport) -> None:
        line, _, _ = self._head.partition(b"\r\n")
        target = line.removeprefix(_CONNECT).partition(b" ")[0].decode("ascii", "backslashreplace")
        host, port = _host_and_port(f"//{target}")
        if self._head.partition(_END)[2]:
            self._refuse(HTTPStatus.BAD_REQUEST, "nothing can be sent through a tunnel before it is open\n")
        elif host not in ITERABLE_HOSTS or port not in {_SECURE_PORT, _PLAIN_PORT}:
            self._refuse(HTTPStatus.FORBIDDEN, _refusal(target))
        elif port == _PLAIN_PORT:
            transport.write(_ESTABLISHED)
            self._hand_over(transport, self._inside, b"")
        else:
            transport.write(_ESTABLISHED)
            self._tunnel = asyncio.get_running_loop().create_task(self._speak_tls(transport))

    async def _speak_tls(self, transport: asyncio.Transport) -> None:
        waiting = _Waiting()
        try:
            secure = await asyncio.get_running_loop().start_tls(transport, waiting, self._tls, server_side=True)
        except OSError:  # the client does not trust the certificate, or has gone
            transport.abort()
            return
        finally:
            self._new_connections.discard(self)
        if secure is None or waiting.lost:
            return
        self._hand_over(secure, self._inside, waiting.data)

    def _hand_over(self, transport: asyncio.Transport, server: web.Server, data: bytes) -> None:
        """Let aiohttp go on with the connection."""
        self._new_connections.discard(self)
        protocol = server()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if data:
            protocol.data_received(data)

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        if self._transport is None:
            return
        body = text.encode()
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        self._transport.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        self._transport.close()


class _Waiting(asyncio.Protocol):
    """Keeps what comes between the end of a handshake and the moment when somebody can be told."""

    def __init__(self) -> None:
        self.data = b""
        self.lost = False

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, error: Exception | None) -> None:
        del error
        self.lost = True


def _host_and_port(address: str) -> tuple[str, int | None]:
    """Host and port of an address; an empty host when it has none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", None
    return host, port


def _names() -> str:
    return " and ".join(sorted(ITERABLE_HOSTS, reverse=True))


def _refusal(target: str) -> str:
    return f"this proxy only serves {_names()}, which are the simulator here, not {target[:200]}\n"
