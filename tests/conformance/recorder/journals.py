"""Random journals: what happens in a project in a while, and what is recorded of it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from conformance.recorder import Recording, record_text, recording_of
from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Reply, Request, Simulator
from simulator.control.recording_options import RecordingOptions
from simulator.history.recording import recording_request
from simulator.journal import Selection
from simulator.message import WireResult
from simulator.service import Service

NOW = 1_787_227_200_000
KEY = "key-that-nobody-may-see"
PROJECT = "shop"


class Seen:
    """A simulator that has seen some requests."""

    def __init__(self, project_type: str, settings: dict[str, Any] | None = None) -> None:
        chosen = ProjectSettings.model_validate(settings or {})
        configuration = ProjectConfiguration(PROJECT, ProjectType(project_type), (KEY,), chosen)
        self.project_type = project_type
        self.simulator = Simulator([configuration])
        self.clock = Clock(NOW)
        self.service = Service(self.simulator, self.clock, recorder=record_text)
        self._told: list[Any] = []

    def __repr__(self) -> str:
        return f"Seen({self.project_type!r}, {self._told})"

    def call(self, method: str, path: str, body: Any = None, *, later: int = 0, fault: Any = None) -> WireResult:
        """A call of the API, some milliseconds later, with a fault in its way."""
        self._told.append((method, path, body, later, fault))
        self.clock.set(self.clock.now() + later)
        if fault is not None:
            self.control("POST", "faults", {"action": fault, "times": 1})
        where, _, query = path.partition("?")
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = {"api-key": KEY, "content-type": "application/json"}
        return self.service.respond(Request(method, f"/api/{where}", query, headers, content))

    def control(self, method: str, path: str, body: Any = None) -> Reply:
        """A call of the control surface."""
        content = b"" if body is None else json.dumps(body).encode()
        reply = self.service.respond(Request(method, f"/_sim/{path}", "", {}, content)).reply
        assert reply is not None
        return reply

    def recorded(self, **options: Any) -> Recording:
        """The scenario of what was seen."""
        return recording_of(recording_request(self.simulator, PROJECT, RecordingOptions.model_validate(options)))

    @property
    def numbers(self) -> list[int]:
        """The numbers of the requests."""
        return [entry.number for entry in self.simulator.journal.select(Selection(project=PROJECT))]


#: Values that must not be in a recording, by what they are.
PLANTED = {
    "email": ["Zelda.Quux@quuxcorp.biz", "bob.mcgyver@hidden-domain.io"],
    "userId": ["cust-77ab-9x", "8812345"],
    "firstName": ["Zelda", "Wolfgang"],
    "street": ["Pimpernel Alley 17"],
    "phoneNumber": ["+442071838750", "+1 415 555 2671"],
    "ip": ["81.2.69.142"],
    "comment": ["please ring twice at the blue door"],
    "deviceToken": ["f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed"],
}
SECRETS = [value for values in PLANTED.values() for value in values] + ["quuxcorp", "hidden-domain", "Pimpernel", KEY]

_emails = st.sampled_from([*PLANTED["email"], "ZELDA.QUUX@QUUXCORP.BIZ", "new@example.com", "not an address", "none"])
_user_ids = st.sampled_from([*PLANTED["userId"], "u1", "x" * 60, "blank "])
_texts = st.sampled_from(
    ["gold", "2024-03-01", "2024-03-01 09:00:00 +00:00", "", "ü\U0001f600", "a\nb", "1e3", "yes", "[x", "# y"]
)
_scalars = st.one_of(
    _texts, st.integers(-5, 10**17), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False)
)
_values = st.one_of(
    _scalars,
    st.lists(_scalars, max_size=2),
    st.dictionaries(st.sampled_from(["a", "b", "1", "true"]), _scalars, max_size=2),
)


@st.composite
def data_fields(draw: st.DrawFn) -> dict[str, Any]:
    fields = draw(st.dictionaries(st.sampled_from(["plan", "since", "size", "2", "no"]), _values, max_size=3))
    for name in draw(
        st.lists(st.sampled_from(["firstName", "street", "phoneNumber", "ip", "comment", "deviceToken"]), max_size=2)
    ):
        fields[name] = draw(st.sampled_from(PLANTED[name]))
    if draw(st.booleans()):
        fields["page"] = draw(
            st.sampled_from(["https://x.test/?who=zelda.quux%40quuxcorp.biz", "mail Bob.McGyver@hidden-domain.io"])
        )
    if draw(st.integers(0, 5)) == 0:
        fields["by"] = {"Zelda.Quux@quuxcorp.biz": 1}
    return fields


@st.composite
def who(draw: st.DrawFn) -> dict[str, Any]:
    named: dict[str, Any] = {}
    if draw(st.booleans()):
        named["email"] = draw(_emails)
    if draw(st.booleans()) or not named:
        named["userId"] = draw(_user_ids)
    return named


def _user(fields: str = "dataFields") -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda named, values: {**named, fields: values}, who(), data_fields())


_event = st.builds(
    lambda user, name, more: {**user, "eventName": name, **more},
    _user(),
    st.sampled_from(["Seen", "Signed Up"]),
    st.sampled_from([{}, {"id": "event-1"}, {"createdAt": 1_700_000_000}]),
)
_purchase = st.builds(
    lambda user, total: {
        "user": user,
        "items": [{"id": "a", "name": "Shirt", "price": 3.5, "quantity": 1}],
        "total": total,
    },
    who(),
    st.sampled_from([3.5, 7, 0]),
)
_list = st.builds(lambda users: {"listId": 1, "subscribers": users}, st.lists(_user(), min_size=1, max_size=2))
_email_in_path = st.sampled_from(["Zelda.Quux@quuxcorp.biz", "bob.mcgyver%40hidden-domain.io"])
_user_id_in_path = st.sampled_from(["cust-77ab-9x", "8812345", "u1"])
CALLS: st.SearchStrategy[tuple[str, str, Any]] = st.one_of(
    st.tuples(st.just("POST"), st.just("users/update"), _user()),
    st.tuples(st.just("POST"), st.just("users/update"), _user()),
    st.tuples(st.just("POST"), st.just("events/track"), _event),
    st.tuples(st.just("POST"), st.just("events/track"), _event),
    st.tuples(st.just("POST"), st.just("commerce/trackPurchase"), _purchase),
    st.tuples(st.just("POST"), st.just("commerce/updateCart"), _purchase),
    st.tuples(
        st.just("POST"), st.just("users/bulkUpdate"), st.builds(lambda u: {"users": u}, st.lists(_user(), max_size=3))
    ),
    st.tuples(
        st.just("POST"), st.just("events/trackBulk"), st.builds(lambda e: {"events": e}, st.lists(_event, max_size=3))
    ),
    st.tuples(
        st.just("POST"),
        st.just("users/updateEmail"),
        st.builds(lambda old, new: {"currentEmail": old, "newEmail": new}, _emails, _emails),
    ),
    st.tuples(
        st.just("POST"),
        st.just("users/merge"),
        st.builds(lambda one, other: {"sourceEmail": one, "destinationEmail": other}, _emails, _emails),
    ),
    st.tuples(st.just("POST"), st.just("users/forget"), who()),
    st.tuples(st.just("POST"), st.just("users/unforget"), who()),
    st.tuples(st.just("GET"), st.just("users/forgotten"), st.none()),
    st.tuples(st.just("POST"), st.just("lists"), st.just({"name": "News"})),
    st.tuples(st.just("POST"), st.just("lists/subscribe"), _list),
    st.tuples(
        st.just("GET"),
        st.sampled_from(["lists", "lists/getUsers?listId=1", "lists/1/size", "users/getFields"]),
        st.none(),
    ),
    st.tuples(st.sampled_from(["GET", "DELETE"]), _email_in_path.map(lambda e: f"users/{e}"), st.none()),
    st.tuples(st.sampled_from(["GET", "DELETE"]), _user_id_in_path.map(lambda u: f"users/byUserId/{u}"), st.none()),
    st.tuples(st.just("GET"), _user_id_in_path.map(lambda u: f"events/byUserId/{u}?limit=5"), st.none()),
    st.tuples(st.just("GET"), _email_in_path.map(lambda e: f"users/getByEmail?email={e}"), st.none()),
    st.tuples(
        st.just("POST"),
        st.just("users/update"),
        st.sampled_from(
            [
                b"",
                b"null",
                b"[1]",
                b'"text"',
                b'{"email": "zelda.quux@quuxcorp.biz", "firstName": "Zelda"',
                b"\xff\x00",
            ]
        ),
    ),
    st.tuples(st.just("POST"), st.just("nowhere"), st.just({})),
    st.tuples(st.just("POST"), st.just("catalogs/c"), st.just({})),
    st.tuples(st.just("PUT"), st.just("catalogs/c/items/i"), st.just({"value": {"a": 1}})),
)
_FAULTS = st.one_of(
    st.none(),
    st.none(),
    st.none(),
    st.sampled_from(
        [
            {"status": 503},
            {
                "status": 429,
                "body": {"msg": "slow down", "code": "RateLimitExceeded"},
                "headers": {"Retry-After": "2"},
            },
            {"status": 200, "body": "text"},
            {"drop": "before"},
            {"drop": "after"},
            {"delay": 2},
        ]
    ),
)
_LAGS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {}, {"visibilityLag": 5}, {"bulkLag": 3, "visibilityLag": 1}, {"forgetLag": 10}, {"listLag": 4}]
)
_OTHERS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {},
        {"trackUnknownUserId": "drop"},
        {"eventIdScope": "user"},
        {"enforceRateLimits": True},
        {"eventIdUpdate": "merge"},
    ]
)


@st.composite
def journals(draw: st.DrawFn) -> tuple[Seen, int]:
    """Something that was seen, and the number of the request that a recording begins with."""
    seen = Seen(draw(st.sampled_from(["email", "userid", "hybrid"])), {**draw(_LAGS), **draw(_OTHERS)})
    calls = draw(
        st.lists(st.tuples(CALLS, st.sampled_from([0, 0, 1, 700, 2_000, 60_000]), _FAULTS), min_size=1, max_size=8)
    )
    for (method, path, body), later, fault in calls:
        seen.call(method, path, body, later=later, fault=fault)
    if all(body == b"\xff\x00" for (_, _, body), _, _ in calls):
        seen.call("GET", "lists")  # so that there is something to write
    return seen, draw(st.sampled_from(seen.numbers))
