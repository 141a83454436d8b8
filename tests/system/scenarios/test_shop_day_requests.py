"""Whom the requests of the day in the shop were about, those that were refused and dropped too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.recorder import recording_of
from destination import Destination, HttpxClient
from simulator import Clock, Simulator, SimulatorTransport
from simulator.control.recording_options import RecordingOptions
from simulator.history.recording import recording_request

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = Path(__file__).parents[3] / "scenarios" / "events" / "shop-day.jsonl"
NOON = 1_787_227_200_000
PROJECTS = ("email", "userid", "hybrid")


@pytest.fixture(scope="module")
def day() -> Iterator[tuple[Simulator, httpx.Client]]:
    """A simulator that the whole day was sent to, in each project type, and its control surface."""
    simulator = Simulator()
    transport = SimulatorTransport(simulator, Clock(NOON))
    events = [json.loads(line) for line in EVENTS.read_text(encoding="utf-8").split("\n") if line]
    with HttpxClient(base_url="http://x", transport=transport) as client:
        for project in PROJECTS:
            destination = Destination({"apiKey": f"{project}-key"})
            for event in events:
                destination.deliver(event, client)
    with httpx.Client(transport=transport, base_url="http://x") as control:
        yield simulator, control


def entries(control: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    page = control.get("/_sim/journal", params={"limit": 1000, **query}).json()
    assert page["next"] is None
    found: list[dict[str, Any]] = page["entries"]
    return found


def test_the_requests_of_a_user_are_those_that_were_refused_as_well(day: tuple[Simulator, httpx.Client]) -> None:
    theirs = entries(day[1], user="user-032")
    refused = [entry for entry in theirs if entry["outcome"] == "refused"]
    assert (len(theirs), len(refused)) == (18, 6)
    assert {entry["project"] for entry in refused} == {"email"}
    assert all("user-032" in json.dumps(entry["body"]) and entry["status"] >= 400 for entry in refused)


def test_every_refusal_of_the_day_and_every_drop_names_somebody(day: tuple[Simulator, httpx.Client]) -> None:
    refused, dropped = (entries(day[1], outcome=outcome) for outcome in ("refused", "dropped"))
    assert (len(refused), len(dropped)) == (110, 15)
    assert [entry for entry in (*refused, *dropped) if not entry["users"]] == []
    assert {entry["status"] for entry in dropped} == {200}
    assert {tuple(entry["rules"]) for entry in dropped} == {("events.track.email-based.both.unknown", "dropped")}


@pytest.mark.parametrize(
    ("project", "counts"), [("email", [252, 1, 15, 72]), ("userid", [320, 1, 0, 19]), ("hybrid", [320, 1, 0, 19])]
)
def test_the_outcomes_of_a_project_are_counted(
    day: tuple[Simulator, httpx.Client], project: str, counts: list[int]
) -> None:
    answer = day[1].get(f"/_sim/projects/{project}/outcomes").json()
    assert list(answer["outcomes"]) == ["applied", "nothing changed", "dropped", "refused"]
    assert (list(answer["outcomes"].values()), answer["more"]) == (counts, False)


@pytest.mark.parametrize("project", PROJECTS)
def test_what_is_recorded_of_a_user_plays_with_the_refusals_in_it(
    day: tuple[Simulator, httpx.Client], project: str
) -> None:
    recording = recording_of(recording_request(day[0], project, RecordingOptions(user="user-032")))
    assert recording.lost == ()
    assert ("UnknownUserIdError" in recording.text) is (project == "email")
