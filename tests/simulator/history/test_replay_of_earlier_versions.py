"""What earlier versions have written in a journal leads to the same state, settings that are no more included."""

from __future__ import annotations

import json

from simulator import Clock, Reply, Request, Simulator
from simulator.history.replay import replay
from simulator.journal import Entry, InitialState

NOON = 1_787_227_200_000
SETTINGS = {"placeholderStyle": "userIdAndHash", "visibilityLag": 5}


def test_a_project_that_was_added_with_a_retired_setting_is_added_again() -> None:
    body = json.dumps({"name": "old", "type": "email", "settings": SETTINGS}).encode()
    request = Request("POST", "/_sim/projects", "", {}, body)
    simulator = Simulator(())
    replay(simulator, Clock(NOON), [Entry(1, NOON, "", request, Reply(201, b""), control=True)])
    assert simulator.projects["old"].settings.visibility_lag == 5


def test_a_journal_that_began_with_a_retired_setting_begins_again() -> None:
    project = {"name": "old", "type": "email", "api_keys": ["k"], "settings": SETTINGS, "client_keys": [], "id": None}
    initial_state = InitialState.from_json({"projects": [project], "seed": 0, "clock": [None, 0]})
    assert initial_state.projects[0].settings.visibility_lag == 5


def test_a_fault_for_a_path_without_a_slash_keeps_its_number_and_matches_nothing_still() -> None:
    body = json.dumps({"match": {"path": "api/events/track"}, "action": {"status": 503}}).encode()
    request = Request("POST", "/_sim/faults", "", {}, body)
    simulator = Simulator(())
    replay(simulator, Clock(NOON), [Entry(1, NOON, "", request, Reply(201, b""), control=True)])
    assert simulator.faults.numbers() == [1]
    assert simulator.faults.decide(Request("POST", "/api/events/track"), None) is None
