from __future__ import annotations

import json

import pytest

import conformance.explanation
from conformance.explanation import Explainer, explain_batch, explain_event, format_text, to_json
from destination import Destination, Reply

DESTINATION = Destination({"apiKey": "key"})
IDENTIFY = {"type": "identify", "userId": "u1", "traits": {"plan": "gold", "since": "2024-03-01T09:00:00Z"}}
NOBODY = {"type": "identify", "traits": {}}


def test_an_event_is_explained_subscription_by_subscription() -> None:
    explained = explain_event(DESTINATION, IDENTIFY)
    assert (explained.matched, explained.refused) == (True, False)
    [route] = [route for route in explained.routes if route.matched]
    assert (route.name, route.action) == ("Identify Calls", "updateUser")
    assert route.payloads[0]["dataFields"]["plan"] == "gold"
    [request] = route.requests
    assert request["url"] == "https://api.iterable.com/api/users/update"


def test_a_field_is_followed_from_the_mapping_to_the_wire() -> None:
    explained = explain_event(DESTINATION, IDENTIFY, field="dataFields.since")
    [route] = [route for route in explained.routes if route.matched]
    assert [(step.stage, step.value) for step in route.field][1:] == [
        ("event", "2024-03-01T09:00:00Z"),
        ("resolved", "2024-03-01T09:00:00Z"),
        ("payload", "2024-03-01T09:00:00Z"),
        ("wire", "2024-03-01 09:00:00 +00:00"),
    ]


def test_a_batch_is_explained_with_what_iterable_does_not_take() -> None:
    body = {"failCount": 1, "failedUpdates": {"notFoundUserIds": ["u1"]}}
    reply = Reply(200, "OK", json.dumps(body), {"content-type": "application/json"})
    explained = explain_batch(DESTINATION, [IDENTIFY, {**IDENTIFY, "userId": "u2"}], reply=reply)
    assert (explained.place, explained.batch) == ("a batch of 2", True)
    [route] = [route for route in explained.routes if route.matched]
    assert route.partial_failures == {0: "notFoundUserIds"}


def test_one_explainer_says_of_each_event_what_a_call_of_its_own_says() -> None:
    explainer = Explainer(DESTINATION, field="email")
    for event in (IDENTIFY, NOBODY, {"type": "page"}):
        assert explainer.explain(event, place="here") == explain_event(
            DESTINATION, event, field="email", place="here"
        )


def test_the_text_ends_with_figures_and_quiet_shows_only_what_is_refused() -> None:
    explained = [explain_event(DESTINATION, event) for event in (IDENTIFY, NOBODY, {"type": "page"})]
    text = format_text(explained, broken=2)
    assert text.splitlines()[0] == "identify u1"
    assert text.splitlines()[-1] == "1 mapped, 1 refused, 1 not subscribed, 2 broken"
    assert "u1" not in format_text(explained, quiet=True)
    assert "Must include email or userId." in format_text(explained, quiet=True)


def test_text_is_coloured_only_when_asked() -> None:
    explained = [explain_event(DESTINATION, NOBODY)]
    assert "\x1b[1midentify\x1b[0m" in format_text(explained, color=True)
    assert "\x1b" not in format_text(explained)


def test_the_json_document_can_be_written_and_counts_what_is_refused() -> None:
    document = to_json([explain_event(DESTINATION, NOBODY, place="events.jsonl:1")], broken=1)
    assert (document["refused"], document["broken"]) == (1, 1)
    assert document["events"][0]["place"] == "events.jsonl:1"
    assert json.loads(json.dumps(document))["events"][0]["event"] == NOBODY


@pytest.mark.parametrize("name", conformance.explanation.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    assert getattr(conformance.explanation, name).__doc__
