"""Whatever trouble there is for a while, `send` with its retries delivers everything, and it arrives once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx
from hypothesis import event, given, settings
from hypothesis import strategies as st

from conformance.delivery import Account, DeliveryService, Result, RetryPolicy, Runtime
from conformance.inputs.events import ReadEvent
from destination import PRESETS, AsyncHttpxClient, Destination
from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Simulator, SimulatorTransport
from simulator.journal import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = 1_787_227_200_000
PASSING = (408, 423, 429, 500, 502, 503, 504)
#: Enough that even the worst run of luck, at a probability of one half, is as good as impossible.
ATTEMPTS = 100

seconds = st.floats(0, 30, allow_nan=False)
delays = st.one_of(
    seconds,
    st.builds(lambda first, more: {"distribution": "uniform", "min": first, "max": first + more}, seconds, seconds),
    st.builds(lambda mean: {"distribution": "exponential", "mean": mean}, seconds),
    st.builds(lambda mean, by: {"distribution": "normal", "mean": mean, "deviation": by}, seconds, seconds),
    st.builds(
        lambda median, sigma: {"distribution": "lognormal", "median": median, "sigma": sigma},
        st.floats(0.01, 30),
        st.floats(0, 2),
    ),
)
actions = st.one_of(
    st.builds(lambda status: {"status": status}, st.sampled_from(PASSING)),
    st.builds(
        lambda status, wait: {"status": status, "headers": {"Retry-After": str(wait)}},
        st.sampled_from([429, 503]),
        st.integers(0, 90),
    ),
    st.builds(lambda moment: {"drop": moment}, st.sampled_from(["before", "after"])),
    st.builds(lambda delay: {"delay": delay}, delays),
)
sequences = st.lists(st.one_of(actions, st.just({"pass": True})), min_size=1, max_size=5)
what_happens = st.one_of(
    st.builds(lambda action, times: {"action": action, "times": times}, actions, st.integers(1, 5)),
    st.builds(lambda action, chance: {"action": action, "probability": chance}, actions, st.floats(0, 0.5)),
    st.builds(lambda sequence, times: {"sequence": sequence, "times": times}, sequences, st.integers(1, 2)),
    # What repeats must let something through.
    st.builds(lambda sequence: {"sequence": [*sequence, {"pass": True}], "repeat": True}, sequences),
)
paths = st.sampled_from(["*", "/api/users/*", "/api/events/track", "/api/commerce/*", "/api/*/*ulk*"])
faults = st.builds(
    lambda what, path, seed: {**what, "match": {"path": path}, **({} if seed is None else {"seed": seed})},
    what_happens,
    paths,
    st.none() | st.integers(0, 2**32),
)
limits = st.fixed_dictionaries(
    {"enforceRateLimits": st.booleans(), "retryAfter": st.booleans()},
    optional={"rateLimitedPaths": st.lists(paths, min_size=1, max_size=2)},
)
people = st.sampled_from(["u1", "u2", "u3"])
names = st.sampled_from(["Seen", "Read", "Order Completed"])
histories = st.lists(st.tuples(people, st.one_of(st.none(), names)), min_size=1, max_size=12)


@dataclass(frozen=True)
class Run:
    """What is sent, in what trouble."""

    history: list[tuple[str, str | None]]
    project_type: ProjectType
    faults: list[dict[str, Any]]
    limits: dict[str, Any]
    seed: int
    batch: bool


runs = st.builds(
    Run,
    histories,
    st.sampled_from([ProjectType.USER_ID, ProjectType.HYBRID]),
    st.lists(faults, max_size=3),
    limits,
    st.integers(0, 2**32),
    st.booleans(),
)


def segment_events(history: Sequence[tuple[str, str | None]]) -> list[ReadEvent]:
    """Events of which each leaves a mark of its own, whoever's it is."""
    events: list[dict[str, Any]] = []
    product = {"product_id": "p", "name": "Pen", "price": 1, "quantity": 1}
    for number, (user, name) in enumerate(history):
        timestamp = f"2026-08-20T10:{number:02d}:00.000Z"
        shared = {"userId": user, "messageId": f"m{number}", "timestamp": timestamp}
        order = {"order_id": f"o{number}", "total": number, "products": [product]}
        if name is None:
            events.append({"type": "identify", "traits": {f"field{number}": number}, **shared})
        else:
            events.append({"type": "track", "event": name, "properties": order, **shared})
    return [ReadEvent(f"events:{number}", item) for number, item in enumerate(events)]


class Environment:
    """A project, a clock that only waiting moves, and all the trouble that was asked for."""

    def __init__(self, run: Run) -> None:
        self.clock = Clock(NOW)
        configuration = ProjectConfiguration("p", run.project_type, ("key",), ProjectSettings())
        self.simulator = Simulator([configuration], seed=run.seed)
        self.transport = SimulatorTransport(self.simulator, self.clock)
        with httpx.Client(transport=self.transport, base_url="http://simulator") as control:
            control.patch("/_sim/projects/p/settings", json=run.limits).raise_for_status()
            for fault in run.faults:
                control.post("/_sim/faults", json=fault).raise_for_status()

    async def sleep(self, wait: float) -> None:
        self.clock.advance(wait)
        await asyncio.sleep(0)

    async def send(self, run: Run) -> Account:
        runtime = Runtime(sleep=self.sleep, now=lambda: self.clock.now() / 1000, chance=lambda: 0.5)
        async with AsyncHttpxClient(transport=self.transport) as client:
            service = DeliveryService(
                Destination({"apiKey": "key"}, [in_small_batches(preset) for preset in PRESETS]),
                client,
                policy=RetryPolicy(attempts=ATTEMPTS),
                concurrency=4,
                runtime=runtime,
            )
            deliver = service.deliver_in_batches if run.batch else service.deliver
            return await deliver(segment_events(run.history))

    def marks(self) -> tuple[dict[str, Any], list[tuple[str, str, Any, Any]]]:
        """People with their own fields, and every event with whose it is."""
        state = self.simulator.projects["p"].state_document()
        users = {
            user["userId"]: {name: value for name, value in user["dataFields"].items() if name.startswith("field")}
            for user in state["users"]
        }
        events = [(item["userId"], item["id"], item["createdAt"], item.get("total")) for item in state["events"]]
        return users, sorted(events)


def in_small_batches(preset: Any) -> Any:
    """The preset with batches so small that a few events make several."""
    return replace(preset, mapping={**preset.mapping, "batch_size": 2})


def sent_in(run: Run) -> tuple[Environment, Account]:
    environment = Environment(run)
    return environment, asyncio.run(environment.send(run))


@settings(max_examples=50)
@given(runs)
def test_everything_arrives_once_through_any_trouble_that_passes(run: Run) -> None:
    troubled, account = sent_in(run)
    calm, _ = sent_in(replace(run, faults=[], limits={}))

    assert account.missed == ()
    assert account.not_subscribed == 0
    assert account.count(Result.DELIVERED) == account.events == len(run.history)
    assert troubled.marks() == calm.marks()
    happened = sum(entry.fault for entry in troubled.simulator.journal.select(Selection()))
    event(f"faults: {'none' if not happened else 'some'}; rate limits: {run.limits['enforceRateLimits']}")


def test_a_rate_limit_that_is_switched_on_is_met_and_outlasted() -> None:
    history: list[tuple[str, str | None]] = [("u1", None)] * 30
    run = Run(history, ProjectType.HYBRID, [], {"enforceRateLimits": True}, 0, batch=True)
    environment, account = sent_in(run)
    statuses = [entry.reply.status for entry in environment.simulator.journal.select(Selection()) if entry.reply]
    assert 429 in statuses
    assert account.retries > 0
    assert (account.count(Result.DELIVERED), account.missed) == (30, ())


def test_trouble_that_lasts_longer_than_the_tries_is_accounted_for_as_failed() -> None:
    fault = {"action": {"status": 503}, "match": {"path": "/api/events/*"}}
    run = Run([("u1", None), ("u1", "Seen")], ProjectType.HYBRID, [fault], {}, 0, batch=False)
    environment, account = sent_in(run)
    assert (account.count(Result.DELIVERED), account.count(Result.FAILED)) == (1, 1)
    assert environment.marks() == ({"u1": {"field0": 0}}, [])


def test_a_lost_reply_is_known_to_the_account_and_the_event_is_stored_once() -> None:
    fault = {"sequence": [{"drop": "after"}, {"drop": "after"}]}
    run = Run([("u1", "Seen")], ProjectType.HYBRID, [fault], {}, 0, batch=False)
    environment, account = sent_in(run)
    assert (account.count(Result.DELIVERED), account.possible_duplicates, account.retries) == (1, 1, 2)
    assert len(environment.marks()[1]) == 1
