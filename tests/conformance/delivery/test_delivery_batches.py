from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.delivery import Account, DeliveryService, Fate, Result, RetryPolicy, Runtime
from conformance.delivery.batches import Batch, form_batches
from conformance.inputs.events import ReadEvent
from destination import ConnectionFailure, Destination, Outcome, Reply, Request, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

JSON = {"content-type": "application/json"}
FINE = Reply(200, "OK", '{"successCount": 1, "failCount": 0}', JSON)
SETTINGS = {"apiKey": "key"}


class FakeServer:
    """Gives its answers in order, the last one for ever."""

    def __init__(self, *answers: Reply | ConnectionFailure) -> None:
        self.requests: list[Request] = []
        self._answers = answers or (FINE,)

    async def send(self, request: Request) -> Reply:
        answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
        self.requests.append(request)
        await asyncio.sleep(0)
        if isinstance(answer, ConnectionFailure):
            raise answer
        return answer

    @property
    def paths(self) -> list[str]:
        return [request.url.removeprefix("https://api.iterable.com/api/") for request in self.requests]


def identify(user: str | None, **traits: Any) -> dict[str, Any]:
    return {"type": "identify", "traits": traits, **({"userId": user} if user else {})}


def track(user: str, name: str = "Seen") -> dict[str, Any]:
    return {"type": "track", "event": name, "userId": user, "timestamp": "2026-08-20T12:00:00Z"}


def read(*events: dict[str, Any]) -> list[ReadEvent]:
    return [ReadEvent(f"events:{number}", event) for number, event in enumerate(events, start=1)]


def sized(size: int | None, *, batching: bool = True) -> Subscription:
    mapping: JsonValue = {"userId": {"@path": "$.userId"}, "enable_batching": batching, "batch_size": size}
    return Subscription("Sized", "updateUser", 'type = "identify"', mapping)


def deliver(server: FakeServer, *events: dict[str, Any]) -> Account:
    runtime = Runtime(sleep=lambda _: asyncio.sleep(0), now=lambda: 0.0, chance=lambda: 1.0)
    service = DeliveryService(Destination(SETTINGS), server, policy=RetryPolicy(attempts=3), runtime=runtime)
    return asyncio.run(service.deliver_in_batches(read(*events)))


def test_what_can_be_batched_goes_out_in_bulk_and_the_rest_by_itself() -> None:
    server = FakeServer()
    account = deliver(
        server, identify("u1"), track("u1"), identify("u2"), track("u1", "Cart Updated"), {"type": "page"}
    )
    assert server.paths[:2] == ["users/bulkUpdate", "events/trackBulk"]
    assert account.count(Result.DELIVERED, "updateUser") == 2
    assert account.count(Result.DELIVERED, "trackEvent") == 1
    assert account.count(Result.REFUSED, "updateCart") == 1
    assert (account.events, account.not_subscribed) == (5, 1)


@given(count=st.integers(0, 25), size=st.integers(1, 9))
def test_no_batch_is_larger_than_its_size_and_no_event_is_left_out(count: int, size: int) -> None:
    events = read(*(identify(f"u{number}") for number in range(count)))
    batches = asyncio.run(form_batches(Destination(SETTINGS, [sized(size)]), events))
    assert [position for batch in batches for position in batch.positions] == list(range(count))
    assert all(len(batch.reads) == size for batch in batches[:-1])
    assert all(1 <= len(batch.reads) <= size for batch in batches)


def test_a_batch_has_a_thousand_events_where_the_mapping_does_not_say() -> None:
    events = read(*(identify(f"u{number}") for number in range(1001)))
    batches = asyncio.run(form_batches(Destination(SETTINGS, [sized(None)]), events))
    assert [len(batch.reads) for batch in batches] == [1000, 1]


def test_a_batch_is_no_larger_than_four_megabytes() -> None:
    events = read(*(identify(f"u{number}", text="x" * 1_500_000) for number in range(5)))
    batches = asyncio.run(form_batches(Destination(SETTINGS, [sized(100)]), events))
    assert [len(batch.reads) for batch in batches] == [2, 2, 1]


def test_without_enable_batching_there_are_no_batches() -> None:
    assert asyncio.run(form_batches(Destination(SETTINGS, [sized(10, batching=False)]), read(identify("u1")))) == []


def test_an_event_that_is_refused_leaves_the_others_of_its_batch_alone() -> None:
    account = deliver(FakeServer(), identify("u1"), identify("u2", email="nobody"), identify("u3"))
    assert (account.count(Result.DELIVERED), account.count(Result.REFUSED)) == (2, 1)
    assert "must be a valid email address" in account.missed[0].reason


def test_what_the_reply_lists_as_failed_did_not_arrive() -> None:
    body = {"successCount": 1, "failCount": 1, "failedUpdates": {"notFoundUserIds": ["u2"]}}
    account = deliver(FakeServer(Reply(200, "OK", json.dumps(body), JSON)), identify("u1"), identify("u2"))
    assert (account.count(Result.DELIVERED), account.count(Result.REJECTED)) == (1, 1)
    assert account.missed[0].reason == "listed in notFoundUserIds of a reply of 200"
    assert [json.loads(line)["userId"] for line in account.undelivered_lines()] == ["u2"]


def test_a_batch_is_tried_again_as_a_whole() -> None:
    server = FakeServer(Reply(503, "Service Unavailable", ""), FINE)
    account = deliver(server, identify("u1"), identify("u2"))
    assert server.paths == ["users/bulkUpdate", "users/bulkUpdate"]
    assert account.count(Result.DELIVERED) == 2


def test_a_final_error_is_that_of_every_event_of_the_batch() -> None:
    server = FakeServer(Reply(400, "Bad Request", '{"code": "BadParams"}', JSON))
    account = deliver(server, identify("u1"), identify("u2", email="nobody"))
    assert account.reasons == [("updateUser", Result.DISCARDED, "400 Bad Request, BadParams", 2)]


def test_a_lost_reply_makes_the_whole_batch_uncertain() -> None:
    account = deliver(FakeServer(ConnectionFailure("reset", code="ECONNRESET")), identify("u1"), identify("u2"))
    assert (account.count(Result.FAILED), account.uncertain) == (2, 2)


def test_a_batch_that_is_not_sent_any_more_is_accounted_for() -> None:
    async def stopped() -> Account:
        service = DeliveryService(Destination(SETTINGS), FakeServer())
        service.stop("interrupted")
        return await service.deliver_in_batches(read(identify("u1"), identify(None), track("u2", "Cart Updated")))

    account = asyncio.run(stopped())
    assert account.count(Result.NOT_SENT) == account.events == 3
    assert len(list(account.undelivered_lines())) == 3


def test_batches_stop_in_the_middle_and_what_they_delivered_stays_delivered() -> None:
    async def stopped_after_one() -> Account:
        server = Stopping()
        service = DeliveryService(Destination(SETTINGS, [sized(1)]), server)
        server.stop = service.stop
        return await service.deliver_in_batches(read(identify("u1"), identify("u2"), identify("u3")))

    class Stopping(FakeServer):
        stop: Any

        async def send(self, request: Request) -> Reply:
            self.stop("interrupted")
            return await super().send(request)

    account = asyncio.run(stopped_after_one())
    assert (account.ended(Fate.DELIVERED), account.ended(Fate.UNDELIVERED)) == (1, 2)
    assert [json.loads(line)["userId"] for line in account.undelivered_lines()] == ["u2", "u3"]


def test_forming_batches_lets_signals_have_their_turn_and_leaves_off() -> None:
    async def forming() -> tuple[int, list[Batch]]:
        stopped: list[bool] = []
        asyncio.get_running_loop().call_soon(stopped.append, True)  # what is appended
        planned = Counting(SETTINGS, [sized(10)])
        batches = await form_batches(
            planned, read(*(identify(f"u{number}") for number in range(1000))), stopped=lambda: bool(stopped)
        )
        return planned.plans, batches

    class Counting(Destination):
        plans = 0

        def plan_for(self, *arguments: Any, **more: Any) -> Outcome:
            self.plans += 1
            return super().plan_for(*arguments, **more)

    assert asyncio.run(forming()) == (0, [])


def test_no_more_events_are_taken_at_once_than_batches_are_formed_among(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.delivery.service._WINDOW", 3)
    taken = 0
    seen: list[tuple[int, int]] = []

    def coming() -> Iterator[ReadEvent]:
        nonlocal taken
        for item in read(*(identify(f"u{number}") for number in range(7))):
            taken += 1
            yield item

    class Noting(FakeServer):
        async def send(self, request: Request) -> Reply:
            assert isinstance(request.json, dict)
            users = request.json["users"]
            assert isinstance(users, list)
            seen.append((taken, len(users)))
            return await super().send(request)

    service = DeliveryService(Destination(SETTINGS, [sized(2)]), Noting())
    account = asyncio.run(service.deliver_in_batches(coming()))
    assert seen == [(3, 2), (3, 1), (6, 2), (6, 1), (7, 1)]
    assert (account.ended(Fate.DELIVERED), account.events) == (7, 7)


def test_an_error_of_our_own_in_a_batch_leaves_all_its_events_undelivered() -> None:
    class Broken(FakeServer):
        async def send(self, request: Request) -> Reply:
            raise ZeroDivisionError(request.url)

    account = deliver(Broken(), identify("u1"), identify("u2"))
    assert (account.ended(Fate.UNDELIVERED), account.uncertain) == (2, 2)
    assert len(list(account.undelivered_lines())) == 2
