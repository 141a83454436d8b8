"""What docs/control-surface.md shows is what is answered."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from simulator import Clock, Request, Simulator
from simulator.control import ROUTES
from simulator.service import Service

NOON = 1_787_227_200_000
DOCS = Path(__file__).parents[3] / "docs" / "control-surface.md"
TEXT = DOCS.read_text(encoding="utf-8")
HEADERS = {"api-key": "hybrid-key"}


def answered(service: Service, target: str) -> Any:
    path, _, query = target.partition("?")
    reply = service.respond(Request("GET", path, query)).reply
    assert reply is not None
    assert reply.status == 200
    return json.loads(reply.body)


def agrees(shown: Any, actual: Any) -> bool:
    """Whether what is shown is there; an ellipsis stands for more."""
    if isinstance(shown, dict):
        members = {name: value for name, value in shown.items() if name != "…"}
        complete = "…" in shown or shown.keys() == actual.keys()
        return complete and all(name in actual and agrees(value, actual[name]) for name, value in members.items())
    if isinstance(shown, list):
        return shown == ["…"] or (len(shown) == len(actual) and all(map(agrees, shown, actual)))
    return bool(shown == actual)


def test_every_example_is_answered_as_it_is_shown() -> None:
    service = Service(Simulator(), clock := Clock(NOON))
    setup, *_ = re.findall(r"```http\n(POST.*?)```", TEXT, re.DOTALL)
    for path, body in re.findall(r"POST (\S+)\n(.+)", setup):
        service.respond(Request("POST", path, headers=HEADERS, body=body.encode()))
        clock.advance(60)
    examples = re.findall(r"```http\nGET (\S+)\n```\n\n```json\n(.*?)```", TEXT, re.DOTALL)
    assert len(examples) == 3
    for target, shown in examples:
        assert agrees(json.loads(shown), answered(service, target)), target


def test_the_clock_moves_and_stands_as_it_is_shown_and_no_reset_changes_it() -> None:
    service = Service(Simulator(), Clock())
    examples = re.findall(r"^    curl -s http://127.0.0.1:8585(\S+) -d '(.+)'\n\n    (\{.*\})$", TEXT, re.MULTILINE)
    assert len(examples) == 3
    for path, body, shown in examples:
        reply = service.respond(Request("POST", path, body=body.encode())).reply
        assert reply is not None
        answer = json.loads(reply.body)
        assert agrees({**json.loads(shown), "now": answer["now"]}, answer)
        assert json.loads(shown)["now"] in {answer["now"], "…"}
        service.respond(Request("POST", "/_sim/reset"))
        assert agrees({**answer, "now": "…"}, {**answered(service, "/_sim/clock"), "now": "…"})


def test_every_path_that_is_shown_is_one_that_is_served() -> None:
    shown = set(re.findall(r"`(/_sim/[^`?]*)", TEXT))
    assert shown
    assert shown <= {f"/_sim{route.path}" for route in ROUTES}


def test_the_table_of_all_requests_is_that_of_the_routes() -> None:
    rows = re.findall(r"^\| `([A-Z]+) (/_sim/\S+)` \| (yes|no) \| \S", TEXT, re.MULTILINE)
    routes = [(route.method, f"/_sim{route.path}", "yes" if route.changes_state else "no") for route in ROUTES]
    assert rows == routes


def test_a_request_that_takes_a_body_shows_it() -> None:
    rows = re.findall(r"^\| `(?:POST|PUT|PATCH) (/_sim/\S+)` \| (?:yes|no) \| (.+) \|$", TEXT, re.MULTILINE)
    without = [path for path, told in rows if "{" not in told and "document" not in told]
    assert without == ["/_sim/reset", "/_sim/snapshots/{name}/restore", "/_sim/projects/{name}/reset"]


def test_a_project_is_added_as_it_is_shown() -> None:
    service = Service(Simulator(), Clock(NOON))
    [(path, body, shown)] = re.findall(r"```http\nPOST (/_sim/\S+)\n(.+)\n```\n\n```json\n(.*?)```", TEXT, re.DOTALL)
    reply = service.respond(Request("POST", path, body=body.encode())).reply
    assert reply is not None
    assert reply.status == 201
    assert agrees(json.loads(shown), json.loads(reply.body))


def test_a_project_without_a_key_of_its_own_gets_the_one_that_is_described() -> None:
    service = Service(Simulator(), Clock(NOON))
    reply = service.respond(Request("POST", "/_sim/projects", body=b'{"name": "shop", "type": "userid"}')).reply
    assert reply is not None
    assert json.loads(reply.body)["apiKeys"] == ["shop-key"]
