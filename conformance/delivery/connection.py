"""Requests to the server that stands in the place of Iterable's own host, with failures in Segment's words."""

from __future__ import annotations

import asyncio
import codecs
import socket
import ssl
from email.message import Message
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import getproxies

import aiohttp

from conformance.delivery.keep_alive import KeptConnections, NotConnectedError, OversizedBodyError
from destination import ConnectionFailure, Reply, Request
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: Seconds until a connection is given up that does not come about.
_CONNECT_TIMEOUT: Final = 10.0
#: Bytes of a reply's body, unpacked; the longest of Iterable's name each person of a batch of 1000.
MOST_BYTES: Final = 10_000_000
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
#: Those after which a POST becomes a GET, as in browsers.
_REDIRECTS_TO_ANOTHER_METHOD: Final = frozenset({301, 302, 303})
#: What stands in the path and the query of an address as it is.
_IN_ADDRESSES: Final = "/?%:@!$&'()*+,;=~-._"
_ENDS_A_LINE: Final = frozenset("\r\n\0")


class PooledClient:
    """An asynchronous client of the destination, to be used as an asynchronous context manager.

    Args:
        url: The server to connect to in the place of Iterable's own host.
        connections: How many connections are open at the most.
    """

    def __init__(self, url: str, *, connections: int) -> None:
        self._url = url.rstrip("/")
        self._connections = connections
        self._heads: dict[tuple[object, ...], bytes] = {}
        self._kept: KeptConnections | None = None
        self._session: aiohttp.ClientSession | None = None
        self._entered = False
        self._answered = False
        self._tls: bool | None = None

    async def __aenter__(self) -> Self:
        self._entered = True
        if _is_reached_directly(self._url):
            self._kept = KeptConnections(self._url, most=self._connections, connect_timeout=_CONNECT_TIMEOUT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kept is not None:
            await self._kept.close()
        if self._session is not None:
            await self._session.close()

    async def send(self, request: Request) -> Reply:
        """The reply, whatever its status.

        Raises:
            ConnectionFailure: There was none.
        """
        if not self._entered:
            raise RuntimeError("a PooledClient sends nothing before it is entered")
        body = None if request.json is None else json_text.encode(request.json)
        try:
            if self._kept is None:
                reply = await self._send_by_session(request.method, self._target(request), request, body)
            else:
                reply = await self._send_by_kept(self._kept, request, body)
        except (aiohttp.ClientError, OSError) as error:
            raise await self._failure(error, request) from error
        self._answered = True
        return reply

    def _target(self, request: Request) -> str:
        parts = urlsplit(request.url)
        return f"{self._url}{parts.path}{'?' if parts.query else ''}{parts.query}"

    async def _send_by_kept(self, kept: KeptConnections, request: Request, body: bytes | None) -> Reply:
        answer = await kept.exchange(self._head(request, body), request.timeout, MOST_BYTES)
        if answer.status in _REDIRECTS and (location := answer.headers.get("location")):
            target = urljoin(self._target(request), location)
            if answer.status in _REDIRECTS_TO_ANOTHER_METHOD and request.method == "POST":
                return await self._send_by_session("GET", target, request, None)
            return await self._send_by_session(request.method, target, request, body)
        text = answer.body.decode(_encoding(answer.headers.get("content-type", "")), errors="replace")
        return Reply(answer.status, answer.reason, text, _lower(answer.headers))

    def _head(self, request: Request, body: bytes | None) -> bytes:
        """The request as it goes over the wire; the head of another of its kind is made once."""
        kind = (request.method, request.url, *request.headers.items())
        head = self._heads.get(kind)
        if head is None:
            head = self._heads[kind] = _head(request.method, self._target(request), request.headers)
        if body is None:
            return head + b"\r\n"
        return b"%bcontent-length: %d\r\n\r\n%b" % (head, len(body), body)

    async def _send_by_session(self, method: str, target: str, request: Request, body: bytes | None) -> Reply:
        """Send through aiohttp's client, which knows of proxies and redirects."""
        if self._session is None:
            # A proxy of the environment is not asked for what is on this machine.
            proxies = urlsplit(self._url).hostname not in _LOOPBACK
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=proxies)
        timeout = aiohttp.ClientTimeout(total=request.timeout, sock_connect=_CONNECT_TIMEOUT)
        async with self._session.request(
            method, target, headers=request.headers, data=body, timeout=timeout
        ) as response:
            text = await _text(response)
        return Reply(response.status, response.reason or "", text, _lower(response.headers))

    async def _failure(self, error: Exception, request: Request) -> ConnectionFailure:
        """The failure in Segment's words where it has any; those that carried nothing have a code that says so."""
        if isinstance(error, OversizedBodyError):
            return _oversized(error.status)
        if isinstance(error, NotConnectedError):
            return _not_connected(error.__cause__)
        if isinstance(error, aiohttp.ConnectionTimeoutError):
            return _not_connected(error)
        if isinstance(error, TimeoutError):
            message = f"Request timed out after {round(request.timeout * 1000)}ms"
            return ConnectionFailure(message, code="ETIMEDOUT", name="TimeoutError")
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            return _not_connected(error.certificate_error)
        if isinstance(error, aiohttp.ClientConnectorError):
            return _not_connected(error.os_error)
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
            raise _oversized(response.status)
    return body.decode(_encoding(response.headers.get("content-type", "")), errors="replace")


def _oversized(status: int) -> OversizedReply:
    return OversizedReply(f"{status} with a body of more than {MOST_BYTES:,} bytes", code="EMSGSIZE")


def _not_connected(error: BaseException | None) -> ConnectionFailure:
    """The failure of a connection that did not come about, for a reason."""
    if isinstance(error, TimeoutError):
        message = f"no connection within {_CONNECT_TIMEOUT:g} s"
        return ConnectionFailure(message, code="UND_ERR_CONNECT_TIMEOUT", name="TypeError")
    if isinstance(error, ssl.CertificateError):
        reason = getattr(error, "verify_message", "") or str(error)
        return ConnectionFailure(f"the server's certificate is not trusted: {reason}", code="EPROTO")
    if isinstance(error, ssl.SSLError):
        return ConnectionFailure("the server does not speak TLS: use http://", code="EPROTO")
    code = "ENOTFOUND" if isinstance(error, socket.gaierror) else "ECONNREFUSED"
    return ConnectionFailure("fetch failed", code=code, name="TypeError")


def _is_reached_directly(url: str) -> bool:
    """Whether nothing stands between this machine and a server but the network."""
    parts = urlsplit(url)
    if parts.username is not None or not parts.netloc.isascii():
        return False
    return parts.hostname in _LOOPBACK or parts.scheme not in getproxies()


def _head(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """The head of a request, but for what its body adds.

    Raises:
        ValueError: A header would be more than one.
    """
    parts = urlsplit(target)
    host = parts.netloc.removesuffix(":443" if parts.scheme == "https" else ":80")
    lines = {"host": host, "accept": "*/*", **headers}
    for name, value in lines.items():
        if not _ENDS_A_LINE.isdisjoint(name + value):
            raise ValueError(f"the header {name} has the end of a line in it")
    shown = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    asked = quote(parts._replace(scheme="", netloc="", path=parts.path or "/").geturl(), safe=_IN_ADDRESSES)
    return f"{method} {asked} HTTP/1.1\r\n{shown}".encode()


@lru_cache(maxsize=64)
def _encoding(content_type: str) -> str:
    """The character set that a content type names, or UTF-8 where that is none that is known."""
    message = Message()
    message["content-type"] = content_type
    name = message.get_content_charset("utf-8")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
