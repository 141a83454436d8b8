"""What else may be served on the simulator's address: programs that the simulator knows nothing of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simulator.engine.pipeline import Answer
    from simulator.message import Request, WireResult


@dataclass(frozen=True, slots=True)
class Peer:
    """Who sends a request, and how.

    Attributes:
        address: From which address; empty where that is not known.
        secure: Whether over HTTPS.
        packed: Whether the body is as it was sent, because it is not what its `Content-Encoding` says.
    """

    address: str = ""
    secure: bool = False
    packed: bool = False


class Respond(Protocol):
    """The way of a surface into the simulator."""

    async def __call__(self, request: Request, answer: Answer | None = None) -> WireResult:
        """What goes over the wire for a request, as soon as it is stored where the simulator is kept.

        Args:
            request: The request.
            answer: Makes the reply in the place of the simulator, unless a fault does: faults may happen to the
                request, and the journal gets it. None for a request to Iterable's API or the control surface.
        """
        ...


class Surface(Protocol):
    """Answers the requests for some paths. All its methods are called in the loop of the server."""

    def takes(self, path: str) -> bool:
        """Whether a path is one of its own."""
        ...

    async def start(self, respond: Respond) -> None:
        """Be ready for requests."""
        ...

    async def answer(self, request: Request, peer: Peer) -> WireResult:
        """What goes over the wire for a request to one of its paths.

        Those below `/_sim` have passed the checks of the control surface.
        """
        ...

    def follow(self, request: Request) -> None:
        """Hear of a request that the simulator's own control surface has carried out, such as a reset."""
        ...

    async def stop(self) -> None:
        """End; nothing is answered any more, and what is kept in a directory has not been closed yet."""
        ...
