"""A property that no history was about says nothing of a mapping, and does not pass."""

from __future__ import annotations

import pytest

from conformance.judging import Judgement, judge
from conformance.properties import PROPERTIES
from conformance.report import Verdict
from destination import PRESETS, Subscription

TRACK, IDENTIFY, CART, ORDER = PRESETS
MAPPINGS = {
    "nothing": [],
    "events": [TRACK],
    "identifies": [IDENTIFY],
    "carts": [CART],
    "orders": [ORDER],
    "presets": [*PRESETS],
    "constants": [
        Subscription("Track", "trackEvent", 'type = "track"', {"email": "all@example.com", "eventName": "x"})
    ],
    "a trigger that never fires": [Subscription("Track", "trackEvent", 'type == "track"', TRACK.mapping)],
}
PEOPLE = (
    "identity.person-exists",
    "identity.early-event-is-theirs",
    "identity.new-address",
    "identity.trait-renames-nobody",
    "identity.shared-address",
    "identity.reused-user-id",
)
COMMERCE = tuple(name for name in PROPERTIES if name.startswith("commerce."))
PROFILES = tuple(
    name for name in PROPERTIES if name.startswith(("fields.", "phone.")) and name != "fields.date-arrives"
)
CUSTOM_EVENTS = tuple(name for name in PROPERTIES if name.startswith("events."))
ATTRIBUTION = tuple(name for name in PROPERTIES if name.startswith("attribution."))
#: For each mapping the properties that it gives nothing to be about.
SILENT: dict[str, tuple[str, ...]] = {
    "events": (*PEOPLE, *PROFILES, *COMMERCE, "mapping.trigger-fires-for-nothing-else"),
    "identifies": (
        *CUSTOM_EVENTS,
        *COMMERCE,
        "identity.event-is-theirs",
        "identity.early-event-is-theirs",
        "mapping.trigger-fires-for-nothing-else",
    ),
    "carts": (
        *PEOPLE,
        *PROFILES,
        *CUSTOM_EVENTS,
        *ATTRIBUTION,
        *(name for name in COMMERCE if name != "commerce.cart-arrives"),
        "fields.date-arrives",
        "identity.one-profile-per-person",
        "identity.no-two-become-one",
        "identity.event-is-theirs",
        "delivery.batch-is-like-single",
        "delivery.related-order",
    ),
    "orders": (
        *PEOPLE,
        *PROFILES,
        *CUSTOM_EVENTS,
        *ATTRIBUTION,
        "fields.date-arrives",
        "commerce.cart-arrives",
        "commerce.cart-empties",
        "delivery.batch-is-like-single",
        "delivery.related-order",
        "delivery.unrelated-order",
    ),
    "presets": ("privacy.excluded-stays",),
    "constants": ("mapping.reads-what-exists",),
    "a trigger that never fires": ("mapping.names-fields", "delivery.idempotent", "identity.event-is-theirs"),
}


@pytest.fixture(scope="module")
def judgements() -> dict[str, Judgement]:
    return {name: judge(mapping, examples=12) for name, mapping in MAPPINGS.items()}


@pytest.mark.parametrize("name", SILENT)
def test_a_property_is_not_applicable_to_a_mapping_that_has_nothing_it_is_about(
    judgements: dict[str, Judgement], name: str
) -> None:
    silent = {
        result.property.id
        for result in judgements[name].results
        if all(
            other.verdict() is Verdict.NOT_APPLICABLE
            for other in judgements[name].results
            if other.property is result.property
        )
    }
    assert {*SILENT[name]} - silent == set()


def test_no_property_passes_or_fails_for_a_mapping_without_subscriptions(judgements: dict[str, Judgement]) -> None:
    assert {result.verdict() for result in judgements["nothing"].results} == {Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize("action", ["trackEvent", "updateUser"])
@pytest.mark.parametrize("kind", ["identify", "track", "page", "screen", "group", "alias"])
def test_a_subscription_of_any_action_to_any_type_of_event_is_judged(kind: str, action: str) -> None:
    mapping = next(preset.mapping for preset in PRESETS if preset.partner_action == action)
    judgement = judge([Subscription("One", action, f'type = "{kind}"', mapping)], examples=1)
    assert {result.verdict() for result in judgement.results} > {Verdict.NOT_APPLICABLE}


def test_each_property_is_not_applicable_to_some_mapping() -> None:
    # Whatever subscription there is, somebody had an event in mind for it: only a mapping without any says nothing.
    assert {*PROPERTIES} - {name for names in SILENT.values() for name in names} == {"mapping.trigger-fires"}


@pytest.mark.parametrize(
    "property_id",
    [*CUSTOM_EVENTS, "identity.event-is-theirs", "delivery.batch-is-like-single", "delivery.idempotent"],
)
@pytest.mark.parametrize("project_type", ["email", "userid", "hybrid"])
def test_properties_of_events_are_applicable_to_a_mapping_of_events_in_every_project_type(
    judgements: dict[str, Judgement], property_id: str, project_type: str
) -> None:
    [result] = [
        result
        for result in judgements["events"].results
        if (result.property.id, result.project_type) == (property_id, project_type)
    ]
    assert result.verdict() is not Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("project_type", ["email", "userid", "hybrid"])
@pytest.mark.parametrize(
    ("mapping", "property_id"),
    [("carts", "commerce.cart-arrives"), ("orders", "commerce.order-arrives"), ("orders", "mapping.names-fields")],
)
def test_properties_of_a_shop_are_applicable_to_a_mapping_of_carts_or_orders_alone(
    judgements: dict[str, Judgement], mapping: str, property_id: str, project_type: str
) -> None:
    results = [result for result in judgements[mapping].results if result.property.id == property_id]
    [verdict] = [result.verdict() for result in results if result.project_type == project_type]
    assert verdict is not Verdict.NOT_APPLICABLE
