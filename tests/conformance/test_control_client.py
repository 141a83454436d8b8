from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from conformance import control_client
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


def test_the_journal_is_read_whole_page_by_page(control: ControlClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_client, "_PAGE", 2)
    for path in ("/api/lists", "/api/channels", "/api/lists", "/api/lists", "/api/messageTypes"):
        assert control._http.get(path, headers={"Api-Key": "key"}).status_code == 200
    numbers = {
        path: [entry["number"] for entry in control.journal("shop / a", path)] for path in (None, "lists", "x")
    }
    assert numbers == {None: [1, 2, 3, 4, 5], "lists": [1, 3, 4], "x": []}
    assert control.last_request("shop / a") == 5


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
