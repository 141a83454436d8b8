"""The shop's code against a simulated Iterable project; every test runs in each project type."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from customers import change_address, save

from conformance.scenario import load_mapping
from destination import Destination, HttpxClient

if TYPE_CHECKING:
    from conformance.pytest_plugin import SimulatedProject

MAPPING: Final = Path(__file__).with_name("mapping.yaml")
VISIT: Final[dict[str, Any]] = {"type": "track", "event": "Visited", "userId": "u1", "messageId": "m-1"}


def test_a_customer_who_is_saved_twice_is_there_once(iterable_simulator: SimulatedProject) -> None:
    save(iterable_simulator.client, user_id="u1", email="ada@example.com", plan="free")
    save(iterable_simulator.client, user_id="u1", email="ada@example.com", plan="pro")
    [user] = iterable_simulator.users()
    assert user["dataFields"]["plan"] == "pro"


def test_a_new_address_keeps_the_profile_and_the_events(iterable_simulator: SimulatedProject) -> None:
    iterable_simulator.begin_with(
        users=[{"email": "old@example.com", "userId": "u1", "dataFields": {"plan": "pro"}}],
        events=[{"userId": "u1", "eventName": "Visited"}],
    )
    change_address(iterable_simulator.client, user_id="u1", old="old@example.com", new="new@example.com")
    [user] = iterable_simulator.users()
    assert (user["email"], user["dataFields"]["plan"]) == ("new@example.com", "pro")
    assert len(iterable_simulator.events("Visited", email="new@example.com")) == 1


def test_saving_survives_a_server_in_trouble(iterable_server: SimulatedProject) -> None:
    iterable_server.fail(503, path="/api/users/*", times=2)
    headers = {"Api-Key": iterable_server.api_key}
    with httpx.Client(base_url=iterable_server.url, headers=headers, trust_env=False) as client:
        save(client, user_id="u1", email="ada@example.com")
    assert [request["status"] for request in iterable_server.requests("/api/users/update")] == [503, 503, 200]


@pytest.mark.iterable(project_type=["userid", "hybrid"], settings={"trackCreates": "never"})
def test_segments_mapping_leaves_strangers_strangers(iterable_simulator: SimulatedProject) -> None:
    connection = Destination({"apiKey": iterable_simulator.api_key}, load_mapping(MAPPING))
    with HttpxClient(transport=iterable_simulator.transport) as segment:
        connection.deliver(VISIT, segment)
    assert iterable_simulator.users() == []
