"""Requests that only look and take long, each answered by a copy of this process while this one goes on."""

from __future__ import annotations

import asyncio
import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.child_process import CAN_FORK, Child, ChildError, cut_off
from simulator.message import Reply
from simulator.response import code_reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

#: Copies that work at the same time; each may come to need as much memory as this process has.
_MOST: Final = 3
#: Bytes of a body that are put together; a longer one is sent piece by piece, as to put it together takes long.
_WHOLE: Final = 1024 * 1024
_SIZE: Final = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class LongReply(Reply):
    """A reply with a long body.

    Attributes:
        pieces: The body, in the place of `body`.
    """

    pieces: Sequence[bytes] = ()


class LongLooks:
    """Answers requests by copies of this process, a few at a time."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_MOST)

    async def reply(
        self,
        looking: Callable[[], Callable[[], Reply]],
        prepare: Callable[[], Awaitable[object] | None] = lambda: None,
    ) -> Reply:
        """The reply to a request, of the instant at which the copy is made.

        Args:
            looking: Gives what makes the reply; called at that instant.
            prepare: Called at the same instant; gives what is to be waited for before the copy begins to work.

        Raises:
            Exception: What is waited for has failed; then nothing was looked at.
        """
        async with self._room:
            look = looking()
            if not CAN_FORK:
                return look()
            try:
                child = Child(lambda: _to_bytes(look()))
            except OSError:
                # There is no memory for a copy: others have to wait.
                return look()
            try:
                before = prepare()
                if before is not None:
                    await before
                return _from_pieces(await child.result())
            except ChildError as error:
                return _failed(error)
            finally:
                await child.close()


def _to_bytes(reply: Reply) -> bytes:
    head = json.dumps([reply.status, dict(reply.headers)]).encode("ascii")
    return b"%s%s%s" % (_SIZE.pack(len(head)), head, reply.body)


def _from_pieces(pieces: list[bytes]) -> Reply:
    [size] = _SIZE.unpack(cut_off(pieces, _SIZE.size))
    status, headers = json.loads(cut_off(pieces, size))
    if sum(map(len, pieces)) <= _WHOLE:
        return Reply(status, b"".join(pieces), headers)
    return LongReply(status, b"", headers, pieces=pieces)


def _failed(error: ChildError) -> Reply:
    return code_reply(500, "SimulatorFault", f"the process that was to answer failed: {error}")
