"""The shells: the control surface, the page, faults and clock, over a real socket and in process."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
import pytest

from simulator import Clock, Server, Simulator, SimulatorTransport
from simulator.clock import format_instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

NOW = 1_787_227_200_000
KEY = {"Api-Key": "hybrid-key"}
A = "a@x.test"


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    transport = SimulatorTransport(Simulator(), Clock(NOW))
    with httpx.Client(transport=transport, base_url="http://simulator") as client:
        yield client


@pytest.fixture
async def url() -> AsyncIterator[str]:
    server = Server(Simulator(), Clock(NOW), port=0)
    yield await server.start()
    await server.stop()


def test_three_projects_are_there_at_first(http: httpx.Client) -> None:
    projects = http.get("/_sim/projects").json()
    assert [(project["name"], project["type"], project["apiKeys"]) for project in projects] == [
        ("email", "email", ["email-key"]),
        ("userid", "userid", ["userid-key"]),
        ("hybrid", "hybrid", ["hybrid-key"]),
    ]
    assert projects[0]["counts"].items() >= {"users": 0, "events": 0, "lists": 0, "pending": 0}.items()
    assert projects[0]["settings"]["trackUnknownUserId"] == "error"


def test_a_project_is_added_used_and_removed(http: httpx.Client) -> None:
    body = {"name": "mine", "type": "userid", "settings": {"emailOnlyInUserIdProject": "drop"}}
    assert http.post("/_sim/projects", json=body).status_code == 201
    reply = http.post("/api/users/update", headers={"Api-Key": "mine-key"}, json={"email": A})
    assert reply.status_code == 200
    assert http.post("/_sim/projects", json=body).status_code == 409
    assert http.delete("/_sim/projects/mine").status_code == 204
    assert http.get("/api/webhooks", headers={"Api-Key": "mine-key"}).status_code == 401


def test_a_reset_brings_back_the_first_state(http: httpx.Client) -> None:
    http.post("/api/users/update", headers=KEY, json={"email": A})
    http.post("/_sim/faults", json={"action": {"status": 500}})
    http.post("/_sim/projects", json={"name": "mine", "type": "email"})
    assert http.post("/_sim/reset").status_code == 204
    assert len(http.get("/_sim/projects").json()) == 3
    assert http.get("/_sim/projects/hybrid/state").json()["users"] == []
    assert http.get("/_sim/projects/hybrid/journal").json() == {"entries": [], "next": None}
    assert http.get("/_sim/faults").json() == []


def test_state_goes_out_and_comes_back_the_same(http: httpx.Client) -> None:
    http.post("/api/users/update", headers=KEY, json={"email": A, "dataFields": {"n": 1, "at": "2024-01-02"}})
    http.post("/api/events/track", headers=KEY, json={"email": A, "eventName": "Seen", "id": "e"})
    state = http.get("/_sim/projects/hybrid/state").json()
    assert http.post("/_sim/projects/hybrid/reset").status_code == 204
    assert http.put("/_sim/projects/hybrid/state", json=state).status_code == 204
    assert http.get("/_sim/projects/hybrid/state").json() == state


def test_a_state_document_with_mistakes_names_each_and_changes_nothing(http: httpx.Client) -> None:
    document = {"users": [{"email": "bad"}, {"dataFields": {}}], "events": [{"eventName": 5}], "more": 1}
    reply = http.put("/_sim/projects/email/state", json=document)
    assert reply.status_code == 400
    assert [mistake["path"] for mistake in reply.json()["mistakes"]] == [
        "users.0",
        "users.1",
        "events.0.eventName",
        "more",
    ]
    assert http.get("/_sim/projects/email/state").json()["users"] == []


def test_the_journal_keeps_requests_with_replies_and_hides_keys(http: httpx.Client) -> None:
    http.post("/api/users/update", headers=KEY, json={"email": A})
    http.get("/api/users/b@x.test", headers=KEY)
    http.get("/api/webhooks", headers={"Api-Key": "email-key"})
    entries = http.get("/_sim/projects/hybrid/journal").json()["entries"]
    assert [(entry["method"], entry["path"], entry["status"]) for entry in entries] == [
        ("POST", "/api/users/update", 200),
        ("GET", "/api/users/b@x.test", 200),
    ]
    assert entries[0]["body"] == {"email": A}
    assert entries[0]["rules"] == ["users.update.hybrid.unknown-email"]
    assert entries[0]["at"] == "2026-08-20T12:00:00.000Z"
    assert "hybrid-key" not in json.dumps(entries)
    for query, count in (
        ("user=a@x.test", 1),
        ("status=400", 0),
        ("path=/api/users/*", 2),
        ("path=webhooks", 0),
        ("limit=1", 1),
        ("after=1", 1),
    ):
        assert len(http.get(f"/_sim/projects/hybrid/journal?{query}").json()["entries"]) == count, query


def test_the_clock_stands_where_it_is_set_and_moves_when_told(http: httpx.Client) -> None:
    assert http.get("/_sim/clock").json() == {"now": "2026-08-20T12:00:00.000Z", "mode": "set", "running": False}
    assert http.post("/_sim/clock", json={"advance": 1.5}).json()["now"] == "2026-08-20T12:00:01.500Z"
    assert http.post("/_sim/clock", json={"now": "2030-01-01"}).json()["now"] == "2030-01-01T00:00:00.000Z"
    assert http.post("/_sim/clock", json={"mode": "real"}).json()["mode"] == "real"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/_sim/clock", {"advance": -1}, 400),
        ("POST", "/_sim/clock", {"now": "2024-02-30"}, 400),
        ("POST", "/_sim/clock", {}, 400),
        ("POST", "/_sim/clock", {"advance": 1, "mode": "real"}, 400),
        ("POST", "/_sim/projects", {"name": "../x", "type": "email"}, 400),
        ("POST", "/_sim/projects", {"name": "x", "type": "e"}, 400),
        ("POST", "/_sim/projects", {"name": "x", "type": "email", "settings": {"nothing": 1}}, 400),
        ("POST", "/_sim/faults", {"action": {}}, 400),
        ("POST", "/_sim/faults", {"action": {"status": 500, "delay": 1}}, 400),
        ("GET", "/_sim/projects/none/state", None, 404),
        ("GET", "/_sim/projects/email/journal?status=x", None, 400),
        ("GET", "/_sim/nothing", None, 404),
        ("PUT", "/_sim/clock", {}, 405),
    ],
)
def test_a_control_request_that_is_wrong_says_why(
    http: httpx.Client, method: str, path: str, body: Any, status: int
) -> None:
    reply = http.request(method, path, json=body)
    assert reply.status_code == status
    assert reply.json()["error"]


def test_a_fault_answers_so_many_times_and_then_no_more(http: httpx.Client) -> None:
    fault = {
        "match": {"path": "/api/users/*"},
        "action": {"status": 429, "headers": {"Retry-After": "3"}},
        "times": 2,
    }
    http.post("/_sim/faults", json=fault)
    replies = [http.post("/api/users/update", headers=KEY, json={"email": A}) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [429, 429, 200]
    assert replies[0].headers["Retry-After"] == "3"
    assert http.get("/api/webhooks", headers=KEY).status_code == 200


@pytest.mark.parametrize(("moment", "people"), [("before", 0), ("after", 1)])
def test_a_dropped_connection_has_no_reply_and_may_have_been_carried_out(
    http: httpx.Client, moment: str, people: int
) -> None:
    http.post("/_sim/faults", json={"action": {"drop": moment}, "times": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/api/users/update", headers=KEY, json={"email": A})
    assert len(http.get("/_sim/projects/hybrid/state").json()["users"]) == people


def test_a_delay_moves_the_clock_in_process_and_may_be_a_time_out(http: httpx.Client) -> None:
    http.post("/_sim/faults", json={"action": {"delay": 20}})
    with pytest.raises(httpx.ReadTimeout):
        http.get("/api/webhooks", headers=KEY, timeout=5)
    assert http.get("/api/webhooks", headers=KEY, timeout=30).status_code == 200
    assert http.get("/_sim/clock").json()["now"] == "2026-08-20T12:00:25.000Z"


def test_the_same_seed_gives_the_same_faults() -> None:
    def outcomes(seed: int) -> list[int]:
        transport = SimulatorTransport(Simulator(seed=seed), Clock(NOW))
        with httpx.Client(transport=transport, base_url="http://simulator") as client:
            client.post("/_sim/faults", json={"action": {"status": 503}, "probability": 0.5})
            return [client.get("/api/webhooks", headers=KEY).status_code for _ in range(20)]

    assert outcomes(1) == outcomes(1)
    assert outcomes(1) != outcomes(2)
    assert set(outcomes(1)) == {200, 503}


@pytest.mark.parametrize("where", ["Api-Key", "api_key", "query", "body"])
def test_the_key_may_stand_in_a_header_the_query_or_the_body(http: httpx.Client, where: str) -> None:
    headers = {where: "hybrid-key"} if where in {"Api-Key", "api_key"} else {}
    query = "?api_key=hybrid-key" if where == "query" else ""
    body = {"email": A, **({"apiKey": "hybrid-key"} if where == "body" else {})}
    assert http.post(f"/api/users/update{query}", headers=headers, json=body).status_code == 200


def test_an_unknown_key_is_told_with_the_endpoint(http: httpx.Client) -> None:
    reply = http.get("/api/webhooks", headers={"Api-Key": "nobody"})
    assert reply.status_code == 401
    assert reply.json()["code"] == "Unauthorized"
    assert reply.json()["params"]["endpoint"] == "/api/webhooks"


@pytest.mark.parametrize("text", ["2026-08-20T12:00:00Z", "2026-08-20T14:00:00+02:00", "2026-08-20 12:00:00"])
def test_instants_are_read_and_written_in_utc(text: str) -> None:
    assert format_instant(parse_instant(text)) == "2026-08-20T12:00:00.000Z"


async def test_over_a_socket_the_same_is_answered(url: str) -> None:
    async with aiohttp.ClientSession(url) as session:
        async with session.get("/_sim/health") as reply:
            assert await reply.json() == {"status": "ok"}
        async with session.post("/api/users/update", headers=KEY, data=b"\xff{") as reply:
            assert (reply.status, reply.content_type) == (400, "text/html")
        async with session.post("/api/users/update", headers=KEY, data=io.BytesIO(b" " * 5_000_000)) as reply:
            assert (reply.status, reply.reason) == (413, "Payload Too Large")
        async with session.get("/api/users/%zz%ff", headers=KEY) as reply:
            assert reply.status == 400
        async with session.get("/_sim/projects/hybrid/state") as reply:
            assert (await reply.json())["users"] == []


async def test_a_page_of_another_site_cannot_steer_the_simulator(url: str) -> None:
    async with aiohttp.ClientSession(url) as session:
        async with session.post("/_sim/reset", headers={"Origin": "https://evil.example"}) as reply:
            assert reply.status == 403
        async with session.post("/_sim/reset", headers={"Origin": url}) as reply:
            assert reply.status == 204


async def test_dropped_connections_and_delays_happen_over_a_socket(url: str) -> None:
    async with aiohttp.ClientSession(url) as session:
        await session.post(
            "/_sim/faults", json={"match": {"path": "/api/*"}, "action": {"drop": "after"}, "times": 1}
        )
        # aiohttp tries an idempotent request again on a connection that was closed; a POST it does not.
        with pytest.raises(aiohttp.ClientError):
            await session.post("/api/users/update", headers=KEY, json={"email": A})
        async with session.get("/_sim/projects/hybrid/state") as reply:
            assert len((await reply.json())["users"]) == 1


async def test_outside_the_loopback_address_the_control_surface_is_not_served() -> None:
    server = Server(Simulator(), Clock(NOW), host="0.0.0.0", port=0)  # noqa: S104  # that is what is tested
    address = await server.start()
    port = address.rpartition(":")[2]
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            async with session.get("/_sim/projects") as reply:
                assert reply.status == 403
                assert "are not available here" in (await reply.json())["error"]
                assert "--control-token" in (await reply.json())["error"]
            async with session.get("/") as reply:
                assert reply.status == 403
            async with session.get("/_sim/health") as reply:
                assert (reply.status, await reply.json()) == (200, {"status": "ok"})
            async with session.get("/api/webhooks", headers=KEY) as reply:
                assert reply.status == 200
    finally:
        await server.stop()


def test_rate_limits_are_switched_on_for_one_path_and_off_again_while_the_project_is_in_use(
    http: httpx.Client,
) -> None:
    def exports() -> list[int]:
        query = {"dataTypeName": "user", "range": "Today"}
        replies = [http.get(f"/api/export/data.{form}", headers=KEY, params=query) for form in ["csv", "json"] * 5]
        return [reply.status_code for reply in replies]

    def change(**settings: Any) -> Any:
        reply = http.patch("/_sim/projects/hybrid/settings", json=settings)
        assert reply.status_code == 200
        return reply.json()

    assert 429 not in exports()
    in_force = change(enforceRateLimits=True, rateLimitedPaths=["/api/export/data.csv"], retryAfter=True)
    assert in_force == http.get("/_sim/projects/hybrid/settings").json()
    assert in_force["rateLimitedPaths"] == ["/api/export/data.csv"]
    limited = exports()
    assert 429 in limited[::2]
    assert 429 not in limited[1::2]
    change(enforceRateLimits=False)
    assert 429 not in exports()


@pytest.mark.parametrize("path", ["/_sim/projects/hybrid/reset", "/_sim/reset"])
def test_a_reset_brings_back_the_first_settings_and_a_new_state_does_not(http: httpx.Client, path: str) -> None:
    first = http.get("/_sim/projects/hybrid/settings").json()
    http.patch("/_sim/projects/hybrid/settings", json={"bulkLag": 5})
    http.put("/_sim/projects/hybrid/state", json={"users": [{"email": A}]})
    assert http.get("/_sim/projects/hybrid/settings").json() == {**first, "bulkLag": 5}
    http.post(path)
    assert http.get("/_sim/projects/hybrid/settings").json() == first


def test_a_lag_that_is_switched_on_holds_for_what_comes_afterwards(http: httpx.Client) -> None:
    http.patch("/_sim/projects/hybrid/settings", json={"visibilityLag": 10})
    http.post("/api/users/update", headers=KEY, json={"email": A})
    assert http.get("/_sim/projects/hybrid/state").json()["users"] == []
    http.post("/_sim/clock", json={"advance": 10})
    assert len(http.get("/_sim/projects/hybrid/state").json()["users"]) == 1


def test_chance_begins_again_with_a_seed_over_the_control_surface(http: httpx.Client) -> None:
    http.post("/_sim/faults", json={"action": {"status": 503}, "probability": 0.5})

    def run(seed: int) -> list[int]:
        assert http.put("/_sim/faults/seed", json={"seed": seed}).status_code == 204
        assert http.get("/_sim/faults/seed").json() == {"seed": seed}
        return [http.get("/api/webhooks", headers=KEY).status_code for _ in range(20)]

    assert run(1) == run(1)
    assert run(1) != run(2)
    http.post("/_sim/reset")
    assert http.get("/_sim/faults/seed").json() == {"seed": 0}


def test_a_drawn_delay_moves_the_clock_in_process(http: httpx.Client) -> None:
    delay = {"distribution": "uniform", "min": 2, "max": 4}
    http.post("/_sim/faults", json={"sequence": [{"delay": delay}], "seed": 3})
    assert http.get("/api/webhooks", headers=KEY, timeout=30).status_code == 200
    now = http.get("/_sim/clock").json()["now"]
    assert "2026-08-20T12:00:02" <= now <= "2026-08-20T12:00:04"
