"""Campaigns: what is listed, what a change of state answers, and metrics."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Request

A, B = "a@x.test", "b@x.test"
NOW = 1_787_227_200_000
CAMPAIGN = {"id": 14_810_308, "name": "Sale", "templateId": 1}


def given(project: Any, *campaigns: dict[str, Any], **parts: Any) -> None:
    users = [{"email": A}, {"email": B}]
    project.project.replace_state({"users": users, "campaigns": list(campaigns), **parts}, NOW)


def change(project: Any, call: str) -> tuple[int, str, str]:
    status, reply = project.post(f"campaigns/{call}", campaignId=CAMPAIGN["id"])
    return status, reply["code"], reply["msg"]


@pytest.mark.parametrize(
    ("call", "campaign", "status", "code", "msg"),
    [
        ("abort", {"campaignState": "Running"}, 200, "Success", "Aborted campaign. Id: 14810308"),
        ("abort", {"campaignState": "Finished"}, 400, "GenericError", "Campaign abort failed. Id: 14810308"),
        ("cancel", {"campaignState": "Scheduled"}, 200, "Success", "Canceled campaign. Id: 14810308"),
        (
            "cancel",
            {"campaignState": "Running"},
            400,
            "BadParams",
            "Could not cancel campaign 'Sale' (Id: 14,810,308). It's already scheduled to go out. Please abort the "
            "campaign.",
        ),
        (
            "cancel",
            {"campaignState": "Aborted"},
            400,
            "BadParams",
            "Could not cancel campaign 'Sale' (Id: 14,810,308).",
        ),
        ("activateTriggered", {"type": "Triggered"}, 200, "Success", ""),
        (
            "activateTriggered",
            {"type": "Blast"},
            400,
            "BadParams",
            "Cannot activate a non-triggered campaign 'Sale' (Id: 14,810,308)",
        ),
        ("deactivateTriggered", {"type": "Triggered"}, 200, "Success", ""),
    ],
)
def test_a_change_of_state_says_what_was_done_or_why_not(
    email_based: Any, call: str, campaign: dict[str, str], status: int, code: str, msg: str
) -> None:
    given(email_based, {**CAMPAIGN, **campaign})
    assert change(email_based, call) == (status, code, msg)


def test_a_campaign_that_is_taken_back_has_no_start(email_based: Any) -> None:
    given(email_based, {**CAMPAIGN, "campaignState": "Scheduled", "startAt": NOW + 3_600_000})
    change(email_based, "cancel")
    campaign = email_based.get(f"campaigns/{CAMPAIGN['id']}")[1]
    assert (campaign["campaignState"], "startAt" in campaign) == ("Ready", False)


def test_a_triggered_campaign_is_listed_without_lists_and_a_blast_with_them(email_based: Any) -> None:
    given(email_based, {**CAMPAIGN, "type": "Triggered"}, {"id": 2, "name": "Blast", "type": "Blast"})
    blast, triggered = email_based.get("campaigns")[1]["campaigns"]
    assert ("listIds" in triggered, triggered["suppressionListIds"], triggered["labels"]) == (False, [], [])
    assert (blast["listIds"], blast["updatedByUserId"]) == ([], "simulator@example.com")


def test_a_campaign_wants_an_instant_to_be_sent_at(email_based: Any) -> None:
    given(email_based, templates=[{"templateId": 1, "name": "Sale"}])
    status, reply = email_based.post("campaigns/create", name="Sale", templateId=1, sendAt="")
    assert (status, reply) == (
        400,
        {"msg": '[/api/campaigns/create] Invalid format: ""', "code": "BadJsonBody", "params": None},
    )
    assert email_based.get("campaigns")[1]["campaigns"] == []


def test_only_a_campaign_that_recurs_has_runs(email_based: Any) -> None:
    given(email_based, CAMPAIGN, {"id": 2, "name": "Weekly", "campaignState": "Recurring"})
    _, reply = email_based.get(f"campaigns/recurring/{CAMPAIGN['id']}/childCampaigns")
    assert (reply["code"], reply["msg"]) == ("BadParams", "Campaign 14810308 is not a recurring campaign")
    assert email_based.get("campaigns/recurring/2/childCampaigns")[1]["campaigns"] == []


def test_a_page_of_journeys_has_fifty_at_the_most(email_based: Any) -> None:
    assert email_based.get("journeys", query="pageSize=50")[0] == 200
    assert email_based.get("journeys", query="pageSize=51")[0] == 400


def test_a_journey_cannot_be_triggered_for_a_list_that_is_not_there(email_based: Any) -> None:
    given(email_based, journeys=[{"id": 1, "name": "Onboarding"}], lists=[{"id": 3, "name": "News"}])
    assert email_based.post("workflows/triggerWorkflow", workflowId=1, listId=3)[0] == 200
    status, reply = email_based.post("workflows/triggerWorkflow", workflowId=1, listId=4)
    assert (status, reply["code"]) == (500, "GenericError")


@pytest.mark.parametrize(("path", "body"), [("get?templateId=9", None), ("update", b'{"templateId": 9}')])
def test_a_template_that_is_not_there_is_named(email_based: Any, path: str, body: bytes | None) -> None:
    path, _, query = path.partition("?")
    status, reply = email_based.raw(
        "GET" if body is None else "POST", f"/api/templates/email/{path}", body or b"", query
    )
    assert status == 400
    assert reply == b'{"msg":"Template ID: 9 does not exist for this project","code":"BadParams","params":null}'


def test_updating_a_template_says_nothing(email_based: Any) -> None:
    given(email_based, templates=[{"templateId": 1, "name": "Sale"}])
    assert email_based.post("templates/email/update", templateId=1, subject="x")[1]["msg"] == ""


def metrics(project: Any, query: str = "", path: str = "campaigns/metrics") -> tuple[str, str]:
    reply = project.simulator.handle(Request("GET", f"/api/{path}", query, {"api-key": "key"}), NOW)
    assert reply.status == 200
    return reply.headers["Content-Type"], reply.body.decode()


def test_metrics_of_nothing_are_a_header(email_based: Any) -> None:
    assert metrics(email_based) == ("text/plain; charset=utf-8", "id,\n")
    assert metrics(email_based, "campaignId=5")[1] == "id,\n"
    _, experiments = metrics(email_based, path="experiments/metrics")
    assert experiments.startswith("Campaign ID,Experiment ID,")
    assert experiments.endswith(",Purchases / M,Revenue / M")


def test_metrics_count_sends_and_events_under_the_columns_of_their_media(email_based: Any) -> None:
    opened = [
        {"email": who, "eventType": "emailOpen", "campaignId": 1, "createdAt": NOW // 1000} for who in (A, A, B)
    ]
    bought = {"email": A, "eventType": "purchase", "campaignId": 1, "total": 30.5, "createdAt": NOW // 1000}
    given(
        email_based,
        {"id": 1, "name": "Mail", "templateId": 1},
        {"id": 2, "name": "Push", "messageMedium": "Push"},
        templates=[{"templateId": 1, "name": "Mail"}],
        events=[*opened, bought],
    )
    email_based.post("email/target", campaignId=1, recipientEmail=A)
    _, text = metrics(email_based, "campaignId=1&campaignId=2&startDateTime=2026-08-20&endDateTime=2026-08-21")
    header, *lines = [line.split(",") for line in text.splitlines()]
    assert header == ["id", *sorted(header[1:])]
    mail, push = [dict(zip(header, line, strict=True)) for line in lines]
    assert (mail["Total Email Opens"], mail["Unique Email Opens"], mail["Total Email Sends"]) == ("3", "2", "1")
    assert (mail["Revenue"], mail["Revenue / M (Email)"], mail["Total Pushes Sent"]) == ("30.5", "30500.0", "")
    assert (push["id"], push["Total Pushes Sent"], push["Total Email Opens"]) == ("2", "0", "")
    _, before = metrics(email_based, "campaignId=1&endDateTime=2026-08-20")
    assert dict(zip(*(line.split(",") for line in before.splitlines()), strict=True))["Total Email Opens"] == "0"


def test_an_open_counts_for_the_campaign_of_its_message(email_based: Any) -> None:
    given(email_based, {"id": 1, "name": "Card", "templateId": 1, "messageMedium": "InApp"})
    email_based.post("inApp/target", campaignId=1, recipientEmail=A)
    [message] = email_based.project.sent
    email_based.post("events/trackInAppOpen", email=A, messageId=message.id)
    header, line = metrics(email_based, "campaignId=1")[1].splitlines()
    assert dict(zip(header.split(","), line.split(","), strict=True))["Total In-App Opens"] == "1"
