"""Namespaces: every identifier that leaves has the prefix, and what comes back is as it was."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.sandbox.allowed_operations import OPERATIONS, operation_of, prefixed_path
from conformance.sandbox.namespacing import Namespace, identifiers_in
from conformance.scenario import NotPlayableError

NAMESPACE = Namespace("harness-abc-1-")
NAMES = st.sampled_from(
    ["email", "userId", "currentEmail", "newEmail", "sourceUserId", "plan", "Email", "id", "events"]
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
BODIES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def named(value: Any) -> list[str]:
    return [text for _, text in identifiers_in(value)]


@given(BODIES, st.sampled_from(["/api/users/update", "/api/events/track", "/api/events/trackBulk"]))
def test_every_identifier_of_a_body_is_marked_and_nothing_else_is_changed(body: Any, path: str) -> None:
    try:
        prefixed = NAMESPACE.body(path, body)
    except NotPlayableError:
        return
    assert all(text.startswith(NAMESPACE.prefix) for text in named(prefixed))
    assert [NAMESPACE.unprefixed(text) for text in named(prefixed)] == named(body)
    assert _unprefixed(prefixed) == body


def _unprefixed(value: Any) -> Any:
    if isinstance(value, list):
        return [_unprefixed(item) for item in value]
    if isinstance(value, dict):
        return {name: _unprefixed(item) for name, item in value.items()}
    return NAMESPACE.unprefixed(value) if isinstance(value, str) else value


def test_the_switch_prefer_user_id_is_no_identifier() -> None:
    body = {"userId": "u1", "preferUserId": True}
    assert NAMESPACE.body("/api/users/update", body) == {"userId": "harness-abc-1-u1", "preferUserId": True}


def test_ids_of_events_are_marked_and_those_of_items_are_not() -> None:
    body = {"id": "order-1", "user": {"userId": "u1"}, "items": [{"id": "p1"}]}
    assert NAMESPACE.body("/api/commerce/trackPurchase", body) == {
        "id": "harness-abc-1-order-1",
        "user": {"userId": "harness-abc-1-u1"},
        "items": [{"id": "p1"}],
    }


@given(TEXTS.filter(lambda text: text.strip() and not text.isalpha()))
def test_a_path_that_names_somebody_names_a_marked_person(identifier: str) -> None:
    for operation in OPERATIONS:
        if not operation.names:
            continue
        path = operation.path.replace("{group}", "messageType").replace("{number}", "7")
        path = path.replace(f"{{{operation.names}}}", quote(identifier, safe=""))
        found = operation_of(operation.method, path)
        assert found.names
        assert found.named_in(prefixed_path(found, path, NAMESPACE)) == NAMESPACE.prefixed(identifier)


def test_only_the_person_in_a_path_is_marked() -> None:
    path = "/api/subscriptions/messageType/7/user/messageType"
    found = operation_of("PATCH", path.replace("user/messageType", "user/a@x.test"))
    assert prefixed_path(found, path, NAMESPACE) == f"{path.rpartition('/')[0]}/harness-abc-1-messageType"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/lists/subscribe"),
        ("GET", "/api/users/forgotten"),
        ("PUT", "/api/subscriptions/messageType/7"),
        ("DELETE", "/api/catalogs/c"),
        ("POST", "/api/campaigns/trigger"),
        ("DELETE", "/api/users/byUserId"),
        ("GET", "/api/users/getByEmail"),
        ("DELETE", "/api/users/byUserId/a/b"),
        ("PUT", "/api/users/a@b.example"),
        ("POST", "/_sim/reset"),
    ],
)
def test_a_call_that_may_touch_others_is_none_of_the_operations(method: str, path: str) -> None:
    with pytest.raises(NotPlayableError, match="may touch more"):
        operation_of(method, path)
