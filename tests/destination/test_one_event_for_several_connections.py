"""A subscription that keeps what the last event gave: several connections share the work, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from destination import PRESETS, CompiledSubscription, Destination
from destination.fields import Validator

EVENT: dict[str, Any] = {"type": "identify", "userId": "u1", "traits": {"email": "ada@example.com", "plan": "pro"}}
OTHER: dict[str, Any] = {"type": "identify", "userId": "u2", "traits": {"email": "bob@example.com"}}


def connections(*, keeps_last: bool) -> list[Destination]:
    compiled = tuple(CompiledSubscription(item, keeps_last=keeps_last) for item in PRESETS)
    return [Destination({"apiKey": key}, compiled, now=lambda: 0) for key in ("first", "second")]


def outcomes(destination: Destination, event: Any) -> Any:
    return [
        (
            item.matched,
            item.resolved,
            item.payloads,
            item.results,
            str(item.error),
            [exchange.request for exchange in item.exchanges],
        )
        for item in destination.plan(event)
    ]


@pytest.mark.parametrize(
    "event", [EVENT, {"type": "identify"}, {"type": "identify", "traits": {"email": 5}}, {"type": "page"}, 5]
)
def test_every_connection_gets_what_it_would_get_by_itself(event: Any) -> None:
    alone, shared = connections(keeps_last=False), connections(keeps_last=True)
    for _ in range(2):
        assert [outcomes(item, event) for item in shared] == [outcomes(item, event) for item in alone]


def test_another_event_is_not_taken_for_the_last_one() -> None:
    first, second = connections(keeps_last=True)
    first.plan(EVENT)
    assert outcomes(second, OTHER) == outcomes(connections(keeps_last=False)[1], OTHER)


@pytest.mark.parametrize(("keeps_last", "count"), [(True, 1), (False, 2)])
def test_one_event_is_validated_once_for_all_connections_where_that_is_asked_for(
    keeps_last: bool, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated: list[object] = []
    validate = Validator.validate

    def counted(self: Validator, value: object, *, batch: bool) -> dict[str, object]:
        validated.append(value)
        return validate(self, value, batch=batch)

    monkeypatch.setattr(Validator, "validate", counted)
    for destination in connections(keeps_last=keeps_last):
        destination.plan(EVENT)
    assert len(validated) == count


def test_without_it_an_event_that_was_changed_in_place_is_taken_as_it_is_now() -> None:
    event: dict[str, Any] = {**EVENT, "traits": {"email": "ada@example.com"}}
    destination, _ = connections(keeps_last=False)
    destination.plan(event)
    event["traits"]["email"] = "eve@example.com"
    assert outcomes(destination, event) == outcomes(connections(keeps_last=False)[0], event)


def test_in_the_same_second_several_connections_send_the_very_same_body() -> None:
    compiled = tuple(CompiledSubscription(item, keeps_last=True) for item in PRESETS)
    event: Any = {"type": "track", "event": "Seen", "userId": "u1"}
    present = iter((1_000, 1_999, 2_000))
    destination = Destination({"apiKey": "key"}, compiled, now=lambda: next(present))
    outcomes = [outcome for _ in range(3) for outcome in destination.plan(event)]
    bodies: list[Any] = [exchange.request.json for outcome in outcomes for exchange in outcome.exchanges]
    assert bodies[0] is bodies[1]
    assert [body["createdAt"] for body in bodies] == [1, 1, 2]
