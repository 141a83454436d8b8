"""What differs between two mappings' requests for one event, and in which fields."""

from __future__ import annotations

from typing import Any, Final

import pytest

from conformance.backtest.comparison import Planned, field_differences, is_same, pair_requests

UPDATE: Final = "/api/users/update"


def update(body: object, *, subscription: str = "People", path: str = UPDATE) -> Planned:
    return Planned(subscription, "updateUser", path, body)


def test_a_subscription_that_is_renamed_makes_no_difference() -> None:
    pairing = pair_requests([update({"a": 1}, subscription="Old")], [update({"a": 1}, subscription="New")])
    assert pairing == ((), (), ())


def test_the_order_of_requests_makes_no_difference() -> None:
    one, other = update({"a": 1}), update({"a": 2}, subscription="Others")
    assert pair_requests([one, other], [other, one]) == ((), (), ())


def test_the_same_request_twice_instead_of_once_appears() -> None:
    assert pair_requests([update({})], [update({}), update({})]).appear == (update({}),)


def test_requests_of_subscriptions_of_the_same_name_belong_together() -> None:
    a, b = update({"v": 1}, subscription="A"), update({"v": 2}, subscription="B")
    pairing = pair_requests([a, b], [b._replace(body={"v": 3}), a._replace(body={"v": 4})])
    assert [(before.subscription, after.subscription) for before, after in pairing.differ] == [("A", "A"), ("B", "B")]


def test_requests_to_other_addresses_do_not_belong_together() -> None:
    before, after = update({"a": 1}), update({"a": 1}, path="/api/events/track")
    assert pair_requests([before], [after]) == ((), (before,), (after,))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"dataFields": {}}, {"dataFields": {"plan": "pro"}}, ("dataFields.plan", "added")),
        ({"dataFields": {"plan": None}}, {"dataFields": {}}, ("dataFields.plan", "removed")),
        ({"n": 1}, {"n": "1"}, ("n", "other type")),
        ({"n": 1}, {"n": True}, ("n", "other type")),
        ({"n": 1}, {"n": None}, ("n", "other type")),
        ({"n": {}}, {"n": []}, ("n", "other type")),
        ({"n": 1}, {"n": 2.5}, ("n", "other value")),
        ({"items": [{"price": 1}]}, {"items": [{"price": 2}]}, ("items[].price", "other value")),
        ({"items": [1]}, {"items": [1, 2, 3]}, ("items[]", "added")),
        ({"email": "ada@example.com"}, {"email": "bob@example.com"}, ("email", "other person")),
        ({"email": "ada@example.com"}, {"email": "Ada@example.com"}, ("email", "other value")),
        ({"userId": "u1"}, {"userId": "U1"}, ("userId", "other person")),
        ({"user": {"userId": "u1"}}, {"user": {"userId": "u2"}}, ("user.userId", "other person")),
        ({"userId": "u1"}, {"userId": "u1", "email": "ada@example.com"}, ("email", "added")),
        (
            {"dataFields": {"email": "a@b.de"}},
            {"dataFields": {"email": "b@b.de"}},
            ("dataFields.email", "other value"),
        ),
    ],
)
def test_a_field_differs_in_its_kind(before: object, after: object, expected: tuple[str, str]) -> None:
    assert [(item.field, item.kind) for item in field_differences(before, after)] == [expected]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"email": "ada@example.com"},
            {"userId": "u1"},
            [("userId instead of email", "other person", "ada@example.com", "u1")],
        ),
        (
            {"user": {"userId": "u1"}, "total": 1},
            {"user": {"email": "ada@example.com"}, "total": 2},
            [
                ("total", "other value", 1, 2),
                ("user.email instead of user.userId", "other person", "u1", "ada@example.com"),
            ],
        ),
        ({"email": "ada@example.com"}, {}, [("email", "other person", "ada@example.com", None)]),
        (
            {"email": "ada@example.com"},
            {"email": "bob@example.com", "userId": "u1"},
            [
                ("email", "other person", "ada@example.com", "bob@example.com"),
                ("userId", "other person", None, "u1"),
            ],
        ),
    ],
)
def test_an_identifier_in_the_place_of_another_is_one_difference(
    before: object, after: object, expected: list[tuple[object, ...]]
) -> None:
    assert [tuple(item) for item in field_differences(before, after)] == expected


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        ([True], [1], False),
        (None, None, True),
    ],
)
def test_values_are_the_same_as_json(before: Any, after: Any, same: bool) -> None:
    assert is_same(before, after) is same
    assert bool(field_differences({"v": before}, {"v": after})) is not same
