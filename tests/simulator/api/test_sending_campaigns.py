"""Campaigns are sent to the people of their lists: scheduled, at once, and triggered."""

from __future__ import annotations

from typing import Any

import pytest

A, B, C = "a@x.test", "b@x.test", "c@x.test"
NOW = 1_787_227_200_000  # noon of 20 August 2026, UTC
HOUR = 3_600_000
DAY = 24 * HOUR
LISTS = [
    {"id": 1, "name": "News"},
    {"id": 2, "name": "Offers"},
    {"id": 3, "name": "Not to", "listType": "Suppression"},
]
BLAST = {"id": 5, "name": "Sale", "templateId": 1, "listIds": [1, 2], "suppressionListIds": [3]}
TRIGGERED = {"id": 6, "name": "Hi", "templateId": 1, "type": "Triggered", "campaignState": "Running"}


def person(email: str, *lists: int, **fields: Any) -> dict[str, Any]:
    return {"email": email, "dataFields": {"emailListIds": list(lists), **fields}}


def given(project: Any, *campaigns: dict[str, Any], users: list[dict[str, Any]] | None = None, **parts: Any) -> None:
    people = [person(A, 1), person(B, 1, 2), person(C, 2, 3)] if users is None else users
    templates = [{"templateId": 1, "name": "Sale"}]
    state = {"users": people, "lists": LISTS, "templates": templates, "campaigns": list(campaigns), **parts}
    project.project.replace_state(state, NOW)


def sent(project: Any) -> list[tuple[str, int]]:
    return [(message.person.email, message.at) for message in project.project.sent]


def look(project: Any, now: int) -> None:
    project.raw("GET", "/api/webhooks", now=now)


def state(project: Any, number: int = 5) -> dict[str, Any]:
    campaign: dict[str, Any] = project.get(f"campaigns/{number}")[1]
    return campaign


def test_a_campaign_is_sent_once_to_everybody_on_its_lists_who_is_not_suppressed(email_based: Any) -> None:
    given(email_based, BLAST)
    status, reply = email_based.post("campaigns/5/send")
    assert (status, reply["code"]) == (200, "Success")
    assert sent(email_based) == [(A, NOW), (B, NOW)]
    campaign = state(email_based)
    assert (campaign["campaignState"], campaign["sendSize"]) == ("Finished", 2)
    assert campaign["startAt"] == campaign["endedAt"] == NOW


def test_what_is_sent_shows_where_sends_show(email_based: Any) -> None:
    given(email_based, BLAST)
    email_based.post("campaigns/5/send")
    [message] = email_based.get("users/getSentMessages", query=f"email={A}")[1]["messages"]
    assert (message["campaignId"], message["templateId"]) == (5, 1)
    _, lines = email_based.raw("GET", "/api/export/data.json", query="dataTypeName=emailSend&range=All")
    assert lines.count(b'"campaignId":5') == 2
    assert email_based.project.state_document()["sentMessages"][0]["campaignId"] == 5


def test_the_journal_knows_whom_a_campaign_was_sent_to(email_based: Any) -> None:
    from simulator.journal import Selection

    given(email_based, BLAST)
    email_based.post("campaigns/5/send")
    assert email_based.simulator.journal.select(Selection())[-1].reply.users == (A, B)


def test_a_scheduled_campaign_is_sent_when_its_time_comes_to_who_is_on_its_lists_then(email_based: Any) -> None:
    given(email_based, BLAST)
    assert email_based.post("campaigns/5/schedule", sendAt="2026-08-20T13:00:00Z")[1]["code"] == "Success"
    assert (state(email_based)["campaignState"], state(email_based)["startAt"]) == ("Scheduled", NOW + HOUR)
    email_based.post("lists/unsubscribe", listId=1, subscribers=[{"email": A}], now=NOW + HOUR - 1)
    assert sent(email_based) == []
    look(email_based, NOW + 2 * HOUR)
    assert sent(email_based) == [(B, NOW + HOUR)]
    assert (state(email_based)["campaignState"], state(email_based)["endedAt"]) == ("Finished", NOW + HOUR)


def test_a_campaign_that_is_made_with_an_instant_is_scheduled(email_based: Any) -> None:
    given(email_based)
    about = {"name": "Sale", "templateId": 1, "listIds": [1], "sendAt": "2026-08-20 13:00:00"}
    email_based.post("campaigns/create", **about)
    email_based.post("campaigns/create", **about, scheduleSend=False)
    assert (state(email_based, 1)["campaignState"], state(email_based, 1)["startAt"]) == ("Scheduled", NOW + HOUR)
    assert (state(email_based, 2)["campaignState"], "startAt" in state(email_based, 2)) == ("Ready", False)
    look(email_based, NOW + HOUR)
    assert sent(email_based) == [(A, NOW + HOUR), (B, NOW + HOUR)]


@pytest.mark.parametrize("call", ["cancel", "abort", "archive"])
def test_a_scheduled_campaign_that_is_taken_back_is_never_sent(email_based: Any, call: str) -> None:
    given(email_based, BLAST)
    email_based.post("campaigns/5/schedule", sendAt="2026-08-20T13:00:00Z")
    email_based.post(f"campaigns/{call}", campaignId=5, campaignIds=[5])
    look(email_based, NOW + DAY)
    assert sent(email_based) == []


def test_a_cancelled_campaign_is_ready_has_no_start_and_can_be_scheduled_again(email_based: Any) -> None:
    given(email_based, BLAST)
    email_based.post("campaigns/5/schedule", sendAt="2026-08-20T13:00:00Z")
    email_based.post("campaigns/cancel", campaignId=5)
    assert (state(email_based)["campaignState"], "startAt" in state(email_based)) == ("Ready", False)
    email_based.post("campaigns/5/schedule", sendAt="2026-08-20T14:00:00Z")
    look(email_based, NOW + DAY)
    assert sent(email_based) == [(A, NOW + 2 * HOUR), (B, NOW + 2 * HOUR)]


def test_a_scheduled_campaign_can_be_sent_before_its_time(email_based: Any) -> None:
    given(email_based, BLAST)
    email_based.post("campaigns/5/schedule", sendAt="2026-08-20T13:00:00Z")
    email_based.post("campaigns/5/send")
    look(email_based, NOW + DAY)
    assert sent(email_based) == [(A, NOW), (B, NOW)]


ZONES = {"startTimeZone": "Europe/Berlin", "defaultTimeZone": "America/New_York"}
TRAVELLERS = [
    person(A, 1, timeZone="Europe/London"),
    person(B, 1, timeZone="Asia/Tokyo"),
    person(C, 1),
]


def test_by_recipient_time_zone_those_to_the_west_get_it_at_the_same_local_time(email_based: Any) -> None:
    given(email_based, BLAST, users=TRAVELLERS)
    email_based.post("campaigns/5/schedule", sendAt="2026-08-20T13:00:00Z", recipientTimeZone=ZONES)
    look(email_based, NOW + HOUR)
    assert sent(email_based) == [(B, NOW + HOUR)]
    assert (state(email_based)["campaignState"], state(email_based)["sendSize"]) == ("Running", 3)
    look(email_based, NOW + DAY)
    assert sent(email_based)[1:] == [(A, NOW + 2 * HOUR), (C, NOW + 7 * HOUR)]
    assert (state(email_based)["campaignState"], state(email_based)["endedAt"]) == ("Finished", NOW + 7 * HOUR)


def test_who_has_not_got_it_yet_gets_nothing_of_a_campaign_that_is_aborted(email_based: Any) -> None:
    given(email_based, BLAST, users=TRAVELLERS)
    email_based.post("campaigns/5/schedule", sendAt="2026-08-20T13:00:00Z", recipientTimeZone=ZONES)
    look(email_based, NOW + HOUR)
    email_based.post("campaigns/abort", campaignId=5, now=NOW + HOUR)
    look(email_based, NOW + DAY)
    assert sent(email_based) == [(B, NOW + HOUR)]
    assert state(email_based)["campaignState"] == "Aborted"


def test_a_state_document_keeps_what_a_scheduled_campaign_waits_for(email_based: Any, talk: Any) -> None:
    given(email_based, BLAST, users=TRAVELLERS)
    email_based.post("campaigns/5/schedule", sendAt="2026-08-20T13:00:00Z", recipientTimeZone=ZONES)
    assert "recipientTimeZone" not in state(email_based)
    other = talk("email")
    other.project.replace_state(email_based.project.state_document(), NOW)
    look(other, NOW + DAY)
    assert sorted(sent(other)) == [(A, NOW + 2 * HOUR), (B, NOW + HOUR), (C, NOW + 7 * HOUR)]


def test_a_recurring_campaign_runs_again_and_again_each_run_a_campaign_of_its_own(email_based: Any) -> None:
    weekly = {**BLAST, "campaignState": "Recurring", "startAt": NOW + HOUR, "recurrenceDays": 7}
    given(email_based, weekly)
    look(email_based, NOW + 8 * DAY)
    runs = email_based.get("campaigns/recurring/5/childCampaigns")[1]["campaigns"]
    assert [(run["campaignState"], run["startAt"], run["recurringCampaignId"]) for run in runs] == [
        ("Finished", NOW + HOUR, 5),
        ("Finished", NOW + HOUR + 7 * DAY, 5),
    ]
    assert len(sent(email_based)) == 4
    assert (state(email_based)["campaignState"], state(email_based)["startAt"]) == (
        "Recurring",
        NOW + HOUR + 14 * DAY,
    )


def test_of_the_runs_that_the_clock_has_leapt_over_the_last_thousand_are_made_up_for(email_based: Any) -> None:
    daily = {
        **BLAST,
        "listIds": [],
        "campaignState": "Recurring",
        "startAt": NOW - 700_000 * DAY,
        "recurrenceDays": 1,
    }
    given(email_based, daily)
    look(email_based, NOW)
    assert len(email_based.project.campaigns) == 1002
    assert state(email_based)["startAt"] == NOW + DAY


def test_a_triggered_campaign_goes_to_the_lists_that_are_named_with_the_fields_that_are_given(
    email_based: Any,
) -> None:
    given(email_based, TRIGGERED)
    _, reply = email_based.post(
        "campaigns/trigger", campaignId=6, listIds=[1, 2], suppressionListIds=[3], dataFields={"code": "X"}
    )
    assert reply["code"] == "Success"
    assert sent(email_based) == [(A, NOW), (B, NOW)]
    assert [message.data_fields for message in email_based.project.sent] == [{"code": "X"}, {"code": "X"}]
    assert state(email_based, 6)["campaignState"] == "Running"


def test_repeats_are_left_out_where_they_are_not_allowed_and_leave_an_event(email_based: Any) -> None:
    given(email_based, TRIGGERED)
    email_based.post("campaigns/trigger", campaignId=6, listIds=[1])
    email_based.post("campaigns/trigger", campaignId=6, listIds=[1, 2], allowRepeatMarketingSends=False)
    assert [email for email, _ in sent(email_based)] == [A, B, C]
    [event] = email_based.get(f"events/{A}")[1]["events"]
    assert (event["eventType"], event["reason"]) == ("emailSendSkip", "DuplicateMarketingMessage")


def test_who_unsubscribed_from_the_message_type_or_its_channel_gets_nothing(email_based: Any) -> None:
    users = [
        person(A, 1, unsubscribedMessageTypeIds=[1]),
        person(B, 1, unsubscribedChannelIds=[1]),
        person(C, 1, unsubscribedMessageTypeIds=[2], unsubscribedChannelIds=[2]),
    ]
    given(email_based, BLAST, users=users)
    email_based.post("campaigns/5/send")
    assert sent(email_based) == [(C, NOW)]


def test_a_message_type_to_opt_in_to_goes_to_those_who_did(email_based: Any) -> None:
    users = [person(A, 1), person(B, 1, subscribedMessageTypeIds=[1])]
    types = [{"id": 1, "name": "Marketing Message", "channelId": 1, "subscriptionPolicy": "OptIn"}]
    given(email_based, BLAST, users=users, messageTypes=types)
    email_based.post("campaigns/5/send")
    assert sent(email_based) == [(B, NOW)]


@pytest.mark.parametrize(
    ("medium", "field"),
    [
        ("SMS", {"phoneNumber": "+14155550100"}),
        ("Push", {"devices": [{"token": "t", "platform": "GCM", "applicationName": "app"}]}),
        ("WebPush", {"browserTokens": ["t"]}),
    ],
)
def test_a_message_goes_to_those_who_have_an_address_for_it(
    email_based: Any, medium: str, field: dict[str, Any]
) -> None:
    given(email_based, {**BLAST, "messageMedium": medium}, users=[person(A, 1), person(B, 1, **field)])
    email_based.post("campaigns/5/send")
    assert sent(email_based) == [(B, NOW)]


def test_nobody_without_an_email_gets_an_email(hybrid: Any) -> None:
    users = [{"userId": "u1", "dataFields": {"userListIds": [1]}}, {"email": A, "dataFields": {"userListIds": [1]}}]
    given(hybrid, BLAST, users=users)
    hybrid.post("campaigns/5/send")
    assert sent(hybrid) == [(A, NOW)]


ENDED = {**BLAST, "campaignState": "Finished"}


@pytest.mark.parametrize(
    ("campaign", "path", "body", "code", "msg"),
    [
        (BLAST, "trigger", {"campaignId": 6, "listIds": [1]}, "BadParams", "Invalid campaignId: 6"),
        (
            BLAST,
            "trigger",
            {"campaignId": 5, "listIds": [1]},
            "BadParams",
            "Campaign is not a triggered campaign",
        ),
        (
            {**TRIGGERED, "campaignState": "Ready"},
            "trigger",
            {"campaignId": 6, "listIds": [1]},
            "BadParams",
            "Campaign 6 is not running",
        ),
        (TRIGGERED, "trigger", {"campaignId": 6, "listIds": []}, "BadParams", "listIds must not be empty"),
        (TRIGGERED, "trigger", {"campaignId": 6, "listIds": [9]}, "BadParams", "Invalid listId: 9"),
        (
            TRIGGERED,
            "trigger",
            {"campaignId": 6, "listIds": [1], "suppressionListIds": [8]},
            "BadParams",
            "Invalid listId: 8",
        ),
        (BLAST, "9/send", {}, "BadParams", "Invalid campaignId: 9"),
        (TRIGGERED, "6/send", {}, "BadParams", "Campaign 6 is not a blast campaign with lists"),
        (ENDED, "5/send", {}, "BadParams", "Campaign 5 cannot be sent: its state is Finished"),
        (
            ENDED,
            "5/schedule",
            {"sendAt": "2026-08-21T00:00:00Z"},
            "BadParams",
            "Campaign 5 cannot be sent: its state is Finished",
        ),
        (
            BLAST,
            "5/schedule",
            {"sendAt": "soon"},
            "BadJsonBody",
            '[/api/campaigns/5/schedule] Invalid format: "soon"',
        ),
        (
            BLAST,
            "5/schedule",
            {"sendAt": "2027-08-21T00:00:00Z"},
            "BadParams",
            "sendAt must be within the next 365 days",
        ),
        (
            BLAST,
            "5/schedule",
            {"sendAt": "2026-08-21T00:00:00Z", "recipientTimeZone": {**ZONES, "startTimeZone": "Moon"}},
            "BadParams",
            "Invalid startTimeZone: Moon",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_and_changes_nothing(  # the columns of the table
    email_based: Any, campaign: dict[str, Any], path: str, body: dict[str, Any], code: str, msg: str
) -> None:
    given(email_based, campaign)
    before = email_based.project.state_document()
    status, reply = email_based.post(f"campaigns/{path}", **body)
    assert (status, reply["code"], reply["msg"]) == (400, code, msg)
    after = email_based.project.state_document()
    assert {**after, "ids": None} == {**before, "ids": None}


def test_what_is_due_comes_in_its_order_whether_it_was_a_request_or_a_start(talk: Any) -> None:
    project = talk("email", bulkLag=1800)
    given(project, {**BLAST, "campaignState": "Scheduled", "startAt": NOW + HOUR}, users=[person(A)])
    project.post("lists/subscribe", listId=1, subscribers=[{"email": A}], now=NOW)
    project.post("lists/subscribe", listId=1, subscribers=[{"email": B}], now=NOW + HOUR - 1)
    look(project, NOW + DAY)
    assert sent(project) == [(A, NOW + HOUR)]


def test_ids_of_messages_follow_from_the_requests_alone(talk: Any) -> None:
    def ids() -> list[str]:
        project = talk("email")
        given(project, {**BLAST, "campaignState": "Scheduled", "startAt": NOW + HOUR})
        look(project, NOW + DAY)
        project.post("events/track", email=A, eventName="Seen", now=NOW + DAY)
        return [message.id for message in project.project.sent] + [event.id for event in project.project.events]

    found = ids()
    assert len(set(found)) == 3
    assert ids() == found


def templates(html: str) -> list[dict[str, Any]]:
    return [{"templateId": 1, "name": "Sale", "locales": {"": {"html": html}}}]


def test_a_template_that_skips_the_send_leaves_an_event_in_the_place_of_the_message(email_based: Any) -> None:
    users = [person(A, 1, credit=5), person(B, 1, credit=50)]
    skipping = templates(
        '{{#ifLt credit 10}}{{sendSkip cause="credit" has=credit of=(upper "x") none=missing}}{{/ifLt}}'
    )
    given(email_based, BLAST, users=users, templates=skipping)
    email_based.post("campaigns/5/send")
    assert sent(email_based) == [(B, NOW)]
    [event] = email_based.get(f"events/{A}")[1]["events"]
    assert (event["eventType"], event["reason"], event["templateId"]) == ("emailSendSkip", "SendAborted", 1)
    assert event["dataFields"] == {"cause": "credit", "has": 5, "of": "X"}


@pytest.mark.parametrize("html", ["{{#if (gt credit 10)}}x{{/if}}", "{{#if", "{{shout credit}}"])
def test_a_message_whose_template_fails_is_not_sent(email_based: Any, html: str) -> None:
    given(email_based, {**TRIGGERED}, users=[person(A, 1)], templates=templates(html))
    assert email_based.post("campaigns/trigger", campaignId=6, listIds=[1])[1]["code"] == "Success"
    assert email_based.post("email/target", campaignId=6, recipientEmail=A)[1]["code"] == "Success"
    assert sent(email_based) == []


def test_an_in_app_message_is_rendered_for_whom_it_was_sent_to(email_based: Any) -> None:
    given(
        email_based,
        {**TRIGGERED, "messageMedium": "InApp", "campaignDataFields": {"shop": "Corner", "code": "none"}},
        users=[person(A, 1, firstName="Ada")],
        templates=[
            {**templates("{{firstName}} {{code}} {{shop}} {{now format='HH:mm'}}")[0], "messageMedium": "InApp"}
        ],
    )
    email_based.post("campaigns/trigger", campaignId=6, listIds=[1], dataFields={"code": "X1"})
    [message] = email_based.get("inApp/getMessages", query=f"email={A}&count=5")[1]["inAppMessages"]
    assert message["content"]["html"] == "Ada X1 Corner 12:00"
