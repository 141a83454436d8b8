"""The gate: where a key may stand, and which data centre knows it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.gateway.authentication import api_key_of

NOW = 1_787_227_200_000


def in_centre(centre: str) -> Simulator:
    settings = ProjectSettings.model_validate({"dataCenter": centre})
    return Simulator([ProjectConfiguration("p", ProjectType.HYBRID, ("key", "second-key"), settings)])


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        (Request("GET", "/", "", {"api-key": "k"}), "k"),
        (Request("GET", "/", "", {"api_key": "k"}), "k"),
        (Request("GET", "/", "api_key=k"), "k"),
        (Request("GET", "/", "apiKey=k%2B"), "k+"),
        (Request("POST", "/", body=b'{"apiKey":"k"}'), "k"),
        (Request("POST", "/", "api_key=q", {"api-key": "h"}, b'{"apiKey":"b"}'), "h"),
        (Request("POST", "/", "api_key=q", {}, b'{"apiKey":"b"}'), "q"),
        (Request("POST", "/", body=b'{"apiKey":5}'), None),
        (Request("POST", "/", body=b'["apiKey"]'), None),
        (Request("POST", "/", body=b'{"a":{"apiKey":"k"}}'), None),
        (Request("POST", "/", body=b'{"apiKey":"k"'), None),
        (Request("POST", "/", body=b'{"apiKey":' + b"[" * 100_000), None),
        (Request("GET", "/"), None),
    ],
)
def test_the_key_is_looked_for_in_header_query_and_body(request_: Request, key: str | None) -> None:
    assert api_key_of(request_) == key


@pytest.mark.parametrize(
    ("centre", "host", "status"),
    [
        ("united_states", "api.iterable.com", 200),
        ("united_states", "API.Iterable.com:443", 200),
        ("united_states", "api.eu.iterable.com", 401),
        ("united_states", "127.0.0.1:8585", 200),
        ("united_states", "", 200),
        ("europe", "api.eu.iterable.com", 200),
        ("europe", "api.eu.iterable.com:443", 200),
        ("europe", "api.iterable.com", 401),
        ("europe", "[::1]:8585", 200),
    ],
)
def test_a_key_is_unknown_in_the_other_data_centre(centre: str, host: str, status: int) -> None:
    request = Request("GET", "/api/webhooks", headers={"host": host, "api-key": "key"})
    assert in_centre(centre).handle(request, NOW).status == status


def test_every_key_of_a_project_reaches_it() -> None:
    simulator = in_centre("united_states")
    for key in ("key", "second-key"):
        body = json.dumps({"email": f"{key}@x.test"}).encode()
        assert simulator.handle(Request("POST", "/api/users/update", "", {"api-key": key}, body), NOW).status == 200
    assert simulator.projects["p"].counts()["users"] == 2


@pytest.mark.parametrize(
    "headers", [{}, {"api-key": ""}, {"api-key": "nobody"}, {"api-key": "KEY"}, {"api-key": " key"}]
)
def test_no_key_or_one_that_nobody_has_is_401_and_changes_nothing(headers: dict[str, str]) -> None:
    simulator = in_centre("united_states")
    reply = simulator.handle(Request("POST", "/api/users/update", "", headers, b'{"email":"a@x.test"}'), NOW)
    assert reply.status == 401
    assert json.loads(reply.body) == {
        "msg": "Invalid API key" if headers else "No API key found on request",
        "code": "Unauthorized",
        "params": {"ip": "127.0.0.1,127.0.0.1", "endpoint": "/api/users/update"},
    }
    assert simulator.projects["p"].counts()["users"] == 0


def test_a_path_that_is_not_there_is_a_page_without_a_key_too() -> None:
    reply = in_centre("united_states").handle(Request("GET", "/api/nothing"), NOW)
    assert (reply.status, reply.rules) == (404, ("route.not-found",))


@given(
    st.sampled_from(["GET", "POST", "PUT", "BREW"]),
    st.text(max_size=40),
    st.text(max_size=40),
    st.dictionaries(st.sampled_from(["host", "api-key", "api_key", "expect"]), st.text(max_size=20)),
    st.binary(max_size=100),
)
def test_whatever_is_asked_there_is_an_answer(
    method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    reply = in_centre("europe").handle(Request(method, f"/api/{path}", query, headers, body), NOW)
    assert 200 <= reply.status < 500
