"""Delivery with an asynchronous client: the same as with one that waits."""

from __future__ import annotations

from typing import Any

import pytest
import respx

from destination import (
    PRESETS,
    AsyncHttpxClient,
    ConnectionFailure,
    Destination,
    Outcome,
    Reply,
    Request,
    Subscription,
)

SUCCESS = Reply(200, "OK", "{}", {"content-type": "application/json"})
REFUSED = Reply(400, "Bad Request", "{}", {"content-type": "application/json"})
GONE = ConnectionFailure("gone", code="ECONNRESET", name="TypeError")
IDENTIFY: Any = {"type": "identify", "userId": "u1", "traits": {"email": "a@x.test", "new": "b@x.test"}}
TRACK: Any = {"type": "track", "event": "Seen", "userId": "u2", "messageId": "m", "timestamp": "2026-08-20T12:00:00Z"}
NEW_EMAIL = Subscription(
    "New email", "updateUser", 'type = "identify"', {"userId": "u1", "newEmail": {"@path": "$.traits.new"}}
)


class Waiting:
    """Answers every request in the same way."""

    def __init__(self, answer: Reply | ConnectionFailure) -> None:
        self.answer = answer
        self.requests: list[Request] = []

    def send(self, request: Request) -> Reply:
        self.requests.append(request)
        if isinstance(self.answer, ConnectionFailure):
            raise self.answer
        return self.answer


class Awaited:
    """The same for those who await the answer."""

    def __init__(self, answer: Reply | ConnectionFailure) -> None:
        self.waiting = Waiting(answer)

    async def send(self, request: Request) -> Reply:
        return self.waiting.send(request)


def described(outcomes: list[Outcome]) -> list[Any]:
    return [(outcome.results, outcome.error, outcome.exchanges) for outcome in outcomes if outcome.matched]


@pytest.mark.parametrize("answer", [SUCCESS, GONE], ids=["success", "failure"])
async def test_an_event_is_delivered_as_by_a_client_that_waits(answer: Reply | ConnectionFailure) -> None:
    destination, waiting, awaited = (
        Destination({"apiKey": "k"}, [*PRESETS, NEW_EMAIL]),
        Waiting(answer),
        Awaited(answer),
    )
    expected = described(destination.deliver(IDENTIFY, waiting))
    assert described(await destination.deliver_async(IDENTIFY, awaited)) == expected
    assert awaited.waiting.requests == waiting.requests != []
    assert [error for _, error, _ in expected] == [answer if answer is GONE else None] * 2


@pytest.mark.parametrize("answer", [SUCCESS, GONE], ids=["success", "failure"])
async def test_a_batch_is_delivered_as_by_a_client_that_waits(answer: Reply | ConnectionFailure) -> None:
    destination, waiting, awaited = Destination({"apiKey": "k"}), Waiting(answer), Awaited(answer)
    expected = described(destination.deliver_batch([IDENTIFY, TRACK], waiting))
    assert described(await destination.deliver_batch_async([IDENTIFY, TRACK], awaited)) == expected
    assert awaited.waiting.requests == waiting.requests
    assert [request.url.rpartition("/")[2] for request in waiting.requests] == ["trackBulk", "bulkUpdate"]


async def test_a_reply_that_refuses_is_no_answer_to_build_on() -> None:
    destination, awaited = Destination({"apiKey": "k"}, [NEW_EMAIL]), Awaited(REFUSED)
    [outcome] = await destination.deliver_async(IDENTIFY, awaited)
    assert outcome.error is not None
    assert (outcome.error.name, len(awaited.waiting.requests)) == ("HTTPError", 1)


@respx.mock
async def test_the_asynchronous_client_does_the_same() -> None:
    respx.post("https://api.iterable.com/api/users/update").respond(200, json={"msg": "", "code": "Success"})
    async with AsyncHttpxClient() as client:
        outcomes = await Destination({"apiKey": "k"}).deliver_async(IDENTIFY, client)
    assert [outcome.error for outcome in outcomes if outcome.matched] == [None]
