"""The simulator as a transport of httpx, in process."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Simulator, SimulatorTransport

NOW = 1_787_227_200_000
KEY = {"Api-Key": "hybrid-key"}


def transport() -> SimulatorTransport:
    return SimulatorTransport(Simulator(), Clock(NOW))


def test_synchronous_and_asynchronous_clients_share_one_simulator() -> None:
    shared = transport()

    async def read() -> httpx.Response:
        async with httpx.AsyncClient(transport=shared) as client:
            return await client.get("https://api.iterable.com/api/users/a@x.test", headers=KEY)

    with httpx.Client(transport=shared) as client:
        client.post("https://api.iterable.com/api/users/update", headers=KEY, json={"email": "a@x.test"})
    assert asyncio.run(read()).json()["user"]["email"] == "a@x.test"


def test_the_host_of_the_address_decides_the_data_centre() -> None:
    settings = ProjectSettings.model_validate({"dataCenter": "europe"})
    simulator = Simulator([ProjectConfiguration("p", ProjectType.HYBRID, ("key",), settings)])
    with httpx.Client(transport=SimulatorTransport(simulator, Clock(NOW)), headers={"Api-Key": "key"}) as client:
        assert client.get("https://api.eu.iterable.com/api/webhooks").status_code == 200
        assert client.get("https://api.iterable.com/api/webhooks").status_code == 401


def test_paths_and_queries_arrive_as_they_were_encoded() -> None:
    with httpx.Client(transport=transport(), base_url="http://x", headers=KEY) as client:
        client.post("/api/users/update", json={"email": "a+b@x.test"})
        assert client.get("/api/users/a%2Bb%40x.test").json()["user"]["email"] == "a+b@x.test"
        assert (
            client.get("/api/users/getByEmail", params={"email": "a+b@x.test"}).json()["user"]["email"]
            == "a+b@x.test"
        )
        entries = client.get("/_sim/projects/hybrid/journal").json()["entries"]
    assert [entry["path"] for entry in entries[1:]] == ["/api/users/a%2Bb%40x.test", "/api/users/getByEmail"]
    assert entries[2]["query"] == "email=a%2Bb%40x.test"


def test_a_streamed_body_is_read_whole() -> None:
    with httpx.Client(transport=transport(), base_url="http://x", headers=KEY) as client:
        reply = client.post("/api/users/update", content=iter([b'{"email":', b'"a@x.test"}']))
    assert reply.json() == {"msg": "User successfully created/updated.", "code": "Success", "params": None}


@pytest.mark.parametrize(("status", "reason"), [(200, "OK"), (413, "Payload Too Large"), (599, "Unknown")])
def test_the_reason_phrase_is_that_of_the_wire(status: int, reason: str) -> None:
    with httpx.Client(transport=transport(), base_url="http://x", headers=KEY) as client:
        client.post("/_sim/faults", json={"action": {"status": status}})
        assert client.get("/api/webhooks").reason_phrase == reason


@pytest.mark.parametrize(("limit", "late"), [(5.0, True), (10.0, False), (None, False)])
async def test_a_delay_is_a_time_out_only_for_a_client_that_does_not_wait_so_long(
    limit: float | None, late: bool
) -> None:
    shared = transport()
    async with httpx.AsyncClient(transport=shared, base_url="http://x", headers=KEY, timeout=limit) as client:
        await client.post("/_sim/faults", json={"action": {"delay": 10}, "times": 1})
        if late:
            with pytest.raises(httpx.ReadTimeout):
                await client.post("/api/users/update", json={"email": "a@x.test"})
        else:
            await client.post("/api/users/update", json={"email": "a@x.test"})
        assert (await client.get("/_sim/clock")).json()["now"] == f"2026-08-20T12:00:{'05' if late else '10'}.000Z"
        assert len((await client.get("/_sim/projects/hybrid/state")).json()["users"]) == 1


async def test_a_dropped_connection_is_a_protocol_error_and_is_in_the_journal() -> None:
    async with httpx.AsyncClient(transport=transport(), base_url="http://x", headers=KEY) as client:
        await client.post("/_sim/faults", json={"action": {"drop": "before"}})
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post("/api/users/update", json={"email": "a@x.test"})
        entries = (await client.get("/_sim/projects/hybrid/journal")).json()["entries"]
    assert [(entry["fault"], entry["status"]) for entry in entries] == [(True, None)]
