"""The whole simulator as a document, and named snapshots of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator import Clock, Request, Simulator
from simulator.service import Service

NOW = 1_787_227_200_000
ADA = {"email": "ada@example.com", "dataFields": {"plan": "gold"}}


class Surface:
    """The control surface, and one call of the API."""

    def __init__(self) -> None:
        self.clock = Clock(NOW)
        self.simulator = Simulator()
        self.service = Service(self.simulator, self.clock)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        content = b"" if body is None else json.dumps(body).encode()
        reply = self.service.respond(Request(method, f"/_sim/{path}", "", {}, content)).reply
        assert reply is not None
        return reply.status, json.loads(reply.body) if reply.body else None

    def save(self, email: str, key: str = "hybrid-key") -> int:
        body = json.dumps({**ADA, "email": email}).encode()
        reply = self.service.respond(Request("POST", "/api/users/update", "", {"api-key": key}, body)).reply
        assert reply is not None
        return reply.status

    def people(self, project: str = "hybrid") -> list[str | None]:
        return [person.email for person in self.simulator.projects[project].people]


@pytest.fixture
def surface() -> Surface:
    return Surface()


def test_a_document_brings_everything_back_to_another_simulator(surface: Surface) -> None:
    surface.save("ada@example.com")
    _, document = surface.ask("GET", "state")
    other = Surface()
    other.ask("POST", "projects", {"name": "more", "type": "email"})
    assert other.ask("PUT", "state", document) == (204, None)
    assert other.ask("GET", "state") == (200, document)
    assert other.save("bob@example.com") == 200
    assert other.people() == ["ada@example.com", "bob@example.com"]


def test_a_document_of_an_earlier_version_may_hold_a_setting_that_is_no_more(surface: Surface) -> None:
    surface.save("ada@example.com")
    _, document = surface.ask("GET", "state")
    for project in document["projects"]:
        project["settings"]["placeholderStyle"] = "userIdAndHash"
    other = Surface()
    assert other.ask("PUT", "state", document) == (204, None)
    assert other.people() == ["ada@example.com"]
    new = {"name": "more", "type": "email", "settings": {"placeholderStyle": "userIdAndHash"}}
    status, refusal = other.ask("POST", "projects", new)
    assert (status, refusal["mistakes"][0]["path"]) == (400, "settings.placeholderStyle")


def test_a_document_keeps_keys_of_every_kind_with_their_secrets(surface: Surface) -> None:
    keys = [{"key": "plain", "type": "server"}, {"key": "app", "type": "mobile", "jwtSecret": "s"}]
    document = {
        "format": "iterable-harness-state",
        "version": 1,
        "projects": [{"name": "p", "type": "email", "keys": keys}],
    }
    assert surface.ask("PUT", "state", document) == (204, None)
    assert surface.ask("GET", "state")[1]["projects"][0]["keys"] == keys


def test_a_document_keeps_the_order_of_the_keys(surface: Surface) -> None:
    keys = [{"key": "app", "type": "mobile"}, {"key": "plain", "type": "server"}]
    document = {
        "format": "iterable-harness-state",
        "version": 1,
        "projects": [{"name": "p", "type": "email", "keys": keys}],
    }
    assert surface.ask("PUT", "state", document) == (204, None)
    assert surface.ask("GET", "state")[1]["projects"][0]["keys"] == keys


def test_a_setting_that_was_changed_meanwhile_stays_changed_until_a_reset(surface: Surface) -> None:
    surface.ask("PATCH", "projects/hybrid/settings", {"retryAfter": True})
    _, document = surface.ask("GET", "state")
    other = Surface()
    assert other.ask("PUT", "state", document) == (204, None)
    assert other.simulator.projects["hybrid"].settings.retry_after is True
    assert other.ask("GET", "state") == (200, document)
    other.ask("POST", "reset")
    assert other.simulator.projects["hybrid"].settings.retry_after is False


@pytest.mark.parametrize("changed", [{"eventIdScope": "user"}, {"retryAfter": "perhaps"}, {"no": 1}])
def test_only_a_setting_that_may_change_has_been_changed(surface: Surface, changed: dict[str, Any]) -> None:
    project = {"name": "p", "type": "email", "keys": [{"key": "k"}], "changedSettings": changed}
    document = {"format": "iterable-harness-state", "version": 1, "projects": [project]}
    status, reply = surface.ask("PUT", "state", document)
    assert status == 400
    assert reply["mistakes"][0]["path"].startswith("projects.0"), reply


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"version": 2}, "version"),
        ({"format": "something"}, "format"),
        ({"projects": [{"name": "p", "type": "none", "keys": [{"key": "k"}]}]}, "projects.0.type"),
        ({"projects": [{"name": "p", "type": "email", "keys": []}]}, "projects.0.keys"),
        ({"projects": [{"name": "p", "type": "email", "keys": [{"key": "k"}], "stat": {}}]}, "projects.0.stat"),
        (
            {
                "projects": [
                    {"name": "p", "type": "email", "keys": [{"key": "k"}], "state": {"users": [{"userId": "u1"}]}}
                ]
            },
            "projects.0.state.users.0",
        ),
    ],
)
def test_a_document_with_a_mistake_names_its_place_and_changes_nothing(
    surface: Surface, change: dict[str, Any], path: str
) -> None:
    surface.save("ada@example.com")
    document = {"format": "iterable-harness-state", "version": 1, "projects": [], **change}
    status, reply = surface.ask("PUT", "state", document)
    assert (status, reply["mistakes"][0]["path"]) == (400, path)
    assert surface.people() == ["ada@example.com"]


def test_a_newer_version_is_refused_with_a_sentence(surface: Surface) -> None:
    _, reply = surface.ask("PUT", "state", {"format": "iterable-harness-state", "version": 9, "projects": []})
    assert (
        reply["mistakes"][0]["message"] == "unknown version 9; this harness reads version 1, a newer one may read it"
    )


def test_two_projects_with_one_key_are_refused_and_nothing_is_half_taken(surface: Surface) -> None:
    projects = [{"name": name, "type": "email", "keys": [{"key": "k"}]} for name in ("a", "b")]
    document = {"format": "iterable-harness-state", "version": 1, "projects": projects}
    assert surface.ask("PUT", "state", document) == (409, {"error": "'a' and 'b' have the same API key"})
    assert list(surface.simulator.projects) == ["email", "userid", "hybrid"]


def test_a_snapshot_brings_back_people_faults_and_the_clock(surface: Surface) -> None:
    surface.save("ada@example.com")
    surface.ask("POST", "faults", {"action": {"status": 503}, "match": {"apiKey": "email-key"}})
    assert surface.ask("POST", "snapshots", {"name": "before the sale"}) == (201, {"name": "before the sale"})
    surface.save("bob@example.com")
    surface.ask("DELETE", "faults")
    surface.clock.advance(60)
    assert surface.ask("POST", "snapshots/before%20the%20sale/restore") == (204, None)
    assert surface.people() == ["ada@example.com"]
    assert len(surface.ask("GET", "faults")[1]) == 1
    assert surface.clock.now() == NOW


def test_a_snapshot_can_be_restored_more_than_once_and_the_others_stay(surface: Surface) -> None:
    surface.ask("POST", "snapshots", {"name": "empty"})
    surface.save("ada@example.com")
    surface.ask("POST", "snapshots", {"name": "ada"})
    for name, people in (("empty", []), ("ada", ["ada@example.com"]), ("empty", [])):
        assert surface.ask("POST", f"snapshots/{name}/restore")[0] == 204
        assert surface.people() == people
    assert surface.ask("GET", "snapshots") == (200, [{"name": "empty"}, {"name": "ada"}])


def test_a_snapshot_of_a_name_that_is_there_replaces_it_and_one_can_be_deleted(surface: Surface) -> None:
    surface.ask("POST", "snapshots", {"name": "now"})
    surface.save("ada@example.com")
    surface.ask("POST", "snapshots", {"name": "now"})
    surface.ask("POST", "snapshots/now/restore")
    assert surface.people() == ["ada@example.com"]
    assert surface.ask("DELETE", "snapshots/now") == (204, None)
    assert surface.ask("POST", "snapshots/now/restore") == (
        404,
        {"error": "there is no snapshot 'now'; there are none"},
    )


@pytest.mark.parametrize("name", ["", "a/b", "../x", "x" * 101, 7])
def test_a_snapshot_has_a_plain_name(surface: Surface, name: Any) -> None:
    assert surface.ask("POST", "snapshots", {"name": name})[0] == 400


def test_snapshots_are_made_again_from_the_journal(surface: Surface) -> None:
    from simulator.history.replay import rebuilt  # only for this

    surface.save("ada@example.com")
    surface.ask("POST", "snapshots", {"name": "ada"})
    surface.save("bob@example.com")
    surface.ask("POST", "snapshots/ada/restore")
    journal = surface.simulator.journal
    again, _ = rebuilt(journal, journal.next_number - 1)
    assert [person.email for person in again.projects["hybrid"].people] == ["ada@example.com"]
    assert list(again.snapshots) == ["ada"]
