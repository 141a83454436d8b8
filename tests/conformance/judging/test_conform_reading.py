"""What is read from a mapping before it is judged, and how histories are made smaller."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.judging.shrinker import shrink
from conformance.strategies import BATCHES, PEOPLE, SHOP, Delivery, Family, History, HistoryEvent, analyse
from conformance.strategies.choice import choose, interleaved
from conformance.strategies.history import Persona, value_at, with_value
from conformance.strategies.leaves import leaves
from conformance.strategies.mapping_analysis import is_possible, role_of
from conformance.strategies.triggers import read_trigger
from destination import PRESETS, Subscription

ADA = Persona(0, "u1", "ada@example.com", "+14155550100", ("laptop",))


def test_leaves_are_found_with_what_they_read() -> None:
    mapping = {
        "email": {"@path": "$.traits.email"},
        "dataFields": {
            "plan": {"@template": "{{ traits.plan }}"},
            "both": {"@template": "{{traits.a}} {{traits.b}}"},
            "fixed": "x",
            "either": {"@if": {"exists": {"@path": "$.traits['a b']"}, "then": {"@path": "$.traits.c"}}},
        },
        "items": {"@arrayPath": ["$.properties.products", {"id": {"@path": "sku"}}]},
    }
    found = {leaf.name: leaf for leaf in leaves(mapping)}
    assert found["email"].bare == "traits.email"
    assert found["dataFields.plan"].text_of == "traits.plan"
    assert found["dataFields.both"].sources == ("traits.a", "traits.b")
    assert found["dataFields.both"].text_of is None
    assert found["dataFields.fixed"].is_constant
    assert found["dataFields.either"].sources == ("traits.a b", "traits.c")
    assert found["items"].sources == ("properties.products",)


@pytest.mark.parametrize(
    ("text", "names", "fires"),
    [
        ('type = "track" and event = "Order Completed"', ("Order Completed",), True),
        ('type = "track" and event == "Order Completed"', ("Order Completed",), False),
        ('type = "track" and event != "Order Completed"', (), True),
        ('event = "A" or event = "B"', ("A", "B"), True),
        ('event = "A" OR event = "B"', ("A", "B"), False),
        ('type = "track" and properties.value > 10', (), True),
        ('type = "track" and match(event, "Order*")', ("Order",), True),
        ('type = "track" and !contains(event, "Order")', (), True),
    ],
)
def test_what_a_trigger_is_meant_for_is_read_apart_from_what_it_does(
    text: str, names: tuple[str, ...], fires: bool
) -> None:
    trigger = read_trigger(text, "trackEvent")
    assert trigger.names == names
    assert all(trigger.fires(event) is fires for event in trigger.intended)


@pytest.mark.parametrize(
    ("path", "kind", "possible"),
    [
        ("traits.email", "identify", True),
        ("traits.email", "track", False),
        ("context.traits.email", "track", True),
        ("trait.email", "identify", False),
        ("traits.Email", "identify", False),
        ("userId", "track", True),
        ("user_id", "track", False),
        ("properties.anything", "track", True),
        ("properties.anything", "identify", False),
    ],
)
def test_only_what_segment_specifies_can_be_in_an_event(path: str, kind: str, possible: bool) -> None:
    assert is_possible(path, kind) is possible


def test_a_path_says_what_is_there() -> None:
    assert [role_of(path) for path in ("traits.contact_email", "traits.mobile", "traits.plan", "traits")] == [
        "email",
        "phone",
        "",
        "",
    ]


def test_an_event_carries_the_email_where_the_mapping_looks_for_it() -> None:
    mapping: Any = {"email": {"@path": "$.traits.contact.mail"}}
    analysis = analyse([Subscription("Identify", "updateUser", 'type = "identify"', mapping)])
    assert analysis.paths_of("email", "identify") == ("traits.contact.mail",)
    assert analyse(PRESETS).paths_of("email", "identify") == ("traits.email",)


FAMILIES = (PEOPLE, SHOP, BATCHES)


@pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])
@given(data=st.data())
def test_histories_have_events_of_humans_with_ids_and_times_of_their_own(family: Family, data: st.DataObject) -> None:
    theme = data.draw(st.sampled_from(sorted(family.themes)))
    history = data.draw(family.histories(theme, analyse(PRESETS)))
    events = [history_event.event for history_event in history.history_events]
    assert history.theme == theme
    assert len({event["messageId"] for event in events}) == len(events)
    assert all(event["timestamp"] < "2026-08-20" for event in events)
    assert all(
        event["anonymousId"] in history_event.persona.devices
        for history_event in history.history_events
        for event in [history_event.event]
    )
    assert history.one_by_one().history_events == history.history_events


@given(data=st.data(), count=st.integers(1, 9))
def test_a_choice_is_one_of_the_options_and_the_first_is_the_simplest(data: st.DataObject, count: int) -> None:
    assert choose(data.draw, range(count)) in range(count)
    assert choose(lambda _: False, range(count)) == 0


@given(data=st.data())
def test_interleaving_keeps_every_lane_in_order(data: st.DataObject) -> None:
    lanes = [["a1", "a2", "a3"], ["b1", "b2"]]
    merged = interleaved(data.draw, lanes)
    assert sorted(merged) == ["a1", "a2", "a3", "b1", "b2"]
    assert all([item for item in merged if item[0] == lane[0][0]] == lane for lane in lanes)


def _event(number: int, **more: Any) -> HistoryEvent:
    return HistoryEvent(ADA, {"type": "identify", "messageId": f"m-{number}", "traits": {}, **more})


def test_shrinking_leaves_only_what_is_needed() -> None:
    history_events = [
        _event(index, traits={"plan": "pro", "noise": {"deep": 1}}, anonymousId="x") for index in range(4)
    ]
    history = History("theme", (Delivery(tuple(history_events), is_batch=True),))

    def shows(candidate: History) -> bool:
        return any(value_at(item.event, "traits.plan") == "pro" for item in candidate.history_events)

    smallest = shrink(history, shows)
    assert [delivery.is_batch for delivery in smallest.deliveries] == [False]
    assert [item.event for item in smallest.history_events] == [
        {"type": "identify", "messageId": "m-0", "traits": {"plan": "pro"}}
    ]


def test_shrinking_gives_people_the_shortest_of_user_ids() -> None:
    ada = Persona(0, "auth0|5f2c", "ada@example.com", "+14155550100", ("laptop",))
    named = HistoryEvent(ada, {"type": "identify", "messageId": "m-0", "userId": "auth0|5f2c", "traits": {}})
    smallest = shrink(History("theme", (Delivery((named,)),)), lambda _: True)
    assert [(item.persona.user_id, item.event["userId"]) for item in smallest.history_events] == [("u1", "u1")]


def test_shrinking_keeps_what_the_mapping_reads() -> None:
    history = History("theme", (Delivery((_event(0, traits={"plan": "pro", "age": 1}),)),))
    smallest = shrink(history, lambda _: True, needed={"age"})
    assert smallest.history_events[0].event["traits"] == {"age": 1}


def test_values_are_set_and_found_at_dotted_paths() -> None:
    event = with_value({"traits": {"a": 1}}, "traits.b.c", 2)
    assert event == {"traits": {"a": 1, "b": {"c": 2}}}
    assert value_at(event, "traits.b.c") == 2
    assert value_at(event, "traits.a.c") is None
