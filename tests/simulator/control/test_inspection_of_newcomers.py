"""What the control surface shows of people who have little of a past."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator import Clock, Request
from simulator.service import Service

A, B = "a@x.test", "b@x.test"
NOW = 1_787_227_200_000


def shown(talk: Any, path: str, query: str) -> Any:
    """What the control surface shows of the project."""
    service = Service(talk.simulator, Clock(NOW))
    reply = service.respond(Request("GET", f"/_sim/projects/p/{path}", query)).reply
    assert reply is not None
    assert reply.status == 200
    return json.loads(reply.body)


@pytest.mark.parametrize("earlier", [0, 2])
def test_the_past_of_people_begins_with_the_first_request_after_they_were_handed_over(
    email_based: Any, earlier: int
) -> None:
    for _ in range(earlier):
        email_based.post("users/update", email=A, dataFields={"plan": "free"})
    email_based.project.replace_state({"users": [{"email": A}]}, NOW)
    email_based.post("users/update", email=A, dataFields={"plan": "gold"})
    history = shown(email_based, "blame", f"user={A}&field=plan")["history"]
    assert [setting["number"] for setting in history] == [earlier + 1]


def test_who_has_no_event_has_none_though_others_have(email_based: Any) -> None:
    for email in (A, B):
        email_based.post("users/update", email=email)
    email_based.post("events/track", email=A, eventName="Seen")
    for query in (f"user={B}", f"user={B}&search=seen", f"user={B}&before=1"):
        assert shown(email_based, "events", query) == {"events": [], "next": None, "total": 0}
