"""Previews and proofs render templates."""

from __future__ import annotations

import json
from typing import Any

import pytest

A = "a@x.test"
NOW = 1_787_227_200_000
HTML = "<h1>Hello {{firstName}}!</h1>"


def given(project: Any, html: str = HTML, medium: str = "Email", **parts: Any) -> None:
    content = {"html": html, "message": html, "campaignDataFields": {"season": "spring"}}
    template = {"templateId": 7, "name": "Welcome", "messageMedium": medium, "campaignId": 5}
    project.project.replace_state(
        {
            "users": [{"email": A, "dataFields": {"firstName": "Ada", "locale": "de"}}],
            "templates": [{**template, "locales": {"": content, "de": {**content, "html": "Hallo {{firstName}}"}}}],
            "campaigns": [{"id": 5, "name": "Sale", "templateId": 7, "campaignDataFields": {"shop": "Corner"}}],
            **parts,
        },
        NOW,
    )


def preview(project: Any, query: str = "templateId=7", kind: str = "email", **body: Any) -> tuple[int, str]:
    payload = json.dumps(body).encode() if body else b""
    status, reply = project.raw("POST", f"/api/templates/{kind}/preview", payload, query)
    return status, reply.decode()


@pytest.mark.parametrize(("kind", "medium"), [("email", "Email"), ("inapp", "InApp")])
def test_a_preview_has_the_fields_that_are_given_and_no_others(email_based: Any, kind: str, medium: str) -> None:
    given(email_based, medium=medium)
    assert preview(email_based, kind=kind, dataFields={"firstName": "John"}) == (200, "<h1>Hello John!</h1>")
    assert preview(email_based, kind=kind) == (200, "<h1>Hello !</h1>")


def test_a_preview_is_a_page(email_based: Any) -> None:
    from simulator import Request

    given(email_based)
    request = Request("POST", "/api/templates/email/preview", "templateId=7", {"api-key": "key"}, b"{}")
    assert email_based.simulator.handle(request, NOW).headers["Content-Type"].startswith("text/html")


def test_a_preview_is_in_a_locale_and_one_that_the_template_lacks_is_not_found(email_based: Any) -> None:
    given(email_based)
    assert preview(email_based, "templateId=7&locale=de", dataFields={"firstName": "Ada"}) == (200, "Hallo Ada")
    assert preview(email_based, "templateId=7&locale=fr")[0] == 404


def test_fields_of_the_template_and_the_campaign_give_way_to_those_that_are_given(email_based: Any) -> None:
    given(email_based, "{{season}} {{shop}} {{campaignName}} {{templateName}}")
    assert preview(email_based)[1] == "spring Corner Sale Welcome"
    assert preview(email_based, dataFields={"season": "autumn"})[1] == "autumn Corner Sale Welcome"


def test_data_feeds_are_looked_up_in_double_brackets_or_merged(email_based: Any) -> None:
    given(email_based, "[[title]]{{title}}")
    assert preview(email_based, dataFeed={"title": "News"})[1] == "News"
    state = email_based.project.state_document()
    state["templates"][0]["locales"][""]["mergeDataFeedContext"] = True
    email_based.project.replace_state(state, NOW)
    assert preview(email_based, dataFeed={"title": "News"})[1] == "NewsNews"


def test_snippets_catalogs_and_metadata_of_the_project_are_there(email_based: Any) -> None:
    given(
        email_based,
        '{{snippet "hi"}} {{#catalog "cars" "one" as |car|}}{{car.make}}{{/catalog}} '
        '{{#metadata "cities" "london" as |city|}}{{city.country}}{{/metadata}}',
        snippets=[{"id": 1, "name": "hi", "content": "Hi {{firstName}}"}],
        catalogs=[{"name": "cars", "items": [{"id": "one", "value": {"make": "Volvo"}}]}],
        metadata=[{"name": "cities", "values": [{"id": "london", "value": {"country": "GB"}}]}],
    )
    assert preview(email_based, dataFields={"firstName": "Ada"})[1] == "Hi Ada Volvo GB"


@pytest.mark.parametrize("html", ["{{#if x}}", "{{gt missing 1}}", "{{sendSkip}}"])
def test_a_template_that_cannot_be_rendered_is_refused_with_the_reason(email_based: Any, html: str) -> None:
    given(email_based, html)
    status, reply = preview(email_based)
    assert (status, json.loads(reply)["code"]) == (400, "BadParams")
    assert json.loads(reply)["msg"].startswith("Template could not be rendered: ")


def test_only_a_template_of_the_medium_has_a_preview(email_based: Any) -> None:
    given(email_based)
    for query, kind in (("templateId=8", "email"), ("templateId=7", "inapp")):
        status, reply = preview(email_based, query, kind)
        number = query.removeprefix("templateId=")
        assert (status, json.loads(reply)["msg"]) == (400, f"Template ID: {number} does not exist for this project")


@pytest.mark.parametrize(
    ("kind", "medium"), [("email", "Email"), ("push", "Push"), ("inapp", "InApp"), ("sms", "SMS")]
)
def test_a_proof_says_whom_it_was_sent_to(email_based: Any, kind: str, medium: str) -> None:
    given(email_based, medium=medium)
    body = {"templateId": 7, "recipientEmail": A, "dataFields": {"firstName": "Proof"}, "locale": "en"}
    status, reply = email_based.post(f"templates/{kind}/proof", **body)
    assert (status, reply) == (200, {"msg": f"Sent proof to {A}", "code": "Success", "params": None})


def test_a_proof_is_rendered_for_its_recipient(email_based: Any) -> None:
    given(email_based, "{{#ifContainsStr firstName 'd'}}y{{/ifContainsStr}}")
    assert email_based.post("templates/email/proof", templateId=7, recipientEmail=A)[0] == 200
    given(email_based, "{{#ifContainsStr lastName 'd'}}y{{/ifContainsStr}}")
    state = email_based.project.state_document()
    del state["templates"][0]["locales"]["de"]
    email_based.project.replace_state(state, NOW)
    status, reply = email_based.post("templates/email/proof", templateId=7, recipientEmail=A)
    assert (status, reply["code"]) == (400, "BadParams")


def test_a_proof_goes_to_somebody_who_is_there(email_based: Any) -> None:
    given(email_based)
    status, reply = email_based.post("templates/email/proof", templateId=7, recipientEmail="b@x.test")
    assert (status, reply["code"]) == (400, "UnknownEmailError")
    assert email_based.post("templates/email/proof", templateId=8, recipientEmail=A)[0] == 400
