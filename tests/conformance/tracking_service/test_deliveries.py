"""What becomes of messages behind the reply: order, retries on the simulator's clock, batches, and an end for each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from conformance.tracking_api.settings import SourceSettings
from conformance.tracking_api.sources import Source
from destination.fields import Validator
from simulator import Clock
from tests.conformance.tracking_service.conftest import BASIC, NOON, Front, identify, track

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Made = Callable[..., Awaitable[Front]]

PROJECTS = ("email", "userid", "hybrid")
UPDATE, TRACK = "/api/users/update", "/api/events/track"


async def settled() -> None:
    """Let everything happen that waits for nothing."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_a_request_is_answered_before_anything_is_delivered(front: Front) -> None:
    assert (await front.batch(identify())).status == 200
    assert [entry.request.path for entry in front.entries()] == ["/v1/batch"]
    assert (await front.messages())[0]["outcome"] == "waiting"
    assert await front.flush() == {"delivered": 1}
    assert [front.asked(name) for name in PROJECTS] == [[UPDATE]] * 3
    assert all((front.user(name, "ada") or front.user(name, "ada@example.com")) for name in PROJECTS)


async def test_a_message_says_what_became_of_it_in_each_project_and_subscription(front: Front) -> None:
    await front.batch(track())
    assert await front.flush() == {"refused": 1}
    [row] = await front.messages()
    assert row["reason"] == "email: 400 Bad Request, UnknownUserIdError"
    assert [(item["project"], item["outcome"]) for item in row["projects"]] == [
        ("email", "refused"), ("userid", "delivered"), ("hybrid", "delivered"),
    ]  # fmt: skip
    first, *others = row["projects"][2]["subscriptions"]
    assert (first["subscription"], first["action"], first["outcome"], first["tries"]) == (
        "Track Calls",
        "trackEvent",
        "delivered",
        1,
    )
    [request] = first["requests"]
    assert (request["path"], request["status"], request["body"]["eventName"]) == (TRACK, 200, "Seen")
    assert [change["what"] for change in request["changes"]] == ["created"]
    assert {item["outcome"] for item in others} == {"not subscribed"}
    assert others[0]["reason"] == 'type = "identify" does not hold: type is "track"'


async def test_a_message_is_mapped_and_written_once_for_all_projects(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated: list[object] = []
    validate = Validator.validate

    def counted(self: Validator, value: object, *, batch: bool) -> dict[str, object]:
        validated.append(value)
        return validate(self, value, batch=batch)

    monkeypatch.setattr(Validator, "validate", counted)
    await front.batch(*(identify(f"u{number}") for number in range(5)))
    assert await front.flush() == {"delivered": 5}
    assert len(validated) == 5
    bodies = [entry.request.body for entry in front.entries() if entry.project]
    assert len({id(body) for body in bodies}) == len(bodies) / 3 == 5


async def test_what_segment_itself_refuses_is_refused_with_its_error_and_asks_nobody(front: Front) -> None:
    await front.batch({**identify(), "traits": {"email": "nobody"}})
    assert await front.flush() == {"refused": 1}
    [row] = await front.messages()
    assert "must be a valid email address" in row["reason"]
    assert front.asked("hybrid") == []


async def test_a_message_that_nothing_is_subscribed_to_says_so(front: Front) -> None:
    await front.batch({"type": "page", "userId": "ada"})
    assert await front.flush() == {"not subscribed": 1}
    assert (await front.messages())[0]["reason"] == "no subscription matches it"


async def test_the_second_of_two_with_one_id_is_dropped_and_names_the_first(front: Front) -> None:
    await front.batch(identify(), track())
    await front.batch(track(), x_retry_count="1")
    await front.flush()
    row = (await front.messages())[-1]
    assert (row["outcome"], row["rule"], row["repeats"], row["request"]["retryCount"]) == (
        "dropped",
        "segment.duplicate",
        2,
        "1",
    )
    assert front.entries()[-1].request.path != "/v1/batch"
    [second] = [entry for entry in front.entries() if entry.request.headers.get("x-retry-count")]
    assert second.reply.rules == ("segment.duplicate",)
    assert front.asked("hybrid") == [UPDATE, TRACK]


async def test_after_a_day_on_the_simulators_clock_an_id_is_new_again(front: Front) -> None:
    await front.batch(track())
    await front.json("POST", "/_sim/clock", {"advance": 86_399})
    await front.batch(track())
    await front.json("POST", "/_sim/clock", {"advance": 1})
    await front.batch(track())
    await front.flush()
    assert [row["rule"] for row in await front.messages()] == [None, "segment.duplicate", None]


async def test_a_retry_waits_for_the_simulators_clock_and_keeps_the_order_of_the_person(front: Front) -> None:
    await front.fault(match={"path": UPDATE, "apiKey": "hybrid-key"}, action={"status": 503}, times=1)
    await front.batch(identify(), track(), identify("bob"))
    await settled()
    assert front.asked("hybrid") == [UPDATE, UPDATE]
    await front.json("POST", "/_sim/clock", {"advance": 1})
    await front.flush()
    assert front.asked("hybrid") == [UPDATE, UPDATE, UPDATE, TRACK]
    assert front.clock.now() == NOON + 1000
    row = (await front.messages())[0]
    assert [request["status"] for request in row["projects"][-1]["subscriptions"][1]["requests"]] == [503, 200]


async def test_flush_moves_a_clock_that_stands_to_the_retries_and_no_further(front: Front) -> None:
    await front.fault(match={"path": UPDATE}, action={"status": 429, "headers": {"Retry-After": "20"}}, times=3)
    await front.batch(identify())
    assert await front.flush() == {"delivered": 1}
    assert front.clock.now() == NOON + 20_000


async def test_a_delivery_is_given_up_after_five_tries_and_dropped(front: Front) -> None:
    await front.fault(match={"path": UPDATE}, action={"status": 503})
    await front.batch(identify())
    assert await front.flush() == {"dropped": 1}
    [row] = await front.messages()
    assert row["reason"] == "email: given up after 5 tries: 503 Service Unavailable"
    assert len(front.asked("email")) == 5


async def test_a_reply_that_is_lost_leaves_it_open_whether_the_message_arrived(front: Front) -> None:
    await front.fault(match={"path": TRACK, "apiKey": "hybrid-key"}, action={"drop": "after"}, times=1)
    await front.batch(track())
    await front.flush()
    [row] = await front.messages()
    [result] = [item for item in row["projects"][-1]["subscriptions"] if item["tries"]]
    assert (result["outcome"], result["tries"], result["uncertain"], len(result["requests"])) == (
        "delivered",
        2,
        True,
        2,
    )


async def test_a_late_reply_is_waited_for_on_the_clock_and_a_very_late_one_is_a_time_out(front: Front) -> None:
    await front.fault(match={"path": UPDATE, "apiKey": "email-key"}, sequence=[{"delay": 40}, {"delay": 2}])
    await front.batch(identify())
    assert await front.flush() == {"delivered": 1}
    assert front.asked("email") == [UPDATE, UPDATE]
    assert NOON + 32_000 <= front.clock.now() <= NOON + 33_000


async def test_silence_stops_no_delivery_that_comes_after_it(front: Front) -> None:
    await front.fault(match={"path": UPDATE}, action={"drop": "before"})
    for number in range(40):
        await front.batch(identify(f"u{number}"))
    await front.flush()
    await front.json("DELETE", "/_sim/faults")
    await front.batch(identify())
    assert await front.flush() == {"dropped": 40, "delivered": 1}


async def test_on_a_running_clock_a_retry_comes_by_itself(made: Made) -> None:
    front = await made(clock=Clock())
    await front.fault(match={"path": UPDATE}, action={"status": 503}, times=1)
    await front.batch(identify())
    assert await front.flush() == {"delivered": 1}


async def test_messages_go_out_in_batches_where_the_source_and_the_mapping_say_so(made: Made) -> None:
    front = await made(Source("write-key", ("hybrid",), settings=SourceSettings(batch_deliveries=True)))
    await front.batch(identify("ada"), identify("bob"), {"type": "page", "userId": "ada"})
    await front.batch(identify("eve"), {**identify("nobody"), "traits": {"email": "nobody"}})
    assert front.asked("hybrid") == []
    assert await front.flush() == {"delivered": 3, "not subscribed": 1, "refused": 1}
    assert front.asked("hybrid") == ["/api/users/bulkUpdate"]
    assert front.clock.now() == NOON


async def test_a_batch_goes_out_a_second_after_its_first_message(made: Made) -> None:
    front = await made(Source("write-key", ("hybrid",), settings=SourceSettings(batch_deliveries=True)))
    await front.batch(identify("ada"))
    for seconds, asked in ((0.9, []), (0.1, ["/api/users/bulkUpdate"])):
        await settled()
        await front.json("POST", "/_sim/clock", {"advance": seconds})
        await settled()
        assert front.asked("hybrid") == asked


async def test_a_project_that_is_gone_is_told_and_one_that_is_new_is_fed(front: Front) -> None:
    await front.json("DELETE", "/_sim/projects/email")
    await front.json("POST", "/_sim/projects", {"name": "second", "type": "hybrid", "apiKey": "second-key"})
    await front.batch(identify())
    assert await front.flush() == {"delivered": 1}
    assert [item["project"] for item in (await front.messages())[0]["projects"]] == ["userid", "hybrid", "second"]


async def test_a_named_project_that_is_gone_drops_the_message_with_a_reason(made: Made) -> None:
    front = await made(Source("write-key", ("email",)))
    await front.json("DELETE", "/_sim/projects/email")
    await front.batch(identify())
    assert await front.flush() == {"dropped": 1}
    assert (await front.messages())[0]["reason"] == "email: there is no project 'email'"


async def test_a_project_with_another_key_after_its_state_was_replaced_is_reached_by_it(front: Front) -> None:
    await front.batch(identify())
    await front.flush()
    await front.json("DELETE", "/_sim/projects/hybrid")
    await front.json(
        "POST",
        "/_sim/projects",
        {"name": "hybrid", "type": "hybrid", "apiKey": "new-key", "settings": {"dataCenter": "europe"}},
    )
    await front.batch(identify("bob"))
    await front.flush()
    assert front.user("hybrid", "bob")
    assert front.entries()[-1].request.headers["host"] == "api.eu.iterable.com"


async def test_a_reset_forgets_what_came_in_and_what_is_on_its_way(front: Front) -> None:
    await front.fault(match={"path": UPDATE}, action={"status": 503})
    await front.batch(identify(), track())
    await asyncio.sleep(0)
    await front.json("POST", "/_sim/reset")
    assert await front.messages() == []
    await front.json("POST", "/_sim/clock", {"advance": 100})
    assert front.entries() == []
    assert front.user("hybrid", "ada") is None
    await front.batch(identify())
    assert await front.flush() == {"delivered": 1}
    assert (await front.messages())[0]["number"] == 1


async def test_what_cannot_be_stored_was_never_received(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.message import Reply, WireResult

    async def full(request: Any, answer: Any = None) -> WireResult:
        await Front.respond(front, request, answer)
        return WireResult(Reply(507, b"")) if answer else await Front.respond(front, request)

    await front.send("GET", "/v1/projects/write-key/settings")
    monkeypatch.setattr(front.surface._service, "_respond", full)
    assert (await front.batch(track())).status == 507
    assert await front.messages() == []
    monkeypatch.undo()
    await front.batch(track())
    await front.flush()
    assert [row["rule"] for row in await front.messages()] == [None]


async def test_the_end_of_the_server_delivers_what_it_can_and_drops_the_rest(made: Made) -> None:
    front = await made()
    await front.fault(match={"path": UPDATE, "apiKey": "email-key"}, action={"status": 503}, times=1)
    await front.batch(identify())
    stopping = asyncio.ensure_future(front.surface.stop())
    await settled()
    await front.json("POST", "/_sim/clock", {"advance": 1})
    await stopping
    assert (await front.messages())[0]["outcome"] == "delivered"


@pytest.mark.parametrize("count", [1, 3])
async def test_faults_in_front_are_answered_and_the_repeat_is_told(front: Front, count: int) -> None:
    await front.fault(match={"path": "/v1/*", "method": "POST"}, action={"status": 500}, times=count)
    for number in range(count):
        assert (await front.batch(identify(), x_retry_count=str(number))).status == 500
    assert (await front.batch(identify(), x_retry_count=str(count))).status == 200
    assert await front.flush() == {"delivered": 1}
    [row] = await front.messages()
    assert (row["request"]["retryCount"], row["repeats"]) == (str(count), None)
    assert [entry.fault for entry in front.entries()[: count + 1]] == [True] * count + [False]


async def test_a_request_whose_reply_is_lost_was_taken_and_its_repeat_is_none(front: Front) -> None:
    await front.fault(match={"path": "/v1/batch"}, sequence=[{"drop": "before"}, {"drop": "after"}])
    body = b'{"batch": [{"type": "track", "event": "Seen", "userId": "ada", "messageId": "m"}]}'
    assert [(await front.wire("POST", "/v1/batch", body, **BASIC)).reply for _ in range(2)] == [None, None]
    await front.batch(track(messageId="m"))
    await front.flush()
    assert [row["rule"] for row in await front.messages()] == [None, "segment.duplicate"]
    assert front.asked("hybrid") == [TRACK]


async def test_a_fault_of_the_harness_drops_the_message_and_is_told_without_its_text(
    front: Front, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from destination import CompiledSubscription

    def broken(_: CompiledSubscription, event: Any) -> bool:
        raise RuntimeError(event["userId"])

    monkeypatch.setattr(CompiledSubscription, "matches", broken)
    await front.batch(identify())
    assert await front.flush() == {"dropped": 1}
    assert (await front.messages())[0]["reason"] == "email: a fault of the harness: RuntimeError"
    assert "RuntimeError; please report it" in caplog.text
    assert "ada" not in caplog.text


async def test_messages_with_keys_that_nobody_has_are_not_even_counted(front: Front) -> None:
    for number in range(3):
        await front.send("POST", "/v1/t", {**track(), "writeKey": f"key-{number}"})
    assert front.surface._service is not None
    assert not front.surface._service._deliveries.progress.ended


async def test_requests_to_segment_are_no_outcome_of_the_timeline_but_their_deliveries_and_refusals_are(
    front: Front,
) -> None:
    await front.batch(track(userId="nobody"))
    await front.flush()
    shown = await front.json("GET", "/_sim/timeline")
    assert sum(shown["outcomes"].values()) == len(PROJECTS)
    assert shown["outcomes"]["refused"] == 1
    await front.send("POST", "/v1/batch", {"batch": []}, authorization="Basic eDo=")
    refused = (await front.send("POST", "/v1/batch", None, **BASIC)).status
    assert refused == 400
    assert (await front.json("GET", "/_sim/timeline"))["outcomes"]["refused"] > 1
