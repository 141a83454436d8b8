"""A snapshot holds all that decides how a simulator goes on, and nothing but that comes out of it."""

from __future__ import annotations

import json
import pickle
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.engine.snapshot import SnapshotError, capture, restore
from simulator.faults import Fault
from simulator.journal import Selection
from simulator.project.keys import ApiKey, KeyType

NOON = 1_787_227_200_000
SETTINGS = ProjectSettings.model_validate(
    {"visibilityLag": 5, "eventIdScope": "user", "enforceRateLimits": True, "rateLimitedPaths": ["/api/lists*"]}
)
PROJECTS = [
    ProjectConfiguration("late", ProjectType.HYBRID, ("late-key",), SETTINGS, (ApiKey("app", KeyType.MOBILE, "s"),)),
    ProjectConfiguration("prompt", ProjectType.EMAIL, ("prompt-key",)),
]
ADA, BOB = {"email": "ada@example.com"}, {"email": "bob@example.com"}


def post(path: str, key: str, **body: Any) -> Request:
    return Request("POST", f"/api/{path}", "", {"api-key": key}, json.dumps(body).encode())


def lived_in() -> tuple[Simulator, Clock]:
    """A simulator with something of everything."""
    simulator, clock = Simulator(PROJECTS, seed=7), Clock(NOON)
    simulator.faults.add(Fault.model_validate({"action": {"status": 503}, "probability": 0.3, "times": 40}))
    for key in ("prompt-key", "late-key"):
        for number in range(30):
            who = {"email": f"person-{number % 9}@example.com"}
            fields = {"city": "London", "logins": number, "tags": ["a", {"deep": None}]}
            simulator.transmit(post("users/update", key, **who, dataFields=fields), NOON + number * 1000)
            event = {**who, "eventName": "seen", "id": f"e{number % 5}", "createdAt": 1_700_000_000 + number}
            simulator.transmit(post("events/track", key, **event), NOON + number * 1000)
        simulator.handle(post("lists", key, name="Friends"), NOON)
        simulator.handle(post("lists/subscribe", key, listId=1, subscribers=[ADA, BOB]), NOON)
        simulator.handle(post("templates/email/upsert", key, clientTemplateId="t", name="Welcome"), NOON)
        simulator.handle(post("campaigns/create", key, name="Hello", templateId=1), NOON)
        simulator.handle(post("email/target", key, campaignId=1, recipientEmail="ada@example.com"), NOON)
        later = {"campaignId": 1, "recipientEmail": "bob@example.com", "sendAt": "2099-01-01 00:00:00"}
        simulator.handle(post("email/target", key, **later), NOON)
        simulator.handle(post("catalogs/shoes", key), NOON)
        simulator.handle(post("users/forget", key, email="person-3@example.com"), NOON)
    clock.advance(60)
    return simulator, clock


def copied(simulator: Simulator, clock: Clock) -> tuple[Simulator, Clock]:
    copy, copied_clock = Simulator([]), Clock()
    for entry in simulator.journal.select(Selection()):
        copy.journal.append(entry.at, entry.project, entry.request, entry.reply)
    restore(capture(simulator, clock), copy, copied_clock)
    return copy, copied_clock


def test_a_restored_simulator_is_the_one_that_was_captured() -> None:
    simulator, clock = lived_in()
    copy, copied_clock = copied(simulator, clock)
    assert copied_clock.now() == clock.now()
    assert list(copy.projects) == list(simulator.projects)
    for name, project in simulator.projects.items():
        assert copy.projects[name].state_document() == project.state_document()
        assert copy.projects[name].configuration == project.configuration
        assert copy.projects[name].counts() == project.counts()
    assert capture(copy, copied_clock) == capture(simulator, clock)


def test_something_is_pending_scheduled_and_at_fault_in_the_example() -> None:
    simulator, _ = lived_in()
    late = simulator.projects["late"]
    assert late.pending
    assert len(late.scheduled) > 0
    assert simulator.faults.numbers() == [1]


def test_both_go_on_alike() -> None:
    simulator, clock = lived_in()
    copy, copied_clock = copied(simulator, clock)
    for number in range(60):
        now = clock.now() + number * 500
        for request in (
            post("users/update", "late-key", email=f"person-{number}@example.com", dataFields={"n": number}),
            post("events/track", "prompt-key", email="person-1@example.com", eventName="seen", id=f"e{number % 7}"),
            post("lists", "late-key", name=f"List {number}"),
            post("users/updateEmail", "late-key", currentEmail="person-1@example.com", newEmail="new@example.com"),
        ):
            assert copy.transmit(request, now) == simulator.transmit(request, now)
    assert capture(copy, copied_clock) == capture(simulator, clock)


def newest_first(simulator: Simulator, path: str) -> list[str]:
    """The ids of somebody's events, as the API lists them."""
    reply = simulator.handle(Request("GET", f"/api/events/{path}", "", {"api-key": "prompt-key"}), NOON)
    return [event["id"] for event in json.loads(reply.body)["events"]]


def test_of_events_in_the_same_second_the_one_stored_last_is_the_newest_in_the_copy_too() -> None:
    simulator, clock = Simulator(PROJECTS), Clock(NOON)
    for who in (ADA, BOB):
        simulator.handle(post("users/update", "prompt-key", **who), NOON)
    for who, ids in ((ADA, "abcab"), (BOB, "xyz")):
        for event_id in ids:
            event = {**who, "eventName": "seen", "id": event_id, "createdAt": 1_700_000_000}
            simulator.handle(post("events/track", "prompt-key", **event), NOON)
    copy, _ = copied(simulator, clock)
    for each in (simulator, copy):
        assert newest_first(each, "ada@example.com") == ["b", "a", "c"]
        assert newest_first(each, "bob@example.com") == ["z", "y", "x"]


def test_people_have_their_user_ids_in_the_copy_and_are_found_by_them() -> None:
    simulator, clock = Simulator(PROJECTS), Clock(NOON)
    for who in (ADA, BOB):
        simulator.handle(post("users/update", "prompt-key", **who, userId="u1"), NOON)
    simulator.handle(post("users/update", "prompt-key", email="eve@example.com", userId="u2"), NOON)
    copy, _ = copied(simulator, clock)
    people = [(person.email, person.user_id) for person in copy.projects["prompt"].people]
    assert people == [("ada@example.com", "u1"), ("bob@example.com", "u1"), ("eve@example.com", "u2")]
    event = {"userId": "u2", "eventName": "seen", "id": "e"}
    assert copy.handle(post("events/track", "prompt-key", **event), NOON).status == 200
    assert newest_first(copy, "byUserId/u2") == ["e"]
    assert copy.handle(post("users/update", "prompt-key", userId="u1"), NOON).users == ("ada@example.com", "u1")


def test_a_reset_of_the_copy_brings_back_the_first_projects() -> None:
    simulator, clock = lived_in()
    copy, _ = copied(simulator, clock)
    copy.reset()
    assert list(copy.projects) == ["late", "prompt"]
    assert copy.projects["late"].counts()["users"] == 0


def test_the_same_state_has_the_same_bytes_whichever_way_it_came_about() -> None:
    simulator, clock = lived_in()
    halfway, halfway_clock = copied(*lived_in())
    for one in (simulator, halfway):
        one.handle(post("users/update", "prompt-key", email="new@example.com", dataFields={"city": "London"}), NOON)
    assert capture(halfway, halfway_clock) == capture(simulator, clock)


@pytest.mark.parametrize("place", [0, 30, 60, 500, -1])
def test_damage_is_noticed_and_changes_nothing(place: int) -> None:
    snapshot = bytearray(capture(*lived_in()))
    snapshot[place] ^= 1
    simulator, clock = Simulator(), Clock(NOON)
    with pytest.raises(SnapshotError):
        restore(bytes(snapshot), simulator, clock)
    assert list(simulator.projects) == ["email", "userid", "hybrid"]
    assert clock.now() == NOON


@pytest.mark.parametrize(
    ("snapshot", "complaint"),
    [
        (b"", "not a snapshot"),
        (b"PK\x03\x04", "not a snapshot"),
        (b"iterable-harness snapshot 999\n" + bytes(40), "version 999; this harness reads version 5"),
    ],
)
def test_what_is_no_snapshot_of_this_version_is_refused(snapshot: bytes, complaint: str) -> None:
    with pytest.raises(SnapshotError, match=complaint):
        restore(snapshot, Simulator(), Clock())


def test_nothing_but_the_state_of_a_simulator_comes_out_of_a_snapshot(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return Path.touch, (tmp_path / "touched",)

    body = pickle.dumps(Trap())
    snapshot = b"iterable-harness snapshot 5\n" + blake2b(body, digest_size=16).digest() + body
    with pytest.raises(SnapshotError, match="not part of a simulator's state"):
        restore(snapshot, Simulator(), Clock())
    assert not (tmp_path / "touched").exists()


def test_trouble_that_is_under_way_goes_on_where_it_was() -> None:
    simulator, clock = Simulator(PROJECTS, seed=7), Clock(NOON)
    delay = {"delay": {"distribution": "lognormal", "median": 1, "sigma": 1}}
    for fault in (
        {"sequence": [{"status": 503}, delay, {"drop": "after"}], "repeat": True, "probability": 0.5, "seed": 3},
        {"action": {"delay": {"distribution": "uniform", "max": 9}}, "probability": 0.5},
    ):
        simulator.faults.add(Fault.model_validate(fault))
    simulator.faults.begin_with(11)
    changed = {"bulkLag": 3, "enforceRateLimits": True}
    project = simulator.projects["prompt"]
    project.settings = ProjectSettings.model_validate(changed)
    request = Request("GET", "/api/lists", "", {"api-key": "prompt-key"})

    def transmissions(of: Simulator) -> list[Any]:
        results = [of.transmit(request, NOON) for _ in range(30)]
        return [(result.reply, result.delay) for result in results]

    transmissions(simulator)
    other, other_clock = Simulator([]), Clock()
    restore(capture(simulator, clock), other, other_clock)
    assert other.projects["prompt"].settings == project.settings
    assert other.faults.to_json() == simulator.faults.to_json()
    assert transmissions(other) == transmissions(simulator)
    other.projects["prompt"].reset()
    assert other.projects["prompt"].settings == ProjectSettings()
