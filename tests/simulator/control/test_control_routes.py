"""The table of the control surface: every path knows its methods, and what only looks is in no journal."""

from __future__ import annotations

import pytest

from simulator import Clock, Request, Simulator
from simulator.control import ROUTES, changes_state
from simulator.service import Service

NOW = 1_787_227_200_000
PATHS = sorted({route.path for route in ROUTES})
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "BREW")


def target(path: str) -> str:
    return "/_sim" + path.replace("{name}", "hybrid").replace("{number}", "1").replace("{job}/{file}", "1/a.csv")


@pytest.mark.parametrize("path", PATHS)
def test_a_known_path_answers_every_other_method_with_405_and_those_that_it_takes(path: str) -> None:
    service = Service(Simulator(), Clock(NOW))
    methods = [route.method for route in ROUTES if route.path == path]
    for method in METHODS:
        if method in methods:
            continue
        reply = service.respond(Request(method, target(path))).reply
        assert reply is not None
        assert (reply.status, reply.headers["Allow"]) == (405, ", ".join(methods)), method


@pytest.mark.parametrize("path", ["/diff", "/projects/hybrid/dif", "/projects/hybrid/diff/1", "/record", "/", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_404_whatever_the_method(method: str, path: str) -> None:
    reply = Service(Simulator(), Clock(NOW)).respond(Request(method, f"/_sim{path}")).reply
    assert reply is not None
    assert reply.status == 404
    assert f"no such path: /_sim{path}; similar: /_sim/".encode() in reply.body


def test_a_request_that_only_looks_is_in_no_journal() -> None:
    simulator = Simulator()
    service = Service(simulator, Clock(NOW), recorder=lambda _: "steps: []\n")
    called = Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, b'{"email":"a@x.test"}')
    service.respond(called)
    for route in ROUTES:
        if not route.changes_state:
            assert not changes_state(Request(route.method, target(route.path)))
            service.respond(Request(route.method, target(route.path), body=b"{}"))
    assert simulator.journal.next_number == 2
    recorded = service.respond(Request("POST", "/_sim/projects/hybrid/record", body=b"{}")).reply
    assert recorded is not None
    assert recorded.body == b"steps: []\n"


def test_every_method_but_get_changes_the_state_except_to_record() -> None:
    unlike = [route.path for route in ROUTES if route.changes_state == (route.method == "GET")]
    assert unlike == ["/projects/{name}/record"]
