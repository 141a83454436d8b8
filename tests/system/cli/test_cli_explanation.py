from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.explanation.conditions import reasons_against
from conformance.explanation.explanation import explain_batch, explain_event
from conformance.inputs.errors import InputError
from conformance.inputs.events import ReadEvent
from conformance.inputs.mapping_file import load_subscriptions
from destination import Destination

if TYPE_CHECKING:
    from pathlib import Path

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["", "a@b.co", "5"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("type", "event", "userId", "anonymousId", "messageId", "timestamp", "properties", "traits", "context", "name")
KINDS = st.sampled_from(["track", "identify", "page"]) | VALUES
NAMES = st.sampled_from(["Order Completed", "Cart Updated", "Seen"]) | VALUES
INNER = st.dictionaries(st.sampled_from(["email", "phone", "products", "total", "items", "plan"]), VALUES) | VALUES
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(KEYS, VALUES),
        "type": KINDS,
        "event": NAMES,
        "properties": INNER,
        "traits": INNER,
        "context": INNER,
    },
)
DESTINATION = Destination({"apiKey": "key"})


@given(
    events=st.lists(EVENTS, min_size=1, max_size=3),
    field=st.sampled_from([None, "email", "dataFields.plan", "items.0.id"]),
)
def test_every_event_can_be_explained(events: list[dict[str, Any]], field: str | None) -> None:
    read = [ReadEvent(str(number), event) for number, event in enumerate(events)]
    for item in read:
        explained = explain_event(DESTINATION, item, field)
        for route in explained.routes:
            assert route.matched != bool(route.against)
            assert not (route.requests and route.error)
    assert len(explain_batch(DESTINATION, read, field).routes) == 4


@given(event=EVENTS)
def test_a_change_is_listed_exactly_where_the_two_payloads_differ(event: dict[str, Any]) -> None:
    for route in explain_event(DESTINATION, ReadEvent("here", event), None).routes:
        for resolved, payload, changes in zip(route.resolved, route.payloads, route.changes, strict=False):
            if not changes:
                assert json.dumps(resolved, sort_keys=True) == json.dumps(payload, sort_keys=True)


@pytest.mark.parametrize(
    ("trigger", "event", "reasons"),
    [
        (
            "()",
            {"type": "track"},
            ("the trigger cannot be read: the trigger has no condition that the language knows",),
        ),
        ('type = "track"', {}, ('type = "track" does not hold: type is absent',)),
        (
            'type = "track" and properties.total > 5',
            {"type": "track", "properties": {"total": "9"}},
            ('properties.total > 5 does not hold: properties.total is "9"',),
        ),
        (
            '(event = "A" or event = "B") and type = "track"',
            {"type": "track", "event": "C"},
            ('event = "A" does not hold: event is "C"', 'event = "B" does not hold: event is "C"'),
        ),
        (
            "userId != null",
            {"userId": None},
            ("userId != null does not hold: userId is null",),
        ),
    ],
)
def test_the_conditions_that_do_not_hold_are_named_with_what_the_event_has(
    trigger: str, event: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    assert reasons_against(trigger, event) == reasons


ENTRIES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": VALUES,
            "partnerAction": st.sampled_from(["updateUser", "trackEvent", "nope"]) | VALUES,
            "subscribe": st.sampled_from(['type = "track"', "((", ""]) | VALUES,
            "mapping": VALUES | st.dictionaries(st.sampled_from(["@path", "@if", "a"]), VALUES, max_size=2),
            "enabled": VALUES,
            "other": VALUES,
        },
    )
    | VALUES,
    max_size=3,
)


@given(document=ENTRIES | VALUES)
def test_a_mapping_file_is_usable_or_its_mistakes_are_named(
    document: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path: Path = tmp_path_factory.mktemp("mapping") / "mapping.json"
    path.write_text(json.dumps(document))
    try:
        subscriptions = load_subscriptions(str(path))
    except InputError as error:
        assert {mistake.file for mistake in error.mistakes} == {str(path)}  # noqa: PT017  # either end is right
    else:
        assert isinstance(document, list)
        assert len({item.name for item in subscriptions}) == len(subscriptions)
