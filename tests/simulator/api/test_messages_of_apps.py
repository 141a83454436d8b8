"""In-app and embedded messages: what apps fetch, and what they say of it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.project import StateError

NOW = 1_787_227_200_000
DAY = 86_400_000
ADA, BOB, NOBODY = "ada@x.test", "bob@x.test", "nobody@x.test"
DEVICE = {"appPackageName": "shop", "deviceId": "d", "platform": "Android"}
PEOPLE = [{"email": ADA, "userId": "ada"}, {"email": BOB, "userId": "bob"}]
TEMPLATE = {
    "templateId": 6,
    "name": "T",
    "messageMedium": "InApp",
    "locales": {"": {"html": "<p>of the template", "payload": {"from": "template"}}},
}


def queue(talk: Any, *messages: dict[str, Any]) -> None:
    """In-app messages for Ada, one a day."""
    sent = [
        {"id": f"m{n}", "medium": "InApp", "email": ADA, "userId": "ada", "campaignId": 5, "at": NOW + n, **message}
        for n, message in enumerate(messages)
    ]
    talk.project.replace_state({"users": PEOPLE, "templates": [TEMPLATE], "sentMessages": sent}, NOW)


def fetched(talk: Any, call: str = "inApp/getMessages", who: str = "userId=ada") -> list[dict[str, Any]]:
    status, reply = talk.get(call, query=f"{who}&count=10")
    assert status == 200
    found: list[dict[str, Any]] = reply["inAppMessages"]
    return found


def events(talk: Any) -> list[Any]:
    [ada] = talk.project.people.with_user_id("ada")
    return [(event.type, event.members.get("messageId")) for event in talk.project.events.of(ada)[::-1]]


@pytest.mark.parametrize("call", ["inApp/getMessages", "inApp/web/getMessages", "inApp/getPriorityMessage"])
def test_an_in_app_message_has_the_members_that_were_recorded(any_project: Any, call: str) -> None:
    queue(any_project, {"templateId": 6})
    [message] = fetched(any_project, call)
    edge, side = {"displayOption": "AutoExpand"}, {"percentage": 0}
    assert message == {
        "messageId": "m0",
        "campaignId": 5,
        "createdAt": NOW,
        "expiresAt": NOW + 90 * DAY,
        "content": {
            "html": "<p>of the template",
            "payload": {"from": "template"},
            "inAppDisplaySettings": {"top": edge, "right": side, "bottom": edge, "left": side},
            "webInAppDisplaySettings": {"position": "Center"},
        },
        "customPayload": {"from": "template"},
        "trigger": {"type": "immediate"},
        "saveToInbox": False,
        "inboxMetadata": {},
        "priorityLevel": 400.5,
        "read": False,
        "jsonOnly": False,
        "typeOfContent": "Static",
        "messageType": "Other",
    }


def test_what_a_message_says_of_its_own_goes_before_its_template(hybrid: Any) -> None:
    own = {
        "html": "<p>own",
        "customPayload": {"own": 1},
        "webInAppDisplaySettings": {"position": "Full"},
        "inAppDisplaySettings": {"shouldAnimate": True},
        "trigger": {"type": "never"},
        "saveToInbox": True,
        "inboxMetadata": {"title": "T"},
        "priorityLevel": 100,
        "jsonOnly": True,
        "expiresAt": NOW + 5,
    }
    queue(hybrid, {"templateId": 6, "inApp": own})
    [message] = fetched(hybrid)
    content = message.pop("content")
    assert (content["html"], content["webInAppDisplaySettings"]) == ("<p>own", {"position": "Full"})
    assert content["inAppDisplaySettings"] == {"shouldAnimate": True}
    assert {name: message[name] for name in own.keys() & message.keys()} == {
        name: value for name, value in own.items() if name in message
    }


def test_a_message_is_consumed_once_and_does_not_come_again(any_project: Any) -> None:
    queue(any_project, {}, {})
    status, _ = any_project.post("events/inAppConsume", userId="ada", messageId="m1", deviceInfo=DEVICE)
    assert (status, [message["messageId"] for message in fetched(any_project)]) == (200, ["m0"])
    assert events(any_project) == [("inAppDelete", "m1")]


def test_nobody_consumes_the_message_of_another(hybrid: Any) -> None:
    queue(hybrid, {})
    hybrid.post("events/inAppConsume", userId="bob", messageId="m0")
    hybrid.post("events/trackInAppOpen", userId="bob", messageId="m0")
    assert [(message["messageId"], message["read"]) for message in fetched(hybrid)] == [("m0", False)]


def test_a_message_that_was_opened_is_read_and_stays_in_the_inbox(hybrid: Any) -> None:
    queue(hybrid, {"inApp": {"saveToInbox": True}})
    hybrid.post("events/trackInAppOpen", userId="ada", messageId="m0", deviceInfo=DEVICE, inboxSessionId="s")
    assert [message["read"] for message in fetched(hybrid)] == [True]
    [ada] = hybrid.project.people.with_user_id("ada")
    assert hybrid.project.events.of(ada)[0].members["inboxSessionId"] == "s"


def test_a_message_that_has_expired_is_not_given(hybrid: Any) -> None:
    queue(hybrid, {"at": NOW - 90 * DAY}, {"at": NOW - 89 * DAY}, {"inApp": {"expiresAt": NOW}})
    assert [message["messageId"] for message in fetched(hybrid)] == ["m1"]


def test_the_message_of_the_lowest_level_of_priority_is_first_and_the_newest_of_several(hybrid: Any) -> None:
    queue(hybrid, {"inApp": {"priorityLevel": 200}}, {}, {"inApp": {"priorityLevel": 200}}, {})
    assert [message["messageId"] for message in fetched(hybrid, "inApp/getPriorityMessage")] == ["m2"]


@pytest.mark.parametrize(
    ("call", "empty"),
    [
        ("inApp/getMessages", {"inAppMessages": []}),
        ("inApp/web/getMessages", {"inAppMessages": []}),
        ("inApp/getPriorityMessage", {"inAppMessages": []}),
        ("embedded-messaging/messages", {"placements": []}),
    ],
)
def test_somebody_unknown_has_no_messages_or_is_refused_by_setting(talk: Any, call: str, empty: Any) -> None:
    for kind in ("email", "userid", "hybrid"):
        who = "userId=nobody" if kind == "userid" else f"email={NOBODY}"
        assert talk(kind).get(call, query=f"{who}&count=5") == (200, empty)
        status, reply = talk(kind, messagesForUnknown="error").get(call, query=f"{who}&count=5")
        assert (status, reply["code"]) == (400, "UnknownUserIdError" if kind == "userid" else "UnknownEmailError")
        assert talk(kind).get(call, query="count=5")[0] == 400


def embed(talk: Any, *messages: dict[str, Any]) -> None:
    made = [{"messageId": f"e{n}", "placementId": 1, **message} for n, message in enumerate(messages)]
    talk.project.replace_state({"users": PEOPLE, "embeddedMessages": made}, NOW)


def placements(talk: Any, query: str = "userId=ada") -> dict[int, list[str]]:
    status, reply = talk.get("embedded-messaging/messages", query=query)
    assert status == 200
    return {
        found["placementId"]: [message["metadata"]["messageId"] for message in found["embeddedMessages"]]
        for found in reply["placements"]
    }


def test_embedded_messages_are_grouped_by_placement_and_ordered_by_priority(any_project: Any) -> None:
    to_ada, to_bob = {"email": ADA, "userId": "ada"}, {"email": BOB, "userId": "bob"}
    embed(
        any_project,
        {**to_ada, "placementId": 2},
        {"priorityOrder": 5},
        {**to_ada, "priorityOrder": 3},
        to_bob,
    )
    assert placements(any_project) == {1: ["e2", "e1"], 2: ["e0"]}
    assert placements(any_project, "userId=bob") == {1: ["e3", "e1"]}
    assert placements(any_project, "userId=ada&placementIds=2&placementIds=9") == {2: ["e0"], 9: []}


def test_an_embedded_message_has_metadata_elements_and_payload_and_no_elements_where_it_is_known(hybrid: Any) -> None:
    embed(hybrid, {"campaignId": 5, "elements": {"title": "Hi"}, "payload": {"x": 1}})
    metadata = {"messageId": "e0", "placementId": 1, "campaignId": 5, "isProof": False, "priorityOrder": 1}
    [[message]] = [
        found["embeddedMessages"]
        for found in hybrid.get("embedded-messaging/messages", query="userId=ada")[1]["placements"]
    ]
    assert message == {"metadata": metadata, "elements": {"title": "Hi"}, "payload": {"x": 1}}
    [[message]] = [
        found["embeddedMessages"]
        for found in hybrid.get("embedded-messaging/messages", query="userId=ada&currentMessageIds=e0")[1][
            "placements"
        ]
    ]
    assert message == {"metadata": metadata, "payload": {"x": 1}}


def test_an_embedded_message_goes_with_its_person(hybrid: Any) -> None:
    embed(hybrid, {"userId": "ada"}, {"userId": "bob"}, {})
    hybrid.post("users/merge", sourceUserId="ada", destinationUserId="bob")
    assert placements(hybrid, "userId=bob") == {1: ["e0", "e1", "e2"]}
    hybrid.delete("users/byUserId/bob")
    assert [message.id for message in hybrid.project.embedded] == ["e2"]


@pytest.mark.parametrize("call", ["click", "received", "dismiss", "impression"])
def test_what_is_done_with_an_embedded_message_is_an_event(any_project: Any, call: str) -> None:
    embed(any_project, {}, {"isProof": True})
    for message in ("e0", "e1"):
        body = {"userId": "ada", "messageId": message, "deviceInfo": DEVICE, "createdAt": NOW}
        assert any_project.post(f"embedded-messaging/events/{call}", **body)[0] == 200
    assert events(any_project) == [(f"embedded{call.capitalize()}", "e0")], "a proof leaves no event"


@pytest.mark.parametrize("call", ["session", "impression"])
def test_a_session_is_an_event_and_each_impression_of_it_one_of_its_own(hybrid: Any, call: str) -> None:
    embed(hybrid, {}, {"isProof": True})
    seen = [{"messageId": name, "displayCount": 2, "displayDuration": 1.5, "placementId": 1} for name in ("e0", "e1")]
    session = {"id": "s", "start": 1, "end": 2}
    body = {"userId": "ada", "session": session, "impressions": seen, "deviceInfo": DEVICE}
    assert hybrid.post(f"embedded-messaging/events/{call}", **body)[0] == 200
    assert events(hybrid) == [("embeddedSession", None), ("embeddedImpression", "e0")]


def test_a_session_of_the_inbox_is_an_event_and_each_impression_of_it_one_of_its_own(any_project: Any) -> None:
    queue(any_project, {})
    body = {
        "userId": "ada",
        "deviceInfo": DEVICE,
        "inboxSessionId": "s",
        "inboxSessionStart": NOW,
        "inboxSessionEnd": NOW + 5,
        "startTotalMessageCount": 1,
        "startUnreadMessageCount": 1,
        "endTotalMessageCount": 1,
        "endUnreadMessageCount": 0,
        "impressions": [{"messageId": "m0", "silentInbox": True, "displayCount": 1, "displayDuration": 0.5}],
    }
    assert any_project.post("events/trackInboxSession", **body)[0] == 200
    assert events(any_project) == [("inboxSession", None), ("inboxMessageImpression", "m0")]


def test_an_embedded_message_for_nobody_is_a_mistake_of_the_document(hybrid: Any) -> None:
    with pytest.raises(StateError, match=r"embeddedMessages\.0: no user has the email or userId of the message"):
        embed(hybrid, {"email": NOBODY})
