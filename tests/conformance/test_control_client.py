from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.control_client import ControlClient, ControlError
from conformance.inputs.errors import InputError
from simulator import Clock, ProjectConfiguration, ProjectType, Simulator, SimulatorTransport

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def control() -> Iterator[ControlClient]:
    simulator = Simulator([ProjectConfiguration("shop / a", ProjectType.EMAIL, ("key",))])
    with ControlClient("http://simulator", transport=SimulatorTransport(simulator, Clock(0))) as client:
        yield client


def answering(response: httpx.Response) -> ControlClient:
    return ControlClient("http://somewhere", transport=httpx.MockTransport(lambda _: response))


def test_a_project_is_looked_into_whatever_its_name(control: ControlClient) -> None:
    assert [project["name"] for project in control.projects()] == ["shop / a"]
    assert control.state("shop / a")["users"] == []
    assert control.last_request("shop / a") == 0


def test_a_refused_document_names_each_part_and_why(control: ControlClient) -> None:
    with pytest.raises(ControlError) as caught:
        control.load_state("shop / a", {"users": [{"userId": "u1"}]})
    assert [part for part, _ in caught.value.refused] == ["users.0"]
    assert "users.0: " in str(caught.value)


def test_a_service_without_a_control_surface_is_not_taken_for_a_simulator() -> None:
    with pytest.raises(InputError, match="answers, but is not a simulator with a control surface"):
        answering(httpx.Response(200, json={"status": "fine"})).require_simulator()
    with pytest.raises(InputError, match="answers 401, but is not a simulator"):
        answering(httpx.Response(401, json={"msg": "Invalid API key"})).require_simulator()
    with pytest.raises(InputError, match="answers, but is not a simulator"):
        answering(httpx.Response(200, text="<html>")).require_simulator()


def test_what_is_not_an_address_is_one_sentence() -> None:
    with pytest.raises(InputError, match="is not an address"):
        ControlClient("http://[::1")
