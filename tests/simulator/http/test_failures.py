"""What is logged when the simulator itself breaks says where, and holds nobody's keys or data."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from simulator import Clock, Request, Server, Simulator
from simulator.http.error_log import log_failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECRETS = ("ada@example.com", "ada%40example.com", "hybrid-key", "hunter2", "u-4711", "Lovelace")
BODY = {"email": "ada@example.com", "userId": "u-4711", "dataFields": {"name": "Lovelace", "password": "hunter2"}}


def breaks(request: Request, *_: Any) -> None:
    """Breaks as carelessly as it can: with everything that it knows in the text, and in that of its cause."""
    try:
        raise KeyError(request.body, dict(request.headers))
    except KeyError as error:
        raise RuntimeError(f"{request.path}?{request.query}: {request.body!r} {request.headers}") from error


@pytest.fixture
async def broken(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The address of a server whose simulator breaks at every request."""
    simulator = Simulator()
    monkeypatch.setattr(simulator, "transmit", breaks)
    server = Server(simulator, Clock(0), port=0)
    yield await server.start()
    await server.stop()


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("POST", "/api/users/update?api_key=hybrid-key", "POST /api/users/update"),
        ("GET", "/api/users/ada%40example.com", "GET /api/users/{email}"),
        ("GET", "/api/users/byUserId/u-4711", "GET /api/users/byUserId/{userId}"),
        ("GET", "/api/users/getByEmail?email=ada%40example.com", "GET /api/users/getByEmail"),
        ("GET", "/api/nothing/ada@example.com", "an unknown operation of the API"),
        ("GET", "/ada@example.com", "a path outside the API"),
    ],
)
async def test_a_broken_request_is_logged_with_its_place_and_without_a_value(
    broken: str, caplog: pytest.LogCaptureFixture, method: str, path: str, shown: str
) -> None:
    headers = {"Api-Key": "hybrid-key", "Authorization": "Bearer hunter2"}
    with caplog.at_level(logging.DEBUG):
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{broken}{path}", headers=headers, data=json.dumps(BODY)) as reply,
        ):
            assert reply.status == 500
            answer = await reply.json()
    assert answer["code"] == "SimulatorFault"
    logged = "\n".join(map(caplog.handler.format, caplog.records))
    assert f"at {shown}: RuntimeError" in logged
    assert "KeyError" in logged
    assert 'test_failures.py", line' in logged
    assert "in breaks" in logged
    assert [secret for secret in SECRETS if secret in logged or secret in json.dumps(answer)] == []


def test_an_error_that_came_from_itself_ends_the_chain(caplog: pytest.LogCaptureFixture) -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    log_failure(logging.getLogger("test"), Request("GET", "/_sim/projects/p/state"), first)
    [record] = caplog.records
    assert record.getMessage().count("message omitted") == 2
    assert "GET /_sim/projects:" in record.getMessage()
