"""Requests over aiohttp: where many are under way at once it is several times as fast as plain httpx."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

import aiohttp

from destination import ConnectionFailure, Reply, Request
from destination.javascript import json_text

if TYPE_CHECKING:
    from types import TracebackType

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: Seconds until a connection is given up that does not come about.
_CONNECT_TIMEOUT: Final = 10.0
#: Bytes of a reply's body, unpacked; the longest of Iterable's name each person of a batch of 1000.
MOST_BYTES: Final = 10_000_000


class PooledClient:
    """An asynchronous client of the destination, to be used as an asynchronous context manager.

    Args:
        url: The server to connect to in the place of Iterable's own host.
        connections: How many connections are open at the most.
    """

    def __init__(self, url: str, *, connections: int) -> None:
        self._url = url.rstrip("/")
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._answered = False
        self._tls: bool | None = None

    async def __aenter__(self) -> Self:
        # A proxy of the environment is not asked for what is on this machine.
        proxies = urlsplit(self._url).hostname not in _LOOPBACK
        connector = aiohttp.TCPConnector(limit=self._connections)
        self._session = aiohttp.ClientSession(connector=connector, trust_env=proxies)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, request: Request) -> Reply:
        """The reply, whatever its status.

        Raises:
            ConnectionFailure: There was none.
        """
        if self._session is None:
            raise RuntimeError("a PooledClient sends nothing before it is entered")
        parts = urlsplit(request.url)
        target = f"{self._url}{parts.path}{'?' if parts.query else ''}{parts.query}"
        body = None if request.json is None else json_text.encode(request.json)
        timeout = aiohttp.ClientTimeout(total=request.timeout, sock_connect=_CONNECT_TIMEOUT)
        try:
            async with self._session.request(
                request.method, target, headers=request.headers, data=body, timeout=timeout
            ) as response:
                text = await _text(response)
        except (aiohttp.ClientError, OSError) as error:
            raise await self._failure(error, request) from error
        self._answered = True
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status, response.reason or "", text, headers)

    async def _failure(self, error: Exception, request: Request) -> ConnectionFailure:
        """The failure in Segment's words where it has any; those that carried nothing have a code that says so."""
        if isinstance(error, aiohttp.ConnectionTimeoutError):
            return ConnectionFailure(
                f"no connection within {_CONNECT_TIMEOUT:g} s", code="UND_ERR_CONNECT_TIMEOUT", name="TypeError"
            )
        if isinstance(error, TimeoutError):
            message = f"Request timed out after {round(request.timeout * 1000)}ms"
            return ConnectionFailure(message, code="ETIMEDOUT", name="TimeoutError")
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            reason = getattr(error.certificate_error, "verify_message", "") or str(error.certificate_error)
            return ConnectionFailure(f"the server's certificate is not trusted: {reason}", code="EPROTO")
        if isinstance(error, ssl.SSLError):
            return ConnectionFailure("the server does not speak TLS: use http://", code="EPROTO")
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return ConnectionFailure("fetch failed", code="ENOTFOUND", name="TypeError")
        if isinstance(error, aiohttp.ClientConnectorError):
            return ConnectionFailure("fetch failed", code="ECONNREFUSED", name="TypeError")
        if not self._answered and await self._speaks_tls():
            return ConnectionFailure("the server speaks TLS only: use https://", code="EPROTO")
        return ConnectionFailure("fetch failed", code="ECONNRESET", name="TypeError")

    async def _speaks_tls(self) -> bool:
        """Whether a server to which plain HTTP is sent would take TLS; found out once."""
        parts = urlsplit(self._url)
        if parts.scheme != "http" or self._tls is not None:
            return bool(self._tls)
        self._tls = False
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT):
                _, writer = await asyncio.open_connection(parts.hostname, parts.port or 80, ssl=context)
        except OSError:
            return False
        writer.transport.abort()
        self._tls = True
        return True


class OversizedReply(ConnectionFailure):
    """The body of a reply has no end; the request may have been carried out, and is not sent again."""

    @property
    def retryable(self) -> bool:
        """Never: the next reply would be no shorter."""
        return False


async def _text(response: aiohttp.ClientResponse) -> str:
    """The body of a reply.

    Raises:
        OversizedReply: It is longer than any that Iterable sends.
    """
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            response.close()
            raise OversizedReply(f"{response.status} with a body of more than {MOST_BYTES:,} bytes", code="EMSGSIZE")
    try:
        return body.decode(response.get_encoding(), errors="replace")
    except (LookupError, RuntimeError):
        return body.decode(errors="replace")
