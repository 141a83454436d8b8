"""How fast the destination is, on three events of a shop. Run with `make bench`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from destination import PRESETS, Destination, Reply, Request
from destination.javascript import json_text
from destination.mapping import compile_mapping

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

EVENTS: dict[str, Any] = json.loads(Path(__file__).with_name("workload.json").read_text(encoding="utf-8"))
ACTIONS = {"identify": "updateUser", "track": "trackEvent", "purchase": "trackPurchase"}
SUBSCRIPTIONS = {preset.partner_action: preset for preset in PRESETS}


class Instant:
    """Encodes each request, as a client must, and has the reply at once."""

    def send(self, request: Request) -> Reply:
        json_text.encode(request.json)
        return SUCCESS


SUCCESS = Reply(200, "OK", '{"msg":"","code":"Success","params":null}', {"content-type": "application/json"})


@pytest.mark.parametrize("kind", ACTIONS)
def test_resolving_the_default_mapping(benchmark: BenchmarkFixture, kind: str) -> None:
    resolve = compile_mapping(SUBSCRIPTIONS[ACTIONS[kind]].mapping)
    assert benchmark(resolve, EVENTS[kind])


@pytest.mark.parametrize("kind", ACTIONS)
def test_one_event_through_all_four_presets(benchmark: BenchmarkFixture, kind: str) -> None:
    destination = Destination({"apiKey": "k"})
    outcomes = benchmark(destination.deliver, EVENTS[kind], Instant())
    assert sum(outcome.matched and outcome.error is None for outcome in outcomes) == 1


@pytest.mark.parametrize("kind", ["identify", "track"])
def test_a_batch_of_a_thousand(benchmark: BenchmarkFixture, kind: str) -> None:
    destination = Destination({"apiKey": "k"}, [SUBSCRIPTIONS[ACTIONS[kind]]])
    outcomes = benchmark(destination.deliver_batch, [EVENTS[kind]] * 1000, Instant())
    assert len(outcomes[0].payloads) == 1000
