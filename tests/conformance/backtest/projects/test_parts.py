"""Requests played in parts, held against the same requests in one plain simulator: every reply, and every figure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.backtest import Located, Mappings, Position, count
from conformance.backtest.figures import Figures, Played
from conformance.backtest.projects import Requests, play_in_projects
from conformance.backtest.projects.play import Numbered, play
from conformance.backtest.projects.requests import instant_of, unpack
from conformance.backtest.projects.runs import read_records
from conformance.backtest.projects.tasks import PartOfPeople, PlayedPart, RequestWriter
from destination import PRESETS, Destination, Subscription
from destination import Reply as DestinationReply
from destination import Request as DestinationRequest
from destination.javascript import json_text
from simulator import Request, Simulator
from simulator.journal import NullJournal

SHOP_DAY: Final = Path(__file__).parents[4] / "scenarios/events/shop-day.jsonl"
TYPES: Final = ("email", "userid", "hybrid")
PEOPLE: Final = Subscription(
    "People",
    "updateUser",
    'type = "identify"',
    {
        "userId": {"@path": "$.userId"},
        "email": {"@path": "$.traits.email"},
        "newEmail": {"@path": "$.traits.new"},
        "dataFields": {"@path": "$.traits.fields"},
    },
)
EVENTS: Final = Subscription(
    "Events",
    "trackEvent",
    'type = "track"',
    {
        "userId": {"@path": "$.userId"},
        "email": {"@path": "$.properties.email"},
        "eventName": {"@path": "$.event"},
        "id": {"@path": "$.properties.id"},
        "dataFields": {"@path": "$.properties.fields"},
    },
)
MAPPING: Final = (PEOPLE, EVENTS)
#: What a simulator answered to each request: project type, number, status, body.
Replies = set[tuple[str, int, int, bytes]]


def located(events: list[dict[str, Any]]) -> list[Located]:
    return [Located(Position("events.jsonl", number * 100, number + 1), event) for number, event in enumerate(events)]


def in_parts(
    events: list[dict[str, Any]], subscriptions: tuple[Subscription, ...], size: int, first: int = 0
) -> tuple[Figures, Replies]:
    """The figures, and the last reply to each request, of parts of a size, when the first requests are known."""
    replies: dict[tuple[Path, str], Replies] = {}

    def run(parts: Iterator[PartOfPeople]) -> Iterator[PlayedPart]:
        for part in parts:
            numbered = (Numbered(record.group, unpack(record.content)) for record in read_records(part.file))
            # What a part answered when it was played before, with other types, is forgotten.
            answered = replies[part.file, part.project_type] = set()

            def observe(number: int, result: Any, kind: str = part.project_type, answered: Replies = answered) -> None:
                answered.add((kind, number, result.reply.status, result.reply.body))

            outcome = play(numbered, part.mapping, part.project_type, part.fixings, observe)
            yield PlayedPart(part, outcome)

    with TemporaryDirectory() as folder:
        writer = RequestWriter(Path(folder), "all", ("new",))
        count(located(events), Mappings(subscriptions), write=writer.add)
        requests = Requests(Path(folder), "new")
        requests.take(writer.close())
        figures = play_in_projects([requests], TYPES, run, size, first)
    return figures, set().union(*replies.values())


class PlainProjects:
    """Projects of all types, to which events are delivered one after the other, as `send` does."""

    def __init__(self, subscriptions: tuple[Subscription, ...]) -> None:
        self.now = 0
        self.number = 0
        self.replies: Replies = set()
        self.simulator = Simulator(journal=NullJournal())
        self.destinations = {
            kind: Destination({"apiKey": f"{kind}-key"}, subscriptions, now=lambda: self.now) for kind in TYPES
        }

    def deliver(self, events: list[dict[str, Any]]) -> None:
        for kind, destination in self.destinations.items():
            self.number = 0
            for event in sorted(events, key=instant_of):
                self.now = instant_of(event)
                destination.deliver(event, self)
            assert kind in self.simulator.projects

    def send(self, request: DestinationRequest) -> DestinationReply:
        body = json_text.encode(request.json)
        path = request.url.removeprefix("https://api.iterable.com")
        reply = self.simulator.handle(Request(request.method, path, "", request.headers, body), self.now)
        self.number += 1
        kind = request.headers["api-key"].removesuffix("-key")
        self.replies.add((kind, self.number, reply.status, reply.body))
        return DestinationReply(reply.status, "", reply.body.decode(), {"content-type": "application/json"})


def shop_day() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SHOP_DAY.read_text(encoding="utf-8").splitlines()]


def count_of(figures: Figures, kind: str, what: str) -> int:
    key = Played("new", kind, what)
    return sum(tallies[key].count for tallies in (figures.fates, figures.people) if key in tallies)


@pytest.mark.parametrize("size", [10**9, 100, 7])
def test_every_reply_of_the_shop_day_is_that_of_one_plain_simulator(size: int) -> None:
    plain = PlainProjects(PRESETS)
    plain.deliver(shop_day())
    figures, replies = in_parts(shop_day(), PRESETS, size)
    assert replies == plain.replies
    for kind, project in plain.simulator.projects.items():
        assert count_of(figures, kind, "profiles") == len(project.people)
        assert count_of(figures, kind, "events") == len(project.events)


IDENTIFIERS: Final = st.one_of(st.none(), st.sampled_from(["1", "2", "3", "4"]))
FIELDS: Final = st.dictionaries(
    st.sampled_from(["a", "b"]),
    st.one_of(st.just(1), st.just("text"), st.just({"c": True}), st.just({"c": 5}), st.none()),
    max_size=2,
)
HAPPENED: Final = st.lists(
    st.builds(
        lambda kind, user, email, other, fields, at, identifier: {
            "type": kind,
            "event": "Done",
            "receivedAt": f"2026-03-01T09:00:{at:02}Z",
            **({} if user is None else {"userId": f"u{user}"}),
            ("traits" if kind == "identify" else "properties"): {
                "fields": fields,
                **({} if email is None else {"email": f"{email}@example.com"}),
                **({} if other is None else {"new": f"{other}@example.com"}),
                **({} if identifier is None else {"id": f"e{identifier}"}),
            },
        },
        st.sampled_from(["identify", "track"]),
        IDENTIFIERS,
        IDENTIFIERS,
        IDENTIFIERS,
        FIELDS,
        st.integers(0, 59),
        IDENTIFIERS,
    ),
    max_size=12,
)


@given(HAPPENED, st.integers(1, 4), st.integers(0, 6))
def test_parts_of_any_size_give_the_replies_and_the_figures_of_the_whole(
    events: list[dict[str, Any]], size: int, first: int
) -> None:
    whole, parts = in_parts(events, MAPPING, 10**9), in_parts(events, MAPPING, size, first)
    assert parts == whole


@given(HAPPENED)
def test_what_is_sent_is_what_is_counted(events: list[dict[str, Any]]) -> None:
    plain = PlainProjects(MAPPING)
    plain.deliver(events)
    figures, replies = in_parts(events, MAPPING, 2)
    # A request that is not made, because the one before it was refused, has a number all the same.
    assert sorted((kind, status) for kind, _, status, _ in replies) == sorted(
        (kind, status) for kind, _, status, _ in plain.replies
    )
    for kind, project in plain.simulator.projects.items():
        assert count_of(figures, kind, "profiles") == len(project.people)
        assert count_of(figures, kind, "events") == len(project.events)
