from __future__ import annotations

from typing import Any

from destination import CHOSEN_PRESETS, EVENT_SLUGS, PRESETS, Destination, Outcome
from destination.actions import ACTIONS, default_mapping

DELETED: dict[str, Any] = {
    "type": "track",
    "event": "deleted",
    "messageId": "m-1",
    "properties": {"email": None, "plan": None},
    "__segment_id": "row-1",
    "__segment_entities": {"subscription": {"s-1": {"plan": "gold"}}},
}


def outcome(name: str, event: dict[str, Any]) -> Outcome:
    [preset] = [item for item in CHOSEN_PRESETS if item.name == name]
    return Destination({"apiKey": "k"}, [preset]).plan(event)[0]


def test_seven_presets_are_chosen_each_for_an_internal_event() -> None:
    assert [(preset.name, preset.partner_action, EVENT_SLUGS[preset.name]) for preset in CHOSEN_PRESETS] == [
        ("Associated Entity Added", "trackEvent", "warehouse_entity_added_track"),
        ("Associated Entity Removed", "trackEvent", "warehouse_entity_removed_track"),
        ("Entities Audience Entered", "trackEvent", "warehouse_audience_entered_track"),
        ("Entities Exited", "trackEvent", "warehouse_audience_exited_track"),
        ("Entities Audience Membership Changed", "updateUser", "warehouse_audience_membership_changed_identify"),
        ("Journeys Step Transition Track", "trackEvent", "journeys_step_entered_track"),
        ("Journeys Step Entered", "updateUser", "journeys_step_entered_track"),
    ]


def test_presets_map_every_field_that_has_a_default() -> None:
    for preset in (*PRESETS, *CHOSEN_PRESETS):
        assert preset.mapping == default_mapping(ACTIONS[preset.partner_action].fields)


def test_a_chosen_preset_takes_every_event_of_the_type_in_its_slug() -> None:
    changed = outcome(
        "Entities Audience Membership Changed", {"type": "identify", "userId": "u", "traits": {"vip": True}}
    )
    assert [exchange.request.url for exchange in changed.exchanges] == ["https://api.iterable.com/api/users/update"]
    assert not outcome("Entities Exited", {"type": "identify", "userId": "u"}).matched


def test_a_deleted_row_has_nobody_to_tell_of_and_its_entities_stay_where_they_are() -> None:
    refused = outcome("Associated Entity Removed", DELETED)
    assert refused.error is not None
    assert refused.error.message == "Must include email or userId."
    sent = outcome("Associated Entity Removed", {**DELETED, "userId": "u"}).exchanges[0].request.json
    assert isinstance(sent, dict)
    assert sent == {
        "userId": "u",
        "eventName": "deleted",
        "dataFields": {"email": None, "plan": None},
        "id": "m-1",
        "createdAt": sent["createdAt"],
        "enable_batching": True,
        "batch_size": 1001,
    }
