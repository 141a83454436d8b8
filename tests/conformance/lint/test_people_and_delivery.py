"""Identifiers, batches, rows of a warehouse, and times."""

from __future__ import annotations

from typing import Any

import pytest
from lint_cases import findings, path, rules, subscription

ROWS = 'event = "new" or event = "updated"'
DELETED_TOO = f'{ROWS} or event = "deleted"'
BY_COLUMN: dict[str, Any] = {
    "email": path("$.properties.EMAIL"),
    "userId": path("$.properties.USER_ID"),
    "dataFields": path("$.properties"),
    "phoneNumber": None,
}


@pytest.mark.parametrize("action", ["updateUser", "trackEvent"])
def test_a_mapping_without_identifiers_is_told(action: str) -> None:
    assert rules(subscription(action, without=("email", "userId"))) == ["error identifier.missing"]
    assert rules(subscription(action, without=("email",))) == []
    assert rules(subscription(action, without=("userId",))) == []


@pytest.mark.parametrize("action", ["updateCart", "trackPurchase"])
def test_a_user_without_identifiers_is_told(action: str) -> None:
    data = {"user": {"dataFields": path("$.context.traits")}}
    assert rules(subscription(action, data)) == ["error identifier.missing"]
    assert rules(subscription(action, {"user": {}})) == ["error identifier.missing"]


@pytest.mark.parametrize("value", ["ada@example.com", {"@literal": "ada@example.com"}])
def test_a_fixed_identifier_is_told(value: Any) -> None:
    assert rules(subscription("updateUser", {"email": value})) == ["error identifier.constant"]


def test_an_email_that_falls_back_to_the_anonymous_id_is_told_at_that_path() -> None:
    email = {"exists": path("$.traits.email"), "then": path("$.traits.email"), "else": path("$.anonymousId")}
    (finding,) = findings(subscription("updateUser", {"email": {"@if": email}}))
    assert (finding.rule, finding.severity) == ("identifier.anonymous-id", "error")
    assert finding.field.endswith("email.@if.else.@path")
    user_id = {"exists": path("$.userId"), "then": path("$.userId"), "else": path("$.anonymousId")}
    assert rules(subscription("updateUser", {"userId": {"@if": user_id}})) == ["warning identifier.device"]


def test_identifiers_from_each_others_place_or_from_the_device_are_told() -> None:
    exchanged = {"email": path("$.userId"), "userId": path("$.traits.email")}
    assert rules(subscription("updateUser", exchanged)) == ["error identifier.exchanged"]
    assert rules(subscription("updateUser", {"userId": path("$.traits.email")})) == []
    assert rules(subscription("updateUser", {"userId": path("$.anonymousId")})) == ["warning identifier.device"]


@pytest.mark.parametrize("name", ["email", "userId", "phoneNumber"])
def test_a_template_that_may_be_empty_is_told_where_nothing_may_be(name: str) -> None:
    empty = {name: {"@template": "{{traits.x}}"}}
    assert rules(subscription("updateUser", empty)) == ["warning template.empty"]
    assert rules(subscription("updateUser", {name: {"@template": "+{{traits.x}}"}})) == []
    assert rules(subscription("updateUser", {"dataFields": {"x": empty[name]}})) == []


def test_an_event_is_told_apart_by_its_own_name_and_id() -> None:
    assert rules(subscription("trackEvent", {"eventName": "Event"})) == ["warning event.one-name"]
    only = 'type = "track" and event = "Signed Up"'
    assert rules(subscription("trackEvent", {"eventName": "Registered"}, only)) == []
    assert rules(subscription("trackEvent", {"id": path("$.properties.order_id")})) == ["warning event.shared-id"]
    assert rules(subscription("trackEvent", {"id": path("$.properties.event_id")})) == []
    assert rules(subscription("trackEvent", without=("id",))) == ["note event.no-id"]
    assert rules(subscription("trackPurchase", without=("id",))) == ["note event.no-id"]


@pytest.mark.parametrize(
    "value",
    [
        path("$.userId"),
        path("$.anonymousId"),
        path("$.event"),
        path("$.type"),
        path("$.context.traits.email"),
        path("$.context.ip"),
        path("$.properties.email"),
        {"@template": "{{userId}}-{{event}}"},
        "one",
        {"@literal": "one"},
    ],
)
@pytest.mark.parametrize("action", ["trackEvent", "trackPurchase"])
def test_an_id_that_all_events_of_a_person_or_kind_have_is_an_error(value: object, action: str) -> None:
    assert rules(subscription(action, {"id": value})) == ["error event.shared-id"]


@pytest.mark.parametrize(
    "value",
    [
        path("$.messageId"),
        path("$.context.request_id"),
        {"@template": "{{userId}}-{{properties.booking}}"},
        {"@if": {"exists": path("$.properties.key"), "then": path("$.properties.key"), "else": path("$.messageId")}},
    ],
)
def test_an_id_of_the_events_own_is_no_mistake(value: object) -> None:
    assert rules(subscription("trackEvent", {"id": value})) == []


def test_a_field_that_iterable_alone_writes_is_told() -> None:
    managed = {"dataFields": {"profileUpdatedAt": path("$.traits.changed"), "changed": path("$.traits.changed")}}
    assert rules(subscription("updateUser", managed)) == ["warning data-fields.managed"]


@pytest.mark.parametrize(
    ("project_type", "without", "told"),
    [
        ("email", "email", ["error identifier.project-type"]),
        ("email", "userId", []),
        ("userid", "userId", ["error identifier.project-type"]),
        ("userid", "email", []),
        ("hybrid", "email", []),
        ("hybrid", "userId", []),
    ],
)
def test_the_identifier_that_a_project_type_goes_by_is_asked_for(
    project_type: str, without: str, told: list[str]
) -> None:
    changed = subscription("updateUser", without=(without,))
    assert rules(changed, project_types=[project_type]) == told
    assert rules(changed) == []


def test_in_an_email_based_project_a_user_id_is_enough_for_events_of_people_who_are_known() -> None:
    by_id = subscription("trackEvent", without=("email",))
    assert rules(by_id, subscription("updateUser"), project_types=["email"]) == []
    assert rules(by_id, project_types=["email"]) == ["error identifier.project-type"]


def test_in_an_email_based_project_a_property_alone_is_seldom_there() -> None:
    alone = subscription("trackEvent", {"email": path("$.properties.email"), "userId": None})
    profile = subscription("updateUser")
    assert rules(alone, profile, project_types=["email"]) == ["warning identifier.seldom"]
    assert rules(alone, profile) == []
    assert rules(subscription("trackEvent"), profile, project_types=["email"]) == []
    signed_up = {**alone, "subscribe": 'type = "track" and event = "Signed Up"'}
    assert rules(signed_up, profile, project_types=["email"]) == []


def test_the_presets_are_right_in_every_project_type() -> None:
    every = [subscription(action) for action in ("trackEvent", "updateUser", "updateCart", "trackPurchase")]
    assert rules(*every, project_types=["email", "userid", "hybrid"]) == []


def test_data_fields_that_are_identifiers_are_told() -> None:
    number = {"dataFields": {"phoneNumber": path("$.traits.mobile")}}
    assert rules(subscription("updateUser", number)) == ["error data-fields.phone-number"]
    rename = {"dataFields": {"email": path("$.traits.work_email")}}
    assert rules(subscription("updateUser", rename)) == ["warning data-fields.identifier"]
    same = {"dataFields": {"email": path("$.traits.email"), "plan": path("$.traits.plan")}}
    assert rules(subscription("updateUser", same)) == []
    assert rules(subscription("trackEvent", {"dataFields": {"email": path("$.properties.work_email")}})) == []


def new_email(**changes: Any) -> dict[str, Any]:
    return subscription("updateUser", {"newEmail": path("$.traits.newEmail"), **changes})


def test_a_change_of_address_in_batches_is_told_where_it_does_not_work() -> None:
    assert rules(new_email()) == ["warning batching.new-email"]
    assert rules(new_email(), project_types=["email"]) == ["error batching.new-email"]
    assert rules(new_email(), project_types=["hybrid"]) == []
    assert rules(new_email(enable_batching=False)) == []
    assert rules(new_email(enable_batching=path("$.context.batch"))) == ["warning batching.new-email"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"updateOnly": True}, []),
        ({"updateOnly": False, "enable_batching": False}, []),
        ({"updateOnly": True, "enable_batching": False}, ["error batching.update-only"]),
        ({"updateOnly": path("$.traits.only")}, ["warning batching.update-only"]),
        ({"batch_size": 1001}, []),
        ({"batch_size": 5000}, ["warning batching.size"]),
        ({"batch_size": 0}, ["warning batching.size"]),
        ({"batch_size": 500}, ["note batching.size"]),
        ({"batch_size": 500, "enable_batching": False}, []),
        ({"batch_size": None, "enable_batching": None}, []),
    ],
)
def test_what_works_in_batches_only_and_sizes_out_of_bounds_are_told(
    changes: dict[str, Any], told: list[str]
) -> None:
    assert rules(subscription("updateUser", changes)) == told


def test_of_the_columns_of_a_warehouse_nothing_is_told() -> None:
    own = {
        **BY_COLUMN,
        "dataFields": {"a": path("$.properties.Email"), "b": path("$.FIRST")},
    }
    assert rules(subscription("updateUser", own, ROWS)) == []
    assert rules(subscription("updateUser", own, 'type = "track" and event != "deleted"', modelId="m")) == []


def test_a_deleted_row_names_nobody_unless_by_its_own_id() -> None:
    assert rules(subscription("updateUser", BY_COLUMN, DELETED_TOO)) == ["error reverse-etl.deleted-identifier"]
    by_id = {**BY_COLUMN, "userId": path("$.__segment_id")}
    assert rules(subscription("updateUser", by_id, DELETED_TOO)) == ["warning reverse-etl.deleted-row"]
    assert rules(subscription("updateUser", {**by_id, "dataFields": None}, DELETED_TOO)) == []
    assert rules(subscription("updateUser", BY_COLUMN, ROWS)) == []


def test_the_id_of_a_row_is_one_identifier_and_nothing_outside_of_a_model() -> None:
    email = {**BY_COLUMN, "email": path("$.__segment_id")}
    assert rules(subscription("updateUser", email, ROWS)) == ["note reverse-etl.segment-id"]
    both = {**email, "userId": path("$.__segment_id")}
    assert rules(subscription("updateUser", both, ROWS)) == ["warning reverse-etl.segment-id"]
    assert rules(subscription("updateUser", {"email": path("$.__segment_id")})) == ["error reverse-etl.segment-id"]


def test_the_time_of_arrival_is_a_note() -> None:
    received = {"createdAt": path("$.receivedAt")}
    assert rules(subscription("trackEvent", received)) == ["note created-at.received"]
    assert rules(subscription("trackEvent", {"createdAt": path("$.originalTimestamp")})) == []
    late = {"exists": path("$.timestamp"), "then": path("$.timestamp"), "else": path("$.receivedAt")}
    assert rules(subscription("trackEvent", {"createdAt": {"@if": late}})) == []


def test_the_message_id_is_nobodys() -> None:
    assert rules(subscription("trackEvent", {"userId": path("$.messageId")})) == ["error identifier.message-id"]
    assert rules(subscription("updateCart", {"user": {"userId": path("$.messageId")}})) == [
        "error identifier.message-id"
    ]


def test_a_fixed_identifier_is_told_though_it_looks_like_a_path() -> None:
    literal = {"email": {"@literal": "$.traits.email"}}
    assert rules(subscription("updateUser", literal)) == ["error identifier.constant"]


def test_a_new_address_that_is_the_old_one_is_told() -> None:
    same = {"newEmail": path("$.traits.email"), "email": path("$.traits.email"), "enable_batching": False}
    assert rules(subscription("updateUser", same)) == ["warning identifier.new-email"]
    assert rules(subscription("updateUser", {**same, "newEmail": path("$.traits.new_email")})) == []


def test_the_type_of_an_event_is_no_name() -> None:
    assert rules(subscription("trackEvent", {"eventName": path("$.type")})) == ["warning event.one-name"]


@pytest.mark.parametrize(
    ("reads", "advice"),
    [
        ("$.traits.email", "write $.properties.email"),
        ("$.context.traits.email", "write $.properties.email"),
        ("$.userId", "write $.properties. and the column that has it"),
    ],
)
def test_what_events_have_and_rows_of_a_model_have_not_is_told(reads: str, advice: str) -> None:
    (finding,) = findings(subscription("updateUser", {**BY_COLUMN, "email": path(reads)}, ROWS, modelId="m"))
    assert (finding.rule, finding.advice) == ("path.wrong-root", advice)
    assert rules(subscription("updateUser", {**BY_COLUMN, "email": path(reads)}, ROWS)) == []


def test_the_id_of_a_row_is_no_column() -> None:
    column = {**BY_COLUMN, "userId": path("$.properties.__segment_id")}
    for trigger in (ROWS, DELETED_TOO):
        (finding,) = findings(subscription("updateUser", {**column, "dataFields": None}, trigger, modelId="m"))
        assert (finding.rule, finding.advice) == ("reverse-etl.segment-id", "write $.__segment_id")


@pytest.mark.parametrize(
    ("trigger", "advice"),
    [
        ('event = "New"', 'write "new"'),
        ('event = "inserted" or event = "updated"', 'write "new"'),
        ('event = "synced" or event = "new"', "remove the condition"),
        ('type = "identify"', 'write event = "new" or event = "updated"'),
    ],
)
def test_a_trigger_that_the_rows_of_a_model_do_not_meet_is_told(trigger: str, advice: str) -> None:
    (finding,) = findings(subscription("updateUser", BY_COLUMN, trigger, modelId="m"))
    assert (finding.rule, finding.advice) == ("reverse-etl.event", advice)


@pytest.mark.parametrize("trigger", ['event = "deleted" or event = "new"', 'type = "track"', 'event != "deleted"'])
def test_a_trigger_that_rows_of_a_model_meet_is_no_mistake(trigger: str) -> None:
    by_id = {**BY_COLUMN, "userId": path("$.__segment_id"), "dataFields": None}
    assert rules(subscription("updateUser", by_id, trigger, modelId="m")) == []
