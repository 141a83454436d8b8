"""Static lists, and what users are subscribed to."""

from __future__ import annotations

from typing import Any

import pytest

NOW = 1_787_227_200_000
A, B = "a@x.test", "b@x.test"


def new_list(project: Any, name: str = "News") -> int:
    number: int = project.post("lists", name=name)[1]["listId"]
    return number


def test_subscribing_creates_users_and_shows_on_their_profile(any_project: Any) -> None:
    number = new_list(any_project)
    who = {"email": A, "userId": "u1", "dataFields": {"plan": "gold"}}
    status, reply = any_project.post("lists/subscribe", listId=number, subscribers=[who])
    assert (status, reply["successCount"], reply["failCount"]) == (200, 1, 0)
    fields = any_project.fields(userId="u1")
    name = "emailListIds" if any_project.project.type == "email" else "userListIds"
    assert (fields[name], fields["plan"], fields["unsubscribedChannelIds"]) == ([number], "gold", [])
    assert [event["eventType"] for event in any_project.get("events/byUserId/u1")[1]["events"]] == ["emailSubscribe"]


@pytest.mark.parametrize(("project_type", "created"), [("email", True), ("userid", False), ("hybrid", False)])
def test_only_existing_users_are_taken_where_it_is_asked_except_in_email_based_projects(
    talk: Any, project_type: str, created: bool
) -> None:
    project = talk(project_type)
    number = new_list(project)
    project.post("users/update", email=A, userId="u1")
    subscribers = [{"email": A, "userId": "u1"}, {"email": B, "userId": "u2"}]
    body = {"listId": number, "updateExistingUsersOnly": True, "subscribers": subscribers}
    _, reply = project.post("lists/subscribe", **body)
    assert (reply["successCount"], (B, "u2") in project.people()) == ((2, True) if created else (1, False))


def test_a_list_that_is_not_there_is_refused_with_the_code_success(email_based: Any) -> None:
    status, reply = email_based.post("lists/subscribe", listId=99, subscribers=[])
    assert status == 400
    assert (reply["code"], reply["msg"]) == ("Success", "error.lists.invalidListId(99)")
    assert reply["params"] == {"projectId": email_based.project.id, "listId": 99}


def test_leaving_a_list_one_is_not_on_is_a_success_and_nobody_is_not_found(email_based: Any) -> None:
    number = new_list(email_based)
    email_based.post("users/update", email=A)
    _, reply = email_based.post("lists/unsubscribe", listId=number, subscribers=[{"email": A}, {"email": B}])
    assert (reply["successCount"], reply["failedUpdates"]["notFoundEmails"]) == (1, [B])
    assert email_based.people() == [(A, None)]


def test_leaving_with_channel_unsubscribe_leaves_the_channel_too(email_based: Any) -> None:
    number = new_list(email_based)
    email_based.post("lists/subscribe", listId=number, subscribers=[{"email": A}])
    email_based.post("lists/unsubscribe", listId=number, subscribers=[{"email": A}], channelUnsubscribe=True)
    fields = email_based.fields(email=A)
    assert (fields["emailListIds"], fields["unsubscribedChannelIds"]) == ([], [1])


def test_lists_are_listed_newest_first_and_read_by_line(email_based: Any) -> None:
    first = new_list(email_based, "old")
    email_based.post("lists", now=1_787_227_300_000, name="new")
    assert [found["name"] for found in email_based.get("lists")[1]["lists"]] == ["new", "old"]
    email_based.post("lists/subscribe", listId=first, subscribers=[{"email": A, "userId": "u1"}, {"email": B}])
    assert email_based.raw("GET", "/api/lists/getUsers", query=f"listId={first}") == (200, f"{A}\n{B}\n".encode())
    assert (
        email_based.raw("GET", "/api/lists/getUsers", query=f"listId={first}&preferUserId=true")[1]
        == f"u1\n{B}\n".encode()
    )
    assert email_based.raw("GET", "/api/lists/previewUsers", query=f"listId={first}&size=1")[1] == f"{A}\n".encode()
    assert email_based.get("lists/getUsers", query="listId=99")[1]["params"] == {
        "projectId": str(email_based.project.id),
        "listId": "99",
    }


def test_deleting_a_list_says_so_once_and_then_that_it_does_not_exist(email_based: Any) -> None:
    number = new_list(email_based)
    email_based.post("lists/subscribe", listId=number, subscribers=[{"email": A}])
    who = f"{number} in Project {email_based.project.id}"
    assert email_based.delete(f"lists/{number}")[1]["msg"] == f"List {who} was successfully deleted."
    assert email_based.fields(email=A)["emailListIds"] == []
    assert email_based.delete(f"lists/{number}")[1]["msg"] == f"error.lists.deleteFailed({number})"


def test_the_profiles_array_and_the_list_say_the_same(email_based: Any) -> None:
    number = new_list(email_based)
    email_based.post("users/update", email=A, dataFields={"emailListIds": [number]})
    assert email_based.get(f"lists/{number}/size") == (200, 1)
    email_based.post("users/updateSubscriptions", email=A, emailListIds=[])
    assert email_based.get(f"lists/{number}/size") == (200, 0)


def test_what_is_no_number_in_an_array_of_lists_is_no_list(email_based: Any) -> None:
    first, second = new_list(email_based, "one"), new_list(email_based, "two")
    email_based.post("users/update", email=A, dataFields={"emailListIds": [first, "two", None, True]})
    assert email_based.get(f"lists/{first}/size") == (200, 1)
    _, reply = email_based.post("lists/subscribe", listId=second, subscribers=[{"email": A}])
    assert reply["successCount"] == 1
    assert email_based.fields(email=A)["emailListIds"] == [first, second]


def test_given_arrays_replace_and_absent_or_null_ones_stay(email_based: Any) -> None:
    email_based.post(
        "users/updateSubscriptions", email=A, unsubscribedChannelIds=[2, 1], unsubscribedMessageTypeIds=[1]
    )
    email_based.post("users/updateSubscriptions", email=A, unsubscribedChannelIds=None, unsubscribedMessageTypeIds=[])
    fields = email_based.fields(email=A)
    assert (fields["unsubscribedChannelIds"], fields["unsubscribedMessageTypeIds"]) == ([1, 2], [])


def test_subscribed_types_need_the_opt_in_feature_and_a_channel_that_is_on(talk: Any) -> None:
    assert (
        talk("email").post("users/updateSubscriptions", email=A, subscribedMessageTypeIds=[1])[1]["code"]
        == "BadParams"
    )
    project = talk("email", optInMessageTypes=True)
    body: dict[str, Any] = {"email": A, "subscribedMessageTypeIds": [1], "unsubscribedChannelIds": [1]}
    assert project.post("users/updateSubscriptions", **body)[1]["code"] == "BadParams"
    assert project.people() == []
    assert project.post("users/updateSubscriptions", **body, validateChannelAlignment=False)[0] == 200


def test_many_are_updated_at_once_and_failures_are_told_apart(email_based: Any) -> None:
    requests = [{"email": A, "unsubscribedChannelIds": [1]}, {"email": "no address"}, {"userId": "u9"}]
    _, reply = email_based.post("users/bulkUpdateSubscriptions", updateSubscriptionsRequests=requests)
    assert reply == {
        "successCount": 1,
        "failCount": 2,
        "invalidEmails": ["no address"],
        "validEmailFailures": [],
        "invalidUserIds": [],
        "validUserIdFailures": ["u9"],
    }


def test_a_user_id_that_is_null_is_listed_as_invalid(email_based: Any) -> None:
    requests = [{"email": A, "userId": None}, {"userId": ""}]
    _, reply = email_based.post("users/bulkUpdateSubscriptions", updateSubscriptionsRequests=requests)
    assert (reply["invalidUserIds"], reply["invalidEmails"]) == (["null", ""], [])


@pytest.mark.parametrize(
    ("known", "requests"),
    [
        ([{"email": A}, {"userId": "u1"}], [{"email": A, "userId": "u1"}]),
        ([], [{"email": A, "userId": "u1"}, {"email": A, "userId": "u2"}]),
    ],
    ids=["two users", "two users of the call itself"],
)
@pytest.mark.parametrize("lag", [0, 60])
def test_two_users_in_one_item_refuse_the_whole_call_with_a_conflict(
    talk: Any, known: list[Any], requests: list[Any], lag: int
) -> None:
    project = talk("hybrid", bulkLag=lag)
    for who in known:
        project.post("users/update", **who)
    before = project.people()
    items = [{**item, "unsubscribedChannelIds": [1]} for item in ({"email": "b@x.test"}, *requests)]
    status, reply = project.post("users/bulkUpdateSubscriptions", updateSubscriptionsRequests=items)
    assert (status, reply["code"]) == (409, "ExternalKeyConflict")
    assert project.people() == before
    assert project.rules()[1] == "subscriptions.conflict"


@pytest.mark.parametrize(("lag", "people"), [(0, 1), (60, 0)])
def test_a_call_without_a_conflict_is_carried_out_once_and_when_it_is_due(talk: Any, lag: int, people: int) -> None:
    project = talk("hybrid", bulkLag=lag)
    item = {"email": A, "userId": "u1", "unsubscribedChannelIds": [1]}
    _, reply = project.post("users/bulkUpdateSubscriptions", updateSubscriptionsRequests=[item])
    assert (reply["successCount"], len(project.people())) == (1, people)
    project.post("users/update", now=NOW + 60_000, email="c@x.test")
    assert project.fields(email=A)["unsubscribedChannelIds"] == [1]


@pytest.mark.parametrize("group", ["messageType", "MESSAGETYPE"])
def test_one_message_type_is_left_and_joined(email_based: Any, group: str) -> None:
    path = f"subscriptions/{group}/1/user/{A}"
    assert email_based.delete(path)[0] == 200
    assert email_based.fields(email=A)["unsubscribedMessageTypeIds"] == [1]
    assert email_based.call("PATCH", path)[0] == 200
    assert email_based.fields(email=A)["unsubscribedMessageTypeIds"] == []


def test_many_leave_a_channel_at_once(email_based: Any) -> None:
    body = {"users": [A, "no address"], "usersByUserId": ["u9"]}
    assert email_based.call("PUT", "subscriptions/messageChannel/2", query="action=unsubscribe", **body)[0] == 200
    assert email_based.fields(email=A)["unsubscribedChannelIds"] == [2]
    assert len(email_based.people()) == 1


def test_the_subscription_calls_are_not_found_where_they_are_off(talk: Any) -> None:
    project = talk("email", subscriptionsApi=False)
    status, reply = project.delete(f"subscriptions/messageType/1/user/{A}")
    expected = {"msg": f"Endpoint not found for project: {project.project.id}", "code": "NotFound", "params": None}
    assert (status, reply) == (404, expected)


def test_a_group_that_is_no_number_is_a_path_that_is_not_there(email_based: Any) -> None:
    status, page = email_based.raw("DELETE", f"/api/subscriptions/messageType/one/user/{A}")
    assert status == 404
    assert b"Action not found" in page
