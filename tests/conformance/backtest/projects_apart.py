"""Requests of events in projects of each type: played in parts, and in one plain simulator, as `send` does it."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from conformance.backtest import Located, Mappings, Position, count
from conformance.backtest.figures import Figures, Played
from conformance.backtest.projects import Requests, play_in_projects
from conformance.backtest.projects.play import Numbered, play
from conformance.backtest.projects.requests import instant_of, unpack
from conformance.backtest.projects.runs import read_records
from conformance.backtest.projects.tasks import PartOfPeople, PlayedPart, RequestWriter
from destination import Destination, Subscription
from destination import Reply as DestinationReply
from destination import Request as DestinationRequest
from destination.javascript import json_text
from simulator import Request, Simulator
from simulator.journal import NullJournal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TYPES: Final = ("email", "userid", "hybrid")
#: What a simulator answered to each request: project type, number, and a hash of status and body.
Replies = set[tuple[str, int, bytes]]


def answer(status: int, body: bytes) -> bytes:
    """A status and a body, in short: archives have many."""
    return b"%d %s" % (status, body if len(body) < 40 else blake2b(body, digest_size=12).digest())


def located(events: Iterable[dict[str, Any]]) -> Iterator[Located]:
    """Events as if they stood in one file."""
    for number, event in enumerate(events):
        yield Located(Position("events.jsonl", number * 100, number + 1), event)


def in_parts(
    events: Iterable[dict[str, Any]], subscriptions: tuple[Subscription, ...], size: int, first: int = 0
) -> tuple[Figures, Replies]:
    """The figures, and the last reply to each request, of parts of a size, when the first requests are known."""
    replies: dict[tuple[Path, str], Replies] = {}

    def run(parts: Iterator[PartOfPeople]) -> Iterator[PlayedPart]:
        for part in parts:
            numbered = (Numbered(record.group, unpack(record.content)) for record in read_records(part.file))
            # What a part answered when it was played before, with other types, is forgotten.
            answered = replies[part.file, part.project_type] = set()

            def observe(
                number: int, result: Any, kind: str = part.project_type, answered: Replies = answered
            ) -> None:
                answered.add((kind, number, answer(result.reply.status, result.reply.body)))

            outcome = play(numbered, part.mapping, part.project_type, part.fixings, observe)
            yield PlayedPart(part, outcome)

    with TemporaryDirectory() as folder:
        requests = written(events, subscriptions, Path(folder))
        figures = play_in_projects([requests], TYPES, run, size, first)
    # The first requests are in a part of their own as well, and the same there.
    return figures, set[tuple[str, int, bytes]]().union(*replies.values())


def written(events: Iterable[dict[str, Any]], subscriptions: tuple[Subscription, ...], folder: Path) -> Requests:
    """The requests of events, on disk."""
    writer = RequestWriter(folder, "all", ("new",))
    count(located(events), Mappings(subscriptions), write=writer.add)
    requests = Requests(folder, "new")
    requests.take(writer.close())
    return requests


class PlainProjects:
    """Projects of all types, to which events are delivered one after the other."""

    def __init__(self, subscriptions: tuple[Subscription, ...]) -> None:
        self._now = 0
        self._number = 0
        self.replies: Replies = set()
        self.simulator = Simulator(journal=NullJournal())
        self._destinations = {
            kind: Destination({"apiKey": f"{kind}-key"}, subscriptions, now=lambda: self._now) for kind in TYPES
        }

    def deliver(self, events: Iterable[dict[str, Any]], kind: str) -> None:
        """Deliver events to the project of a type, in the order of time."""
        self._number = 0
        for event in sorted(events, key=instant_of):
            self._now = instant_of(event)
            self._destinations[kind].deliver(event, self)

    def send(self, request: DestinationRequest) -> DestinationReply:
        """The simulator's reply."""
        body = json_text.encode(request.json)
        path = request.url.removeprefix("https://api.iterable.com")
        reply = self.simulator.handle(Request(request.method, path, "", request.headers, body), self._now)
        self._number += 1
        kind = request.headers["api-key"].removesuffix("-key")
        self.replies.add((kind, self._number, answer(reply.status, reply.body)))
        return DestinationReply(reply.status, "", reply.body.decode(), {"content-type": "application/json"})


def count_of(figures: Figures, kind: str, what: str) -> int:
    """How much there is of something in the project of a type."""
    key = Played("new", kind, what)
    return sum(tallies[key].count for tallies in (figures.fates, figures.people) if key in tallies)
