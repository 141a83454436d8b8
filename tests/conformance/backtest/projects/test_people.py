"""Whose profile is split, and who shares one, by the events of a few people in projects of each type."""

from __future__ import annotations

from typing import Any, Final

import pytest

from conformance.backtest import Located, Mappings, Position, count, merge
from conformance.backtest.figures import Figures, Played
from conformance.backtest.projects.play import Numbered, play
from conformance.backtest.projects.requests import PlannedEvent, plan_event
from destination import Subscription

USER: Final[dict[str, Any]] = {"userId": {"@path": "$.userId"}, "email": {"@path": "$.email"}}
MAPPING: Final = (
    Subscription("People", "updateUser", 'type = "identify"', {**USER, "newEmail": {"@path": "$.new"}}),
    Subscription("Events", "trackEvent", 'type = "track"', {**USER, "eventName": "Done", "id": {"@path": "$.id"}}),
)
EVERYWHERE: Final = ("email", "userid", "hybrid")


def identify(user_id: str | None = None, email: str | None = None, **more: str) -> dict[str, Any]:
    who = {name: text for name, text in (("userId", user_id), ("email", email)) if text is not None}
    return {"type": "identify", **who, **more}


def track(user_id: str | None = None, email: str | None = None, **more: str) -> dict[str, Any]:
    return {**identify(user_id, email, **more), "type": "track"}


def played(kind: str, *events: dict[str, Any]) -> Figures:
    planned: list[PlannedEvent] = []
    located = [Located(Position("e", number, number + 1), event) for number, event in enumerate(events)]
    count(
        located, Mappings(MAPPING), write=lambda item, shown, _, made: planned.append(plan_event(item, shown, made))
    )
    return play([Numbered(2 * number + 1, event) for number, event in enumerate(planned)], "new", kind).figures


def counts(kind: str, *events: dict[str, Any]) -> dict[str, int]:
    figures = played(kind, *events)
    left_out = {"people", "profiles", "events"}
    return {key.what: tally.count for key, tally in figures.people.items() if key.what not in left_out}


def lost(kind: str, *events: dict[str, Any]) -> dict[str, int]:
    return {key.what: tally.count for key, tally in played(kind, *events).fates.items()}


def test_a_person_with_one_address_is_nobody_of_whom_there_is_something_to_say() -> None:
    for kind in EVERYWHERE:
        assert counts(kind, identify("u1", "a@example.com"), track("u1"), track("u1", "a@example.com")) == {}


def test_a_new_address_splits_a_profile_where_the_address_is_the_key() -> None:
    events = identify("u1", "a@example.com"), identify("u1", "b@example.com")
    assert counts("email", *events) == {"split": 1}
    assert counts("userid", *events) == counts("hybrid", *events) == {}


def test_an_address_that_is_moved_splits_nobody() -> None:
    events = (
        identify(None, "a@example.com"),
        identify(None, "a@example.com", new="b@example.com"),
        track(None, "b@example.com"),
    )
    assert counts("email", *events) == counts("hybrid", *events) == {}


def test_who_was_known_by_user_id_and_by_address_before_both_were_named_is_split_in_a_hybrid_project() -> None:
    events = identify("u1"), identify(None, "a@example.com"), identify("u1", "a@example.com")
    assert counts("hybrid", *events) == {"split": 1}
    assert lost("hybrid", *events) == {"carried out": 2, "conflict": 1}
    # The userId alone is refused there, and the address alone here.
    assert counts("email", *events) == counts("userid", *events) == {}


def test_people_who_share_an_address_share_a_profile_where_the_address_is_the_key() -> None:
    events = identify("u1", "a@example.com"), identify("u2", "a@example.com"), identify("u3", "a@example.com")
    assert counts("email", *events) == {"joined": 3, "shared address": 1}
    assert counts("userid", *events) == {"shared address": 1}
    # The second and the third are refused there: the address is somebody else's.
    assert counts("hybrid", *events) == {"without a profile": 2, "shared address": 1}
    assert lost("hybrid", *events) == {"carried out": 1, "conflict": 2}


def test_an_event_of_one_person_that_goes_to_another_joins_them() -> None:
    events = identify("u1", "a@example.com"), track("u2", "a@example.com")
    assert counts("hybrid", *events) == {"joined": 2, "shared address": 1}


def test_a_shared_address_is_shown_with_how_many_people_share_it() -> None:
    figures = played("email", identify("u1", "a@example.com"), identify("u2", "A@example.com"))
    [example] = figures.people[Played("new", "email", "shared address")].examples
    assert example == (Position("e", 0, 1), {"email": ["a@example.com"], "people": 2})


@pytest.mark.parametrize(
    ("kind", "fates"),
    [
        ("email", {"dropped": 1, "nobody found": 1, "carried out": 1}),
        ("userid", {"carried out": 2, "nobody found": 1}),
        ("hybrid", {"carried out": 3}),
    ],
)
def test_whom_a_project_does_not_know_it_loses_in_its_own_way(kind: str, fates: dict[str, int]) -> None:
    assert lost(kind, track(None, "a@example.com"), track("u1"), identify("u1", "b@example.com")) == fates


def test_an_event_with_the_id_of_somebody_elses_takes_its_place() -> None:
    events = track("u1", id="e1"), track("u1", id="e1"), track("u2", id="e1")
    assert counts("hybrid", *events) == {"replaced, same person": 1, "replaced, other person": 1}


def test_the_address_that_most_people_share_is_shown_first() -> None:
    two = [identify(f"u{number}", "a@example.com") for number in range(2)]
    five = [identify(f"v{number}", "b@example.com") for number in range(5)]
    for first, second in ((two, five), (five, two)):
        figures = played("email", *first, *second)
        for what in ("shared address", "joined"):
            assert figures.people[Played("new", "email", what)].examples[0].shown["people"] == 5
        merged = merge((played("email", *first), played("email", *second)))
        assert merged.people[Played("new", "email", "shared address")].examples[0].shown["people"] == 5
