"""Replies for which something is still to be made that takes long, and replies that are in many pieces.

A request that asks for it has been carried out, and is in the journal. What is made follows from the state of that
instant, so it is made before anything changes, or in a copy of the process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.message import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: Bytes of a body that are put together; a longer one is sent piece by piece, as to put it together takes long.
_WHOLE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class LongReply(Reply):
    """A reply with a long body.

    Attributes:
        pieces: The body, in the place of `body`.
    """

    pieces: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class DeferredReply(Reply):
    """A reply to a request that is carried out but for something that takes long.

    Attributes:
        make: Makes it. It changes nothing, and asks for nothing but the state.
        finish: Takes what was made, in pieces; None for what is the body.
        undo: What takes the request back if nothing can be made; None where there is nothing to take back.
    """

    make: Callable[[], bytes] = bytes
    finish: Callable[[Sequence[bytes]], None] | None = None
    undo: Request | None = None

    def finished(self, pieces: Sequence[bytes]) -> Reply:
        """The reply when all is made."""
        if self.finish is None:
            return in_pieces(self.status, self.headers, pieces, self.rules, self.users)
        self.finish(pieces)
        return Reply(self.status, self.body, self.headers, self.rules, self.users)


def in_pieces(
    status: int,
    headers: Mapping[str, str],
    pieces: Sequence[bytes],
    rules: tuple[str, ...] = (),
    users: tuple[str, ...] = (),
) -> Reply:
    """A reply whose body came in pieces, put together unless that takes long."""
    if len(pieces) == 1 or sum(map(len, pieces)) <= _WHOLE:
        return Reply(status, b"".join(pieces), headers, rules, users)
    return LongReply(status, b"", headers, rules, users, pieces)


def made_for_state(reply: Reply | None) -> None:
    """Make what belongs to the state, and not only to a reply that nobody is sent."""
    if isinstance(reply, DeferredReply) and reply.finish is not None:
        reply.finished([reply.make()])


def made(reply: Reply) -> Reply:
    """A reply with all that belongs to it, which is made here and now."""
    return reply.finished([reply.make()]) if type(reply) is DeferredReply else reply
