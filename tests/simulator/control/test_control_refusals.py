"""The control surface: what is wrong is named in full, and has changed nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Clock, Reply, Request, Simulator
from simulator.clock import parse_instant
from simulator.service import Service

NOW = 1_787_227_200_000
LAST = parse_instant("9999-12-31T23:59:59.999Z")


class Control:
    """A simulator, and calls of its control surface."""

    def __init__(self, now: int = NOW) -> None:
        self.simulator = Simulator()
        self.service = Service(self.simulator, Clock(now))

    def call(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Reply:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        reply = self.service.respond(Request(method, path, query, headers, raw)).reply
        assert reply is not None
        return reply

    def everything(self) -> list[Any]:
        paths = ["/_sim/projects", "/_sim/clock", "/_sim/faults"]
        paths += [
            f"/_sim/projects/{name}/{what}" for name in self.simulator.projects for what in ("state", "journal")
        ]
        return [json.loads(self.call("GET", path).body) for path in paths]


@pytest.fixture
def control() -> Control:
    return Control()


def mistakes(reply: Reply) -> list[tuple[str, str, str | None]]:
    assert reply.status == 400
    found = json.loads(reply.body)["mistakes"]
    return [(mistake["path"], mistake["message"], mistake.get("hint")) for mistake in found]


def test_every_mistake_of_a_fault_is_named_at_once(control: Control) -> None:
    body = {
        "match": {"pth": "/x", "method": 5},
        "action": {"status": 429, "headers": {"X": "a\nb"}},
        "times": 0,
        "porbability": 1,
    }
    assert mistakes(control.call("POST", "/_sim/faults", body)) == [
        ("match.method", "Input should be a valid string", None),
        ("match.pth", "unknown member", "did you mean path?"),
        ("action.headers", "the value of X may contain only printable ASCII characters", None),
        ("times", "Input should be greater than or equal to 1", None),
        ("porbability", "unknown member", "did you mean probability?"),
    ]


@pytest.mark.parametrize(
    ("path", "warning"),
    [
        ("/api/events/trakc", "no operation has the path /api/events/trakc; did you mean /api/events/track?"),
        ("/api/zzz", "no operation has the path /api/zzz"),
        ("/api/events/track", None),
        ("/api/users/ada@example.com", None),
        ("/api/events/*", None),
        ("/v1/track", None),
    ],
)
def test_a_fault_for_a_path_that_no_operation_has_is_added_with_a_warning(
    control: Control, path: str, warning: str | None
) -> None:
    reply = control.call("POST", "/_sim/faults", {"match": {"path": path}, "action": {"status": 503}})
    assert reply.status == 201
    answer = json.loads(reply.body)
    assert (answer["number"], answer.get("warning")) == (1, warning)


def test_an_unknown_setting_is_named_with_the_one_that_was_meant(control: Control) -> None:
    body = {"name": "x", "type": "email", "settings": {"trackUnknownUserID": "drop"}}
    assert mistakes(control.call("POST", "/_sim/projects", body)) == [
        ("settings.trackUnknownUserID", "unknown member", "did you mean trackUnknownUserId?")
    ]


def test_where_nothing_is_near_all_that_is_known_is_listed(control: Control) -> None:
    assert mistakes(control.call("POST", "/_sim/clock", {"zzz": 1, "advance": 1})) == [
        ("zzz", "unknown member", "known: advance, now, mode")
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"null",
        b'{"advance":NaN}',
        b'{"advance":1e999}',
        b'{"advance":1,"advance":2}',
        b'{"advance":true}',
        b'{"advance":"5"}',
        b'{"advance":3e11}',
        b'{"advance":' + b"9" * 500 + b"}",
        b'{"now":"0001-01-01T00:00:00+14:00"}',
        b'{"now":1787227200000}',
        b'{"mode":"fast"}',
        b"[" * 100_000,
    ],
)
def test_a_clock_that_is_told_nonsense_stays_as_it_is(control: Control, body: bytes) -> None:
    before = control.everything()
    assert control.call("POST", "/_sim/clock", body).status == 400
    assert control.everything() == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"advance": "1d"}, "expected seconds as a number, such as 86400"),
        ({"advance": True}, "expected seconds as a number, such as 86400"),
        ({"now": 1700000000000}, "expected an ISO date and time, such as 2026-08-20T12:00:00Z"),
    ],
)
def test_a_clock_that_is_told_a_time_in_another_form_names_the_form(
    control: Control, change: dict[str, object], told: str
) -> None:
    [(path, message, _)] = mistakes(control.call("POST", "/_sim/clock", change))
    assert (path, message) == (next(iter(change)), told)


def test_at_the_end_of_the_calendar_the_clock_stops_and_the_simulator_answers() -> None:
    control = Control(LAST)
    assert mistakes(control.call("POST", "/_sim/clock", {"advance": 1}))[0][0] == "advance"
    key = {"api-key": "hybrid-key"}
    assert control.call("POST", "/api/users/update", {"email": "a@x.test"}, **key).status == 200
    assert control.call("GET", "/api/users/a@x.test", **key).status == 200
    assert control.call("GET", "/").status == 200


@pytest.mark.parametrize(
    "fields", [b'{"n":NaN}', b'{"n":1e999}', b'{"n":1,"n":2}', b'{"n":' + b"[" * 900 + b"]" * 900 + b"}"]
)
def test_a_state_that_could_not_be_shown_again_is_refused(control: Control, fields: bytes) -> None:
    before = control.everything()
    body = b'{"users":[{"email":"a@x.test","dataFields":' + fields + b"}]}"
    reply = control.call("PUT", "/_sim/projects/hybrid/state", body)
    assert (reply.status, control.everything()) == (400, before)


def test_the_deepest_profile_that_iterable_takes_goes_out_as_state_and_comes_back(control: Control) -> None:
    nested = b"[" * 197 + b"1" + b"]" * 197
    body = b'{"email":"a@x.test","dataFields":{"n":' + nested + b"}}"
    assert control.call("POST", "/api/users/update", body, **{"api-key": "hybrid-key"}).status == 200
    state = control.call("GET", "/_sim/projects/hybrid/state").body
    assert control.call("POST", "/_sim/projects/hybrid/reset").status == 204
    assert control.call("PUT", "/_sim/projects/hybrid/state", state).status == 204
    assert control.call("GET", "/_sim/projects/hybrid/state").body == state
    assert control.call("GET", "/").status == 200


@pytest.mark.parametrize(
    "new",
    [
        {"name": "..", "type": "email"},
        {"name": "a/b", "type": "email"},
        {"name": "", "type": "email"},
        {"name": "x\n", "type": "email"},
        {"name": "x", "type": "email", "apiKey": ""},
        {"name": "x", "type": "email", "apiKey": "a b"},
        {"name": "x", "type": "email", "apiKey": "a\r\nb"},
        {"name": "x", "type": "email", "apiKey": "schlüssel"},
        {"name": "x", "type": "Email"},
        {"name": "x"},
    ],
)
def test_a_project_that_could_not_be_reached_is_refused(control: Control, new: dict[str, str]) -> None:
    before = control.everything()
    assert mistakes(control.call("POST", "/_sim/projects", new))
    assert control.everything() == before


@pytest.mark.parametrize(
    ("new", "named"),
    [
        ({"name": "hybrid", "type": "email", "apiKey": "new"}, "hybrid"),
        ({"name": "new", "type": "email", "apiKey": "hybrid-key"}, "hybrid-key"),
    ],
)
def test_a_name_or_key_that_is_taken_is_a_conflict(control: Control, new: dict[str, str], named: str) -> None:
    before = control.everything()
    reply = control.call("POST", "/_sim/projects", new)
    assert reply.status == 409
    assert named in json.loads(reply.body)["error"]
    assert control.everything() == before


def test_the_key_of_a_removed_project_is_free_again(control: Control) -> None:
    assert control.call("DELETE", "/_sim/projects/hybrid").status == 204
    new = {"name": "new", "type": "email", "apiKey": "hybrid-key"}
    assert control.call("POST", "/_sim/projects", new).status == 201
    assert control.call("POST", "/_sim/reset").status == 204
    assert list(control.simulator.projects) == ["email", "userid", "hybrid"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/_sim/reset", "POST"),
        ("POST", "/_sim/projects/email/state", "GET, PUT"),
        ("PATCH", "/_sim/faults", "GET, POST, DELETE"),
    ],
)
def test_a_method_that_is_not_for_a_path_is_told_which_are(
    control: Control, method: str, path: str, allow: str
) -> None:
    reply = control.call(method, path)
    assert (reply.status, reply.headers["Allow"]) == (405, allow)


@pytest.mark.parametrize(
    "path",
    [
        "/_sim",
        "/_simulator",
        "/_sim/",
        "/_sim/projects/none/state",
        "/_sim/projects//state",
        "/_sim/%zz%ff",
        "/_sim/a/b/c/d",
    ],
)
def test_what_is_not_there_is_404_with_what_is(control: Control, path: str) -> None:
    reply = control.call("GET", path)
    assert reply.status == 404
    assert re.search("; similar: /_sim/|; docs/control-surface.md|there are", json.loads(reply.body)["error"])


@pytest.mark.parametrize("number", ["0", "2", "01", "x", "-1", "²", "9" * 5000])
def test_a_fault_that_is_not_there_cannot_be_removed(control: Control, number: str) -> None:
    control.call("POST", "/_sim/faults", {"action": {"status": 500}})
    assert control.call("DELETE", f"/_sim/faults/{number}").status == 404
    assert len(json.loads(control.call("GET", "/_sim/faults").body)) == 1
    assert control.call("DELETE", "/_sim/faults/1").status == 204
    assert json.loads(control.call("GET", "/_sim/faults").body) == []


@pytest.mark.parametrize("query", ["limit=-1", "limit=", "after=1.5", "status=2xx", "limit=" + "9" * 5000, "page=2"])
def test_a_journal_filter_that_is_wrong_is_told(control: Control, query: str) -> None:
    assert control.call("GET", "/_sim/projects/email/journal", query=query).status == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
PROJECT = ["name", "type", "apiKey", "settings"]
FAULT = ["match", "action", "times", "probability", "path", "status", "body", "headers", "delay", "drop"]
CLOCK = ["advance", "now", "mode"]
STATE = ["users", "events", "lists", "email", "userId", "dataFields", "eventName"]
KNOWN = st.sampled_from([*PROJECT, *FAULT, *CLOCK, *STATE])
BODIES = st.dictionaries(KNOWN, JSON | st.dictionaries(KNOWN, JSON, max_size=3), max_size=4)


@given(
    st.sampled_from(
        [
            ("POST", "/_sim/projects"),
            ("PUT", "/_sim/projects/hybrid/state"),
            ("POST", "/_sim/clock"),
            ("POST", "/_sim/faults"),
        ]
    ),
    BODIES,
)
def test_any_body_is_either_taken_or_refused_in_full(route: tuple[str, str], body: Any) -> None:
    control = Control()
    before = control.everything()
    reply = control.call(*route, body)
    assert reply.status in {200, 201, 204, 400, 409}
    if reply.status >= 400:
        assert json.loads(reply.body)["error"]
        assert control.everything() == before
    assert control.call("GET", "/").status == 200


def test_a_mistake_deep_in_a_sequence_is_named_with_its_place(control: Control) -> None:
    body = {"sequence": [{"status": 500}, {"staus": 500}, {"delay": {"distribution": "uniform", "min": -1}}]}
    assert mistakes(control.call("POST", "/_sim/faults", body)) == [
        ("sequence.1.staus", "unknown member", "did you mean status?"),
        ("sequence.2.delay.min", "Input should be greater than or equal to 0", None),
        ("sequence.2.delay.max", "Field required", None),
    ]


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        (
            {"enforceRateLimit": True},
            "enforceRateLimit",
            "is not a setting; these can be changed: bulkLag, catalogLag",
        ),
        ({"trackCreates": "never"}, "trackCreates", "is fixed when the project is created; these can be changed"),
        ({"enforceRateLimits": "maybe"}, "enforceRateLimits", "Input should be a valid boolean"),
        ({"bulkLag": -1}, "bulkLag", "greater than or equal to 0"),
    ],
)
def test_a_setting_that_cannot_change_says_why_and_nothing_changes(
    control: Control, body: dict[str, Any], path: str, message: str
) -> None:
    before = control.everything()
    reply = control.call("PATCH", "/_sim/projects/hybrid/settings", {"listLag": 5, **body})
    [(where, what, _)] = mistakes(reply)
    assert where == path
    assert message in what
    assert control.everything() == before


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b'{"seed": 1.5}', b'{"seed": "1"}', b"{}"])
def test_a_seed_that_is_none_is_refused(control: Control, body: bytes) -> None:
    assert control.call("PUT", "/_sim/faults/seed", body).status == 400


@pytest.mark.parametrize("path", ["events/track", "api/*", "https://api.iterable.com/api/events/track", ""])
def test_a_fault_for_a_path_that_no_request_has_is_refused(control: Control, path: str) -> None:
    message = f"{path!r} matches no request: a path starts with /, as in /api/events/track"
    body = {"match": {"path": path}, "action": {"status": 503}}
    assert mistakes(control.call("POST", "/_sim/faults", body)) == [("match.path", message, None)]


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ({"action": 503}, ("action", 'an action is an object, such as {"status": 503}', None)),
        (
            {"sequence": [503, {"status": 500}]},
            ("sequence.0", 'an action is an object, such as {"status": 503}', None),
        ),
        ({"status": 503}, ("status", "unknown member", 'put it in action: {"action": {"status": 503}}')),
        (
            {"path": "/api/*", "action": {"drop": "before"}},
            ("path", "unknown member", 'put it in match: {"match": {"path": "/api/*"}}'),
        ),
        ({"action": {"status": 503, "times": 1}}, ("action.times", "unknown member", "put it beside action")),
    ],
)
def test_a_member_of_a_fault_in_the_wrong_place_is_told_its_place(
    control: Control, body: dict[str, Any], mistake: tuple[str, str, str | None]
) -> None:
    assert mistakes(control.call("POST", "/_sim/faults", body)) == [mistake]


def test_a_setting_beside_the_others_of_a_project_is_told_its_place(control: Control) -> None:
    body = {"name": "x", "type": "email", "trackCreates": "never"}
    assert mistakes(control.call("POST", "/_sim/projects", body)) == [
        ("trackCreates", "unknown member", 'put it in settings: {"settings": {"trackCreates": "never"}}')
    ]


def test_an_unknown_member_of_a_state_is_named_with_those_that_are_known(control: Control) -> None:
    [(path, message, _)] = mistakes(
        control.call("PUT", "/_sim/projects/hybrid/state", {"users": [{"mail": "ada@example.com"}]})
    )
    assert (path, message) == ("users.0.mail", "unknown member (did you mean email?)")


@pytest.mark.parametrize("name", ["event", "name"])
def test_an_event_whose_name_is_called_otherwise_is_refused(control: Control, name: str) -> None:
    body = {"users": [{"email": "ada@example.com"}], "events": [{"email": "ada@example.com", name: "Seen"}]}
    [(path, message, _)] = mistakes(control.call("PUT", "/_sim/projects/hybrid/state", body))
    assert (path, message) == ("events.0", f"the name of an event goes in eventName, not in {name}")


def test_a_path_that_does_not_exist_is_answered_with_the_few_most_like_it(control: Control) -> None:
    reply = control.call("GET", "/_sim/users")
    error = json.loads(reply.body)["error"]
    assert reply.status == 404
    assert error.startswith("no such path: /_sim/users; similar: /_sim/projects/{name}/users, ")
    assert error.count("/_sim/") <= 4


def test_a_path_like_no_other_is_answered_with_where_all_are_listed(control: Control) -> None:
    error = json.loads(control.call("GET", "/_sim/zzzzzzzzzzzzzzzzzzzz").body)["error"]
    assert error == "no such path: /_sim/zzzzzzzzzzzzzzzzzzzz; docs/control-surface.md lists all paths"


def test_a_method_that_a_path_does_not_take_is_answered_with_those_it_does(control: Control) -> None:
    reply = control.call("GET", "/_sim/faults/1")
    error = json.loads(reply.body)["error"]
    assert (reply.status, error) == (405, "GET is not allowed on /_sim/faults/1; allowed: DELETE")
