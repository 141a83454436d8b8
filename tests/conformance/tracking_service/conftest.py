"""Segment in front of a simulator in this process, without sockets."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.tracking_api.sources import Source, Sources
from conformance.tracking_service.surface import Place, TrackingSurface
from simulator import Clock, Request, Simulator
from simulator.control import is_control_path
from simulator.http.surface import Peer
from simulator.journal import Selection
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from simulator import Reply
    from simulator.engine.pipeline import Answer
    from simulator.message import WireResult

NOON = 1_787_227_200_000
BASIC = {"authorization": "Basic " + base64.b64encode(b"write-key:").decode()}


class Front:
    """What a client of the server can do."""

    def __init__(self, *sources: Source, clock: Clock | None = None) -> None:
        self.simulator = Simulator()
        self.clock = Clock(NOON) if clock is None else clock
        self._service = Service(self.simulator, self.clock)
        chosen = None
        for source in sources:
            chosen = (chosen or Sources()).with_source(source)
        self.surface = TrackingSurface(Place(self.simulator, self.clock, chosen))

    async def respond(self, request: Request, answer: Answer | None = None) -> WireResult:
        """As the server does it."""
        result = self._service.respond(request, answer)
        if answer is None and is_control_path(request.path):
            self.surface.follow(request)
        return result

    async def wire(self, method: str, path: str, body: bytes = b"", **headers: str) -> WireResult:
        target, _, query = path.partition("?")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(method, target, query, {"host": "127.0.0.1:8585", **named}, body)
        if self.surface.takes(target):
            return await self.surface.answer(request, Peer("203.0.113.9"))
        return await self.respond(request)

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """A reply that comes."""
        encoded = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        reply = (await self.wire(method, path, encoded, **headers)).reply
        assert reply is not None
        return reply

    async def json(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a reply of success."""
        reply = await self.send(method, path, body)
        assert reply.status < 300, reply.body
        return json.loads(reply.body) if reply.body else None

    async def batch(self, *messages: Any, **headers: str) -> Reply:
        return await self.send("POST", "/v1/batch", {"batch": list(messages)}, **{**BASIC, **headers})

    async def flush(self, write_key: str = "write-key") -> dict[str, int]:
        """How the messages of a source have ended once all have."""
        outcomes: dict[str, int] = (await self.json("POST", f"/_sim/sources/{write_key}/flush"))["outcomes"]
        return outcomes

    async def messages(self, path: str = "/_sim/messages") -> list[dict[str, Any]]:
        """The messages, the oldest first."""
        rows: list[dict[str, Any]] = (await self.json("GET", path))["messages"]
        return rows[::-1]

    async def fault(self, **fault: Any) -> None:
        await self.json("POST", "/_sim/faults", fault)

    def user(self, project: str, user: str) -> dict[str, Any] | None:
        """The data fields of a person."""
        people = self.simulator.projects[project].state_document()["users"]
        return next((person["dataFields"] for person in people if user in {person["email"], person["userId"]}), None)

    def asked(self, project: str) -> list[str]:
        """The paths of the requests that reached a project."""
        return [entry.request.path for entry in self.entries() if entry.project == project]

    def entries(self) -> list[Any]:
        """What the journal shows."""
        return self.simulator.journal.select(Selection())


def identify(user: str = "ada", **members: Any) -> dict[str, Any]:
    traits = {"email": f"{user}@example.com", **members.pop("traits", {})}
    return {"type": "identify", "userId": user, "messageId": f"identify-{user}", "traits": traits, **members}


def track(user: str = "ada", event: str = "Seen", **members: Any) -> dict[str, Any]:
    return {"type": "track", "userId": user, "event": event, "messageId": f"track-{event}-{user}", **members}


@pytest.fixture
async def made() -> AsyncIterator[Callable[..., Awaitable[Front]]]:
    """Makes fronts, and ends them."""
    fronts: list[Front] = []

    async def prepared(*sources: Source, clock: Clock | None = None) -> Front:
        front = Front(*sources, clock=clock)
        fronts.append(front)
        await front.surface.start(front.respond)
        return front

    yield prepared
    for front in fronts:
        await front.surface.stop()


@pytest.fixture
async def front(made: Callable[..., Awaitable[Front]]) -> Front:
    """One source that feeds every project, on a clock that stands."""
    return await made()
