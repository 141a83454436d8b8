"""How many messages are on their way, and waiting until none is."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from conformance.tracking_service.kept_messages import DROPPED, ProjectResult, SubscriptionResult

if TYPE_CHECKING:
    from conformance.tracking_service.kept_messages import KeptMessage


class Progress:
    """What is on its way, by write key.

    Attributes:
        messages: Messages that have not ended yet.
        ended: How messages ended so far, by write key.
    """

    def __init__(self) -> None:
        self.messages = 0
        self.ended: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._waiting: Counter[str] = Counter()
        self._changed = asyncio.Event()

    def waiting(self, write_key: str) -> int:
        """How many messages of a source have not ended yet."""
        return self._waiting[write_key]

    def begin(self, message: KeptMessage) -> None:
        """Count a message that came in for a source; what waits for no project has ended."""
        if message.waiting:
            self.messages += 1
            self._waiting[message.write_key] += 1
        else:
            self.ended[message.write_key][message.outcome] += 1

    def end(self, message: KeptMessage, result: ProjectResult) -> None:
        """Note how a message ended in one of its projects."""
        message.results.append(result)
        message.waiting -= 1
        if message.waiting:
            return
        self.messages -= 1
        self._waiting[message.write_key] -= 1
        self.ended[message.write_key][message.outcome] += 1
        if not self._waiting[message.write_key]:
            self.wake()

    def wake(self) -> None:
        """Let those who wait look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self) -> None:
        """Wait until a source has nothing on its way any more, or there is another reason to look again."""
        await self._changed.wait()


def dropped_in(project: str, reason: str) -> ProjectResult:
    """The end of a message in a project that it cannot come to."""
    return ProjectResult(project, DROPPED, (SubscriptionResult("", "", DROPPED, reason),))
