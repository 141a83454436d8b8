"""Numbers in the sentences of violations."""

from __future__ import annotations

from typing import Any

from conformance.judging import judge
from conformance.properties.wording import counted, so_many_are, there_are
from destination import PRESETS, Subscription


def test_numbers_agree_with_their_words() -> None:
    assert [counted(number, "profile") for number in (0, 1, 2)] == ["no profile", "1 profile", "2 profiles"]
    assert [there_are(number, "profile") for number in (0, 1, 2)] == [
        "there is no profile",
        "there is 1 profile",
        "there are 2 profiles",
    ]
    assert [so_many_are(number) for number in (-1, 0, 1, 2)] == ["none is", "none is", "1 is", "2 are"]


def test_one_event_that_is_not_stored_is_told_in_plain_words() -> None:
    fields: Any = {"eventName": {"@path": "$.event"}, "userId": {"@path": "$.userId"}, "id": {"@path": "$.userId"}}
    people = next(preset for preset in PRESETS if preset.partner_action == "updateUser")
    wrong = [people, Subscription("Visits", "trackEvent", 'type = "track"', fields)]
    found = judge(wrong, examples=20, properties=["identity.event-is-theirs", "events"], project_types=["userid"])
    details = [finding.violation.detail for finding in found.findings]
    assert any(text.startswith("an event of theirs should be stored on") for text in details)
    assert any(text.endswith("; none is") for text in details)
    assert "2 different events were accepted; 1 is stored" in details
