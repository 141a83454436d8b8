"""Fields: unknown ones, those of another action, missing ones, and fixed values."""

from __future__ import annotations

from typing import Any

import pytest
from lint_cases import findings, path, rules, subscription

from destination import PRESETS
from destination.actions import ACTIONS


@pytest.mark.parametrize("action", ACTIONS)
def test_an_unknown_field_is_told_for_every_action(action: str) -> None:
    (finding,) = findings(subscription(action, {"favouriteColour": path("$.userId")}))
    assert (finding.severity, finding.rule) == ("error", "fields.unknown")
    assert finding.message == f"{action} has no field `favouriteColour` and drops it"
    assert finding.advice == f"{action} has {', '.join(ACTIONS[action].fields)}"


@pytest.mark.parametrize("action", ACTIONS)
def test_the_fields_of_an_action_and_those_of_segments_engine_are_known(action: str) -> None:
    assert rules(subscription(action, {"__segment_internal_sync_mode": "upsert"})) == []


@pytest.mark.parametrize(
    ("action", "key", "meant", "instead_of"),
    [
        ("trackPurchase", "orderId", "id", "id"),
        ("trackPurchase", "order_id", "id", "id"),
        ("trackPurchase", "products", "items", "items"),
        ("trackPurchase", "revenue", "total", "total"),
        ("updateCart", "item", "items", "items"),
        ("updateUser", "mergeNestedObject", "mergeNestedObjects", "mergeNestedObjects"),
        ("updateUser", "traits", "dataFields", "dataFields"),
        ("updateUser", "phone", "phoneNumber", "phoneNumber"),
        ("updateUser", "Email", "email", ""),
        ("trackEvent", "event", "eventName", "eventName"),
        ("trackEvent", "timestamp", "createdAt", "createdAt"),
        ("trackEvent", "campaignID", "campaignId", "campaignId"),
    ],
)
def test_a_field_by_another_name_is_told_once_with_the_right_one(
    action: str, key: str, meant: str, instead_of: str
) -> None:
    (finding,) = findings(subscription(action, {key: path("$.context.x")}, without=(instead_of,)))
    assert (finding.rule, finding.advice) == ("fields.unknown", f"did you mean `{meant}`?")


def test_a_field_of_another_action_is_told_with_that_action() -> None:
    (finding,) = findings(subscription("updateUser", {"eventName": path("$.type")}))
    assert finding.rule == "fields.other-action"
    assert finding.message == "`eventName` is a field of trackEvent, and updateUser drops it"


def test_a_field_of_former_times_is_told_as_such() -> None:
    (finding,) = findings(subscription("updateUser", {"preferUserId": True}))
    assert finding.message == "`preferUserId` has not been a field since May 2023 and is dropped"


@pytest.mark.parametrize("action", ["updateCart", "trackPurchase"])
def test_members_of_user_are_fields_too(action: str) -> None:
    user = {"userId": path("$.userId"), "mail": path("$.context.traits.email")}
    (finding,) = findings(subscription(action, {"user": user}))
    assert (finding.rule, finding.advice) == ("fields.unknown", "did you mean `email`?")
    assert finding.field.endswith("mapping.user.mail")


@pytest.mark.parametrize(
    ("action", "key"),
    [("trackEvent", "eventName"), ("updateCart", "items"), ("updateCart", "user"), ("trackPurchase", "total")],
)
@pytest.mark.parametrize("null", [True, False])
def test_a_field_that_must_be_there_is_told_when_it_is_not(action: str, key: str, *, null: bool) -> None:
    changed = subscription(action, {key: None}) if null else subscription(action, without=(key,))
    assert rules(changed) == ["error fields.missing"]


def test_a_field_that_need_not_be_there_may_be_left_out() -> None:
    for preset in PRESETS:
        optional = [key for key, field in ACTIONS[preset.partner_action].fields.items() if not field.required]
        kept = [key for key in optional if key in {"userId", "id"}]
        assert rules(subscription(preset.partner_action, without=set(optional) - set(kept))) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("createdAt", "yesterday"), ("campaignId", 1.5), ("enable_batching", "yes"), ("batch_size", "many"), ("id", {})],
)
def test_a_fixed_value_that_segment_refuses_is_told(key: str, value: Any) -> None:
    assert rules(subscription("trackEvent", {key: value})) == ["error fields.literal"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("campaignId", "15"),
        ("enable_batching", "true"),
        ("batch_size", "1001"),
        ("dataFields", {"source": "web", "First Name": path("$.properties.first_name")}),
    ],
)
def test_a_fixed_value_that_segment_takes_is_no_mistake(key: str, value: Any) -> None:
    assert rules(subscription("trackEvent", {key: value})) == []


def items(**shape: Any) -> dict[str, Any]:
    return {"items": {"@arrayPath": ["$.properties.products", shape]}}


GOOD = {name: path(name) for name in ("name", "price", "quantity")}


def test_a_key_of_a_product_by_another_name_is_told_once_and_as_an_error_where_it_must_be_there() -> None:
    wrong = items(product_id=path("product_id"), image_url=path("image_url"), **GOOD)
    assert rules(subscription("updateCart", wrong)) == ["error items.names", "warning items.names"]


def test_a_key_of_a_product_that_must_be_there_is_told_when_it_is_not() -> None:
    (finding,) = findings(subscription("trackPurchase", items(id=path("product_id"), name=path("name"))))[:1]
    assert (finding.rule, finding.advice) == ("fields.missing", "add `quantity`")


def test_a_product_may_have_keys_of_its_own() -> None:
    own = items(id=path("product_id"), colour=path("colour"), product_id=path("product_id"), **GOOD)
    assert rules(subscription("trackPurchase", own)) == []


def test_products_as_they_are_and_shapes_that_a_directive_makes_are_left_alone() -> None:
    own = subscription(
        "trackPurchase", {"items": path("$.properties.products")}, 'type = "track" and event = "Booked"'
    )
    assert rules(own) == []
    assert rules(subscription("trackPurchase", {"items": {"@arrayPath": ["$.properties.products"]}})) == []


def test_an_action_that_cannot_batch_is_told_when_it_is_asked_to() -> None:
    assert rules(subscription("updateCart", {"enable_batching": True})) == ["error batching.fields"]
    assert rules(subscription("trackPurchase", {"batch_size": 1001})) == ["warning batching.fields"]
    assert rules(subscription("trackPurchase", {"enable_batching": False})) == ["warning batching.fields"]


def test_a_mapping_that_is_a_directive_as_a_whole_has_no_fields_to_check() -> None:
    whole = subscription("trackPurchase") | {"mapping": {"@path": "$.properties"}}
    assert rules(whole) == []


def test_products_whose_id_segment_calls_otherwise_are_told_where_they_are_sent_as_they_are() -> None:
    products = {"items": path("$.properties.products")}
    assert rules(subscription("trackPurchase", products)) == ["warning items.names"]
    assert rules(subscription("updateCart", products, 'type = "track" and event = "Completed Order"')) == []


def test_one_time_for_every_event_is_told() -> None:
    (finding,) = findings(subscription("trackEvent", {"createdAt": "2024-03-01T09:00:00Z"}))
    assert (finding.rule, finding.advice) == ("created-at.constant", 'write {"@path": "$.timestamp"}')


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("dataFields", [path("$.properties")]),
        ("dataFields", {"@template": "{{properties}}"}),
        ("dataFields", {"@json": {"mode": "encode", "value": path("$.properties")}}),
        ("total", {"@template": "{{properties.total}} EUR"}),
        ("campaignId", {"@template": "no. {{properties.campaignId}}"}),
    ],
)
def test_what_is_never_of_the_type_of_its_field_is_told(key: str, value: Any) -> None:
    assert rules(subscription("trackPurchase", {key: value})) == ["error fields.type"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("dataFields", {"@json": {"mode": "decode", "value": path("$.properties.json")}}),
        ("dataFields", {"@merge": {"objects": [path("$.properties"), {"a": 1}], "direction": "left"}}),
        ("total", {"@template": "{{properties.total}}"}),
        ("total", {"@template": "-{{properties.total}}.00"}),
        ("total", {"@template": "{{properties.whole}}{{properties.rest}}"}),
    ],
)
def test_what_may_be_of_the_type_of_its_field_is_left_alone(key: str, value: Any) -> None:
    assert rules(subscription("trackPurchase", {key: value})) == []


def test_an_identifier_of_an_order_is_led_into_its_user() -> None:
    (finding,) = findings(subscription("trackPurchase", {"userId": path("$.userId")}))
    assert (finding.rule, finding.advice) == (
        "fields.other-action",
        "put it in `user`: trackPurchase has user.userId",
    )
