"""Plain events go through one compiled function; what comes out is what each step by itself would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination import PRESETS, Destination, Subscription
from destination.actions import ACTIONS, default_mapping
from destination.plain_events import compile_plain

if TYPE_CHECKING:
    from destination import Outcome

BATCHING = [preset for preset in PRESETS if ACTIONS[preset.partner_action].perform_batch is not None]
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=4),
    st.sampled_from(["", "a@b.co", "a@b", "2026-08-19T10:11:12.131Z", "2026-02-30T00:00:00Z", "7", 2.0, 2**60, 1e300]),
)  # fmt: skip
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "email"]), inner, max_size=2),
    max_leaves=4,
)
_MEMBERS = st.dictionaries(st.sampled_from(["email", "phone", "campaignId", "templateId", "at"]), _VALUES, max_size=4)
_EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "userId": _VALUES, "event": _VALUES, "messageId": _VALUES, "timestamp": _VALUES,
        "traits": _MEMBERS | _VALUES, "properties": _MEMBERS | _VALUES,
        "context": st.fixed_dictionaries({"traits": _MEMBERS | _VALUES}) | _VALUES,
    },
)  # fmt: skip
_PRODUCTS = st.lists(
    st.fixed_dictionaries(
        {"product_id": st.text(max_size=2), "name": st.just("n"), "quantity": st.integers(1, 3), "price": _SCALARS},
        optional={
            "sku": _SCALARS,
            "category": _VALUES,
            "url": st.just("u"),
            "brand": _VALUES,
            "description": _SCALARS,
        },
    )
    | _VALUES,
    max_size=3,
)
#: Most are nearly plain: one that is nothing like an order is not plain for more than one reason.
_ORDERS = st.fixed_dictionaries(
    {
        "properties": st.fixed_dictionaries(
            {"total": st.sampled_from([7, 7.5, 7.0, "7", 2**60, None]), "products": _PRODUCTS},
            optional={"order_id": _SCALARS, "email": _SCALARS, "at": _VALUES, "campaignId": _SCALARS},
        ),
    },
    optional={
        "userId": st.just("u") | _VALUES, "timestamp": st.just("2026-08-19T10:11:12Z") | _VALUES,
        "context": st.fixed_dictionaries({"traits": _MEMBERS | _VALUES}),
    },
)  # fmt: skip
_ORDER: Any = {
    "user": {"userId": {"@path": "$.userId"}, "dataFields": {"a": {"@path": "$.context.traits"}}},
    "items": {"@arrayPath": [{"@path": "$.properties.products"}, {
        "brand": {"@path": "$.brand"}, "maker": {"name": {"@path": "$.brand"}}, "kind": "k", "dates": ["2026-08-19T10:11:12Z"],
        "name": {"@if": {"exists": {"@path": "$.sku"}, "then": {"@path": "$.sku"}, "else": "none"}},
        "price": {"@path": "$.price"}, "quantity": 1, "id": {"@template": "{{product_id}}"},
    }]},
    "total": {"@path": "$.properties.total"},
    "dataFields": {"@path": "$.properties"},
}  # fmt: skip
_ORDER_MAPPINGS: list[dict[str, Any]] = [
    default_mapping(ACTIONS["trackPurchase"].fields), _ORDER,
    {**_ORDER, "user": {"email": "a@b.co"}, "total": 7.0, "dataFields": {"constant": 7.0}},
    {**_ORDER, "user": {"@path": "$.context"}}, {**_ORDER, "items": {"@path": "$.properties.products"}},
    {**_ORDER, "items": {"@arrayPath": ["$.properties.products", {"@path": "$.brand"}]}},
]  # fmt: skip
_MAPPINGS: list[dict[str, Any]] = [
    default_mapping(ACTIONS["trackEvent"].fields), default_mapping(ACTIONS["updateUser"].fields),
    # Another order than that of the fields, other directives, and nested choices.
    {"dataFields": {"@path": "$.properties"}, "eventName": {"@template": "{{event}}!"}, "email": {"@path": "$.userId"}},
    {"eventName": {"@path": "$.event", "_metadata": {}}, "createdAt": {"@path": "$.properties.at"}, "id": "i",
     "userId": {"@if": {"exists": {"@path": "$.userId"}, "then": "known",
                        "else": {"@if": {"exists": {"@path": "$.messageId"}, "then": {"@path": "$.event"}}}}}},
    {"eventName": {"@case": {"operator": "upper", "value": {"@path": "$.event"}}}, "campaignId": {"@path": "$"},
     "templateId": 7, "batch_size": {"@path": "$.properties.at"}, "dataFields": {"a": {"@path": "$.traits"}}},
    {"eventName": "constant", "dataFields": {"constant": ["2026-08-19T10:11:12Z"]}, "batch_size": 2.0},
]  # fmt: skip


def connection(mapping: object, action: str, *, plain: bool, often: bool = True) -> Destination:
    """A connection of one subscription.

    Args:
        mapping: The mapping.
        action: The action.
        plain: Whether plain events are prepared by one function.
        often: Whether so many single events have come that they are, too.
    """
    subscription = Subscription("s", action, 'type != "nothing"', mapping)  # type: ignore[arg-type]  # JSON
    destination = Destination({"apiKey": "k"}, [subscription], now=lambda: 1_000_000)
    if not plain:
        vars(destination.subscriptions[0])["_prepare_plain"] = lambda _: None
    for _ in range(30 * often):
        destination.plan({})
    return destination


def delivered(mapping: object, action: str, events: list[Any], *, plain: bool) -> Outcome:
    return connection(mapping, action, plain=plain, often=False).plan_batch(events)[0]


@pytest.mark.parametrize("mapping", _MAPPINGS)
@pytest.mark.parametrize("action", ["trackEvent", "updateUser"])
@given(events=st.lists(_EVENTS | _VALUES, min_size=1, max_size=4))
def test_a_batch_has_the_same_outcome_as_one_prepared_step_by_step(
    mapping: dict[str, Any], action: str, events: list[Any]
) -> None:
    quick = delivered(mapping, action, events, plain=True)
    thorough = delivered(mapping, action, events, plain=False)
    assert repr(quick) == repr(thorough)


def assert_same_outcomes(mapping: object, action: str, events: list[Any]) -> None:
    quick = connection(mapping, action, plain=True)
    thorough = connection(mapping, action, plain=False)
    for event in events:
        assert repr(quick.plan(event)) == repr(thorough.plan(event))
        assert [repr(error) for _, error in quick.refusals(event)] == [
            repr(error) for _, error in thorough.refusals(event)
        ]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@given(events=st.lists(_ORDERS | _EVENTS | _VALUES, min_size=1, max_size=4))
def test_a_single_event_has_the_same_outcome_and_the_same_error_as_one_prepared_step_by_step(
    preset: Subscription, events: list[Any]
) -> None:
    assert_same_outcomes(preset.mapping, preset.partner_action, events)


@pytest.mark.parametrize("mapping", _ORDER_MAPPINGS)
@given(events=st.lists(_ORDERS, min_size=1, max_size=4))
def test_an_order_has_the_same_outcome_as_one_prepared_step_by_step(
    mapping: dict[str, Any], events: list[Any]
) -> None:
    assert_same_outcomes(mapping, "trackPurchase", events)


def prepare(mapping: object, event: object, action: str = "trackEvent") -> object:
    return compile_plain(mapping, PRESETS[0].liquidjs, ACTIONS[action].fields, {})(event)


@pytest.mark.parametrize("preset", BATCHING, ids=lambda preset: preset.name)
def test_the_presets_know_an_ordinary_event_to_be_plain(preset: Subscription) -> None:
    event = {"event": "e", "userId": "u", "traits": {"email": "a@b.co"}, "timestamp": "2026-08-19T10:11:12Z"}
    assert prepare(preset.mapping, event, preset.partner_action) is not None


@pytest.mark.parametrize(
    ("mapping", "event"),
    [
        ({"eventName": {"@path": "$.event"}}, ["not an object"]),
        ({"eventName": {"@path": "$.event"}}, {"event": 7}),
        ({"eventName": {"@path": "$.event"}}, {}),
        ({"eventName": "e", "unknown": 1}, {}),
        ({"email": "a@b.co"}, {}),
        ({"eventName": "e", "email": "no address"}, {}),
        ({"eventName": "e", "createdAt": 7}, {}),
        ({"eventName": {"@liquid": "{% increment n %}"}}, {}),
        ({"@path": "$.properties"}, {"properties": {"eventName": "e"}}),
    ],
)
def test_what_is_not_known_to_be_plain_is_left_to_the_steps(mapping: object, event: object) -> None:
    assert prepare(mapping, event) is None


def test_keys_are_quoted_in_the_source_whatever_they_hold() -> None:
    path = "$.properties.it's\\\n\ud800\""
    mapping = {"eventName": {"@path": path}}
    key = "its\\\n\ud800"
    prepared = prepare(mapping, {"properties": {key: "found"}})
    assert prepared == ({"eventName": "found"},) * 3


def test_a_plain_event_keeps_the_order_of_its_mapping_and_its_payload_that_of_the_fields() -> None:
    mapping = {"dataFields": {"@path": "$.properties"}, "eventName": {"@path": "$.event"}}
    prepared: Any = prepare(mapping, {"event": "e", "properties": {"a": 1}})
    assert [list(part) for part in prepared] == [
        ["dataFields", "eventName"],
        ["eventName", "dataFields"],
        ["eventName", "dataFields"],
    ]


def test_choices_nested_deeper_than_source_can_be_are_calls() -> None:
    mapping: Any = {"@path": "$.event"}
    for _ in range(60):
        mapping = {"@if": {"exists": {"@path": "$.missing"}, "then": "no", "else": mapping}}
    prepared: Any = prepare({"eventName": mapping}, {"event": "found"})
    assert prepared[0] == {"eventName": "found"}


@pytest.mark.parametrize("plain", [True, False])
def test_an_error_of_the_mapping_leaves_what_was_resolved_before_it_and_no_payload(*, plain: bool) -> None:
    mapping = {"eventName": "e", "id": {"@template": {"@path": "$.event"}}}
    outcome = delivered(mapping, "trackEvent", [{"event": "a"}, {"event": 7}, {"event": None}], plain=plain)
    assert outcome.error is not None
    assert outcome.error.message == "@template: expected string, got number"
    assert (len(outcome.resolved), outcome.payloads, outcome.exchanges) == (1, [], [])
