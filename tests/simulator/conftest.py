"""A simulator to talk to in a few words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator import ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator

NOW = 1_787_227_200_000


class Talk:
    """One project, and calls of its API."""

    def __init__(self, project_type: str, **settings: Any) -> None:
        configuration = ProjectConfiguration(
            "p", ProjectType(project_type), ("key",), ProjectSettings.model_validate(settings)
        )
        self.simulator = Simulator([configuration])
        self.project = self.simulator.projects["p"]

    def raw(self, method: str, path: str, body: bytes = b"", query: str = "", now: int = NOW) -> tuple[int, bytes]:
        request = Request(method, path, query, {"api-key": "key"}, body)
        reply = self.simulator.handle(request, now)
        return reply.status, reply.body

    def post(self, path: str, now: int = NOW, **body: Any) -> tuple[int, Any]:
        status, reply = self.raw("POST", f"/api/{path}", json.dumps(body).encode(), now=now)
        return status, json.loads(reply)

    def get(self, path: str, query: str = "") -> tuple[int, Any]:
        status, reply = self.raw("GET", f"/api/{path}", query=query)
        return status, json.loads(reply)

    def call(self, method: str, path: str, query: str = "", **body: Any) -> tuple[int, Any]:
        payload = json.dumps(body).encode() if body else b""
        status, reply = self.raw(method, f"/api/{path}", payload, query)
        return status, json.loads(reply)

    def delete(self, path: str) -> tuple[int, Any]:
        return self.call("DELETE", path)

    def people(self) -> list[tuple[str | None, str | None]]:
        return [(person.email, person.user_id) for person in self.project.people]

    def fields(self, **who: str) -> dict[str, Any]:
        users = self.project.state_document()["users"]
        found = [user for user in users if all(user[key] == value for key, value in who.items())]
        assert len(found) == 1, users
        fields: dict[str, Any] = found[0]["dataFields"]
        return fields

    def rules(self) -> tuple[str, ...]:
        from simulator.journal import Selection  # only for this

        reply = self.simulator.journal.select(Selection())[-1].reply
        return () if reply is None else reply.rules


@pytest.fixture
def email_based() -> Talk:
    return Talk("email")


@pytest.fixture
def user_id_based() -> Talk:
    return Talk("userid")


@pytest.fixture
def hybrid() -> Talk:
    return Talk("hybrid")


@pytest.fixture(params=["email", "userid", "hybrid"])
def any_project(request: pytest.FixtureRequest) -> Talk:
    return Talk(request.param)


@pytest.fixture(scope="session")
def talk() -> type[Talk]:
    return Talk
