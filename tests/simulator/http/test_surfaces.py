"""What else is served on the address: its requests, the way into the simulator, and what it hears of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from simulator import Clock, Request, Server, Simulator
from simulator.history.replay import rebuilt
from simulator.message import Reply, WireResult

if TYPE_CHECKING:
    from simulator.http.surface import Peer, Respond

NOON = 1_787_227_200_000
FAULT = {"match": {"path": "/v1/*"}, "action": {"status": 503}, "times": 1}


class Echo:
    """Takes two paths; answers by itself, or has the simulator answer."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.peers: list[Peer] = []
        self._respond: Respond | None = None

    def takes(self, path: str) -> bool:
        return path in {"/v1/echo", "/_sim/echo"}

    async def start(self, respond: Respond) -> None:
        self.heard.append("start")
        self._respond = respond

    async def answer(self, request: Request, peer: Peer) -> WireResult:
        assert self._respond is not None
        self.peers.append(peer)
        if request.path == "/_sim/echo":
            return WireResult(Reply(200, b"control"))
        await self._respond(Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, b'{"userId": "ada"}'))
        return await self._respond(request, lambda now: Reply(200, str(now).encode(), rules=("echo",)))

    def follow(self, request: Request) -> None:
        self.heard.append(request.path)

    async def stop(self) -> None:
        self.heard.append("stop")


async def asked(
    surface: Echo, *requests: tuple[str, str, Any], **options: Any
) -> tuple[Simulator, list[httpx.Response]]:
    simulator = Simulator()
    server = Server(simulator, Clock(NOON), port=0, surfaces=(surface,), **options)
    url = await server.start()
    try:
        async with httpx.AsyncClient(base_url=url) as client:
            return simulator, [await client.request(method, path, json=body) for method, path, body in requests]
    finally:
        await server.stop()


async def test_a_surface_answers_its_paths_and_reaches_the_simulator() -> None:
    surface = Echo()
    simulator, [own, other] = await asked(surface, ("POST", "/v1/echo", {}), ("POST", "/v1/other", {}))
    assert (own.text, other.status_code) == (str(NOON), 404)
    assert surface.peers[0].address == "127.0.0.1"
    assert not surface.peers[0].secure
    assert simulator.projects["hybrid"].state_document()["users"][0]["userId"] == "ada"
    entry = simulator.journal.entry(2)
    assert entry is not None
    assert (entry.request.path, entry.project, entry.reply and entry.reply.rules) == ("/v1/echo", "", ("echo",))


async def test_it_is_started_and_stopped_and_hears_of_the_control_surface() -> None:
    surface = Echo()
    await asked(surface, ("POST", "/_sim/reset", None), ("GET", "/api/lists", None))
    assert surface.heard == ["start", "/_sim/reset", "stop"]


async def test_a_fault_answers_in_its_place_and_a_replay_counts_it_as_well() -> None:
    simulator, replies = await asked(
        Echo(), ("POST", "/_sim/faults", FAULT), ("POST", "/v1/echo", {}), ("POST", "/v1/echo", {})
    )
    assert [reply.status_code for reply in replies] == [201, 503, 200]
    again, _ = rebuilt(simulator.journal, 3)
    assert again.faults.numbers() == []
    before, _ = rebuilt(simulator.journal, 2)
    assert before.faults.numbers() == [1]


@pytest.mark.parametrize(
    ("options", "status"), [({"control": True}, 200), ({"control": False}, 403), ({"token": "secret"}, 401)]
)
async def test_what_it_adds_to_the_control_surface_is_as_open_as_that(options: dict[str, Any], status: int) -> None:
    surface = Echo()
    _, [reply] = await asked(surface, ("GET", "/_sim/echo", None), **options)
    assert (reply.status_code, bool(surface.peers)) == (status, status == 200)


async def test_one_that_breaks_is_a_fault_of_the_harness(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Echo):
        async def answer(self, request: Request, peer: Peer) -> WireResult:
            raise RuntimeError(request.body.decode() + peer.address)

    _, [reply] = await asked(Broken(), ("POST", "/v1/echo", "secret"))
    assert (reply.status_code, json.loads(reply.text)["code"]) == (500, "SimulatorFault")
    assert "secret" not in caplog.text


async def test_a_port_that_is_taken_ends_it_again() -> None:
    first = Server(Simulator(), Clock(NOON), port=0)
    port = int((await first.start()).rpartition(":")[2])
    surface = Echo()
    with pytest.raises(OSError, match="address already in use"):
        await Server(Simulator(), Clock(NOON), port=port, surfaces=(surface,)).start()
    await first.stop()
    assert surface.heard == ["start", "stop"]


@pytest.mark.parametrize(("encoding", "packed"), [("gzip", True), ("br", True), ("identity", False)])
async def test_a_body_that_cannot_be_unpacked_reaches_a_surface_as_it_was_sent(encoding: str, packed: bool) -> None:
    surface = Echo()
    server = Server(Simulator(), Clock(NOON), port=0, surfaces=(surface,))
    url = await server.start()
    try:
        async with httpx.AsyncClient(base_url=url, headers={"Content-Encoding": encoding}) as client:
            assert (await client.post("/v1/echo", content=b"no gzip")).status_code == 200
            control = await client.post("/_sim/echo", content=b"no gzip")
    finally:
        await server.stop()
    assert surface.peers[0].packed is packed
    assert (control.status_code == 400) is packed
