"""`events.name-arrives`: who may call an event otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.judging import judge
from conformance.report import Verdict
from destination import PRESETS, Subscription

TRACK = PRESETS[0]
SIGNED_UP = 'type = "track" and event = "Signed Up"'


def verdict(trigger: str, name: Any) -> Verdict:
    assert isinstance(TRACK.mapping, dict)
    mapping = [Subscription("Track", "trackEvent", trigger, {**TRACK.mapping, "eventName": name})]
    judgement = judge(mapping, examples=20, properties=["events.name-arrives"], project_types=["hybrid"])
    (result,) = judgement.results
    return result.verdict()


@pytest.mark.parametrize("name", ["signup", {"@path": "$.properties.plan_name"}])
def test_one_event_may_have_a_name_of_the_customers(name: Any) -> None:
    assert verdict(SIGNED_UP, name) is not Verdict.FAILED


@pytest.mark.parametrize(
    ("trigger", "name"),
    [
        ('type = "track"', "Event"),
        ('type = "track" and contains(event, "Signed")', "signup"),
        ('type = "track" and (event = "Signed Up" or event = "Signed In")', "signup"),
        (SIGNED_UP, {"@path": "$.messageId"}),
    ],
)
def test_several_events_keep_their_names_and_one_is_called_by_no_id(trigger: str, name: Any) -> None:
    assert verdict(trigger, name) is Verdict.FAILED
