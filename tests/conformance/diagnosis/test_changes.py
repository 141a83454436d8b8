"""Changes of a mapping: applied, measured, and in words."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.diagnosis import Change, Likelihood, Removed, advice, decision, parts
from conformance.diagnosis.candidates import candidates
from conformance.diagnosis.changes import TRIGGER
from conformance.diagnosis.paths import nearby_paths
from conformance.diagnosis.reference import reference_mapping
from conformance.strategies.mapping_analysis import analyse
from destination import PRESETS, Subscription

EMAIL: Any = {"@path": "$.traits.email"}
USER_ID: Any = {"@path": "$.userId"}
IDENTIFY = Subscription("Identify", "updateUser", 'type = "identify"', {"email": EMAIL, "userId": EMAIL})
ORDERS = next(preset for preset in PRESETS if preset.partner_action == "trackPurchase")


def found_for(subscription: Subscription) -> dict[tuple[str | int, ...], list[Any]]:
    """What is tried in each place of a mapping of one subscription."""
    tried: dict[tuple[str | int, ...], list[Any]] = {}
    for change in candidates(analyse([subscription])):
        if change.position == 0:
            tried.setdefault(change.keys, []).append(change.after)
    return tried


def test_a_change_is_made_in_a_copy() -> None:
    change = Change(0, ("mapping", "userId"), EMAIL, USER_ID)
    [changed] = change.applied([IDENTIFY])
    assert changed.mapping == {"email": EMAIL, "userId": USER_ID}
    assert IDENTIFY.mapping == {"email": EMAIL, "userId": EMAIL}


def test_a_change_of_what_is_made_of_the_items_of_a_list_stays_inside_the_list() -> None:
    change = Change(0, ("mapping", "items", "@arrayPath", 1, "id"), {"@path": "product_id"}, {"@path": "sku"})
    [changed] = change.applied([ORDERS])
    mapping: Any = changed.mapping
    assert mapping["items"]["@arrayPath"][0] == "$.properties.products"
    assert mapping["items"]["@arrayPath"][1]["id"] == {"@path": "sku"}


def test_a_subscription_is_added_behind_the_last_and_taken_out() -> None:
    added = Change(1, (), Removed.NOTHING, ORDERS)
    assert added.applied([IDENTIFY]) == (IDENTIFY, ORDERS)
    assert Change(0, (), IDENTIFY, Removed.NOTHING).applied([IDENTIFY, ORDERS]) == (ORDERS,)


@pytest.mark.parametrize(
    ("before", "after", "size"),
    [
        (EMAIL, USER_ID, 1),
        ({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 0, "c": 0}, 2),
        (1, True, 1),
        (Removed.NOTHING, {"id": 1, "name": 2}, 2),
    ],
)
def test_the_size_of_a_change_is_how_many_values_are_others_afterwards(before: Any, after: Any, size: int) -> None:
    assert Change(0, ("mapping", "x"), before, after).size == size


@pytest.mark.parametrize(
    ("change", "said", "advised"),
    [
        (
            Change(0, ("mapping", "userId"), EMAIL, USER_ID),
            "Identify: userId reads $.traits.email",
            "read userId from $.userId",
        ),
        (
            Change(0, ("mapping", "dataFields"), Removed.NOTHING, {"@path": "$.traits"}),
            "Identify: dataFields is not mapped",
            "read dataFields from $.traits",
        ),
        (Change(0, ("mapping", "mail"), EMAIL, Removed.NOTHING), "Identify: mail is not a field of updateUser", "leave mail out"),
        (
            Change(0, ("subscribe",), 'type == "identify"', 'type = "identify"'),
            'Identify: the trigger is type == "identify"',
            'write type = "identify"',
        ),
        (
            Change(1, (), Removed.NOTHING, ORDERS),
            "no subscription has the action trackPurchase",
            f"add one, such as the preset {ORDERS.name}",
        ),
    ],
)  # fmt: skip
def test_a_change_says_in_the_words_of_the_mapping_what_stands_there_and_what_to_do(
    change: Change, said: str, advised: str
) -> None:
    assert decision(change, [IDENTIFY]) == said
    assert advice(change) == advised


@pytest.mark.parametrize(
    ("before", "after", "advised"),
    [
        ({"userID": USER_ID}, {"userId": USER_ID}, "rename `userID` to `userId`"),
        ({"userID": EMAIL}, {"userId": USER_ID}, "leave userID out and read userId from $.userId"),
        ({"userID": USER_ID, "userId": EMAIL}, {"userId": USER_ID}, "leave userID out and read userId from $.userId"),
        (
            {"email": USER_ID, "userId": EMAIL, "mail": EMAIL},
            {"email": EMAIL, "userId": USER_ID},
            "read email from $.traits.email, read userId from $.userId and leave mail out",
        ),
    ],
)
def test_a_value_that_moves_to_another_name_is_renamed_and_other_changes_are_one_sentence(
    before: Any, after: Any, advised: str
) -> None:
    assert advice(Change(0, ("mapping",), before, after)) == advised


def test_a_change_of_several_fields_has_a_part_for_each_that_is_another_one() -> None:
    before = {"email": USER_ID, "userId": EMAIL, "dataFields": EMAIL}
    change = Change(0, ("mapping",), before, {**before, "email": EMAIL, "userId": USER_ID})
    assert [(part.keys, part.after) for part in parts(change)] == [
        (("mapping", "email"), EMAIL),
        (("mapping", "userId"), USER_ID),
    ]


def test_what_usually_stands_in_a_field_is_tried_before_what_gives_something_up() -> None:
    changes = [item for item in candidates(analyse([IDENTIFY])) if item.keys == ("mapping", "userId")]
    assert (USER_ID, Likelihood.SLIP) in [(item.after, item.likelihood) for item in changes]


def test_a_text_that_looks_like_a_path_is_tried_as_one() -> None:
    mapping: Any = {"email": EMAIL, "dataFields": {"plan": "$.traits.plan"}}
    tried = found_for(Subscription("Identify", "updateUser", 'type = "identify"', mapping))
    assert {"@path": "$.traits.plan"} in tried["mapping", "dataFields", "plan"]


def test_a_name_that_is_nearly_a_field_is_tried_as_the_field_and_left_out() -> None:
    tried = found_for(
        Subscription("Identify", "updateUser", 'type = "identify"', {"email": EMAIL, "userID": USER_ID})
    )
    assert {"email": EMAIL, "userId": USER_ID} in tried["mapping",]
    assert Removed.NOTHING in tried["mapping", "userID"]


def test_a_trigger_is_tried_with_one_equals_sign() -> None:
    tried = found_for(Subscription("Identify", "updateUser", 'type == "identify"', {"email": EMAIL}))
    assert 'type = "identify"' in tried["subscribe",]


def test_several_names_of_a_trigger_that_are_written_otherwise_are_put_right_at_once() -> None:
    rows = Subscription("Rows", "updateUser", 'event = "New" or event = "Updated"', {"userId": {"@path": "$.x"}})
    triggers = found_for(rows)["subscribe",]
    assert 'event = "new" or event = "updated"' in triggers
    assert 'event = "new" or event = "Updated"' not in triggers


def test_a_trigger_that_no_row_of_a_model_meets_is_tried_with_what_rows_come_as() -> None:
    rows = Subscription("Rows", "updateUser", 'type = "identify"', {"userId": {"@path": "$.properties.id"}})
    tried = [change.after for change in candidates(analyse([rows], ["m"])) if change.keys == TRIGGER]
    assert tried == ['event = "new" or event = "updated"']


def test_a_change_is_tried_once() -> None:
    changes = candidates(analyse(PRESETS))
    assert len({repr((item.position, item.keys, item.after)) for item in changes}) == len(changes)


@pytest.mark.parametrize(
    ("path", "kind", "meant"),
    [
        ("$.properties.email", "identify", "$.traits.email"),
        ("$.traits.plan", "track", "$.context.traits.plan"),
        ("$.properties.orderId", "track", "$.properties.order_id"),
        ("$.traits.userID", "identify", "$.traits.userId"),
        ("$.traits.userId", "identify", "$.userId"),
        ("$.traits", "row", "$.properties"),
    ],
)
def test_a_path_has_others_near_by_that_may_be_meant(path: str, kind: str, meant: str) -> None:
    assert meant in list(nearby_paths(path, kind))


@pytest.mark.parametrize(
    ("action", "kind", "field", "usual"),
    [
        ("updateUser", "identify", "email", "$.traits.email"),
        ("updateUser", "track", "dataFields", "$.context.traits"),
        ("trackEvent", "page", "eventName", "$.name"),
        ("trackPurchase", "track", "id", "$.properties.order_id"),
    ],
)
def test_what_is_usual_depends_on_the_action_and_the_type_of_event(
    action: str, kind: str, field: str, usual: str
) -> None:
    assert reference_mapping(action, kind)[field] == {"@path": usual}


def test_nothing_is_usual_for_an_action_that_the_destination_lacks() -> None:
    assert reference_mapping("sendPigeon", "track") == {}
