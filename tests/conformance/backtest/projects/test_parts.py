"""Requests played in parts, held against the same requests in one plain simulator: every reply, and every figure."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects_apart import TYPES, PlainProjects, count_of, in_parts, written

from conformance.backtest.projects import play_in_projects, run_parts
from conformance.backtest.projects.tasks import PartOfPeople, not_played
from destination import PRESETS, Subscription

SHOP_DAY: Final = Path(__file__).parents[4] / "scenarios/events/shop-day.jsonl"
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


def shop_day() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SHOP_DAY.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("size", [10**9, 100, 7])
def test_every_reply_of_the_shop_day_is_that_of_one_plain_simulator(size: int) -> None:
    plain = PlainProjects(PRESETS)
    for kind in TYPES:
        plain.deliver(shop_day(), kind)
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
    for kind in TYPES:
        plain.deliver(events, kind)
    figures, replies = in_parts(events, MAPPING, 2)
    # A request that is not made, because the one before it was refused, has a number all the same.
    assert len(replies) == len(plain.replies)
    for kind, project in plain.simulator.projects.items():
        assert count_of(figures, kind, "profiles") == len(project.people)
        assert count_of(figures, kind, "events") == len(project.events)


def test_fields_of_others_count_beside_the_limit_of_a_project() -> None:
    events = [
        {
            "type": "identify",
            "userId": f"u{number}",
            "receivedAt": f"2026-03-01T09:00:0{number}Z",
            "traits": {"fields": {f"field-{number}-{name}": 1 for name in range(300)}},
        }
        for number in range(5)
    ]
    whole = in_parts(events, MAPPING, 10**9)
    assert in_parts(events, MAPPING, 1) == whole
    assert count_of(whole[0], "hybrid", "refused") == 2


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_figures_are_the_same_for_any_number_of_workers(workers: int, tmp_path: Path) -> None:
    requests = written(shop_day(), PRESETS, tmp_path)
    figures = play_in_projects([requests], TYPES, partial(run_parts, workers=workers), 120, 10)
    assert figures == in_parts(shop_day(), PRESETS, 10**9)[0]


def test_a_part_of_which_every_process_died_is_missing() -> None:
    figures = not_played(
        PartOfPeople(Path("part"), "new", "email"), "a process that counted this died"
    ).outcome.figures
    assert not figures.complete
