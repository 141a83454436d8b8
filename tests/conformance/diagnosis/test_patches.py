"""Patches: a change as it is written in the form in which the customer's mapping is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.diagnosis import Change, Removed, patches
from conformance.inputs.configuration import (
    Configuration,
    ConfiguredSubscription,
    configuration_of,
    to_own,
    to_public_api,
    to_terraform,
)
from destination import PRESETS, Subscription

EMAIL: Any = {"@path": "$.traits.email"}
USER_ID: Any = {"@path": "$.userId"}
TRIGGER = 'type == "identify"'
IDENTIFY = Subscription("Identify", "updateUser", TRIGGER, {"email": EMAIL, "userId": EMAIL})
MEANT = Configuration("own", (ConfiguredSubscription(IDENTIFY, "Identify", id="s1", destination_id="d1"),))


def state() -> str:
    attributes: dict[str, Any] = {
        "id": "s1",
        "destination_id": "d1",
        "name": "Identify",
        "enabled": True,
        "action_id": "ifeXsLqNNjJ5HJdRKSJwea",
        "trigger": TRIGGER,
        "model_id": None,
        "settings": json.dumps(IDENTIFY.mapping),
    }
    resource = {
        "mode": "managed",
        "type": "segment_destination_subscription",
        "name": "identify",
        "instances": [{"schema_version": 0, "attributes": attributes}],
    }
    return json.dumps({"version": 4, "terraform_version": "1.9.0", "resources": [resource]}, indent=2)


FORMS = {
    "mapping.yaml": to_own(MEANT),
    "mapping.json": to_own(MEANT, "json"),
    "reply.json": json.dumps(to_public_api(MEANT), indent=2),
    "main.tf": to_terraform(MEANT),
    "terraform.tfstate": state(),
}
YAML_PATCH = ('userId: {"@path":"$.traits.email"}', 'userId: {"@path":"$.userId"}')
JSON_PATCH = ('"userId": {"@path":"$.traits.email"}', '"userId": {"@path":"$.userId"}')


@pytest.mark.parametrize(
    ("file", "written", "path"),
    [
        ("mapping.yaml", YAML_PATCH, "[0].mapping.userId"),
        ("mapping.json", JSON_PATCH, "[0].mapping.userId"),
        ("reply.json", JSON_PATCH, "data.subscriptions[0].settings.userId"),
        (
            "main.tf",
            ('"userId" = { "@path" = "$.traits.email" }', '"userId" = { "@path" = "$.userId" }'),
            "segment_destination_subscription.identify.settings.userId",
        ),
        ("terraform.tfstate", JSON_PATCH, "resources[0].instances[0].attributes.settings.userId"),
    ],
)
def test_a_field_is_patched_in_the_form_of_the_mapping_at_its_place(
    file: str, written: tuple[str, str], path: str
) -> None:
    change = Change(0, ("mapping", "userId"), EMAIL, USER_ID)
    [patch] = patches(change, configuration_of(file, FORMS[file]))
    assert (patch.removed, patch.added) == written
    assert (patch.file, patch.path) == (file, path)
    at_the_place = FORMS[file].split("\n")[patch.line - 1][patch.column - 1 :]
    assert at_the_place.lstrip('\\"').startswith("userId")


@pytest.mark.parametrize(
    ("file", "removed", "added"),
    [
        ("mapping.yaml", r'subscribe: "type == \"identify\""', r'subscribe: "type = \"identify\""'),
        ("reply.json", r'"trigger": "type == \"identify\""', r'"trigger": "type = \"identify\""'),
        ("main.tf", r'trigger = "type == \"identify\""', r'trigger = "type = \"identify\""'),
        ("terraform.tfstate", r'"trigger": "type == \"identify\""', r'"trigger": "type = \"identify\""'),
    ],
)
def test_a_trigger_is_called_as_the_form_calls_it(file: str, removed: str, added: str) -> None:
    change = Change(0, ("subscribe",), TRIGGER, 'type = "identify"')
    [patch] = patches(change, configuration_of(file, FORMS[file]))
    assert (patch.removed, patch.added) == (removed, added)
    line = FORMS[file].split("\n")[patch.line - 1]
    assert line[patch.column - 1 :].lstrip('"').startswith(("subscribe", "trigger"))


def test_what_is_added_removes_nothing_and_stands_at_what_it_is_added_to() -> None:
    change = Change(0, ("mapping", "phoneNumber"), Removed.NOTHING, {"@path": "$.traits.phone"})
    [patch] = patches(change, configuration_of("mapping.yaml", FORMS["mapping.yaml"]))
    assert (patch.removed, patch.added) == ("", 'phoneNumber: {"@path":"$.traits.phone"}')
    assert patch.line > 0


def test_a_subscription_that_is_missing_is_written_whole() -> None:
    orders = next(preset for preset in PRESETS if preset.partner_action == "trackPurchase")
    [patch] = patches(Change(1, (), Removed.NOTHING, orders), configuration_of("mapping.yaml", FORMS["mapping.yaml"]))
    assert configuration_of("added.yaml", patch.added).plain == (orders,)
    assert (patch.file, patch.line) == ("mapping.yaml", 0)


def test_several_fields_have_a_patch_each() -> None:
    before = {"email": USER_ID, "userId": EMAIL}
    change = Change(0, ("mapping",), before, {"email": EMAIL, "userId": USER_ID})
    found = patches(change, configuration_of("mapping.yaml", FORMS["mapping.yaml"]))
    assert [patch.path for patch in found] == ["[0].mapping.email", "[0].mapping.userId"]


def test_a_patch_of_the_presets_names_no_file() -> None:
    [patch] = patches(Change(1, ("mapping", "userId"), USER_ID, EMAIL), None)
    assert (patch.file, patch.line, patch.added) == ("", 0, 'userId: {"@path":"$.traits.email"}')
