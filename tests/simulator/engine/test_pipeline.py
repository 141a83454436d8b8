"""The order of the steps of a request to the API: what is refused first, and what is in the journal of it."""

from __future__ import annotations

from typing import Any

from simulator import ProjectConfiguration, ProjectSettings, ProjectType, Reply, Request, Simulator
from simulator.faults import Fault
from simulator.journal import Entry
from simulator.message import WireResult
from simulator.project.keys import ApiKey, KeyType

NOW = 1_787_227_200_000
BULK = "/api/users/bulkUpdate"
LIMITED = ProjectSettings.model_validate({"enforceRateLimits": True, "rateLimitedPaths": [BULK]})
READER = ApiKey("reader", KeyType.READ_ONLY)


def simulated(fault: dict[str, Any] | None = None) -> Simulator:
    simulator = Simulator([ProjectConfiguration("p", ProjectType.HYBRID, ("server",), LIMITED, (READER,))])
    if fault is not None:
        simulator.faults.add(Fault.model_validate({"action": fault}))
    return simulator


def request(key: str, path: str = "/api/lists", body: bytes = b'{"name":"n"}') -> Request:
    return Request("POST", path, "", {"api-key": key}, body)


def exhausted() -> Simulator:
    """A simulator that takes no more bulk updates in this second."""
    simulator = simulated()
    for _ in range(5):
        assert status(simulator.transmit(request("server", BULK, b'{"users":[]}'), NOW)) == 200
    return simulator


def status(result: WireResult) -> int | None:
    return None if result.reply is None else result.reply.status


def last_entry(simulator: Simulator) -> Entry:
    entry = simulator.journal.entry(simulator.journal.next_number - 1)
    assert entry is not None
    return entry


def replied(entry: Entry) -> Reply:
    assert entry.reply is not None
    return entry.reply


def test_a_fault_answers_before_an_unknown_key_is_refused() -> None:
    simulator = simulated({"status": 503})
    assert status(simulator.transmit(request("nobody's"), NOW)) == 503
    assert (last_entry(simulator).project, last_entry(simulator).fault) == ("", True)


def test_an_unknown_path_is_refused_before_an_unknown_key() -> None:
    assert status(simulated().transmit(request("nobody's", "/api/nowhere"), NOW)) == 404


def test_an_unknown_path_is_refused_before_a_key_that_may_call_nothing_there() -> None:
    assert status(simulated().transmit(request("reader", "/api/nowhere"), NOW)) == 404


def test_a_key_that_may_not_call_is_refused_before_the_rate_limit() -> None:
    simulator = exhausted()
    assert status(simulator.transmit(request("server", BULK), NOW)) == 429
    assert status(simulator.transmit(request("reader", BULK), NOW)) == 401


def test_a_request_over_the_rate_limit_is_refused_before_its_body_is_read() -> None:
    assert status(exhausted().transmit(request("server", BULK, b"no JSON"), NOW)) == 429


def test_a_connection_that_is_dropped_before_leaves_an_entry_without_a_reply() -> None:
    simulator = simulated({"drop": "before"})
    assert simulator.transmit(request("server"), NOW) == WireResult(None, 0.0, 1)
    assert (last_entry(simulator).reply, last_entry(simulator).fault) == (None, True)


def test_a_reply_that_is_lost_or_late_is_in_the_journal_with_what_happened_to_it() -> None:
    lost, late = simulated({"drop": "after"}), simulated({"delay": 2})
    assert lost.transmit(request("server"), NOW) == WireResult(None, 0.0, 1)
    result = late.transmit(request("server"), NOW)
    assert (status(result), result.delay) == (200, 2)
    assert result.reply is not None
    assert "fault.delay" not in result.reply.rules
    assert replied(last_entry(lost)).rules[-1] == "fault.lost-reply"
    assert replied(last_entry(late)).rules[-1] == "fault.delay"
    assert (last_entry(lost).fault, last_entry(late).fault) == (True, True)


def test_without_faults_a_request_is_not_counted_by_them() -> None:
    simulator = simulated({"status": 503})
    assert simulator.handle(request("server"), NOW).status == 200
    assert not last_entry(simulator).fault
    assert simulator.faults.to_json()[0]["happened"] == 0  # type: ignore[index, call-overload]
