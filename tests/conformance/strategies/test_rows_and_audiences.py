"""Rows of a model, and what Segment sends about an audience, as histories have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.strategies import AUDIENCES, ROWS, Persona, analyse
from conformance.strategies.row_writer import RowWriter, identity_roles, models_of
from conformance.strategies.subscription_kinds import DELETED, Kind, is_row
from destination import PRESETS, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

ADA = Persona(0, "customer-0001", "ada@example.com", "+14155550100", ("laptop",))
NEW_OR_UPDATED = 'event = "new" or event = "updated"'


def path(text: str) -> JsonValue:
    return {"@path": text}


def upsert(trigger: str = NEW_OR_UPDATED, **mapping: Any) -> Subscription:
    return Subscription("Upsert User", "updateUser", trigger, mapping)


def row_of(subscription: Subscription, *, name: str = "new", **changes: Any) -> Mapping[str, Any]:
    return RowWriter(analyse([subscription]), "").row(ADA, name, changes).event


@pytest.mark.parametrize(
    ("trigger", "kind"),
    [
        (NEW_OR_UPDATED, Kind.ROWS),
        ('event = "deleted"', Kind.ROWS),
        ('event = "New"', Kind.ROWS),
        ('event = "updated" or event = "Profile Updated"', Kind.EVENTS),
        ('type = "track"', Kind.EVENTS),
        ('event = "Audience Entered"', Kind.AUDIENCE),
        ('event = "audience exited"', Kind.AUDIENCE),
        ('type = "track" and properties.audience_key = "vip"', Kind.AUDIENCE),
        ('type = "identify"', Kind.EVENTS),
    ],
)
def test_a_trigger_tells_what_a_subscription_takes(trigger: str, kind: Kind) -> None:
    assert analyse([upsert(trigger)]).subscriptions[0].kind is kind


def test_a_model_tells_it_before_the_trigger_does() -> None:
    [analysed] = analyse([upsert('type = "track"')], ["m1"]).subscriptions
    assert (analysed.kind, analysed.model) == (Kind.ROWS, "m1")
    assert [event["event"] for event in analysed.trigger.intended] == ["new", "updated"]


def test_a_subscription_to_rows_takes_no_part_in_what_is_asked_of_events() -> None:
    analysis = analyse([*PRESETS, upsert(email=path("$.properties.mail"))])
    assert analysis.of_action("updateUser") == analyse(PRESETS).of_action("updateUser")
    assert analysis.paths_of("email", "track") == analyse(PRESETS).paths_of("email", "track")


def test_a_row_has_the_columns_that_the_mapping_reads_and_nobody_beside_them() -> None:
    event = row_of(
        upsert(
            email=path("$.properties.EMAIL"),
            userId=path("$.properties.customer_id"),
            dataFields={
                "points": path("$.properties.points"),
                "active": path("$.properties.is_active"),
                "since": path("$.properties.member_since_date"),
                "city": path("$.properties.ADDRESS.city"),
            },
        )
    )
    assert event["properties"] == {
        "EMAIL": "ada@example.com",
        "customer_id": "customer-0001",
        "points": 7,
        "is_active": True,
        "member_since_date": "2026-07-01T08:30:00.000Z",
        "ADDRESS": {"city": "a city"},
    }
    assert event.keys() == {"type", "event", "messageId", "receivedAt", "__segment_id", "properties"}


@pytest.mark.parametrize(
    ("field", "value"), [("email", "ada@example.com"), ("userId", "customer-0001"), ("dataFields", "r10")]
)
def test_the_field_that_reads_the_unique_identifier_says_what_it_is(field: str, value: str) -> None:
    subscription = Subscription("Upsert User", "updateUser", NEW_OR_UPDATED, {field: {"@path": "$.__segment_id"}})
    assert row_of(subscription)["__segment_id"] == value


def test_the_name_of_a_column_says_more_than_the_field_that_reads_it() -> None:
    swapped = upsert(email=path("$.properties.user_id"), userId=path("$.properties.work_email"))
    roles = identity_roles(analyse([swapped]).subscriptions[0])
    assert roles == {"properties.user_id": "userId", "properties.work_email": "email"}


def test_a_deleted_row_has_its_unique_identifier_and_nulls() -> None:
    event = row_of(upsert(email=path("$.properties.email"), dataFields=path("$.properties")), name=DELETED)
    assert event["__segment_id"] == "r10"
    assert set(event["properties"].values()) == {None}
    assert {"email", "plan"} <= event["properties"].keys()


def test_models_have_rows_of_their_own() -> None:
    people, orders = upsert(email=path("$.properties.mail")), upsert(email=path("$.properties.buyer_email"))
    analysis = analyse([people, orders], ["people", "orders"])
    assert models_of(analysis) == ("people", "orders")
    assert RowWriter(analysis, "orders").row(ADA).event["properties"] == {"buyer_email": "ada@example.com"}


def test_a_track_of_a_person_that_is_called_updated_is_no_row() -> None:
    assert not is_row({"type": "track", "event": "updated", "userId": "u1"})
    assert is_row({"type": "track", "event": "updated", "__segment_id": "1"})


@given(st.data())
def test_a_mapping_of_events_has_empty_histories_of_rows_and_audiences(data: st.DataObject) -> None:
    for family in (ROWS, AUDIENCES):
        for theme in family.themes:
            assert data.draw(family.histories(theme, analyse(PRESETS))).deliveries == ()


@given(st.data())
def test_an_audience_is_entered_as_segment_tells_it(data: st.DataObject) -> None:
    subscription = Subscription(
        "Audience", "trackEvent", 'event = "Audience Entered"', {"dataFields": path("$.properties")}
    )
    [item] = data.draw(AUDIENCES.histories("entered", analyse([subscription]))).history_events
    assert item.event["event"] == "Audience Entered"
    assert item.event["properties"] | {"email": ""} == {
        "audience_key": "big_spenders",
        "big_spenders": True,
        "email": "",
    }
    assert item.event["context"]["personas"]["computation_class"] == "audience"


@given(st.data())
def test_leaving_an_audience_by_identify_is_a_truth_value_among_the_traits(data: st.DataObject) -> None:
    subscription = upsert(
        'type = "identify"', dataFields=path("$.traits"), userId=path("$.userId"), email=path("$.traits.email")
    )
    reading = Subscription(
        subscription.name,
        subscription.partner_action,
        'type = "identify" and context.personas.computation_class = "audience"',
        subscription.mapping,
    )
    [_, item] = data.draw(AUDIENCES.histories("entered, then exited", analyse([reading]))).history_events
    assert (item.event["type"], item.event["traits"]["big_spenders"]) == ("identify", False)
