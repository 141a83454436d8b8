"""What takes long, done by copies of this process while this one goes on: looks, and what is left of a request."""

from __future__ import annotations

import asyncio
import json
import struct
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from simulator.child_process import CAN_FORK, Child, ChildError
from simulator.deferred_reply import DeferredReply, in_pieces, made
from simulator.pieces import cut_off
from simulator.response import code_reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator.message import Reply, Request, WireResult

#: Copies that work at the same time; each may come to need as much memory as this process has.
_MOST: Final = 3
_SIZE: Final = struct.Struct("!I")
#: Files that are sent and not kept.
_ONLY_SENT: Final = ("/api/export/data.", "/api/export/userEvents")


class LongLooks:
    """Answers requests by copies of this process, a few at a time."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_MOST)
        #: Held by whoever has something made that others may ask for.
        self._turn = asyncio.Lock()

    async def reply(
        self,
        looking: Callable[[], Callable[[], Reply]],
        request: Request,
        prepare: Callable[[], Awaitable[object] | None] = lambda: None,
    ) -> Reply:
        """The reply to a request that looks, of the instant at which the copy is made.

        Args:
            looking: Gives what makes the reply; called at that instant.
            request: The request.
            prepare: Called at the same instant; gives what is to be waited for before the copy begins to work.

        Raises:
            Exception: What is waited for has failed; then nothing was looked at.
        """
        if needs_all_made(request):
            await self._turn.acquire()
        try:
            await self._room.acquire()
        finally:
            if needs_all_made(request):
                # Nothing else can begin before the copy is made below, as nothing is waited for until then.
                self._turn.release()
        try:
            look = looking()
            child = _copy(lambda: _to_bytes(look()))
            if child is None:
                return look()
            try:
                before = prepare()
                if before is not None:
                    await before
                return _from_pieces(await child.result())
            except ChildError as error:
                return _failed(error, "the process that was to answer")
            finally:
                await child.close()
        finally:
            self._room.release()

    async def result(
        self,
        carry_out: Callable[[Request], tuple[WireResult, Awaitable[object] | None]],
        request: Request,
    ) -> WireResult:
        """What goes over the wire for a request, of which a copy makes what takes long, as of one instant.

        Args:
            carry_out: Carries out a request, at that instant; gives what goes over the wire but for what takes long,
                and what that waits for.
            request: The request.

        Raises:
            Exception: What was waited for has failed; then nothing was made.
        """
        async with self._turn if needs_all_made(request) else nullcontext():
            return await self._result(carry_out, request)

    async def _result(
        self, carry_out: Callable[[Request], tuple[WireResult, Awaitable[object] | None]], request: Request
    ) -> WireResult:
        async with self._room:
            result, before = carry_out(request)
            if not isinstance(result.reply, DeferredReply):
                return await _after(before, result)
            child = _copy(result.reply.make)
            if child is None:
                return await _after(before, result._replace(reply=made(result.reply)))
            try:
                await _after(before, result)
                reply = result.reply.finished(await child.result())
            except ChildError as error:
                reply = _failed(error, "the process that was to make the reply")
                if result.reply.undo is not None:
                    _, before = carry_out(result.reply.undo)
                    await _after(before, result)
            finally:
                await child.close()
            return result._replace(reply=reply)


async def _after(before: Awaitable[object] | None, result: WireResult) -> WireResult:
    if before is not None:
        await before
    return result


def needs_all_made(request: Request) -> bool:
    """Whether a request waits until all is made that others have asked for, as it may ask for that itself.

    Whole states hold the files of exports, and so do snapshots.
    """
    path = request.path
    if path.startswith("/api/"):
        return not path.startswith(_ONLY_SENT)
    return path.startswith("/_sim/snapshots") or path.endswith("/state") or is_of_export(path)


def is_of_export(path: str) -> bool:
    """Whether a path of the control surface is that of an export job, or of a file of one."""
    return path.startswith("/_sim/projects/") and path.split("/")[4:5] == ["exports"]


def _copy(work: Callable[[], bytes]) -> Child | None:
    """A copy of this process; None where there can be none, and others have to wait."""
    if not CAN_FORK:
        return None
    try:
        return Child(work)
    except OSError:
        # There is no memory for it.
        return None


def _to_bytes(reply: Reply) -> bytes:
    head = json.dumps([reply.status, dict(reply.headers)]).encode("ascii")
    return b"%s%s%s" % (_SIZE.pack(len(head)), head, reply.body)


def _from_pieces(pieces: list[bytes]) -> Reply:
    [size] = _SIZE.unpack(cut_off(pieces, _SIZE.size))
    status, headers = json.loads(cut_off(pieces, size))
    return in_pieces(status, headers, pieces)


def _failed(error: ChildError, what: str) -> Reply:
    return code_reply(500, "SimulatorFault", f"{what} failed: {error}")
