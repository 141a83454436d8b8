"""The state after any request can be made again from what came in, in memory and in a directory, byte for byte."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.engine.snapshot import capture
from simulator.history.replay import rebuilt
from simulator.journal import Journal, MemoryJournal
from simulator.persistence import Directory, StoredJournal
from simulator.service import Service

NOON = 1_787_227_200_000
LATE = ProjectSettings.model_validate({"visibilityLag": 5, "enforceRateLimits": True})
PROJECTS = [
    ProjectConfiguration("late", ProjectType.HYBRID, ("late",), LATE),
    ProjectConfiguration("prompt", ProjectType.EMAIL, ("prompt",)),
]
EMAILS = st.sampled_from([f"{name}@example.com" for name in "abc"])
KEYS = st.sampled_from(["late", "late", "prompt", "nobody's"])
NAMES = st.sampled_from(["late", "prompt", "other"])
VALUES = st.one_of(st.integers(0, 3), st.sampled_from(["London", "\ud800", "2024-01-02"]), st.none())


def api(path: str, key: str, **body: Any) -> Request:
    return Request("POST", f"/api/{path}", "", {"api-key": key}, json.dumps(body).encode())


def control(method: str, path: str, body: Any = None) -> Request:
    return Request(method, f"/_sim/{path}", "", {}, b"" if body is None else json.dumps(body).encode())


def project(name: str) -> dict[str, Any]:
    return {"name": name, "type": "userid", "apiKey": f"{name}-key"}


def document(email: str) -> dict[str, Any]:
    return {
        "users": [{"email": email, "dataFields": {"plan": "gold"}}],
        "events": [{"email": email, "eventName": "e"}],
    }


FAULTS = st.sampled_from(
    [
        {"action": {"status": 503}, "probability": 0.5},
        {"action": {"drop": "after"}, "times": 2},
        {"match": {"path": "/api/users/*"}, "action": {"delay": 1}},
    ]
)
CALLS = st.one_of(
    st.builds(lambda k, e, v: api("users/update", k, email=e, dataFields={"city": v}), KEYS, EMAILS, VALUES),
    st.builds(lambda k, e, i: api("events/track", k, email=e, eventName="seen", id=i), KEYS, EMAILS, EMAILS),
    st.builds(lambda k, e, n: api("users/updateEmail", k, currentEmail=e, newEmail=n), KEYS, EMAILS, EMAILS),
    st.builds(lambda k, e, n: api("users/merge", k, sourceEmail=e, destinationEmail=n), KEYS, EMAILS, EMAILS),
    st.builds(lambda k, e: api("users/forget", k, email=e), KEYS, EMAILS),
    st.builds(lambda k: api("lists", k, name="Friends"), KEYS),
    st.builds(lambda k, e: api("lists/subscribe", k, listId=1, subscribers=[{"email": e}]), KEYS, EMAILS),
)
STEERING = st.one_of(
    st.builds(lambda seconds: control("POST", "clock", {"advance": seconds}), st.sampled_from([0, 3, 6])),
    st.just(control("POST", "clock", {"now": "2026-09-01T00:00:00Z"})),
    st.just(control("POST", "clock", {"mode": "real"})),
    st.builds(lambda fault: control("POST", "faults", fault), FAULTS),
    st.just(control("DELETE", "faults")),
    st.just(control("GET", "projects")),
    st.just(control("POST", "nowhere")),
    st.just(Request("GET", "/")),
    st.builds(lambda name: control("POST", "projects", project(name)), NAMES),
    st.builds(lambda name: control("POST", f"projects/{name}/reset"), NAMES),
    st.builds(lambda name: control("DELETE", f"projects/{name}"), NAMES),
    st.builds(lambda name, e: control("PUT", f"projects/{name}/state", document(e)), NAMES, EMAILS),
)
#: Time goes by and somebody looks, which lets what is pending happen.
LOOKS = st.sampled_from([control("POST", "clock", {"advance": 6}), control("GET", "projects"), Request("GET", "/")])
HISTORIES = st.lists(
    st.one_of(CALLS, CALLS, STEERING, *[LOOKS] * 12, st.just(control("POST", "reset"))), min_size=5, max_size=25
)


class Machine:
    """The machine's time, which goes on by a second with every look at it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> int:
        self.time += 1000
        return self.time


def live(service: Service, history: list[Request]) -> dict[int, bytes]:
    """Carry out a history; gives the state that was there after each number."""
    journal = service.simulator.journal
    seen = {0: state_after(service, journal)}
    for request in history:
        service.respond(request)
        state = state_after(service, journal)
        if journal.next_number == 1:
            seen.clear()
        seen[journal.next_number - 1] = state
    return seen


def state_after(service: Service, journal: Journal) -> bytes:
    state = capture(service.simulator, service.clock)
    if isinstance(journal, StoredJournal):
        journal.write()
        journal.commit()
        if journal.next_number % 4 == 3:
            journal.snapshots.save(journal.generation, journal.next_number - 1, state)
    return state


def assert_leads_to(journal: Journal, seen: dict[int, bytes]) -> None:
    """Hold some of the states, the last one among them, against what was seen."""
    for number in list(seen)[::-3]:
        assert capture(*rebuilt(journal, number)) == seen[number], f"the state after {number}"


@settings(max_examples=50)
@given(HISTORIES, st.booleans())
def test_the_state_after_any_request_is_the_one_that_was_seen_then(history: list[Request], runs: bool) -> None:
    clock = Clock(read=Machine()) if runs else Clock(NOON)
    service = Service(Simulator(PROJECTS, seed=3), clock)
    seen = live(service, history)
    assert_leads_to(service.simulator.journal, seen)


@settings(max_examples=12)
@given(HISTORIES)
def test_a_directory_that_is_opened_again_leads_to_every_state_that_was_seen(history: list[Request]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = Directory(Path(folder) / "data")
        journal = StoredJournal(directory)
        seen = live(Service(Simulator(PROJECTS, seed=3, journal=journal), Clock(read=Machine())), history)
        journal.close()
        again = StoredJournal(directory)
        assert again.next_number - 1 == max(seen)
        assert_leads_to(again, seen)
        again.close()
        directory.close()


class Travel:
    """The control surface of a simulator in memory."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.simulator = Simulator(PROJECTS, journal=journal)
        self.service = Service(self.simulator, Clock(NOON))

    def update(self, email: str, **fields: Any) -> None:
        self.service.respond(api("users/update", "prompt", email=email, dataFields=fields))

    def get(self, path: str, query: str = "") -> tuple[int, Any]:
        reply = self.service.respond(Request("GET", f"/_sim/projects/{path}", query)).reply
        assert reply is not None
        return reply.status, json.loads(reply.body)


@pytest.fixture
def travel() -> Travel:
    travel = Travel()
    travel.update("ada@example.com", plan="free", city="London")
    travel.update("ada@example.com", plan="pro")
    travel.service.respond(api("events/track", "prompt", email="ada@example.com", eventName="bought", id="e1"))
    travel.update("bob@example.com")
    return travel


def test_a_state_of_before_is_a_state_document(travel: Travel) -> None:
    status, then = travel.get("prompt/state", "at=1")
    assert status == 200
    [user] = then["users"]
    assert (user["email"], user["dataFields"]["plan"]) == ("ada@example.com", "free")
    assert travel.get("prompt/state", "at=0")[1]["users"] == []
    assert travel.get("prompt/state", "at=4") == travel.get("prompt/state")


def test_a_difference_says_what_came_between(travel: Travel) -> None:
    _, difference = travel.get("prompt/diff", "from=1&to=4")
    ada, bob = difference["users"]
    assert ada == {
        "email": "ada@example.com",
        "userId": None,
        "what": "updated",
        "fields": [{"field": "plan", "before": "free", "after": "pro"}],
    }
    assert (bob["email"], bob["what"]) == ("bob@example.com", "created")
    assert [(event["what"], event["event"]["eventName"]) for event in difference["events"]] == [("created", "bought")]
    assert difference["lists"] == []
    assert {"path": "fields.bought", "after": {}} not in difference["other"]
    assert travel.get("prompt/diff", "from=4")[1] == {
        "from": 4,
        "to": 4,
        "users": [],
        "events": [],
        "lists": [],
        "other": [],
    }


def test_a_difference_knows_people_by_their_number_and_lists_by_their_members(travel: Travel) -> None:
    travel.service.respond(api("lists", "prompt", name="Friends"))
    travel.service.respond(api("lists/subscribe", "prompt", listId=1, subscribers=[{"email": "bob@example.com"}]))
    change = {"currentEmail": "ada@example.com", "newEmail": "lovelace@example.com"}
    travel.service.respond(api("users/updateEmail", "prompt", **change))
    travel.service.respond(Request("DELETE", "/api/users/bob@example.com", "", {"api-key": "prompt"}))
    _, difference = travel.get("prompt/diff", "from=4&to=7")
    who = {user["email"]: {field["field"]: field for field in user["fields"]} for user in difference["users"]}
    email = {"field": "email", "before": "ada@example.com", "after": "lovelace@example.com"}
    assert who["lovelace@example.com"]["email"] == email
    assert difference["lists"] == [
        {
            "what": "created",
            "id": 1,
            "name": "Friends",
            "joined": [{"email": "bob@example.com", "userId": None}],
            "left": [],
        }
    ]
    _, difference = travel.get("prompt/diff", "from=7&to=8")
    assert [(user["email"], user["what"]) for user in difference["users"]] == [("bob@example.com", "removed")]
    assert difference["lists"][0]["left"] == [{"email": "bob@example.com", "userId": None}]


def test_a_difference_shows_the_rest_by_its_path(travel: Travel) -> None:
    travel.service.respond(api("catalogs/shoes", "prompt"))
    _, difference = travel.get("prompt/diff", "from=4&to=5")
    assert [(part["path"], part["after"]["name"]) for part in difference["other"]] == [("catalogs.shoes", "shoes")]


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("prompt/state?at=5", 404, "there is no request 5 yet; the last one is 4"),
        ("prompt/state?at=x", 400, "at must be a whole number"),
        ("prompt/state?on=1", 400, "at is missing"),
        ("prompt/state?at=1&of=2", 400, "unknown parameter 'of'; known: at"),
        ("nobody/state?at=1", 404, "there was no project 'nobody' after request 1; there were late, prompt"),
        ("prompt/diff?from=3&to=1", 400, "the earlier request must come first"),
        ("prompt/diff?to=1", 400, "from is missing"),
    ],
)
def test_what_is_wrong_with_a_question_about_the_past_is_said(
    travel: Travel, path: str, status: int, sentence: str
) -> None:
    before, _, query = path.partition("?")
    answered, body = travel.get(before, query)
    assert answered == status
    assert sentence in body["error"]


def test_what_the_memory_no_longer_keeps_is_gone_and_says_so() -> None:
    travel = Travel(MemoryJournal(most=2))
    for number in range(4):
        travel.update(f"person-{number}@example.com")
    status, body = travel.get("prompt/state", "at=4")
    assert status == 410
    assert body["error"] == (
        "that is too far back: the journal is kept in memory and now begins with request 3; "
        "serve --data DIR keeps everything"
    )


def test_what_came_due_when_somebody_only_recorded_comes_due_in_a_replay_as_well() -> None:
    simulator, clock = Simulator(PROJECTS), Clock(NOON)
    service = Service(simulator, clock, recorder=lambda _: "")
    service.respond(api("users/update", "late", email="a@example.com"))
    clock.advance(6)
    recorded = service.respond(control("POST", "projects/late/record", {})).reply
    assert recorded is not None
    assert recorded.status == 200
    again, _ = rebuilt(simulator.journal, simulator.journal.next_number - 1)
    assert len(again.projects["late"].people) == len(simulator.projects["late"].people) == 1
