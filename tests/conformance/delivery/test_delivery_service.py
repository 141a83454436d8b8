from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.delivery import Account, DeliveryService, Fate, Result, RetryPolicy, Runtime, identifiers
from conformance.inputs.events import ReadEvent, read_events
from destination import (
    PRESETS,
    CompiledSubscription,
    ConnectionFailure,
    Destination,
    Outcome,
    Reply,
    Request,
    Subscription,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Answer = Callable[[Request, int], Reply | ConnectionFailure]

SETTINGS = {"apiKey": "key"}
FINE = Reply(200, "OK", '{"code": "Success"}', {"content-type": "application/json"})
BUSY = Reply(503, "Service Unavailable", "")
BAD = Reply(400, "Bad Request", '{"code": "UnknownUserIdError", "msg": "who is u1?"}')


class FakeServer:
    """Answers as it is told to, a moment later, and remembers who was served when."""

    def __init__(self, answer: Answer = lambda *_: FINE) -> None:
        self.requests: list[Request] = []
        self.under_way = 0
        self.most_under_way = 0
        self.overlapping: list[str] = []
        self._busy_with: Counter[str] = Counter()
        self._answer = answer

    async def send(self, request: Request) -> Reply:
        self.requests.append(request)
        number = len(self.requests)
        person = body(request).get("userId", str(number))
        self._busy_with[person] += 1
        if self._busy_with[person] > 1:
            self.overlapping.append(person)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.under_way -= 1
        self._busy_with[person] -= 1
        answer = self._answer(request, number)
        if isinstance(answer, ConnectionFailure):
            raise answer
        return answer


class Pauses:
    """Records how long it was to wait, and waits no time."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def body(request: Request) -> dict[str, Any]:
    assert isinstance(request.json, dict)
    return request.json


def track(user: str | None, name: str = "Seen", **more: Any) -> dict[str, Any]:
    return {"type": "track", "event": name, **({} if user is None else {"userId": user}), **more}


def read(*events: dict[str, Any]) -> list[ReadEvent]:
    return [ReadEvent(f"events:{number}", event) for number, event in enumerate(events, start=1)]


def service(
    server: Any,
    *,
    subscriptions: Sequence[Subscription] = PRESETS,
    attempts: int = 3,
    concurrency: int = 4,
    sleep: Callable[[float], Awaitable[object]] | None = None,
    observe: Callable[[Any, Any], object] = lambda _, __: None,
) -> DeliveryService:
    runtime = Runtime(sleep=sleep or Pauses().sleep, now=lambda: 0.0, chance=lambda: 1.0, observe=observe)
    policy = RetryPolicy(attempts=attempts, base_delay=1.0)
    destination = Destination(SETTINGS, subscriptions)
    return DeliveryService(destination, server, policy=policy, concurrency=concurrency, runtime=runtime)


def counts(account: Account) -> dict[str, int]:
    return {result.value: account.count(result) for result in Result if account.count(result)}


async def test_every_event_is_counted_by_what_became_of_it() -> None:
    server = FakeServer(lambda request, _: BAD if body(request).get("userId") == "bad" else FINE)
    events = read(track("u1"), track("bad"), track(None), {"type": "page", "userId": "u1"})
    account = await service(server).deliver(events)
    assert counts(account) == {"delivered": 1, "discarded": 1, "refused": 1}
    assert account.not_subscribed == 1
    assert account.events == 4


async def test_reasons_name_the_status_and_the_code_and_nobody() -> None:
    account = await service(FakeServer(lambda *_: BAD)).deliver(read(track("u1"), track("u2"), track(None)))
    assert account.reasons == [
        ("trackEvent", Result.DISCARDED, "400 Bad Request, UnknownUserIdError", 2),
        ("trackEvent", Result.REFUSED, "Must include email or userId.", 1),
    ]


async def test_a_busy_server_gets_the_event_again_after_growing_delays() -> None:
    pauses = Pauses()
    server = FakeServer(lambda _, number: BUSY if number < 3 else FINE)
    account = await service(server, sleep=pauses.sleep).deliver(read(track("u1")))
    assert counts(account) == {"delivered": 1}
    assert pauses.seconds == [1.0, 2.0]
    assert account.retries == 2


async def test_an_event_that_never_gets_through_has_failed() -> None:
    server = FakeServer(lambda *_: BUSY)
    account = await service(server, attempts=3).deliver(read(track("u1")))
    assert counts(account) == {"failed": 1}
    assert len(server.requests) == 3
    assert account.reasons == [("trackEvent", Result.FAILED, "503 Service Unavailable", 1)]


async def test_retry_after_is_waited_for() -> None:
    pauses = Pauses()
    limited = Reply(429, "Too Many Requests", "", {"retry-after": "9"})
    server = FakeServer(lambda _, number: limited if number == 1 else FINE)
    await service(server, sleep=pauses.sleep).deliver(read(track("u1")))
    assert pauses.seconds == [9.0]


async def test_a_lost_reply_is_uncertain_when_it_stays_lost_and_possibly_doubled_when_it_does_not() -> None:
    lost = ConnectionFailure("reset", code="ECONNRESET")

    def answer(request: Request, number: int) -> Reply | ConnectionFailure:
        return lost if body(request)["userId"] == "u2" or number == 1 else FINE

    account = await service(FakeServer(answer), concurrency=1).deliver(read(track("u1"), track("u2")))
    assert counts(account) == {"delivered": 1, "failed": 1}
    assert (account.uncertain, account.possible_duplicates) == (1, 1)


async def test_a_refused_connection_leaves_no_doubt() -> None:
    server = FakeServer(lambda *_: ConnectionFailure("refused", code="ECONNREFUSED"))
    account = await service(server).deliver(read(track("u1")))
    assert (account.uncertain, account.count(Result.FAILED)) == (0, 1)


async def test_where_no_server_answers_the_rest_is_left_unsent() -> None:
    server = FakeServer(lambda *_: ConnectionFailure("refused", code="ECONNREFUSED"))
    delivery = service(server, concurrency=1, attempts=2)
    account = await delivery.deliver(read(*(track(f"u{number}") for number in range(20))))
    assert delivery.stopped_because == "no server answers"
    assert account.count(Result.FAILED) + account.count(Result.NOT_SENT) == 20
    assert len(server.requests) < 20


async def test_one_person_never_has_two_requests_under_way() -> None:
    server = FakeServer()
    events = read(*(track(f"u{number % 3}", f"Step {number}") for number in range(60)))
    await service(server, concurrency=16).deliver(events)
    assert server.overlapping == []
    by_person = defaultdict(list)
    for request in server.requests:
        by_person[body(request)["userId"]].append(int(body(request)["eventName"].split()[1]))
    assert all(numbers == sorted(numbers) for numbers in by_person.values())
    assert server.most_under_way > 1


async def test_a_retry_does_not_let_the_next_event_of_the_person_overtake() -> None:
    server = FakeServer(lambda _, number: BUSY if number == 1 else FINE)
    await service(server).deliver(read(track("u1", "First"), track("u1", "Second")))
    assert [body(request)["eventName"] for request in server.requests] == ["First", "First", "Second"]


async def test_an_anonymous_visitor_keeps_one_order_through_signing_in() -> None:
    server = FakeServer()
    events = read(
        track(None, "Browsed", anonymousId="a1", properties={"email": "ada@example.com"}),
        track("u1", "Signed In", anonymousId="a1"),
        track("u1", "Bought"),
    )
    await service(server, concurrency=8).deliver(events)
    assert [body(request)["eventName"] for request in server.requests] == ["Browsed", "Signed In", "Bought"]


async def test_no_more_requests_are_under_way_than_allowed() -> None:
    server = FakeServer()
    await service(server, concurrency=5).deliver(read(*(track(f"u{number}") for number in range(100))))
    assert server.most_under_way == 5


async def test_only_the_subscriptions_that_match_an_event_take_a_slot() -> None:
    attempted: list[str] = []

    class Watched(Destination):
        async def deliver_to_async(self, subscription: CompiledSubscription, *more: Any) -> Outcome:
            attempted.append(subscription.subscription.name)
            return await super().deliver_to_async(subscription, *more)

    delivery = DeliveryService(Watched(SETTINGS), FakeServer(), runtime=Runtime(sleep=Pauses().sleep))
    account = await delivery.deliver(read(track("u1"), {"type": "page", "userId": "u1"}))
    assert attempted == ["Track Calls"]
    assert (account.count(Result.DELIVERED), account.not_subscribed) == (1, 1)


async def test_a_retry_takes_the_original_event_through_the_mapping_again() -> None:
    event = track("u1", "First")

    def answer(_: Request, number: int) -> Reply:
        # Nobody changes an event on its way; a change shows what the retry reads.
        event["event"] = "Second"
        return BUSY if number == 1 else FINE

    server = FakeServer(answer)
    await service(server).deliver(read(event))
    assert [body(request)["eventName"] for request in server.requests] == ["First", "Second"]


async def test_settings_that_do_not_fit_refuse_every_event_in_every_subscription() -> None:
    delivery = DeliveryService(Destination({"apiKey": "key", "dataCenterLocation": "moon"}), FakeServer())
    account = await delivery.deliver(read(track("u1"), {"type": "page"}))
    assert (counts(account), account.not_subscribed) == ({"refused": 8}, 0)


@given(
    people=st.lists(st.tuples(st.sampled_from(["u1", "u2", "u3", None]), st.integers(0, 5)), max_size=25),
    concurrency=st.integers(1, 5),
)
def test_the_account_adds_up_whatever_happens(people: list[tuple[str | None, int]], concurrency: int) -> None:
    answers: dict[int, Reply | ConnectionFailure] = {
        0: FINE,
        1: BUSY,
        2: BAD,
        3: ConnectionFailure("reset"),
        4: FINE,
        5: FINE,
    }
    events = read(*(track(user, f"Kind {kind}") for user, kind in people))

    def answer(request: Request, _: int) -> Reply | ConnectionFailure:
        return answers[int(body(request)["eventName"][-1])]

    account = asyncio.run(service(FakeServer(answer), concurrency=concurrency).deliver(events))
    counted = sum(account.count(result) for result in Result) + account.not_subscribed
    assert counted == account.events == len(events) == sum(map(account.ended, Fate))
    assert account.count(Result.DELIVERED) + len(account.missed) == len(events)


async def test_memory_does_not_grow_with_the_number_of_events() -> None:
    def coming(number: int) -> Iterator[ReadEvent]:
        return (read(track(f"u{n % 50}", filler="x" * 1000))[0] for n in range(number))

    class Forgetful(FakeServer):
        async def send(self, request: Request) -> Reply:
            reply = await super().send(request)
            self.requests.clear()
            return reply

    peaks = []
    for number in (300, 1500):
        delivery = service(Forgetful())
        tracemalloc.start()
        try:
            assert (await delivery.deliver(coming(number))).events == number
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


async def test_an_event_that_nothing_delivers_is_counted_without_waiting_for_its_person() -> None:
    ended: list[str] = []
    delivery = service(FakeServer(), observe=lambda item, _: ended.append(str(item.event["type"])))
    await delivery.deliver(read(track("u1"), {"type": "page", "userId": "u1"}))
    assert ended == ["page", "track"]


async def test_signals_have_their_turn_where_nothing_is_delivered() -> None:
    delivery = service(FakeServer())
    asyncio.get_running_loop().call_later(0, delivery.stop, "interrupted")
    account = await delivery.deliver(read(*({"type": "page", "userId": "u1"} for _ in range(5000))))
    assert delivery.stopped_because == "interrupted"
    assert (account.events, account.ended(Fate.UNDELIVERED) > 4000) == (5000, True)


async def test_what_did_not_arrive_is_written_as_events_that_can_be_sent_again() -> None:
    events = [track("u1"), track("u2"), track(None)]
    server = FakeServer(lambda request, _: BAD if body(request)["userId"] == "u2" else FINE)
    account = await service(server).deliver(read(*events))
    assert sorted(map(json.loads, account.undelivered_lines()), key=str) == sorted(events[1:], key=str)


async def test_an_event_that_arrived_in_part_is_sent_again_only_for_the_rest() -> None:
    everything = 'type = "track"'
    subscriptions = (
        Subscription("Event", "trackEvent", everything, PRESETS[0].mapping),
        Subscription("Person", "updateUser", everything, PRESETS[1].mapping),
    )
    refusing = FakeServer(lambda request, _: BAD if "users" in request.url else FINE)
    account = await service(refusing, subscriptions=subscriptions).deliver(read(track("u1")))
    [line] = account.undelivered_lines()
    again = read_events([line], lambda: b"").events
    assert again[0].subscriptions == frozenset({"Person"})
    server = FakeServer()
    await service(server, subscriptions=subscriptions).deliver(again)
    assert [request.url for request in server.requests] == ["https://api.iterable.com/api/users/update"]


async def test_stopping_sends_nothing_more_and_loses_nothing() -> None:
    server = FakeServer()
    done: list[int] = []

    def observe(_: object, __: object) -> None:
        done.append(1)
        if len(done) == 3:
            delivery.stop("interrupted")

    delivery = service(server, concurrency=2, observe=observe)
    account = await delivery.deliver(read(*(track(f"u{number}") for number in range(30))))
    assert account.count(Result.DELIVERED) == len(server.requests) < 30
    assert account.count(Result.DELIVERED) + account.count(Result.NOT_SENT) == 30
    assert len(list(account.undelivered_lines())) == account.count(Result.NOT_SENT)
    assert account.uncertain == 0


async def test_stopping_ends_the_wait_before_a_retry() -> None:
    async def sleep_for_ever(_: float) -> None:
        delivery.stop("interrupted")
        await asyncio.Event().wait()

    delivery = service(FakeServer(lambda *_: BUSY), sleep=sleep_for_ever)
    account = await delivery.deliver(read(track("u1")))
    assert counts(account) == {"not sent": 1}


async def test_what_is_left_when_all_stops_is_written_down_unplanned() -> None:
    class Unplanned(Destination):
        def matching(self, event: Any) -> Any:
            raise AssertionError(event)

        plan_for = matching  # type: ignore[assignment]  # neither is called

    delivery = DeliveryService(Unplanned(SETTINGS), FakeServer())
    delivery.stop("interrupted")
    account = await delivery.deliver(read(track("u1"), track(None), {"type": "page"}))
    assert counts(account) == {"not sent": 3}
    assert len(list(account.undelivered_lines())) == account.ended(Fate.UNDELIVERED) == account.events == 3
    assert account.reasons == [("", Result.NOT_SENT, "interrupted", 3)]
    assert delivery.faults == []


async def test_what_is_left_keeps_the_subscriptions_that_it_was_meant_for() -> None:
    delivery = service(FakeServer())
    delivery.stop("interrupted")
    account = await delivery.deliver([ReadEvent("events:1", track("u1"), frozenset({"Track Calls"}))])
    [again] = read_events(list(account.undelivered_lines()), lambda: b"").events
    assert again.subscriptions == frozenset({"Track Calls"})


@pytest.mark.parametrize("error", [RecursionError(), ValueError("half"), ZeroDivisionError(), MemoryError()])
async def test_an_error_of_our_own_leaves_its_event_undelivered_and_the_others_arrive(error: Exception) -> None:
    class Broken(Destination):
        async def deliver_to_async(self, subscription: CompiledSubscription, event: Any, *more: Any) -> Outcome:
            if event["userId"] == "bad":
                raise error
            return await super().deliver_to_async(subscription, event, *more)

    delivery = DeliveryService(Broken(SETTINGS), FakeServer())
    account = await delivery.deliver(read(track("u1"), track("bad"), track("u3")))
    assert (account.ended(Fate.DELIVERED), account.ended(Fate.UNDELIVERED)) == (2, 1)
    assert [json.loads(line)["userId"] for line in account.undelivered_lines()] == ["bad"]
    assert delivery.faults == [error]
    assert account.uncertain == 0
    assert account.reasons == [("trackEvent", Result.FAILED, f"a fault of the harness: {type(error).__name__}", 1)]


async def test_an_error_of_our_own_after_the_request_leaves_in_doubt_whether_it_arrived() -> None:
    class Broken:
        async def send(self, _: Request) -> Reply:
            raise RuntimeError

    account = await service(Broken()).deliver(read(track("u1")))
    assert (account.ended(Fate.UNDELIVERED), account.uncertain) == (1, 1)


async def test_an_error_in_one_subscription_does_not_touch_what_another_delivered() -> None:
    everything = 'type = "track"'
    subscriptions = (
        Subscription("Event", "trackEvent", everything, PRESETS[0].mapping),
        Subscription("Person", "updateUser", everything, PRESETS[1].mapping),
    )

    class Broken(FakeServer):
        async def send(self, request: Request) -> Reply:
            if "users" in request.url:
                raise RecursionError
            return await super().send(request)

    account = await service(Broken(), subscriptions=subscriptions).deliver(read(track("u1")))
    assert counts(account) == {"delivered": 1, "failed": 1}
    assert (account.ended(Fate.UNDELIVERED), account.events) == (1, 1)
    [line] = account.undelivered_lines()
    assert json.loads(line)["subscriptions"] == ["Person"]


async def test_a_server_that_goes_away_ends_the_sending() -> None:
    refused = ConnectionFailure("fetch failed", code="ECONNREFUSED")
    server = FakeServer(lambda _, number: FINE if number <= 3 else refused)
    delivery = service(server, concurrency=2, attempts=3)
    account = await delivery.deliver(read(*(track(f"u{number}") for number in range(100))))
    assert delivery.stopped_because == "the server answers no more"
    assert len(server.requests) < 50
    assert (account.ended(Fate.DELIVERED), account.ended(Fate.UNDELIVERED)) == (3, 97)


async def test_a_server_that_hangs_ends_the_sending_too() -> None:
    hanging = ConnectionFailure("Request timed out after 30000ms", code="ETIMEDOUT")
    server = FakeServer(lambda _, number: FINE if number <= 3 else hanging)
    delivery = service(server, concurrency=2, attempts=3)
    await delivery.deliver(read(*(track(f"u{number}") for number in range(100))))
    assert delivery.stopped_because == "the server answers no more"
    assert len(server.requests) < 50


async def test_one_event_that_upsets_the_server_does_not_end_the_sending() -> None:
    def answer(request: Request, _: int) -> Reply | ConnectionFailure:
        return ConnectionFailure("reset", code="ECONNRESET") if body(request)["userId"] == "u3" else FINE

    delivery = service(FakeServer(answer), concurrency=1, attempts=5)
    account = await delivery.deliver(read(*(track(f"u{number}") for number in range(10))))
    assert (delivery.stopped_because, account.ended(Fate.DELIVERED)) == ("", 9)


async def test_a_restart_of_the_server_is_outlasted() -> None:
    refused = ConnectionFailure("fetch failed", code="ECONNREFUSED")
    server = FakeServer(lambda _, number: refused if 3 < number < 40 else FINE)
    delivery = service(server, concurrency=16, attempts=5)
    account = await delivery.deliver(read(*(track(f"u{number}") for number in range(30))))
    assert (delivery.stopped_because, account.ended(Fate.DELIVERED)) == ("", 30)


@pytest.mark.parametrize(
    ("reply", "oddity"),
    [
        (
            Reply(200, "OK", "<html><body>Welcome</body></html>", {"content-type": "text/html"}),
            "200 with an HTML page",
        ),
        (Reply(200, "OK", ""), "200 with no body"),
        (Reply(204, "No Content", ""), "204 with no body"),
        (Reply(200, "OK", '{"status": "ok"}'), "200 with a JSON object without `code`"),
        (Reply(202, "Accepted", "[]"), "202 with JSON that is no object"),
        (Reply(200, "OK", "null"), "200 with JSON that is no object"),
        (Reply(200, "OK", "ok"), "200 with a body that is not JSON"),
    ],
)
async def test_a_reply_that_iterable_does_not_send_is_named_once(reply: Reply, oddity: str) -> None:
    warnings: list[str] = []
    delivery = DeliveryService(
        Destination(SETTINGS), FakeServer(lambda *_: reply), runtime=Runtime(warn=warnings.append)
    )
    account = await delivery.deliver(read(track("u1"), track("u2")))
    assert warnings == [f"a reply that Iterable does not send: {oddity}; it counts as delivered"]
    assert account.count(Result.DELIVERED) == 2


@pytest.mark.parametrize("text", ['{"code": "Success"}', '{"successCount": 1, "failCount": 0}'])
async def test_what_iterable_does_send_is_not_warned_of(text: str) -> None:
    warnings: list[str] = []
    server = FakeServer(lambda *_: Reply(200, "OK", text))
    await DeliveryService(Destination(SETTINGS), server, runtime=Runtime(warn=warnings.append)).deliver(
        read(track("u1"))
    )
    assert warnings == []


async def test_abandoning_counts_what_is_under_way_as_possibly_arrived() -> None:
    class Silent:
        async def send(self, _: Request) -> Reply:
            asyncio.get_running_loop().call_soon(delivery.abandon, "interrupted")
            await asyncio.Event().wait()
            raise AssertionError

    delivery = service(Silent(), concurrency=1)
    account = await delivery.deliver(read(track("u1"), track("u2")))
    assert counts(account) == {"failed": 1, "not sent": 1}
    assert account.uncertain == 1


def identifiers_of(events: Iterable[dict[str, Any]]) -> list[set[tuple[str, str]]]:
    return [set(identifiers(event)) for event in events]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"userId": "u1", "anonymousId": "a1"}, {("userId", "u1"), ("anonymousId", "a1")}),
        ({"traits": {"email": "Ada@Example.com"}}, {("email", "ada@example.com")}),
        ({"properties": {"email": "a@b.co"}}, {("email", "a@b.co")}),
        ({"context": {"traits": {"email": "a@b.co"}}}, {("email", "a@b.co")}),
        ({"userId": 7}, {("userId", "7")}),
        ({"userId": "", "anonymousId": None, "traits": [], "context": {"traits": 1}}, set()),
        ({"userId": True, "properties": {"email": {}}}, set()),
    ],
)
def test_an_event_is_ordered_by_everything_that_names_its_person(
    event: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert identifiers(event) == expected
