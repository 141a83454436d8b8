"""What the destination needs of whoever sends its requests, waiting or awaiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from destination.exchange import Reply, Request


class Client(Protocol):
    """Sends a request and waits for the reply."""

    def send(self, request: Request) -> Reply:
        """The reply, whatever its status.

        Raises:
            ConnectionFailure: There was none.
        """
        ...


class AsyncClient(Protocol):
    """Sends a request and awaits the reply."""

    async def send(self, request: Request) -> Reply:
        """The reply, whatever its status.

        Raises:
            ConnectionFailure: There was none.
        """
        ...
