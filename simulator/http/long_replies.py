"""Replies that take long to make or to send: no longer than their client waits, and with room for others between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

from simulator.message import reason_phrase

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence

    from simulator.message import WireResult

#: Seconds between looks whether a client is still there.
_PATIENCE: Final = 0.2


class ClientGoneError(Exception):
    """Nobody is there any more to get the reply."""


async def unless_gone(incoming: web.BaseRequest, answering: Coroutine[None, None, WireResult]) -> WireResult:
    """What goes over the wire for a request; when the client goes, the work for it ends.

    Args:
        incoming: The request.
        answering: Makes what goes over the wire, and changes nothing.

    Raises:
        ClientGoneError: The client has gone.
    """
    task = asyncio.ensure_future(answering)
    try:
        while not (await asyncio.wait([task], timeout=_PATIENCE))[0]:
            if _is_gone(incoming):
                raise ClientGoneError
        return task.result()
    finally:
        task.cancel()


def _is_gone(incoming: web.BaseRequest) -> bool:
    """Whether a client is gone; one that only sends no more is taken to be, as most of those are."""
    if incoming.transport is None or incoming.transport.is_closing():
        return True
    return bool(getattr(incoming.protocol, "has_ended", False))


async def send_in_pieces(
    incoming: web.BaseRequest, status: int, headers: Mapping[str, str], pieces: Sequence[bytes]
) -> web.StreamResponse:
    """Send a long reply; a client that reads slowly gets it as it reads, and others are answered in between.

    Raises:
        ConnectionError: The client has gone.
    """
    response = web.StreamResponse(status=status, reason=reason_phrase(status), headers=headers)
    response.content_length = sum(map(len, pieces))
    await response.prepare(incoming)
    for piece in pieces:
        await response.write(piece)
        # Where the client takes all there is, writing never waits.
        await asyncio.sleep(0)
    await response.write_eof()
    return response
