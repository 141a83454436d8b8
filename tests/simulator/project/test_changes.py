"""What an entry of the journal says that its request did to people."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.journal import Selection
from simulator.project.profile_changes import ABSENT, ProfileChange

A, B = "a@x.test", "b@x.test"
NOW = 1_787_227_200_000


def last(talk: Any) -> list[ProfileChange]:
    """The changes of the last request."""
    return list(talk.simulator.journal.select(Selection(newest=True, limit=1))[0].changes)


def test_a_person_who_is_created_has_every_field_from_that_request(hybrid: Any) -> None:
    hybrid.post("users/update", email=A, userId="u1", dataFields={"plan": "gold"})
    [change] = last(hybrid)
    assert (change.person, change.what, change.email, change.user_id) == (1, "created", A, "u1")
    assert change.fields == {
        "email": (ABSENT, A),
        "userId": (ABSENT, "u1"),
        "signupDate": (ABSENT, "2026-08-20 12:00:00 +00:00"),
        "signupSource": (ABSENT, "API"),
        "plan": (ABSENT, "gold"),
    }
    assert (change.events, change.merged, change.asked) == ({}, {}, None)


def test_a_field_that_is_written_with_what_it_held_is_listed_and_others_are_not(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"plan": "gold", "city": "London"})
    email_based.post("users/update", email=A, dataFields={"plan": "gold"})
    [change] = last(email_based)
    assert (change.what, change.fields) == ("updated", {"plan": ("gold", "gold")})


def test_null_takes_a_field_away_and_is_nothing_where_there_is_none(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"plan": "gold"})
    email_based.post("users/update", email=A, dataFields={"plan": None, "city": None})
    assert last(email_based)[0].fields == {"plan": ("gold", ABSENT)}


def test_a_write_without_fields_names_the_person_all_the_same(email_based: Any) -> None:
    email_based.post("users/update", email=A)
    email_based.post("users/update", email=A)
    [change] = last(email_based)
    assert (change.person, change.what, change.fields, change.events) == (1, "updated", {}, {})


def test_identifiers_are_fields_when_they_are_written(hybrid: Any) -> None:
    hybrid.post("users/update", email=A)
    hybrid.post("users/update", email=A, userId="u1")
    assert last(hybrid)[0].fields == {"userId": (ABSENT, "u1")}
    hybrid.post("users/updateEmail", currentEmail=A, newEmail=B)
    assert last(hybrid)[0].fields == {"email": (A, B)}
    assert last(hybrid)[0].email == B


def test_objects_that_are_merged_name_the_keys_that_were_written(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"address": {"city": "London", "zip": "1"}})
    assert last(email_based)[0].merged == {}
    email_based.post("users/update", email=A, mergeNestedObjects=True, dataFields={"address": {"city": "Paris"}})
    [change] = last(email_based)
    assert change.fields == {"address": ({"city": "London", "zip": "1"}, {"city": "Paris", "zip": "1"})}
    assert change.merged == {"address": ("city",)}
    assert change.to_json()["fields"][0]["keys"] == ["city"]


def test_an_object_that_a_request_merges_and_then_replaces_is_replaced(email_based: Any) -> None:
    address = {"address": {"city": "London"}}
    email_based.post("users/update", email=A, dataFields=address)
    merged = {"email": A, "mergeNestedObjects": True, "dataFields": address}
    replaced = {"email": A, "dataFields": address}
    for users in ([merged, replaced], [replaced, merged]):
        email_based.post("users/bulkUpdate", users=users)
        assert last(email_based)[0].merged == {}
    email_based.post("users/bulkUpdate", users=[merged, {**merged, "dataFields": {"address": {"zip": "1"}}}])
    assert last(email_based)[0].merged == {"address": ("city", "zip")}


def test_a_bulk_call_tells_of_everybody_once_with_what_was_there_before_it(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"plan": "free"})
    users = [{"email": who, "dataFields": {"plan": plan}} for who, plan in ((A, "gold"), (B, "x"), (A, "pro"))]
    email_based.post("users/bulkUpdate", users=users)
    first, second = last(email_based)
    assert (first.email, first.what, first.fields) == (A, "updated", {"plan": ("free", "pro")})
    assert (second.email, second.what, second.fields["plan"]) == (B, "created", (ABSENT, "x"))


def test_a_purchase_takes_the_cart_away_and_stores_an_event(email_based: Any) -> None:
    item = {"id": "s", "name": "Shoe", "price": 1, "quantity": 1}
    email_based.post("commerce/updateCart", user={"email": A}, items=[item])
    assert last(email_based)[0].fields["shoppingCartItems"] == (ABSENT, [item])
    email_based.post("commerce/trackPurchase", user={"email": A}, items=[item], total=1, id="p1")
    [change] = last(email_based)
    assert (change.fields, change.events) == ({"shoppingCartItems": ([item], ABSENT)}, {"p1": "purchase"})


def test_who_is_deleted_loses_every_field_with_that_request(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"plan": "gold"})
    email_based.delete(f"users/{A}")
    [change] = last(email_based)
    assert (change.what, change.email) == ("removed", A)
    assert change.fields["plan"] == ("gold", ABSENT)
    assert change.fields["email"] == (A, ABSENT)


def test_a_merge_tells_of_both_and_gives_the_events_to_the_one_who_stays(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"plan": "gold"})
    email_based.post("events/track", email=A, eventName="Seen", id="e1")
    assert last(email_based)[0].events == {"e1": "Seen"}
    email_based.post("users/update", email=B)
    email_based.post("users/merge", sourceEmail=A, destinationEmail=B)
    stays, goes = last(email_based)
    assert (stays.email, stays.fields["plan"], stays.events) == (B, (ABSENT, "gold"), {"e1": "Seen"})
    assert (goes.email, goes.what) == (A, "removed")


def test_an_event_that_changes_hands_within_a_request_is_told_of_its_last_owner(email_based: Any) -> None:
    for who in (A, B):
        email_based.post("users/update", email=who)
    events = [{"email": who, "eventName": "Seen", "id": key} for who, key in ((B, "e0"), (A, "e1"), (B, "e1"))]
    email_based.post("events/trackBulk", events=events)
    assert {change.email: list(change.events) for change in last(email_based)} == {B: ["e0", "e1"], A: []}


def test_who_got_another_event_loses_one_of_before_and_nothing_is_told_of_that(email_based: Any) -> None:
    for who in (A, B):
        email_based.post("users/update", email=who)
    email_based.post("events/track", email=B, eventName="Seen", id="e1")
    events = [{"email": who, "eventName": "Seen", "id": key} for who, key in ((B, "e0"), (A, "e1"))]
    email_based.post("events/trackBulk", events=events)
    assert {change.email: list(change.events) for change in last(email_based)} == {B: ["e0"], A: ["e1"]}


def test_what_is_refused_and_what_only_reads_has_done_nothing(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"logins": 1})
    assert email_based.post("users/update", email=A, dataFields={"logins": "many"})[0] == 400
    assert last(email_based) == []
    email_based.get(f"users/{A}")
    assert last(email_based) == []


def test_what_comes_due_is_told_with_the_next_request_and_says_which_one_asked(talk: Any) -> None:
    late = talk("email", visibilityLag=30)
    late.post("users/update", email=A, dataFields={"plan": "gold"})
    assert last(late) == []
    late.raw("GET", "/api/webhooks", now=NOW + 30_000)
    [change] = last(late)
    assert (change.what, change.asked, change.fields["plan"]) == ("created", 1, (ABSENT, "gold"))
    assert change.to_json()["asked"] == 1


def test_what_comes_due_between_requests_waits_for_the_next_one_of_its_project(talk: Any) -> None:
    late = talk("email", visibilityLag=30)
    late.post("users/update", email=A)
    late.simulator.apply_due(NOW + 30_000)
    assert [change.asked for change in late.project.changes.deferred] == [1]
    late.raw("GET", "/api/webhooks", now=NOW + 30_000)
    assert [change.asked for change in last(late)] == [1]
    assert late.project.changes.deferred == ()


@pytest.mark.parametrize("project_type", ["email", "userid", "hybrid"])
def test_identifiers_that_somebody_has_already_are_not_written(talk: Any, project_type: str) -> None:
    project = talk(project_type)
    project.post("users/update", email=A, userId="u1")
    project.post("users/update", email=A, userId="u1", dataFields={"plan": "gold"})
    [change] = last(project)
    assert (change.what, change.fields) == ("updated", {"plan": (ABSENT, "gold")})


def test_a_field_that_is_written_over_and_over_in_one_call_is_told_once_beside_an_object_that_is_merged(
    email_based: Any,
) -> None:
    email_based.post("users/update", email=A, dataFields={"address": {"city": "London"}, "plan": "free"})
    merged = {"email": A, "mergeNestedObjects": True, "dataFields": {"address": {"zip": "1"}}}
    plans = [{"email": A, "dataFields": {"plan": plan}} for plan in ("gold", "pro")]
    email_based.post("users/bulkUpdate", users=[merged, *plans])
    [change] = last(email_based)
    assert change.fields["plan"] == ("free", "pro")
    assert change.fields["address"] == ({"city": "London"}, {"city": "London", "zip": "1"})
    assert change.merged == {"address": ("zip",)}


def test_who_comes_and_goes_before_anybody_asks_was_never_there(email_based: Any) -> None:
    for email in (A, B):
        email_based.project.replace_state({"users": [{"email": email}]}, NOW)
    changes = email_based.project.changes.collect()
    assert [(change.what, change.email) for change in changes] == [("created", B)]


def test_between_requests_the_number_of_the_next_one_stays(email_based: Any) -> None:
    changes = email_based.project.changes
    for number in (1, 2):
        for _ in range(2):
            assert (changes.number, changes.collect()) == (number, ())
        email_based.post("users/update", email=A)


def test_a_state_that_a_program_hands_over_is_nobodys_request(email_based: Any) -> None:
    email_based.post("users/update", email=A)
    email_based.project.replace_state({"users": [{"email": B}]}, NOW)
    email_based.post("users/update", email=B, dataFields={"plan": "gold"})
    [change] = last(email_based)
    assert (change.email, change.what, change.fields) == (B, "updated", {"plan": (ABSENT, "gold")})


def test_a_state_that_is_collected_says_who_went_and_who_came(email_based: Any) -> None:
    email_based.post("users/update", email=A)
    email_based.project.replace_state({"users": [{"email": B}]}, NOW)
    changes = email_based.project.changes.collect()
    assert [(change.what, change.email) for change in changes] == [("removed", A), ("created", B)]
    assert email_based.project.changes.collect() == ()
