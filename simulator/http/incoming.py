"""What comes in, as aiohttp has it: the target of a request, and its body, received and unpacked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import http

from simulator.http.body import LARGEST_BODY, BadBodyError, TooLargeError, unpacker

if TYPE_CHECKING:
    from aiohttp import web

#: Bytes of a packed body that are unpacked at once; longer ones let other requests go on meanwhile.
_UNPACKED_AT_ONCE: Final = 4 * 1024


async def read_body(incoming: web.BaseRequest, *, keep_packed: bool) -> tuple[bytes, bool]:
    """The body, unpacked, and whether it is packed after all.

    Args:
        incoming: The request.
        keep_packed: Whether a body that cannot be unpacked is given as it was sent.

    Raises:
        BadBodyError: It cannot be unpacked.
        TooLargeError: It is longer than anything that is accepted.
    """
    packed = await _received(incoming)
    try:
        return await _unpacked(packed, incoming.headers.get("Content-Encoding")), False
    except (BadBodyError, TooLargeError):
        if keep_packed:
            return packed, True
        raise


async def _unpacked(packed: bytes, encoding: str | None) -> bytes:
    unpack = None if encoding is None else unpacker(encoding)
    if unpack is None:
        return packed
    if len(packed) <= _UNPACKED_AT_ONCE:
        return unpack(packed)
    return await asyncio.to_thread(unpack, packed)


async def _received(incoming: web.BaseRequest) -> bytes:
    """The body as it was sent.

    Raises:
        TooLargeError: It is longer than anything that is accepted.
    """
    if not incoming.body_exists:
        return b""
    # Clients of HTTP/1.0 do not know what to do with it (RFC 9110, 10.1.1).
    if incoming.headers.get("Expect", "").lower() == "100-continue" and incoming.version >= http.HttpVersion11:
        await incoming.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # aiohttp counts what was written before the head of the reply as part of its body.
        incoming.writer.output_size = 0
    parts: list[bytes] = []
    size = 0
    async for part in incoming.content.iter_any():
        size += len(part)
        if size > LARGEST_BODY:
            raise TooLargeError
        parts.append(part)
    return b"".join(parts)


def target_of(raw: str) -> tuple[str, str]:
    """Path and query of a request target, which may be a whole address when the client takes us for a proxy."""
    if not raw.startswith("/"):
        parts = urlsplit(raw)
        return parts.path or "/", parts.query
    path, _, query = raw.partition("?")
    return path, query
