"""Profiles, events and carts: what a call writes, and what is read back."""

from __future__ import annotations

from typing import Any

import pytest

A = "a@x.test"
ITEM = {"id": "p1", "name": "Engine", "price": 1, "quantity": 1}


def test_a_write_merges_fields_and_null_removes_one(any_project: Any) -> None:
    who = {"email": A, "userId": "u1"}
    any_project.post("users/update", **who, dataFields={"plan": "pro", "n": 1})
    any_project.post("users/update", **who, dataFields={"n": None, "m": 2})
    fields = any_project.fields(**who)
    assert (fields["plan"], fields["m"]) == ("pro", 2)
    assert "n" not in fields


@pytest.mark.parametrize(("merge", "address"), [(False, {"zip": "1"}), (True, {"city": "Rome", "zip": "1"})])
def test_objects_are_replaced_or_merged_one_level_deep(any_project: Any, merge: bool, address: Any) -> None:  # a row
    who = {"email": A, "userId": "u1"}
    any_project.post("users/update", **who, dataFields={"address": {"city": "Rome", "deep": {"a": 1}}})
    any_project.post(
        "users/update", **who, mergeNestedObjects=merge, dataFields={"address": {"zip": "1", "deep": {"b": 2}}}
    )
    assert any_project.fields(**who)["address"] == {**address, "deep": {"b": 2}}


def test_the_first_value_fixes_the_type_of_a_field_for_everybody(hybrid: Any) -> None:
    hybrid.post("users/update", email=A, dataFields={"age": 41})
    status, reply = hybrid.post("users/update", email="b@x.test", dataFields={"age": "41", "plan": "pro"})
    assert status == 400
    assert reply["code"] == "RequestFieldsTypesMismatched"
    assert reply["params"]["validationErrors"]["age"] == {
        "incomingTypes": ["string", "keyword"],
        "expectedType": "long",
        "category": "user",
        "offendingValue": "41",
        "_type": "UnexpectedType",
    }
    assert "Field 'age' already exists for type 'user' and has a data type of 'long'" in reply["msg"]
    assert hybrid.people() == [(A, None)]


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [(1, 2.5, False), (2.5, 1, True), ("2024-01-02", "x", False), ("x", "2024-01-02", True), (True, 1, False),
     ([1], 2, True), ([1], ["x"], False), ({"a": 1}, {"a": "x"}, False), (1, None, True), ("x", "", True),
     ([{"a": 1}], [{"a": "x"}], False), ([{"a": 1}], {"a": "x"}, False), ([{"b": 1}, {"a": 1}], [{"a": "x"}], False),
     ([{"a": 1}], [{"b": 1}, {"a": "x"}], False), ([{"a": 1}], [{"b": "x"}, {"a": 2}], True)],
)  # fmt: skip
def test_which_values_go_into_a_field(hybrid: Any, first: Any, second: Any, fits: bool) -> None:  # a row
    hybrid.post("users/update", email=A, dataFields={"f": first})
    status, _ = hybrid.post("users/update", email=A, dataFields={"f": second})
    assert (status == 200) is fits


def test_dates_are_stored_as_sent_and_the_signup_date_in_utc(hybrid: Any) -> None:
    at = "2020-08-19T22:50:04.000+02:00"
    hybrid.post("users/update", email=A, dataFields={"at": at, "day": "1990-05-17", "signupDate": at})
    stored = hybrid.fields(email=A)
    assert (stored["at"], stored["day"]) == (at, "1990-05-17")
    assert stored["signupDate"] == "2020-08-19 20:50:04 +00:00"


def test_an_offset_without_a_colon_makes_a_date(hybrid: Any) -> None:
    hybrid.post("users/update", email=A, dataFields={"since": "2000-01-01 00:00:00 -0400"})
    assert hybrid.get("users/getFields")[1]["fields"]["since"] == "date"


def test_fields_that_iterable_manages_are_ignored_and_signup_date_is_not(hybrid: Any) -> None:
    fields = {"itblInternal": {"x": 1}, "profileUpdatedAt": "2000-01-01", "signupDate": "2020-01-01 00:00:00 +00:00"}
    hybrid.post("users/update", email=A, dataFields=fields)
    stored = hybrid.fields(email=A)
    assert stored["signupDate"] == "2020-01-01 00:00:00 +00:00"
    assert stored["profileUpdatedAt"] == "2026-08-20 12:00:00 +00:00"
    assert stored["itblInternal"]["emailDomain"] == "x.test"


@pytest.mark.parametrize(
    ("project_type", "fields", "answer", "after"),
    [
        ("email", {"email": "b@x.test"}, (200, "Success"), (A, "u1")),
        ("email", {"userId": "u9"}, (200, "Success"), (A, "u9")),
        ("userid", {"email": "b@x.test"}, (200, "Success"), ("b@x.test", "u1")),
        ("userid", {"userId": "taken"}, (400, "UserIdAlreadyExists"), (A, "u1")),
        ("hybrid", {"email": "taken@x.test"}, (400, "EmailAlreadyExists"), (A, "u1")),
        ("hybrid", {"userId": "u9"}, (200, "Success"), (A, "u9")),
    ],
)
def test_an_identifier_in_the_fields_renames_where_the_project_type_says_so(
    talk: Any, project_type: str, fields: Any, answer: Any, after: Any
) -> None:
    project = talk(project_type)
    users = [{"email": A, "userId": "u1"}, {"email": "taken@x.test", "userId": "taken"}]
    project.project.replace_state({"users": users}, 0)
    status, reply = project.post("users/update", userId="u1", dataFields=fields)
    assert (status, reply["code"]) == answer
    assert project.people()[0] == after


def test_a_field_inside_an_object_that_does_not_fit_is_of_the_users_like_any_other(hybrid: Any) -> None:
    hybrid.post("users/update", email=A, dataFields={"pets": [{"age": 3}]})
    _, reply = hybrid.post("users/update", email=A, dataFields={"pets": [{"age": "three"}]})
    error = reply["params"]["validationErrors"]["pets.age"]
    assert (error["category"], error["expectedType"], error["offendingValue"]) == ("user", "long", "three")


@pytest.mark.parametrize(
    ("user_id", "valid"),
    [("u", True), ("u" * 52, True), ("u" * 53, False), ("", False), (" u", True), ("u v", True), ("u ", False),
     (" ", False), ("~!", True), ("é", False), ("u\t", False), ("u\n", False)],
)  # fmt: skip
def test_a_user_id_is_up_to_fifty_two_printable_characters_and_ends_with_no_blank(
    user_id_based: Any, user_id: str, valid: bool
) -> None:
    status, reply = user_id_based.post("users/update", userId=user_id)
    assert (status, reply["code"]) == ((200, "Success") if valid else (400, "InvalidUserIdError"))
    assert user_id_based.people() == ([(None, user_id)] if valid else [])


@pytest.mark.parametrize(("email", "domain"), [(A, "x.test"), ('"a@b"@mail.x.test', "mail.x.test")])
def test_the_domain_of_an_email_is_what_follows_its_last_at_sign(any_project: Any, email: str, domain: str) -> None:
    any_project.post("users/update", email=email, userId="u1")
    assert any_project.fields(userId="u1")["itblInternal"]["emailDomain"] == domain


def test_users_have_an_internal_id_of_their_own_except_in_email_based_projects(any_project: Any) -> None:
    for name in ("one", "two", "one"):
        any_project.post("users/update", email=f"{name}@x.test", userId=name)
    one, two = (any_project.fields(userId=name).get("itblUserId") for name in ("one", "two"))
    if any_project.project.type == "email":
        assert (one, two) == (None, None)
    else:
        assert isinstance(one, str)
        assert isinstance(two, str)
        assert one != two


def test_update_email_moves_the_profile(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"plan": "pro"})
    assert email_based.post("users/updateEmail", currentEmail=A, newEmail="New@x.test")[0] == 200
    assert email_based.get("users/a@x.test") == (200, {})
    status, reply = email_based.get("users/new@x.test")
    assert (status, reply["user"]["dataFields"]["plan"]) == (200, "pro")


@pytest.mark.parametrize(
    ("body", "code", "msg"),
    [
        ({"currentEmail": "z@x.test", "newEmail": "n@x.test"}, "BadParams",
         "Cannot change user Some(z@x.test) to n@x.test. User does not exist"),
        ({"currentEmail": A, "newEmail": "b@x.test"}, "EmailAlreadyExists",
         "Cannot change user Some(a@x.test) to b@x.test. New email already exists"),
        ({"currentEmail": "none", "newEmail": "n@x.test"}, "InvalidEmailAddressError", "Invalid currentEmail none"),
    ],
)  # fmt: skip
def test_update_email_refuses_in_iterables_words(email_based: Any, body: Any, code: str, msg: str) -> None:
    email_based.post("users/bulkUpdate", users=[{"email": A}, {"email": "b@x.test"}])
    status, reply = email_based.post("users/updateEmail", **body)
    assert (status, reply["code"], reply["msg"]) == (400, code, msg)


def test_a_bulk_reply_counts_and_lists_every_failure(email_based: Any) -> None:
    status, reply = email_based.post(
        "users/bulkUpdate",
        users=[{"email": A}, {"email": "None"}, {"userId": "nobody"}, {"email": ""}, {"userId": "x" * 53}, {}],
    )
    assert status == 200
    assert (reply["successCount"], reply["failCount"]) == (1, 5)
    assert reply["failedUpdates"]["invalidEmails"] == ["none", ""]
    assert reply["failedUpdates"]["notFoundUserIds"] == []
    assert reply["failedUpdates"]["invalidUserIds"] == ["nobody", "x" * 53]
    assert reply["failedUpdates"]["conflictEmails"] == []


def test_a_failure_in_the_data_fields_is_listed_by_the_identifier_that_stands_there(hybrid: Any) -> None:
    hybrid.post("users/update", email=A, userId="u1")
    items = [
        {"userId": "u3", "dataFields": {"email": "A@x.test"}},
        {"userId": "u3", "dataFields": {"email": "No Address"}},
        {"email": "b@x.test", "dataFields": {"userId": "u1"}},
        {"email": "b@x.test", "dataFields": {"userId": "blank "}},
    ]
    _, reply = hybrid.post("users/bulkUpdate", users=items)
    failed = {name: listed for name, listed in reply["failedUpdates"].items() if listed}
    assert failed == {
        "conflictEmails": [A],
        "invalidEmails": ["no address"],
        "conflictUserIds": ["u1"],
        "invalidUserIds": ["blank "],
    }


@pytest.mark.parametrize("project_type", ["email", "userid", "hybrid"])
def test_a_user_id_that_is_null_is_refused_whatever_stands_beside_it(talk: Any, project_type: str) -> None:
    project = talk(project_type)
    for path, body in (
        ("users/update", {"email": A, "userId": None}),
        ("events/track", {"email": A, "userId": None, "eventName": "Seen"}),
        ("commerce/updateCart", {"user": {"email": A, "userId": None}, "items": []}),
    ):
        status, reply = project.post(path, **body)
        assert (status, reply["code"]) == (400, "InvalidUserIdError")
        assert project.rules() == ("identifier.null-user-id",)
    _, bulk = project.post("users/bulkUpdate", users=[{"email": A, "userId": None}, {"userId": None}])
    assert (bulk["failCount"], bulk["failedUpdates"]["invalidUserIds"]) == (2, ["null", "null"])
    assert project.people() == []


def test_a_null_email_beside_a_user_id_is_left_out(hybrid: Any) -> None:
    assert hybrid.post("users/update", email=None, userId="u1")[0] == 200
    assert hybrid.people() == [(None, "u1")]


def test_a_type_mismatch_refuses_the_whole_batch_unless_a_setting_says_otherwise(talk: Any) -> None:
    users = [{"email": A, "dataFields": {"n": 1}}, {"email": "b@x.test", "dataFields": {"n": "x"}}]
    strict, lenient = talk("email"), talk("email", bulkTypeMismatch="perItem")
    assert strict.post("users/bulkUpdate", users=users)[0] == 400
    assert strict.people() == []
    status, reply = lenient.post("users/bulkUpdate", users=users)
    assert (status, reply["failedUpdates"]["invalidDataEmails"]) == (200, ["b@x.test"])
    assert lenient.people() == [(A, None)]


def test_an_event_with_a_known_id_replaces_the_one_that_has_it(hybrid: Any) -> None:
    hybrid.post("events/track", email=A, eventName="A", id="e1", dataFields={"n": 1})
    status, reply = hybrid.post("events/track", email=A, eventName="A", id="e1", dataFields={"m": 2})
    assert (status, reply["params"]) == (200, {"id": "e1"})
    _, events = hybrid.get(f"events/{A}")
    assert [event["dataFields"] for event in events["events"]] == [{"m": 2}]


def test_events_are_shown_newest_first_thirty_unless_more_are_asked_for(hybrid: Any) -> None:
    for number in range(40):
        hybrid.post("events/track", userId="u1", eventName="Seen", createdAt=1_700_000_000 + number)
    _, reply = hybrid.get("events/byUserId/u1")
    assert len(reply["events"]) == 30
    assert reply["events"][0]["createdAt"] == "2023-11-14 22:13:59 +00:00"
    assert len(hybrid.get("events/byUserId/u1", "limit=300")[1]["events"]) == 40


@pytest.mark.parametrize("created_at", [1_700_000_000, 1_700_000_000_000])
def test_a_timestamp_is_taken_for_milliseconds_when_it_is_large(hybrid: Any, created_at: int) -> None:
    hybrid.post("events/track", userId="u1", eventName="Seen", createdAt=created_at)
    assert hybrid.get("events/byUserId/u1")[1]["events"][0]["createdAt"] == "2023-11-14 22:13:20 +00:00"


def test_a_purchase_empties_the_cart_and_is_an_event(any_project: Any) -> None:
    user = {"email": A, "userId": "u1"}
    any_project.post("commerce/updateCart", user=user, items=[ITEM])
    assert any_project.fields(email=A)["shoppingCartItems"] == [ITEM]
    status, reply = any_project.post("commerce/trackPurchase", user=user, items=[ITEM], total=5, id="o1")
    assert (status, reply["params"]) == (200, {"id": "o1"})
    assert "shoppingCartItems" not in any_project.fields(email=A)
    purchases = [event for event in any_project.project.events if event.type == "purchase"]
    assert [(event.id, event.members["total"]) for event in purchases] == [("o1", 5)]


def test_an_event_id_has_five_hundred_and_twelve_bytes_at_the_most(user_id_based: Any) -> None:
    body = {"userId": "u1", "eventName": "Seen"}
    assert user_id_based.post("events/track", **body, id="é" * 256)[0] == 200
    assert user_id_based.post("events/track", **body, id="é" * 256 + "e")[0] == 400
    user = {"userId": "u2"}
    assert user_id_based.post("commerce/trackPurchase", user=user, items=[], total=1, id="e" * 513)[0] == 400
    assert user_id_based.people() == [(None, "u1")]
