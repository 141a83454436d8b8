"""The only I/O of the package: requests over httpx, which is imported with this module and not before."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Self

import httpx

from destination.errors import ConnectionFailure
from destination.exchange import Reply, Request
from destination.javascript import json_text

if TYPE_CHECKING:
    from types import TracebackType


class _Wire:
    """What both clients do with a request before it goes out and with a reply when it has come."""

    def __init__(self, base_url: str | None, *, keep_host: bool) -> None:
        self._base_url = None if base_url is None else httpx.URL(base_url)
        self._keep_host = keep_host

    def outgoing(self, request: Request) -> tuple[httpx.URL, dict[str, str], bytes | None]:
        """The address to connect to, the headers, and the encoded body."""
        url = httpx.URL(request.url)
        headers = dict(request.headers)
        if self._base_url is not None:
            if self._keep_host:
                headers["host"] = url.netloc.decode("ascii")
            url = self._base_url.join(url.raw_path.decode("ascii"))
        body = None if request.json is None else json_text.encode(request.json)
        return url, headers, body


def _no_cookies() -> CookieJar:
    """A jar that takes no cookie: `node-fetch`, with which Segment sends, keeps none between requests."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def _reply(response: httpx.Response) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, response.reason_phrase, response.text, headers)


def _failure(error: httpx.HTTPError, request: Request) -> ConnectionFailure:
    if isinstance(error, httpx.TimeoutException):
        milliseconds = round(request.timeout * 1000)
        return ConnectionFailure(f"Request timed out after {milliseconds}ms", code="ETIMEDOUT", name="TimeoutError")
    if isinstance(error, httpx.ConnectError):
        return ConnectionFailure(f"fetch failed: {error}", code="ECONNREFUSED", name="TypeError")
    return ConnectionFailure(f"fetch failed: {error}", code="ECONNRESET", name="TypeError")


class HttpxClient:
    """A `Client` on httpx, to be used as a context manager or closed.

    Args:
        base_url: Connect there and not to Iterable's own host.
        keep_host: With `base_url`, still send the Host header of Iterable's own host.
        transport: Another httpx transport, such as one in process.
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        keep_host: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._wire = _Wire(base_url, keep_host=keep_host)
        self._client = httpx.Client(transport=transport, follow_redirects=True, cookies=_no_cookies())

    def send(self, request: Request) -> Reply:
        """The reply, whatever its status.

        Raises:
            ConnectionFailure: There was none.
        """
        url, headers, body = self._wire.outgoing(request)
        try:
            response = self._client.request(
                request.method, url, headers=headers, content=body, timeout=request.timeout
            )
        except httpx.HTTPError as error:
            raise _failure(error, request) from error
        return _reply(response)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncHttpxClient:
    """An `AsyncClient` on httpx, to be used as an asynchronous context manager or closed.

    Args:
        base_url: Connect there and not to Iterable's own host.
        keep_host: With `base_url`, still send the Host header of Iterable's own host.
        transport: Another httpx transport, such as one in process.
        connections: How many connections are open at the most.
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        keep_host: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        connections: int = 16,
    ) -> None:
        self._wire = _Wire(base_url, keep_host=keep_host)
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.AsyncClient(
            transport=transport, follow_redirects=True, limits=limits, cookies=_no_cookies()
        )

    async def send(self, request: Request) -> Reply:
        """The reply, whatever its status.

        Raises:
            ConnectionFailure: There was none.
        """
        url, headers, body = self._wire.outgoing(request)
        try:
            response = await self._client.request(
                request.method, url, headers=headers, content=body, timeout=request.timeout
            )
        except httpx.HTTPError as error:
            raise _failure(error, request) from error
        return _reply(response)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
