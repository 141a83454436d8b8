from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given

from conformance.segment_build.cases import families, try_cases
from conformance.segment_build.events import USUAL_PATHS, events, paths_of, words_of
from destination import PRESETS, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence


def subscription(mapping: Any, subscribe: str = 'type = "track" and properties.plan != null') -> Subscription:
    return Subscription("mine", "trackEvent", subscribe, mapping)


def test_the_members_that_a_mapping_and_a_trigger_read_are_found() -> None:
    mapping = {"id": {"@path": "$.context.device['id']"}, "eventName": {"@template": "{{traits.a.b}} {{userId}}"}}
    assert paths_of([subscription(mapping)]) == (
        ("context", "device", "id"),
        ("traits", "a", "b"),
        ("userId",),
        ("properties", "plan"),
    )


def test_where_a_mapping_takes_all_traits_some_members_vary_as_well() -> None:
    found = paths_of([subscription({"dataFields": {"@path": "$.context.traits"}}, 'type = "track"')])
    assert found[0] == ("context", "traits")
    assert ("context", "traits", "since") in found


def test_a_mapping_that_reads_nothing_leaves_the_usual_members() -> None:
    assert paths_of([subscription({"eventName": "fixed"}, 'type = "track"')]) == USUAL_PATHS


def test_the_words_of_a_trigger_are_what_events_are_called() -> None:
    assert words_of(PRESETS[:2]) == ("track", "Order Completed", "Cart Updated", "identify")


@given(event=events([("properties", "a", "b"), ("properties", "a")], types=["page"]))
def test_events_vary_in_the_given_members_only(event: dict[str, Any]) -> None:
    assert event["type"] == "page"
    assert set(event) <= {"type", "event", "userId", "properties"}
    assert set(event.get("properties", {})) <= {"a"}


def test_the_presets_and_a_customers_mapping_have_a_family_each_for_events_and_batches() -> None:
    assert len(families([subscription({})])) == 2
    assert set(families(PRESETS)) < set(families(None))


def inputs(subscriptions: Sequence[Subscription] | None, family: str, seed: int) -> list[str]:
    found: list[str] = []
    try_cases(families(subscriptions)[family], 5, seed, lambda case: found.append(json.dumps(case.given)))
    return found


def test_the_same_seed_tries_the_same_cases_and_another_seed_others() -> None:
    assert inputs(None, "triggers", 1) == inputs(None, "triggers", 1)
    assert inputs(None, "triggers", 1) != inputs(None, "triggers", 2)


def test_what_the_build_does_not_know_yet_is_left_out_of_its_mappings() -> None:
    mine = Subscription("mine", "updateUser", 'type = "identify"', {"newEmail": "a@b.co", "userId": "u"})
    given = [json.loads(text) for text in inputs([mine], "mine, single events", 0)]
    assert given
    assert all(item["subscriptions"][0]["mapping"] == {"userId": "u"} for item in given)
