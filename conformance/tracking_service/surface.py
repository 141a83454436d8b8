"""What the server gets: which paths are Segment's; all that stands behind them is imported with the first request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.tracking_api.sources import Sources
    from conformance.tracking_service.service import TrackingService
    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.http.surface import Peer, Respond
    from simulator.message import Request, WireResult

#: Where Segment's own paths begin.
_TRACKING: Final = "/v1/"
_OAUTH: Final = "/token"
#: What is added to the control surface.
_CONTROL: Final = ("/_sim/sources", "/_sim/messages")


@dataclass(frozen=True, slots=True)
class Place:
    """What Segment stands in front of.

    Attributes:
        simulator: The simulator.
        clock: Its time.
        sources: The sources at first, and after a reset; None for one that feeds every project.
        file: Where changed sources are kept; None for in memory.
    """

    simulator: Simulator
    clock: Clock
    sources: Sources | None = None
    file: Path | None = None


class TrackingSurface:
    """Segment's Tracking API and the requests about sources, as a surface of the server.

    Args:
        place: What Segment stands in front of.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._respond: Respond | None = None
        self._service: TrackingService | None = None

    def takes(self, path: str) -> bool:
        """Whether a path is Segment's, or about sources."""
        if path.startswith("/_sim"):
            return any(path == begin or path.startswith(f"{begin}/") for begin in _CONTROL)
        return path.startswith(_TRACKING) or path.rstrip("/") == _OAUTH

    async def start(self, respond: Respond) -> None:
        """Be ready for requests."""
        self._respond = respond

    async def answer(self, request: Request, peer: Peer) -> WireResult:
        """What goes over the wire for a request."""
        return await self._started().answer(request, peer)

    def follow(self, request: Request) -> None:
        """Hear of a request that the control surface has carried out."""
        if self._service is not None:
            self._service.follow(request)

    async def stop(self) -> None:
        """Deliver what can be delivered in a moment, and end."""
        if self._service is not None:
            await self._service.stop()

    def _started(self) -> TrackingService:
        if self._service is None:
            if self._respond is None:
                raise RuntimeError("a surface answers nothing before it is started")
            # Imported here: a server that nobody points an SDK at starts without the destination.
            from conformance.tracking_service.service import TrackingService

            self._service = TrackingService(self._place, self._respond)
        return self._service
