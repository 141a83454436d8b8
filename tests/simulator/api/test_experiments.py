"""Experiments: made, set up, started, counted and ended."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from simulator.message import Request

NOW = 1_787_227_200_000
HOUR = 3_600_000
DAY = 24 * HOUR
PEOPLE = [f"p{number}@x.test" for number in range(4)]


def given(project: Any, people: list[str] = PEOPLE, **parts: Any) -> None:
    project.project.replace_state(
        {
            "users": [{"email": email, "dataFields": {"emailListIds": [1]}} for email in people],
            "lists": [{"id": 1, "name": "News"}],
            "templates": [
                {"templateId": 1, "name": "Plain", "locales": {"": {"subject": "Hello", "html": "<p>Hello</p>"}}},
                {"templateId": 2, "name": "Loud", "locales": {"": {"subject": "HELLO", "preheaderText": "Look"}}},
            ],
            "campaigns": [{"id": 5, "name": "Sale", "templateId": 1, "listIds": [1], "suppressionListIds": [9]}],
            **parts,
        },
        NOW,
    )


def made(project: Any, **parts: Any) -> None:
    """An experiment with two variants, which can be started."""
    given(project, **parts)
    project.post("experiments", campaignId=5, experimentType="SubjectLine")
    project.post("experiments/1/variants", copyFromTemplateId=2)


def listed(project: Any, query: str = "") -> list[tuple[int, str]]:
    found = project.get("experiments", query=query)[1]["experiments"]
    return [(item["id"], item["status"]) for item in found]


def test_a_new_experiment_is_a_draft_with_the_template_of_its_campaign_for_control(email_based: Any) -> None:
    given(email_based)
    status, experiment = email_based.post("experiments", campaignId=5, experimentType="SubjectLine")
    assert status == 200
    assert experiment["meta"]["name"] == "Sale Experiment"
    assert experiment["constraints"] == {"targetSegment": None, "suppressionListIds": [9]}
    facts = ("id", "status", "creationDate", "startDate", "channelType", "experimentType", "allocationMode")
    assert [experiment[name] for name in facts] == [1, "draft", NOW, None, "email", "SubjectLine", "even_split"]
    [control] = experiment["variants"]
    assert (control["isControl"], control["isWinner"], control["currentPercentage"]) == (True, False, 100)
    assert control["value"]["templateId"] == 1
    assert email_based.get("experiments/1") == (200, experiment)


def test_a_variant_is_a_copy_of_a_template_and_shares_the_recipients(email_based: Any) -> None:
    given(email_based)
    email_based.post("experiments", campaignId=5, experimentType="SubjectLine", name="Louder")
    _, experiment = email_based.post("experiments/1/variants", copyFromTemplateId=2, name="Loud")
    assert experiment["status"] == "ready"
    assert [(part["name"], part["currentPercentage"]) for part in experiment["variants"]] == [
        ("Control", 50),
        ("Loud", 50),
    ]
    email_based.post("templates/email/update", templateId=2, subject="changed meanwhile")
    _, variants = email_based.get("experiments/1/variants")
    assert [part["content"] for part in variants["variants"]] == [
        {"subject": "Hello", "preheader": None, "htmlSource": "<p>Hello</p>", "plainText": None},
        {"subject": "HELLO", "preheader": "Look", "htmlSource": None, "plainText": None},
    ]
    assert variants["variants"][1]["variantId"] == 2


def test_experiments_are_listed_by_campaign_state_and_place(email_based: Any) -> None:
    made(email_based)
    assert listed(email_based) == [(1, "draft")]
    email_based.post("experiments/1/start")
    [item] = email_based.get("experiments")[1]["experiments"]
    assert item == {
        "id": 1,
        "name": "Sale Experiment",
        "status": "running",
        "startDate": "2026-08-20T12:00:00.000Z",
        "channelType": "email",
        "author": "simulator@example.com",
    }
    assert listed(email_based, "state=running&campaignId=5&startDateTime=2026-08-20") == [(1, "running")]
    for query in ("state=draft", "campaignId=6", "endDateTime=2026-08-20", "offset=1"):
        assert listed(email_based, query) == []
    for query in ("state=over", "limit=0", "limit=1001", "offset=-1"):
        assert email_based.get("experiments", query=query)[0] == 400


def test_a_campaign_goes_out_in_all_variants_by_turns_while_an_experiment_runs(email_based: Any) -> None:
    made(email_based)
    email_based.post("experiments/1/start")
    email_based.post("campaigns/5/send")
    assert [message.template_id for message in email_based.project.sent] == [1, 3, 1, 3]


def test_variants_are_counted_by_their_sends_and_what_came_of_them(email_based: Any) -> None:
    made(email_based)
    email_based.post("experiments/1/start")
    email_based.post("campaigns/5/send")
    messages = list(email_based.project.sent)
    document = email_based.project.state_document()
    document["events"] = [
        {"email": PEOPLE[1], "eventType": "emailOpen", "messageId": messages[1].id, "createdAt": NOW // 1000},
        {
            "email": PEOPLE[1],
            "eventType": "purchase",
            "campaignId": 5,
            "templateId": 3,
            "createdAt": (NOW + DAY) // 1000,
        },
    ]
    email_based.project.replace_state(document, NOW)
    _, totals = email_based.get("experiments/1/totals")
    assert [part["metrics"] for part in totals["variants"]] == [
        {"sends": 2, "opens": 0, "clicks": 0, "bounces": 0, "conversions": 0},
        {"sends": 2, "opens": 1, "clicks": 0, "bounces": 0, "conversions": 1},
    ]
    query = "startDateTime=2026-08-20T00:00:00Z&endDateTime=2026-08-22T00:00:00Z"
    _, trends = email_based.get("experiments/1/trends", query=query)
    assert (trends["interval"], trends["startDateTime"]) == ("day", "2026-08-20T00:00:00.000Z")
    assert trends["variants"][1]["series"]["conversions"] == [
        {"time": "2026-08-20T00:00:00.000Z", "value": 0},
        {"time": "2026-08-21T00:00:00.000Z", "value": 1},
    ]


def metrics(project: Any, query: str = "") -> list[list[str]]:
    reply = project.simulator.handle(Request("GET", "/api/experiments/metrics", query, {"api-key": "key"}), NOW)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    return list(csv.reader(io.StringIO(reply.body.decode(), newline="")))


def test_metrics_have_a_line_for_each_variant_with_no_numbers_where_nobody_was_sent(email_based: Any) -> None:
    made(email_based)
    header, *lines = metrics(email_based)
    assert header[:5] == ["Campaign ID", "Experiment ID", "Template ID", "Name", "Type"]
    date = "2026-08-20T12:00:00.000Z"
    someone, nothing = "simulator@example.com", [""] * 26
    assert lines == [
        [
            "5",
            "1",
            "1",
            "Plain",
            "Control",
            someone,
            *["1970-01-01T00:00:00.000Z"] * 2,
            "Hello",
            "N/A",
            "N/A",
            *nothing,
        ],
        ["5", "1", "3", "Variant 1", "-", someone, date, date, "HELLO", "N/A", "NaN", *nothing],
    ]
    for named in ("experimentId=1", "campaignId=5", "experimentId=2&experimentId=1"):
        assert metrics(email_based, named) == [header, *lines]
    for named in ("experimentId=2", "campaignId=6", "experimentId=1&campaignId=6"):
        assert metrics(email_based, named) == [header]


def test_metrics_count_what_came_of_each_variant(email_based: Any) -> None:
    made(email_based)
    email_based.post("experiments/1/start")
    email_based.post("campaigns/5/send")
    document = email_based.project.state_document()
    event = {"email": PEOPLE[1], "messageId": list(email_based.project.sent)[1].id, "createdAt": NOW // 1000}
    paid = {"eventType": "purchase", "campaignId": 5, "templateId": 3, "total": 30.0}
    document["events"] = [event | {"eventType": "emailOpen"}, event | {"eventType": "emailOpen"}, event | paid]
    email_based.project.replace_state(document, NOW)
    header, control, variant = metrics(email_based, "startDateTime=2026-08-20&endDateTime=2026-08-20T12:00:00Z")
    names = (
        "Total Email Sends",
        "Total Email Opens",
        "Unique Email Opens Or Clicks",
        "Email Open Rate",
        "Revenue / M",
    )
    assert [control[header.index(name)] for name in names] == ["2", "0", "0", "0.0", "0.0"]
    assert [variant[header.index(name)] for name in names] == ["2", "2", "1", "0.5", "15000.0"]
    _, before, _ = metrics(email_based, "endDateTime=2026-08-20T11:59:59Z")
    assert before[-26:] == [""] * 26


@pytest.mark.parametrize("query", ["experimentId=one", "campaignId=", "startDateTime=soon"])
def test_metrics_of_what_cannot_be_read_are_a_bad_request(email_based: Any, query: str) -> None:
    made(email_based)
    reply = email_based.simulator.handle(Request("GET", "/api/experiments/metrics", query, {"api-key": "key"}), NOW)
    assert reply.status == 400


def test_trends_without_a_span_are_of_the_time_in_which_it_ran_at_most_31_days(email_based: Any) -> None:
    made(email_based)
    email_based.post("experiments/1/start")
    email_based.post("experiments/1/cancel", now=NOW + 40 * DAY)
    _, trends = email_based.get("experiments/1/trends")
    assert len(trends["variants"][0]["series"]["sends"]) == 31
    assert trends["endDateTime"] == "2026-09-29T12:00:00.001Z"


@pytest.mark.parametrize(
    "query",
    [
        "startDateTime=2026-08-20",
        "startDateTime=2026-08-20&endDateTime=2026-09-21",
        "startDateTime=2026-08-20&endDateTime=2026-08-20",
    ],
)
def test_a_span_has_both_ends_and_31_days_at_the_most(email_based: Any, query: str) -> None:
    made(email_based)
    status, reply = email_based.get("experiments/1/trends", query=query)
    assert (status, reply["code"]) == (400, "BadParams")


def test_people_who_are_held_out_get_nothing(email_based: Any) -> None:
    made(email_based)
    held = {"holdOutGroupSize": 25, "attributionPeriodHours": 24}
    _, experiment = email_based.call("PATCH", "experiments/1/settings", holdoutSettings=held)
    assert (experiment["sizing"]["holdoutPercentage"], experiment["sizing"]["attributionPeriodHours"]) == (25, 24)
    email_based.post("experiments/1/start")
    email_based.post("campaigns/5/send")
    assert [message.person.email for message in email_based.project.sent] == PEOPLE[:3]


def test_settings_that_are_not_named_stay_and_null_removes_one(email_based: Any) -> None:
    made(email_based)
    explored = {"testSizePercentage": 20, "testDurationMinutes": 60}
    email_based.call("PATCH", "experiments/1/settings", explorationBlastSettings=explored)
    _, experiment = email_based.call(
        "PATCH", "experiments/1/settings", conversionEventSettings={"systemConversionEventType": "Clicks"}
    )
    assert experiment["allocationMode"] == "winner_takes_all"
    assert (experiment["sizing"]["testGroupPercentage"], experiment["sizing"]["winnerGroupPercentage"]) == (20, 80)
    assert experiment["meta"]["conversionMetrics"] == ["clicks"]
    _, experiment = email_based.call("PATCH", "experiments/1/settings", conversionEventSettings=None)
    assert experiment["meta"]["conversionMetrics"] == []
    _, experiment = email_based.call("PATCH", "experiments/1/settings", evenlySplitVariations=True)
    assert (experiment["allocationMode"], experiment["sizing"]["testGroupPercentage"]) == ("even_split", None)


@pytest.mark.parametrize(
    "settings",
    [
        {"evenlySplitVariations": False},
        {"holdoutSettings": {"holdOutGroupSize": 100, "attributionPeriodHours": 1}},
        {"holdoutSettings": {"holdOutGroupSize": 10}},
        {"conversionEventSettings": {"systemConversionEventType": "Smiles"}},
    ],
)
def test_settings_out_of_their_bounds_change_nothing(email_based: Any, settings: dict[str, Any]) -> None:
    made(email_based)
    before = email_based.get("experiments/1")
    status, reply = email_based.call("PATCH", "experiments/1/settings", **settings)
    assert (status, reply["code"]) == (400, "BadParams")
    assert email_based.get("experiments/1") == before


def test_a_winner_ends_the_experiment_and_gives_the_campaign_its_template(email_based: Any) -> None:
    made(email_based)
    email_based.post("experiments/1/start")
    status, reply = email_based.post("experiments/1/winner", variantId=7)
    assert (status, reply["msg"]) == (400, "Invalid variantId: 7")
    _, experiment = email_based.post("experiments/1/winner", variantId=2)
    assert (experiment["status"], experiment["finishDate"]) == ("finished", NOW)
    assert [part["isWinner"] for part in experiment["variants"]] == [False, True]
    assert email_based.get("campaigns/5")[1]["templateId"] == 3


def test_an_experiment_that_was_never_started_can_be_deleted(email_based: Any) -> None:
    made(email_based)
    status, experiment = email_based.post("experiments/1/delete")
    assert (status, experiment["id"]) == (200, 1)
    assert email_based.get("experiments/1")[0] == 404
    email_based.post("experiments", campaignId=5, experimentType="EmailBody")
    assert listed(email_based) == [(2, "draft")]


@pytest.mark.parametrize(
    ("before", "call", "body"),
    [
        ([], "cancel", {}),
        ([], "winner", {"variantId": 1}),
        (["start"], "start", {}),
        (["start"], "delete", {}),
        (["start"], "variants", {"copyFromTemplateId": 2}),
        (["start", "cancel"], "cancel", {}),
    ],
)
def test_a_call_that_is_for_another_state_is_refused(
    email_based: Any, before: list[str], call: str, body: dict[str, Any]
) -> None:
    made(email_based)
    for earlier in before:
        email_based.post(f"experiments/1/{earlier}")
    status, reply = email_based.post(f"experiments/1/{call}", **body)
    assert (status, reply["code"]) == (400, "BadParams")
    assert email_based.rules() == ("experiments.state",)


@pytest.mark.parametrize(
    ("body", "msg"),
    [
        ({"campaignId": 6, "experimentType": "SubjectLine"}, "Invalid campaignId: 6"),
        ({"campaignId": 5, "experimentType": "SendTime"}, "Invalid experimentType: SendTime"),
    ],
)
def test_an_experiment_is_on_a_campaign_and_of_a_type_that_are_there(
    email_based: Any, body: dict[str, Any], msg: str
) -> None:
    given(email_based)
    assert email_based.post("experiments", **body)[1]["msg"] == msg


def test_a_campaign_has_one_experiment_at_a_time_and_one_variant_is_no_experiment(email_based: Any) -> None:
    given(email_based)
    email_based.post("experiments", campaignId=5, experimentType="SubjectLine")
    assert email_based.post("experiments", campaignId=5, experimentType="SubjectLine")[0] == 400
    assert email_based.post("experiments/1/start")[1]["msg"] == "Experiment 1 needs at least two variants"
    assert (
        email_based.post("experiments/1/variants", copyFromTemplateId=9)[1]["msg"] == "Invalid copyFromTemplateId: 9"
    )


def test_a_state_document_keeps_experiments(email_based: Any, talk: Any) -> None:
    made(email_based)
    email_based.post("experiments/1/start")
    other = talk("email")
    other.project.replace_state(email_based.project.state_document(), NOW)
    assert other.get("experiments/1")[1]["variants"] == email_based.get("experiments/1")[1]["variants"]
    assert other.get("experiments/1")[1]["status"] == "running"
