from __future__ import annotations

from typing import Any

import pytest

from destination import PRESETS, ConnectionFailure, Destination, HTTPError, Outcome, Reply, Request, Subscription

IDENTIFY: dict[str, Any] = {"type": "identify", "userId": "u1", "traits": {"email": "ada@example.com"}}
TRACK: dict[str, Any] = {"type": "track", "event": "Seen", "userId": "u1"}
BROKEN: dict[str, Any] = {"type": "track", "event": "Seen"}
PAGE: dict[str, Any] = {"type": "page", "userId": "u1"}
FINE = Reply(200, "OK", '{"code": "Success"}', {"content-type": "application/json"})
BUSY = Reply(503, "Service Unavailable", "")


class Server:
    """Gives every request the same answer."""

    def __init__(self, answer: Reply | ConnectionFailure = FINE) -> None:
        self.requests: list[Request] = []
        self._answer = answer

    def send(self, request: Request) -> Reply:
        self.requests.append(request)
        if isinstance(self._answer, ConnectionFailure):
            raise self._answer
        return self._answer


class AwaitedServer:
    """The same, awaited."""

    def __init__(self, answer: Reply | ConnectionFailure = FINE) -> None:
        self._server = Server(answer)

    async def send(self, request: Request) -> Reply:
        return self._server.send(request)


def connection(*subscriptions: Subscription, **settings: Any) -> Destination:
    return Destination({"apiKey": "k", **settings}, subscriptions or PRESETS, now=lambda: 1_000_000)


def matched(destination: Destination, event: Any) -> list[str]:
    return [item.subscription.name for item in destination.matching(event)]


@pytest.mark.parametrize("event", [IDENTIFY, TRACK, BROKEN, PAGE])
@pytest.mark.parametrize("answer", [FINE, BUSY])
async def test_one_subscription_delivers_as_it_does_among_all(event: dict[str, Any], answer: Reply) -> None:
    destination = connection()
    expected = [comparable(outcome) for outcome in destination.deliver(event, Server(answer))]
    for subscription, outcome in zip(destination.subscriptions, expected, strict=True):
        assert comparable(destination.deliver_to(subscription, event, Server(answer))) == outcome
        assert comparable(await destination.deliver_to_async(subscription, event, AwaitedServer(answer))) == outcome
        assert comparable(destination.plan_for(subscription, event, reply=answer)) == outcome


@pytest.mark.parametrize("answer", [FINE, BUSY])
async def test_one_subscription_delivers_a_batch_as_it_does_among_all(answer: Reply) -> None:
    destination, events = connection(), [IDENTIFY, TRACK, BROKEN, PAGE]
    expected = [comparable(outcome) for outcome in destination.deliver_batch(events, Server(answer))]
    for subscription, outcome in zip(destination.subscriptions, expected, strict=True):
        assert comparable(destination.deliver_batch_to(subscription, events, Server(answer))) == outcome
        awaited = await destination.deliver_batch_to_async(subscription, events, AwaitedServer(answer))
        assert comparable(awaited) == outcome
        assert comparable(destination.plan_batch_for(subscription, events, reply=answer)) == outcome


def comparable(outcome: Outcome) -> tuple[Any, ...]:
    error = outcome.error
    requests = [(exchange.request, exchange.reply) for exchange in outcome.exchanges]
    status = error.reply.status if isinstance(error, HTTPError) else None
    return outcome.subscription.name, outcome.matched, outcome.results, requests, error and error.message, status


@pytest.mark.parametrize(
    ("event", "names"),
    [(IDENTIFY, ["Identify Calls"]), (TRACK, ["Track Calls"]), (BROKEN, ["Track Calls"]), (PAGE, [])],
)
def test_the_subscriptions_that_match_an_event_are_known_without_a_delivery(
    event: dict[str, Any], names: list[str]
) -> None:
    assert matched(connection(), event) == names


@pytest.mark.parametrize("trigger", [None, "", "((", 5])
def test_a_trigger_that_can_never_be_evaluated_matches_nothing(trigger: Any) -> None:
    assert matched(connection(Subscription("One", "trackEvent", trigger)), TRACK) == []


def test_a_trigger_that_breaks_counts_as_matching_because_its_outcome_is_an_error() -> None:
    destination = connection(Subscription("One", "trackEvent", 'type = "track" and ()'))
    assert matched(destination, TRACK) == ["One"]
    assert destination.plan_for(destination.subscriptions[0], TRACK).error is not None
    assert matched(destination, PAGE) == []


def test_with_settings_that_do_not_fit_every_subscription_counts_as_matching() -> None:
    destination = connection(dataCenterLocation="moon")
    assert matched(destination, PAGE) == [preset.name for preset in PRESETS]
    assert all(destination.plan_for(item, PAGE).error is not None for item in destination.subscriptions)


def test_subscriptions_that_are_compiled_already_are_taken_as_they_are() -> None:
    first = connection()
    assert Destination({"apiKey": "other"}, first.subscriptions).subscriptions == first.subscriptions


def test_a_refusal_of_the_connection_is_the_outcome_of_one_subscription() -> None:
    destination = connection()
    refused = ConnectionFailure("refused", code="ECONNREFUSED")
    outcome = destination.deliver_to(destination.subscriptions[1], IDENTIFY, Server(refused))
    assert (outcome.error, len(outcome.exchanges)) == (refused, 1)


@pytest.mark.parametrize("event", [IDENTIFY, TRACK, BROKEN, PAGE, {"type": 5}])
@pytest.mark.parametrize(
    "subscriptions",
    [
        PRESETS,
        [Subscription("One", "trackEvent", 'type = "track" and ()')],
        [Subscription("One", "nothing", 'type = "track"')],
        [Subscription("One", "trackEvent", 'type = "track"', {"eventName": {"@path": 5}})],
    ],
    ids=["presets", "a broken trigger", "no such action", "a broken mapping"],
)
@pytest.mark.parametrize("location", ["europe", "moon"])
def test_refusals_are_the_errors_of_a_plan(
    event: dict[str, Any], subscriptions: list[Subscription], location: str
) -> None:
    destination = connection(*subscriptions, dataCenterLocation=location)
    planned = [(item, destination.plan_for(item, event).error) for item in destination.matching(event)]
    found = destination.refusals(event)
    assert [(item, error and error.message) for item, error in found] == [
        (item, error and error.message) for item, error in planned
    ]
