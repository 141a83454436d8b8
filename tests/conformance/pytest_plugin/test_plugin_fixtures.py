"""The fixtures, used here as any suite would use them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from simulator import SimulatorTransport

if TYPE_CHECKING:
    from conformance.pytest_plugin import ProjectType, SimulatedProject


@pytest.fixture(params=["iterable_simulator", "iterable_server"])
def project(request: pytest.FixtureRequest, iterable_project_type: ProjectType) -> SimulatedProject:
    """Either fixture, in every project type: what follows holds for both."""
    found: SimulatedProject = request.getfixturevalue(request.param)
    assert found.project_type == iterable_project_type
    return found


def test_a_project_begins_empty_and_shows_what_the_code_under_test_did(project: SimulatedProject) -> None:
    assert (project.users(), project.events(), project.requests()) == ([], [], [])
    body = {"email": "a@x.test", "userId": "u1", "dataFields": {"plan": "pro"}}
    assert project.client.post("/api/users/update", json=body).status_code == 200
    assert project.user(email="a@x.test", user_id="u1")["dataFields"]["plan"] == "pro"
    [request] = project.requests("/api/users/update")
    assert (request["method"], request["body"], request["status"]) == ("POST", body, 200)
    assert project.requests("/api/events/*") == []


def test_a_client_of_the_codes_own_reaches_the_project_by_transport_and_key(project: SimulatedProject) -> None:
    with httpx.Client(transport=project.transport, base_url=project.url, headers={"Api-Key": project.api_key}) as own:
        own.post("/api/users/update", json={"email": "a@x.test", "userId": "u1"}).raise_for_status()
    assert len(project.users()) == 1


def test_a_wrong_key_is_refused(project: SimulatedProject) -> None:
    reply = project.client.get("/api/users/a@x.test", headers={"Api-Key": "wrong"})
    assert reply.status_code == 401


def test_what_is_there_at_the_start_can_be_given(project: SimulatedProject) -> None:
    project.begin_with(
        users=[{"email": "a@x.test", "userId": "u1"}, {"email": "b@x.test", "userId": "u2"}],
        events=[{"userId": "u1", "eventName": "Seen"}, {"userId": "u2", "eventName": "Bought"}],
    )
    assert [event["eventName"] for event in project.events()] == ["Seen", "Bought"]
    assert project.events("Seen", user_id="u2") == []
    assert len(project.events(email="b@x.test")) == 1


def test_what_cannot_be_there_is_refused_with_every_problem(project: SimulatedProject) -> None:
    with pytest.raises(ValueError, match=r"events\.0.*events\.1"):
        project.begin_with(events=[{"userId": "u1", "eventName": "A"}, {"userId": "u2", "eventName": "B"}])


def test_looking_for_somebody_who_is_not_there_says_who_is(project: SimulatedProject) -> None:
    with pytest.raises(LookupError, match="nobody has no identifier; the project is empty"):
        project.user()
    project.begin_with(users=[{"email": "a@x.test", "userId": "u1"}, {"email": "b@x.test", "userId": "u2"}])
    with pytest.raises(LookupError, match=r"nobody has userId 'u3'; in the project: a@x.test / u1, b@x.test / u2"):
        project.user(user_id="u3")
    with pytest.raises(LookupError, match=r"nobody has email or userId 'c@x.test'"):
        project.user("c@x.test")
    with pytest.raises(LookupError, match="2 people have no identifier"):
        project.user()


def test_people_are_found_by_their_email_in_any_case_or_by_their_user_id(project: SimulatedProject) -> None:
    project.begin_with(
        users=[{"email": "a@x.test", "userId": "u1"}, {"email": "b@x.test", "userId": "u2"}],
        events=[{"userId": "u1", "eventName": "Seen"}, {"userId": "u2", "eventName": "Seen"}],
    )
    first, second = project.users()
    assert project.user("a@x.test") == project.user("A@x.test") == project.user(email="A@X.TEST") == first
    assert project.user("u2") == project.user(user_id="u2") == project.user("u2", email="b@x.test") == second
    assert project.events("Seen", "u1") == project.events("Seen", "a@x.test") == project.events(email="a@x.test")
    assert len(project.events("Seen", "u1")) == 1


@pytest.mark.parametrize(
    ("arguments", "members"),
    [
        ((503,), {}),
        ((), {"status": 503}),
        (({"status": 503},), {}),
        ((503,), {"headers": {"Retry-After": "1"}}),
    ],
)
def test_trouble_comes_as_often_as_it_was_asked_for(
    project: SimulatedProject, arguments: tuple[Any, ...], members: dict[str, Any]
) -> None:
    project.fail(*arguments, path="/api/users/*", times=1, **members)
    body = {"email": "a@x.test", "userId": "u1"}
    first, second = (project.client.post("/api/users/update", json=body) for _ in range(2))
    assert (first.status_code, second.status_code) == (503, 200)
    assert first.headers.get("Retry-After") == members.get("headers", {}).get("Retry-After")


def test_a_reset_project_is_as_it_was_at_first(project: SimulatedProject) -> None:
    project.fail(503)
    project.begin_with(users=[{"email": "a@x.test", "userId": "u1"}])
    project.reset()
    assert (project.users(), project.requests()) == ([], [])
    assert project.client.get("/api/webhooks").status_code == 200


def test_a_project_is_shown_in_a_few_words(project: SimulatedProject) -> None:
    assert repr(project) == f"<SimulatedProject {project.project_type} at {project.url}>"


def test_trouble_that_does_not_exist_is_refused(project: SimulatedProject) -> None:
    with pytest.raises(ValueError, match="action"):
        project.fail({"explode": True})


def test_a_dropped_connection_is_an_error_of_http(project: SimulatedProject) -> None:
    project.fail(drop="after", times=1)
    with pytest.raises(httpx.HTTPError):
        project.client.post("/api/users/update", json={"email": "a@x.test", "userId": "u1"})
    assert len(project.users()) == 1


def test_the_clock_is_the_simulators(project: SimulatedProject) -> None:
    project.clock.set(1_787_227_200_000)
    project.clock.advance(60)
    assert project.client.get("/_sim/clock").json()["now"] == "2026-08-20T12:01:00.000Z"


@pytest.mark.iterable(settings={"trackCreates": "never"})
def test_settings_of_the_marker_hold(project: SimulatedProject) -> None:
    project.client.post("/api/events/track", json={"userId": "u1", "eventName": "Seen"})
    assert project.users() == []


def test_in_process_there_is_no_socket(iterable_simulator: SimulatedProject) -> None:
    assert isinstance(iterable_simulator.transport, SimulatorTransport)
    assert iterable_simulator.url == "http://simulator.invalid"


async def test_an_asynchronous_client_works_in_process_too(iterable_simulator: SimulatedProject) -> None:
    transport = iterable_simulator.transport
    assert isinstance(transport, httpx.AsyncBaseTransport)
    async with httpx.AsyncClient(transport=transport, base_url=iterable_simulator.url) as client:
        reply = await client.get("/api/webhooks", headers={"Api-Key": iterable_simulator.api_key})
    assert reply.status_code == 200


@pytest.mark.iterable(project_type="hybrid")
def test_two_projects_of_one_test_do_not_meet(
    iterable_simulator: SimulatedProject, iterable_server: SimulatedProject
) -> None:
    iterable_simulator.begin_with(users=[{"userId": "u1"}])
    assert iterable_server.users() == []
    assert iterable_server.url.startswith("http://127.0.0.1:")


@pytest.mark.iterable(project_type=["email", "hybrid"])
class TestMarkers:
    """Markers of a class and of its tests."""

    def test_a_class_says_the_types_of_its_tests(self, iterable_project_type: ProjectType) -> None:
        assert iterable_project_type in {"email", "hybrid"}

    @pytest.mark.iterable(project_type="userid")
    def test_a_test_says_otherwise(self, iterable_project_type: ProjectType) -> None:
        assert iterable_project_type == "userid"


@pytest.mark.parametrize("iterable_project_type", ["userid"], indirect=True)
def test_the_type_can_be_a_parameter_in_the_usual_words(iterable_simulator: SimulatedProject) -> None:
    assert iterable_simulator.project_type == "userid"


@pytest.mark.parametrize(
    ("arguments", "members", "message"),
    [
        ((503,), {"time": 1}, "fail(): 'time' is unknown, did you mean 'times'?"),
        ((503,), {"zzz": 1}, "fail(): 'zzz' is unknown, known: path, method, times, "),
        (("503",), {}, "fail(): '503' is not an action: a status is a whole number, so 503; as in fail(503), "),
        ((), {}, "fail(): the failure is missing, as in fail(503), fail(delay=2.5) or fail(drop="),
        ((True,), {}, "fail(): True is not an action"),
        ((503,), {"sequence": [500]}, "fail(): either an action or a sequence, not both"),
        ((99,), {}, "fail(): action.status: Input should be greater than or equal to 200"),
        ((503,), {"path": "events/track"}, "fail(): match.path: 'events/track' matches no request: a path starts"),
        (({"sttus": 503},), {}, "fail(): action.sttus: unknown member (did you mean status?)"),
    ],
)
def test_a_mistake_in_what_is_to_go_wrong_is_told_in_one_line_and_without_a_cause(
    project: SimulatedProject, arguments: tuple[Any, ...], members: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        project.fail(*arguments, **members)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"users": [{"mail": "a@x.test"}]}, "begin_with(): users.0.mail: unknown member (did you mean email?)"),
        ({"events": [{"email": "a@x.test", "event": "Seen"}]}, "begin_with(): events.0: the name of an event goes in eventName"),
    ],
)
def test_a_mistake_in_what_is_there_at_the_start_is_told_in_one_line(
    project: SimulatedProject, state: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        project.begin_with(**state)


def test_trouble_can_be_for_a_method_and_come_in_a_sequence(project: SimulatedProject) -> None:
    project.fail(method="POST", sequence=[503, {"status": 500}])
    replies = [project.client.get("/api/lists").status_code]
    body = {"email": "a@x.test", "userId": "u1"}
    replies += [project.client.post("/api/users/update", json=body).status_code for _ in range(3)]
    assert replies == [200, 503, 500, 200]


def test_trouble_that_is_improbable_never_comes(project: SimulatedProject) -> None:
    project.fail(503, probability=0.0)
    assert project.client.get("/api/lists").status_code == 200
