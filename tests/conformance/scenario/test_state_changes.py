"""What a trace says of the change between two states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.scenario import SimulatorBackend, load_scenario, run_scenario
from conformance.scenario.state_changes import changes

if TYPE_CHECKING:
    from pathlib import Path

ADA = {"number": 1, "userId": "u1", "dataFields": {}}
BOB = {"number": 2, "email": "bob@x.test", "dataFields": {}}
SEEN = {"id": "e1", "eventName": "Seen"}


def state(users: list[dict[str, Any]], events: list[dict[str, Any]]) -> dict[str, Any]:
    return {"users": users, "events": events}


def test_an_identifier_that_is_added_is_gained_and_the_events_stay() -> None:
    before = state([ADA], [{**SEEN, "userId": "u1"}])
    after = state([{**ADA, "email": "a@x.test"}], [{**SEEN, "userId": "u1", "email": "a@x.test"}])
    assert changes(before, after) == ["person u1 gained email a@x.test; 1 event kept"]


def test_an_identifier_that_is_replaced_or_removed_is_told_as_that() -> None:
    before = state([BOB], [{**SEEN, "email": "bob@x.test"}, {**SEEN, "id": "e2", "email": "bob@x.test"}])
    renamed = [{**SEEN, "email": "rob@x.test"}, {**SEEN, "id": "e2", "email": "rob@x.test"}]
    assert changes(before, state([{**BOB, "email": "rob@x.test"}], renamed)) == [
        "person bob@x.test: email bob@x.test -> rob@x.test; 2 events kept"
    ]
    both = {**ADA, "email": "a@x.test"}
    assert changes(state([both], []), state([ADA], [])) == ["person a@x.test / u1 lost email a@x.test"]


def test_an_event_of_two_people_that_become_one_is_moved() -> None:
    before = state([ADA, BOB], [{**SEEN, "email": "bob@x.test"}])
    assert changes(before, state([ADA], [{**SEEN, "userId": "u1"}])) == [
        "person bob@x.test gone",
        "event moved to u1: Seen",
    ]


def test_who_is_deleted_is_gone_with_the_events() -> None:
    before = state([ADA], [{**SEEN, "userId": "u1"}])
    assert changes(before, state([], [])) == ["person u1 gone", "event gone"]


def test_a_state_without_numbers_knows_people_by_their_identifiers() -> None:
    user = {"userId": "u1", "dataFields": {"plan": "a"}}
    assert changes(state([user], []), state([{**user, "dataFields": {"plan": "b"}}], [])) == [
        'person u1: plan "a" -> "b"'
    ]
    assert changes(state([user], []), state([user], [])) == ["no change"]


def test_a_trace_of_a_new_email_does_not_speak_of_a_deletion(tmp_path: Path) -> None:
    file = tmp_path / "case.scenario.yaml"
    file.write_text(
        "name: A\ndescription: x\nsource: x\nproject: {type: hybrid}\nsteps:\n"
        "  - send: {type: track, event: Seen, userId: u1, messageId: m-1, properties: {}}\n"
        "  - send: {type: identify, userId: u1, traits: {email: a@x.test}}\n"
        "expect: {counts: {users: 1}}\n",
        encoding="utf-8",
    )
    result = run_scenario(load_scenario(file), "hybrid", SimulatorBackend.in_process())
    lines = [line.text for line in result.trace[1].lines if line.stage == "state"]
    assert "person u1 gained email a@x.test; 1 event kept" in lines
    assert not any("gone" in line for line in lines)
