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


def _mostly(*ordinary: object) -> st.SearchStrategy[Any]:
    """One of the ordinary values, and now and then any: an order that is plain has no odd one at all."""
    return st.integers(0, 19).flatmap(lambda chance: _VALUES if chance == 19 else st.sampled_from(ordinary))


_PRODUCT = st.fixed_dictionaries(
    {"product_id": _mostly("p"), "name": _mostly("n"), "quantity": _mostly(1, 2), "price": _mostly(7, 7.5, -0.5)},
    optional={
        "sku": _mostly("s"), "category": _mostly("c"), "url": _mostly("u"), "description": _mostly("d"),
        "brand": _VALUES,
    },
)  # fmt: skip
_TRAITS = st.fixed_dictionaries(
    {},
    optional={"email": _mostly("a@b.co"), "phone": _mostly("1"), "at": _mostly("2026-08-19T10:11:12.131Z", 8, 8.5)},
)
_ORDERS = st.fixed_dictionaries(
    {
        "properties": st.fixed_dictionaries(
            {"total": _mostly(7, 7.5), "products": st.lists(_PRODUCT, max_size=3) | _mostly([])},
            optional={"order_id": _mostly("o"), "email": _mostly("c@d.co"), "at": _VALUES, "campaignId": _mostly(3)},
        )
    },
    optional={
        "userId": _mostly("u"), "timestamp": _mostly("2026-08-19T10:11:12Z", "8"),
        "context": st.fixed_dictionaries({"traits": _TRAITS | _mostly({})}),
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
    hidden = vars(destination.subscriptions[0])
    if not plain:
        hidden["_prepare_plain"] = lambda _: None
    if often:
        hidden["_single_events"] = 1000
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


PRODUCT = {"product_id": "p", "name": "n", "quantity": 1, "price": 7.5}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_the_presets_know_an_ordinary_event_to_be_plain(preset: Subscription) -> None:
    event = {"event": "e", "userId": "u", "traits": {"email": "a@b.co"}, "timestamp": "2026-08-19T10:11:12Z",
             "properties": {"total": 7.5, "products": [PRODUCT]}}  # fmt: skip
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


_ITEM = {"id": "i", "name": "n", "quantity": 1, "price": 1}
_CART: Any = {
    "user": {"userId": "u"},
    "items": {"@arrayPath": ["$.properties.products", {**_ITEM, "a": {"@path": "$.a"}}]},
}


@pytest.mark.parametrize(
    ("changed", "products"),
    [
        ({}, None),
        ({}, {"a": 1}),
        ({}, [7]),
        ({}, [{"a": 7.0}]),
        ({"user": {"userId": "u", "unknown": 1}}, []),
        ({"user": {"@path": "$.properties"}}, []),
        ({"user": {"userId": "u", "dataFields": {"a": 7.0}}}, []),
        ({"items": {"@path": "$.properties.products"}}, [_ITEM]),
        ({"items": [_ITEM]}, []),
        ({"items": {"@arrayPath": ["$.properties.products"]}}, [_ITEM]),
        ({"items": {"@arrayPath": ["$.properties.products", {}]}}, [_ITEM]),
        ({"items": {"@arrayPath": ["$.properties.products", {"@path": "$.a"}]}}, [{"a": _ITEM}]),
        ({"items": {"@arrayPath": ["$.properties.products", {"id": "i"}]}}, []),
    ],
)
def test_what_is_not_known_to_be_a_plain_cart_is_left_to_the_steps(changed: dict[str, Any], products: object) -> None:
    assert prepare(_CART, {"properties": {"products": [{"a": 7.5}]}}, "updateCart") is not None
    assert prepare(_CART | changed, {"properties": {"products": products}}, "updateCart") is None


def test_an_object_of_a_plain_event_keeps_the_order_of_its_mapping_and_loses_it_when_it_is_validated() -> None:
    mapping = {**_CART, "user": {"dataFields": {"@path": "$.traits"}, "email": {"@path": "$.email"}, "userId": "u"}}
    prepared: Any = prepare(mapping, {"traits": {"a": 1}, "properties": {"products": []}}, "updateCart")
    resolved, payload, ready = prepared
    assert [list(part["user"]) for part in prepared] == [["dataFields", "userId"], *[["userId", "dataFields"]] * 2]
    assert resolved == payload == ready == {"user": {"userId": "u", "dataFields": {"a": 1}}, "items": []}


def test_paths_longer_than_source_reads_are_calls() -> None:
    event: Any = "found"
    for _ in range(30):
        event = {"a": event}
    prepared: Any = prepare({"eventName": {"@path": "$" + 30 * ".a"}}, event)
    assert prepared[0] == {"eventName": "found"}


@pytest.mark.parametrize("events", [1, 1000])
def test_single_events_are_prepared_by_source_once_many_have_come(events: int) -> None:
    destination = Destination({"apiKey": "k"})
    for _ in range(events):
        destination.plan({"type": "identify", "userId": "u"})
    compiled = ["_prepare_plain" in vars(subscription) for subscription in destination.subscriptions]
    assert compiled == [False, events > 1, False, False]


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
