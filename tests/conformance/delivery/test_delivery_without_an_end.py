"""Deliveries to which events go on coming, and those that begin without a task."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conformance.delivery import Delivery, DeliveryService, Result, RetryPolicy, Runtime
from conformance.delivery.eager_tasks import Done, begin
from conformance.inputs.events import ReadEvent
from destination import ConnectionFailure, Destination, Reply, Request

FINE = Reply(200, "OK", '{"code": "Success"}', {"content-type": "application/json"})
BUSY = Reply(503, "Service Unavailable", "")


class Server:
    """Gives its answers in order, the last one for ever; waits for each where it is slow."""

    def __init__(self, *answers: Reply | ConnectionFailure, slow: bool = False) -> None:
        self.users: list[Any] = []
        self._answers = answers or (FINE,)
        self._slow = slow

    async def send(self, request: Request) -> Reply:
        assert isinstance(request.json, dict)
        self.users.append(request.json["userId"])
        answer = self._answers[min(len(self.users), len(self._answers)) - 1]
        if self._slow:
            await asyncio.sleep(0)
        if isinstance(answer, ConnectionFailure):
            raise answer
        return answer


def event(user: str) -> ReadEvent:
    return ReadEvent("here", {"type": "track", "event": "Seen", "userId": user, "timestamp": "2026-08-20T12:00:00Z"})


def service(server: Server, ended: list[Delivery], *, eager: bool = True) -> DeliveryService:
    runtime = Runtime(
        sleep=lambda _: asyncio.sleep(0),
        now=lambda: 0.0,
        chance=lambda: 1.0,
        observe=lambda _, deliveries: ended.extend(deliveries),
    )
    policy = RetryPolicy(attempts=3)
    return DeliveryService(
        Destination({"apiKey": "key"}), server, policy=policy, runtime=runtime, endless=True, eager=eager
    )


async def test_what_never_waits_is_delivered_by_the_time_it_is_taken_up() -> None:
    ended: list[Delivery] = []
    delivery = service(Server(), ended)
    await delivery.take_up(event("u1"))
    assert [item.result for item in ended] == [Result.DELIVERED]
    await delivery.drain()


@pytest.mark.parametrize("eager", [True, False])
async def test_events_of_one_person_keep_their_order_while_the_first_is_tried_again(eager: bool) -> None:
    ended: list[Delivery] = []
    server = Server(BUSY, BUSY, FINE, slow=True)
    delivery = service(server, ended, eager=eager)
    for user in ("u1", "u1"):
        await delivery.take_up(event(user))
    await delivery.drain()
    assert server.users == ["u1"] * 4
    assert [item.tries for item in ended] == [3, 1]


async def test_a_delivery_has_the_requests_of_all_its_tries() -> None:
    ended: list[Delivery] = []
    delivery = service(Server(BUSY, ConnectionFailure("lost", code="ECONNRESET"), FINE), ended)
    await delivery.take_up(event("u1"))
    await delivery.drain()
    assert [exchange.reply and exchange.reply.status for exchange in ended[0].exchanges] == [503, None, 200]


@pytest.mark.parametrize("eager", [True, False])
async def test_silence_does_not_stop_it_and_what_is_missed_is_only_counted(eager: bool) -> None:
    ended: list[Delivery] = []
    delivery = service(Server(ConnectionFailure("refused", code="ECONNREFUSED")), ended, eager=eager)
    for number in range(30):
        await delivery.take_up(event(f"u{number}"))
    await delivery.drain()
    assert (delivery.stopped_because, len(ended)) == ("", 30)
    assert delivery.account.count(Result.FAILED) == 30
    assert (delivery.account.missed, list(delivery.account.undelivered_lines())) == ((), [])


async def test_an_eager_attempt_under_way_can_be_abandoned() -> None:
    ended: list[Delivery] = []

    class Silent(Server):
        async def send(self, request: Request) -> Reply:
            await asyncio.Event().wait()
            return await super().send(request)

    delivery = service(Silent(), ended)
    await delivery.take_up(event("u1"))
    await asyncio.sleep(0)
    delivery.abandon("enough")
    await delivery.drain()
    assert [(item.result, item.uncertain) for item in ended] == [(Result.FAILED, True)]


async def test_a_coroutine_that_never_waits_is_done_at_once() -> None:
    async def nothing() -> int:
        return 7

    begun = begin(nothing())
    assert isinstance(begun, Done)
    assert begun.result == 7


async def test_what_a_coroutine_raises_before_it_waits_is_raised_at_once() -> None:
    async def broken() -> None:
        raise ValueError("now")

    with pytest.raises(ValueError, match="now"):
        begin(broken())


async def test_the_rest_of_a_coroutine_goes_on_in_a_task_with_what_it_waits_for_and_what_it_raises() -> None:
    waited: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def waits() -> int:
        try:
            return await waited + 1
        finally:
            await asyncio.sleep(0)

    begun = begin(waits())
    assert isinstance(begun, asyncio.Task)
    waited.set_result(1)
    assert await begun == 2

    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError("later")

    failing = begin(fails())
    assert isinstance(failing, asyncio.Task)
    with pytest.raises(ValueError, match="later"):
        await failing


async def test_a_cancelled_rest_cleans_up_after_itself() -> None:
    cleaned: list[bool] = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    begun = begin(waits())
    assert isinstance(begun, asyncio.Task)
    await asyncio.sleep(0)
    begun.cancel()
    with pytest.raises(asyncio.CancelledError):
        await begun
    assert cleaned == [True]
