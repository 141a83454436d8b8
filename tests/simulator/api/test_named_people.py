"""Whom a request names is known from its route, whatever becomes of the request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from ruamel.yaml import YAML

from simulator.api import ROUTES, NamedIdentifiers, find_route, identifier_kind, identifiers_named
from simulator.api.identifiers import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTS: Final[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).parents[2] / "contract" / "operations.yaml")
A, B = "a@x.test", "b@x.test"


def named(method: str, path: str, body: Any = None, query: str = "") -> NamedIdentifiers:
    route, parameters = find_route(method, f"/api/{path}")
    assert route is not None
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return identifiers_named(route.people, parameters, query, content)


@pytest.mark.parametrize(
    ("path", "body", "emails", "user_ids"),
    [
        ("users/update", {"email": "A@X.test", "userId": "u1"}, (A,), ("u1",)),
        ("users/update", {"userId": "u1", "dataFields": {"email": B, "userId": "u2"}}, (B,), ("u1", "u2")),
        ("users/bulkUpdate", {"users": [{"email": A}, {"userId": "u1"}, {"email": A}]}, (A,), ("u1",)),
        ("users/updateEmail", {"currentEmail": A, "currentUserId": "u1", "newEmail": B}, (A, B), ("u1",)),
        ("users/merge", {"sourceUserId": "u1", "destinationEmail": B}, (B,), ("u1",)),
        ("events/track", {"email": A, "dataFields": {"email": B}}, (A,), ()),
        ("events/trackBulk", {"events": [{"email": A}, {"userId": "u1"}]}, (A,), ("u1",)),
        ("commerce/updateCart", {"user": {"email": A}, "items": [{"id": "1"}]}, (A,), ()),
        ("lists/subscribe", {"listId": 1, "subscribers": [{"email": A}, {"userId": "u1"}]}, (A,), ("u1",)),
        ("email/target", {"campaignId": 1, "recipientEmail": A}, (A,), ()),
        ("catalogs/people/items", {"documents": {"1": {"email": A}}}, (), ()),
    ],
)
def test_a_body_names_the_people_of_its_call(
    path: str, body: Any, emails: tuple[str, ...], user_ids: tuple[str, ...]
) -> None:
    assert named("POST", path, body) == (emails, user_ids)


def test_a_path_names_people_by_its_parameters() -> None:
    assert named("GET", f"users/{A.upper()}") == ((A,), ())
    assert named("DELETE", "users/byUserId/u%2F1") == ((), ("u/1",))
    assert named("PATCH", f"subscriptions/emailList/1/user/{A}") == ((A,), ())
    assert named("GET", "snippets/greeting") == ((), ())


def test_lists_of_bare_identifiers_name_people() -> None:
    body = {"users": [A, B], "usersByUserId": ["u1"]}
    assert named("PUT", "subscriptions/emailList/1", body) == ((A, B), ("u1",))


def test_a_query_names_people_where_the_call_asks_by_it_and_only_there() -> None:
    assert named("GET", "users/getByEmail", query="email=a%40x.test") == ((A,), ())
    assert named("POST", "users/update", query="email=a%40x.test") == ((), ())


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"[]", b"1", b'{"email": 7, "userId": null}'])
def test_a_body_that_cannot_be_read_names_nobody(body: bytes) -> None:
    assert named("POST", "users/update", body) == ((), ())


def members_of(schema: str, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The way to every member of a schema whose name is that of an identifier; schemas may hold themselves."""
    facts = FACTS["schemas"].get(schema)
    for name, kind in facts.items() if isinstance(facts, dict) else ():
        plain = name.removesuffix("?")
        if identifier_kind(plain):
            yield (*way, plain)
        elif isinstance(kind, str) and plain not in way:
            yield from members_of(kind.strip("[]?"), (*way, plain))


@pytest.mark.parametrize("route", [route for route in ROUTES if route.modelled], ids=lambda route: route.operation)
def test_every_member_that_the_description_calls_an_identifier_is_in_the_route_table(route: Any) -> None:
    facts = FACTS["operations"][route.operation]
    ways = {*route.people.emails, *route.people.user_ids}
    in_body = set(members_of((facts.get("body") or "").strip("[]?")))
    in_query = {(plain,) for name in facts.get("query") or {} if identifier_kind(plain := name.removesuffix("?"))}
    assert in_body | in_query <= ways
    assert route.people.in_query == bool(in_query)
    assert (route.people == NOBODY) == (not ways)
