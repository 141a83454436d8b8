"""Messages to one user, the queues of apps, and what messages are made of."""

from __future__ import annotations

from typing import Any

import pytest

A = "a@x.test"
NOW = 1_787_227_200_000
HOUR = 3_600_000


def campaign(project: Any) -> int:
    project.post("templates/email/upsert", clientTemplateId="welcome", name="Welcome", subject="Hello", html="<p>")
    number: int = project.post("campaigns/create", name="Welcome", templateId=1)[1]["campaignId"]
    return number


def test_a_target_is_recorded_as_a_sent_message_and_creates_the_user(email_based: Any) -> None:
    number = campaign(email_based)
    status, reply = email_based.post("email/target", campaignId=number, recipientEmail=A)
    assert (status, reply) == (
        200,
        {"msg": f"Campaign {number} - Sent triggered message to: {A}", "code": "Success", "params": None},
    )
    [message] = email_based.get("users/getSentMessages", query=f"email={A}")[1]["messages"]
    assert (message["campaignId"], message["templateId"], message["messageMedium"]) == (number, 1, "Email")


@pytest.mark.parametrize("medium", ["push", "sms", "webPush", "whatsApp"])
def test_a_device_message_to_nobody_creates_nobody(email_based: Any, medium: str) -> None:
    number = campaign(email_based)
    assert email_based.post(f"{medium}/target", campaignId=number, recipientEmail=A)[1]["code"] == "UnknownEmailError"
    assert email_based.people() == []


def test_sent_messages_are_those_of_the_four_media_that_the_call_knows(email_based: Any) -> None:
    number = campaign(email_based)
    for medium in ("email", "webPush", "whatsApp", "sms"):
        email_based.post(f"{medium}/target", campaignId=number, recipientEmail=A)
    messages = email_based.get("users/getSentMessages", query=f"email={A}")[1]["messages"]
    assert [message["messageMedium"] for message in messages] == ["Email", "SMS"]


@pytest.mark.parametrize("medium", ["sms", "whatsApp"])
def test_a_phone_number_alone_says_who_gets_a_message_to_a_phone(email_based: Any, medium: str) -> None:
    number = campaign(email_based)
    email_based.post("users/update", email=A, dataFields={"phoneNumber": "+14155550100"})
    status, reply = email_based.post(f"{medium}/target", campaignId=number, recipientPhone="+14155550100")
    assert (status, reply["msg"]) == (200, f"Campaign {number} - Sent triggered message to: +14155550100")
    [message] = email_based.project.sent
    assert message.person.email == A
    status, reply = email_based.post(f"{medium}/target", campaignId=number, recipientPhone="+14155550199")
    assert (status, reply["msg"]) == (400, "No user exists with phoneNumber +14155550199")
    assert email_based.post("email/target", campaignId=number, recipientPhone="+14155550100")[0] == 400


def test_a_campaign_that_is_not_there_is_refused(email_based: Any) -> None:
    expected = {"msg": "Invalid campaignId", "code": "BadParams", "params": {"campaignId": "9"}}
    assert email_based.post("email/target", campaignId=9, recipientEmail=A) == (400, expected)
    for medium in ("push", "inApp", "sms", "webPush", "whatsApp"):
        reply = email_based.post(f"{medium}/target", campaignId=9, recipientEmail=A)
        assert reply == (400, {**expected, "msg": "Invalid Campaign Id"})


def test_a_scheduled_message_is_sent_when_its_time_comes(email_based: Any) -> None:
    number = campaign(email_based)
    body = {"campaignId": number, "recipientEmail": A, "sendAt": "2026-08-20 13:00:00"}
    _, reply = email_based.post("inApp/target", **body)
    assert reply["msg"] == f"Campaign {number} - Scheduled triggered message for: 2026-08-20T13:00:00.000Z to: {A}"
    assert reply["params"] == {"scheduledMessageId": 1}
    assert email_based.get("inApp/getMessages", query=f"email={A}&count=5")[1]["inAppMessages"] == []
    email_based.raw("GET", "/api/webhooks", now=NOW + HOUR)
    assert len(email_based.get("inApp/getMessages", query=f"email={A}&count=5")[1]["inAppMessages"]) == 1


def test_scheduled_messages_are_taken_back_once(email_based: Any) -> None:
    number = campaign(email_based)
    for _ in range(2):
        email_based.post("email/target", campaignId=number, recipientEmail=A, sendAt="2026-08-21 13:00:00")
    _, reply = email_based.post("email/cancel", campaignId=number, email=A)
    assert reply["msg"].endswith(f"scheduledMessageId: 1,2 from project: {email_based.project.id}")
    _, reply = email_based.post("email/cancel", campaignId=number, email=A)
    assert reply["msg"] == "No scheduled messages found- Invalid email and campaignId combination"


def test_a_consumed_in_app_message_leaves_the_queue_and_an_event(email_based: Any) -> None:
    number = campaign(email_based)
    email_based.post("inApp/target", campaignId=number, recipientEmail=A)
    [message] = email_based.get("inApp/getMessages", query=f"email={A}&count=5")[1]["inAppMessages"]
    assert email_based.post("events/inAppConsume", email=A, messageId=message["messageId"])[0] == 200
    assert email_based.get("inApp/getMessages", query=f"email={A}&count=5")[1]["inAppMessages"] == []
    assert [event["eventType"] for event in email_based.get(f"events/{A}")[1]["events"]] == ["inAppDelete"]


def test_an_open_without_a_user_is_refused_as_recorded(email_based: Any) -> None:
    _, reply = email_based.post("events/trackPushOpen", campaignId=1, messageId="m")
    assert reply["msg"] == "Either email or userId must be specified in a track call"


def test_templates_are_upserted_by_client_id_and_read_by_locale(email_based: Any) -> None:
    email_based.post("templates/sms/upsert", clientTemplateId="hi", name="Hi", message="Hello")
    email_based.post("templates/sms/upsert", clientTemplateId="hi", locale="de", message="Hallo")
    assert email_based.get("templates/sms/get", query="templateId=1")[1]["message"] == "Hello"
    assert email_based.get("templates/sms/get", query="templateId=1&locale=de")[1]["message"] == "Hallo"
    assert email_based.get("templates/sms/get", query="templateId=1&locale=fr")[0] == 404
    assert email_based.get("templates/email/get", query="templateId=1")[0] == 400
    found = email_based.get("templates/getByClientTemplateId", query="clientTemplateId=hi")[1]["templates"]
    assert found == [{"templateId": 1, "locales": ["de"]}]


def test_a_template_that_a_campaign_uses_is_not_deleted(email_based: Any) -> None:
    campaign(email_based)
    email_based.post("templates/push/upsert", clientTemplateId="free")
    assert email_based.post("templates/bulkDelete", ids=[1, 2, 3])[1]["success"] == [2]


def test_snippets_are_found_by_number_and_by_name(email_based: Any) -> None:
    assert email_based.post("snippets", name="greeting", content="Hello")[0] == 201
    assert email_based.call("PUT", "snippets/1", content="Good day")[0] == 200
    assert email_based.get("snippets/greeting")[1]["snippet"]["content"] == "Good day"
    assert email_based.call("PUT", "snippets/other", content="x")[0] == 201
    assert email_based.delete("snippets/greeting")[1] == {"snippetId": 1}
    assert email_based.get("snippets/greeting")[0] == 404


def test_what_is_not_modelled_says_501_in_iterables_shape(email_based: Any) -> None:
    status, reply = email_based.post("verify/sms/begin")
    assert (status, reply["code"]) == (501, "GenericError")
    assert "no SMS is sent" in reply["msg"]


def test_a_journey_wants_somebody_to_start_for(email_based: Any) -> None:
    _, reply = email_based.post("workflows/triggerWorkflow", workflowId=1)
    assert (reply["code"], reply["msg"]) == ("GenericError", "Must provide either an email or list id")


def test_devices_show_on_the_profile_and_can_be_disabled(talk: Any) -> None:
    project = talk("hybrid", serverKeyMayRegisterDevices=True)
    device = {"token": "t1", "platform": "GCM", "applicationName": "shop"}
    for _ in range(2):
        assert project.post("users/registerDeviceToken", userId="u1", device=device)[0] == 200
    assert [one["endpointEnabled"] for one in project.fields(userId="u1")["devices"]] == [True]
    assert project.post("users/disableDevice", token="t1")[0] == 200
    assert [one["endpointEnabled"] for one in project.fields(userId="u1")["devices"]] == [False]
    status, reply = project.post("users/registerDeviceToken", userId="u1", device={**device, "token": ""})
    assert (status, reply["msg"]) == (500, "Unable to register token to user Some(u1)")


def test_a_token_that_nobody_has_is_as_good_as_disabled(email_based: Any) -> None:
    done = (200, {"msg": "", "code": "Success", "params": None})
    email_based.post("users/update", email="a@x.test")
    for who in ({}, {"email": "a@x.test"}):
        assert email_based.post("users/disableDevice", token="t1", **who) == done
        assert email_based.rules() == ("users.disable-device.unknown-token",)
    assert email_based.post("users/disableDevice", token="t1", email="b@x.test")[1]["code"] == "UnknownEmailError"


def test_a_profile_has_five_hundred_devices_at_the_most(talk: Any) -> None:
    project = talk("hybrid", serverKeyMayRegisterDevices=True)
    device = {"platform": "GCM", "applicationName": "shop"}
    for number in range(500):
        project.post("users/registerDeviceToken", userId="u1", device={**device, "token": f"t{number}"})
    assert project.post("users/registerDeviceToken", userId="u1", device={**device, "token": "one more"})[0] == 400
    assert project.post("users/registerDeviceToken", userId="u1", device={**device, "token": "t1"})[0] == 200


def test_a_phone_number_gives_the_profile_a_region_that_stays(email_based: Any) -> None:
    email_based.post("users/update", email=A, dataFields={"phoneNumber": "+442071838750"})
    assert email_based.fields(email=A)["itblInternal"]["regionCode"] == "GB"
    email_based.post("users/update", email=A, dataFields={"phoneNumber": None})
    assert email_based.fields(email=A)["itblInternal"]["regionCode"] == "GB"
    email_based.post("users/updateEmail", currentEmail=A, newEmail="b@x.test")
    assert "regionCode" not in email_based.fields(email="b@x.test")["itblInternal"]


def test_webhooks_of_the_state_document_are_listed_and_changed(email_based: Any) -> None:
    email_based.project.replace_state({"webhooks": [{"id": 3, "endpoint": "https://x.test"}]}, NOW)
    assert email_based.post("webhooks", id=3, enabled=False)[1]["enabled"] is False
    [webhook] = email_based.get("webhooks")[1]["webhooks"]
    assert (webhook["enabled"], webhook["authType"]) == (False, "NoAuth")
    assert email_based.raw("POST", "/api/webhooks", b'{"id": 4}') == (400, b"No webhook with id 4")


def test_a_sent_email_is_viewed_as_it_was_rendered_for_its_recipient(email_based: Any) -> None:
    email_based.post("templates/email/upsert", clientTemplateId="t", name="Hi", html="<p>Hello {{name}}</p>")
    email_based.post("campaigns/create", name="Hi", templateId=1)
    email_based.post("email/target", campaignId=1, recipientEmail=A)
    email_based.post("users/update", email=A, dataFields={"name": "Ada"})
    [message] = email_based.project.sent
    path = "/api/email/viewInBrowser"
    assert email_based.raw("GET", path, query=f"email={A}&messageId={message.id}") == (200, b"<p>Hello Ada</p>")
    assert email_based.raw("GET", path, query=f"email={A}&messageId=other")[0] == 400


def test_a_new_project_has_three_channels_with_a_message_type_each_newest_first(email_based: Any) -> None:
    channels = email_based.get("channels")[1]["channels"]
    assert [(found["name"], found["messageMedium"], found["channelType"]) for found in channels] == [
        ("Push Marketing Channel", "Push", "Marketing"),
        ("Transactional Channel", "Email", "Transactional"),
        ("Marketing Channel", "Email", "Marketing"),
    ]
    types = email_based.get("messageTypes")[1]["messageTypes"]
    assert [(found["name"], found["channelId"], found["subscriptionPolicy"]) for found in types] == [
        ("Push Marketing Message", 3, "OptOut"),
        ("Transactional Message", 2, "OptOut"),
        ("Marketing Message", 1, "OptOut"),
    ]
    assert len({(found["createdAt"], found["updatedAt"]) for found in types}) == 1


def test_web_push_is_a_medium_of_channels_and_templates(email_based: Any) -> None:
    channels = [{"id": 9, "name": "Default WebPush channel", "messageMedium": "WebPush"}]
    templates = [{"templateId": 1, "name": "Sale", "messageMedium": "WebPush"}]
    email_based.project.replace_state({"channels": channels, "templates": templates}, NOW)
    assert email_based.get("channels")[1]["channels"][0]["messageMedium"] == "WebPush"
    assert email_based.get("templates", query="messageMedium=WebPush")[1]["totalTemplatesCount"] == 1
