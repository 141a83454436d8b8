from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.inputs.configuration import (
    Configuration,
    ConfiguredSubscription,
    Expression,
    configuration_of,
    public_api_update,
    read_configuration,
    to_own,
    to_public_api,
    to_terraform,
)
from conformance.inputs.configuration.export import export, not_exported
from conformance.inputs.json_values import parse_json
from destination import PRESETS, Subscription

if TYPE_CHECKING:
    from pydantic import JsonValue

EXAMPLES = Path(__file__).parent / "examples"
ACTION_IDS = {
    "updateUser": "ifeXsLqNNjJ5HJdRKSJwea",
    "trackEvent": "3MrS3Se3PAaxL4wpQN93gA",
    "updateCart": "455R6caawb6HFBsewGmtS3",
    "trackPurchase": "hgu8jn8qk4wt7VZD4P67uV",
}

# What each notation has to escape is likelier than chance would have it.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text(
    alphabet='$%{}"\\\n\r\t #:u0\x85\ufeff\u2028é\U0001f600', max_size=12
)
KEYS = TEXTS.filter(lambda key: not key.startswith("@"))
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
PATHS = st.builds(lambda path: {"@path": path}, TEXTS)
DIRECTIVES = st.one_of(
    PATHS,
    st.builds(lambda text: {"@template": text}, TEXTS),
    st.builds(lambda a, b, c: {"@if": {"exists": a, "then": b, "else": c}}, PATHS, PATHS, PATHS),
    st.builds(lambda path, key, inner: {"@arrayPath": [path, {key: inner}]}, TEXTS | PATHS, KEYS, PATHS),
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | DIRECTIVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=4,
)
SUBSCRIPTIONS = st.builds(
    lambda name, action, trigger, mapping, model, identifier: ConfiguredSubscription(
        Subscription(name, action, trigger, mapping), name=name, model_id=model, id=identifier
    ),
    TEXTS.filter(bool),
    st.sampled_from(list(ACTION_IDS)),
    st.sampled_from(
        ['type = "identify"', 'type = "track" or event = "Audience Entered"', 'event == "a ${b} %{c} é"']
    ),
    st.dictionaries(KEYS, VALUES, max_size=3),
    st.none() | st.sampled_from(["aModel1", "aModel2"]),
    st.sampled_from(["", "anId"]),
)
CONFIGURATIONS = st.builds(
    lambda items: Configuration("own", tuple(items)),
    st.lists(SUBSCRIPTIONS, min_size=1, max_size=2, unique_by=lambda item: item.name),
)

ONE_FIELD = (
    'resource "segment_destination_subscription" "x" {\n'
    '  action_id = "ifeXsLqNNjJ5HJdRKSJwea"\n'
    '  trigger   = "type = \\"page\\""\n'
    "  settings  = jsonencode({ KEY = 1 })\n"
    "}\n"
)


def attributes_of(item: ConfiguredSubscription) -> dict[str, Any]:
    subscription = item.subscription
    return {
        "action_id": ACTION_IDS[subscription.partner_action],
        "action_slug": subscription.partner_action,
        "destination_id": "66a0c0ffee0000000000beef",
        "enabled": True,
        "id": item.id,
        "model_id": "aModel" if isinstance(item.model_id, Expression) else item.model_id,  # applied, and so an id
        "name": item.name,
        "reverse_etl_schedule": None,
        "settings": json.dumps(subscription.mapping),
        "trigger": subscription.subscribe,
    }


def state_of(configuration: Configuration) -> str:
    resource = {"mode": "managed", "type": "segment_destination_subscription", "name": "x"}
    resources = [
        {**resource, "instances": [{"attributes": attributes_of(item)}]} for item in configuration.subscriptions
    ]
    return json.dumps({"version": 4, "terraform_version": "1.9.5", "resources": resources})


def shown_of(configuration: Configuration) -> str:
    resource = {"mode": "managed", "type": "segment_destination_subscription", "name": "x"}
    resources = [{**resource, "values": attributes_of(item)} for item in configuration.subscriptions]
    return json.dumps(
        {"format_version": "1.0", "values": {"root_module": {"child_modules": [{"resources": resources}]}}}
    )


WRITERS = {
    "own-yaml": to_own,
    "own-json": lambda configuration: to_own(configuration, "json"),
    "public-api": lambda configuration: json.dumps(to_public_api(configuration)),
    "terraform": to_terraform,
    "terraform-state": state_of,
    "terraform-json": shown_of,
}


@pytest.mark.parametrize("form", WRITERS)
@given(configuration=CONFIGURATIONS)
def test_what_is_written_is_read_back(form: str, configuration: Configuration) -> None:
    found = configuration_of("mapping", WRITERS[form](configuration))
    assert form.startswith(found.form)
    assert [(item.subscription, item.name, item.model_id) for item in found.subscriptions] == [
        (item.subscription, item.name, item.model_id) for item in configuration.subscriptions
    ]


@given(configuration=CONFIGURATIONS, first=st.sampled_from(list(WRITERS)), second=st.sampled_from(list(WRITERS)))
def test_what_is_read_in_one_form_and_written_in_another_is_the_same(
    configuration: Configuration, first: str, second: str
) -> None:
    between = configuration_of("first", WRITERS[first](configuration))
    found = configuration_of("second", WRITERS[second](between))
    assert found.plain == configuration.plain
    assert [item.is_reverse_etl for item in found.subscriptions] == [
        item.is_reverse_etl for item in configuration.subscriptions
    ]


@given(configuration=CONFIGURATIONS, first=st.sampled_from(list(WRITERS)))
def test_a_patch_says_what_was_read(configuration: Configuration, first: str) -> None:
    items = [replace(item, id=f"s{index}") for index, item in enumerate(configuration.subscriptions)]
    read = configuration_of("first", WRITERS[first](replace(configuration, subscriptions=tuple(items))))
    with_ids = read if read.subscriptions[0].id else replace(read, subscriptions=tuple(items))
    patches: Any = parse_json(export(with_ids, "public-api-patch", "d1").encode())
    assert [patch["path"].rpartition("/")[2] for patch in patches] == [item.id for item in items]
    assert [patch["body"]["input"] for patch in patches] == [
        {
            "name": item.name,
            "trigger": item.subscription.subscribe,
            "enabled": True,
            "settings": item.subscription.mapping,
        }
        for item in configuration.subscriptions
    ]


@given(configuration=CONFIGURATIONS)
def test_what_was_written_for_terraform_is_written_so_again(configuration: Configuration) -> None:
    items = [
        replace(item, id=f"s{index}", destination_id="d1") for index, item in enumerate(configuration.subscriptions)
    ]
    text = to_terraform(replace(configuration, subscriptions=tuple(items)))
    found = configuration_of("a.tf", text)
    assert [item.id for item in found.subscriptions] == [item.id for item in items]
    assert to_terraform(found) == text


@given(configuration=CONFIGURATIONS)
def test_every_member_of_what_is_written_as_terraform_has_the_place_where_it_stands(
    configuration: Configuration,
) -> None:
    text = to_terraform(configuration)
    lines = text.split("\n")
    for item in configuration_of("a.tf", text).subscriptions:
        mapping = item.subscription.mapping
        for key in mapping if isinstance(mapping, dict) else ():
            line, column = item.place(("mapping", key))
            written = re.match(r'"(?:[^"\\]|\\.)*"', lines[line - 1][column - 1 :])
            assert written is not None
            again = configuration_of("a.tf", ONE_FIELD.replace("KEY", written[0]))
            assert again.subscriptions[0].subscription.mapping == {key: 1}


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir() if path.name != "destination.json"))
@pytest.mark.parametrize("form", WRITERS)
def test_every_form_can_be_written_as_every_other(name: str, form: str) -> None:
    configuration = read_configuration(EXAMPLES / name)
    found = configuration_of("mapping", WRITERS[form](configuration))
    assert [item.subscription for item in found.subscriptions] == [
        item.subscription for item in configuration.subscriptions
    ]
    assert [item.is_reverse_etl for item in found.subscriptions] == [
        item.is_reverse_etl for item in configuration.subscriptions
    ]


def test_the_presets_can_be_written_and_read_back() -> None:
    configuration = Configuration(
        "own", tuple(ConfiguredSubscription(preset, name=preset.name) for preset in PRESETS)
    )
    for write in WRITERS.values():
        assert (
            tuple(item.subscription for item in configuration_of("mapping", write(configuration)).subscriptions)
            == PRESETS
        )


def test_terraform_goes_back_with_its_labels_references_and_schedules() -> None:
    text = to_terraform(read_configuration(EXAMPLES / "hotel.tf"))
    assert 'resource "segment_destination_subscription" "id-66a0_identify" {' in text
    assert "model_id       = segment_reverse_etl_model.guests.id" in text
    assert "destination_id = segment_destination.iterable.id" in text
    assert 'destination_id = "66a0c0ffee0000000000beef"' in text
    assert '"strategy" = "PERIODIC"' in text
    assert to_terraform(configuration_of("a.tf", text)) == text


SCHEDULE: dict[str, JsonValue] = {"strategy": "PERIODIC", "config": {"interval": "15m"}}


def test_the_schedule_of_a_model_is_kept_in_every_form() -> None:
    rows = ConfiguredSubscription(
        Subscription("Rows", "updateUser", 'event = "new"', {"userId": {"@path": "$.properties.ID"}}),
        name="Rows",
        model_id="aModel",
        schedule=SCHEDULE,
    )
    texts = [WRITERS[form](Configuration("own", (rows,))) for form in ("own-yaml", "public-api", "terraform")]
    assert [configuration_of("mapping", text).subscriptions[0].schedule for text in texts] == [SCHEDULE] * len(texts)


def test_the_schedule_of_a_state_is_that_of_the_public_api() -> None:
    state = json.loads((EXAMPLES / "terraform.tfstate").read_text(encoding="utf-8"))
    for resource in state["resources"]:
        for instance in resource["instances"]:
            instance["attributes"]["reverse_etl_schedule"] = {**SCHEDULE, "config": '{"interval":"15m"}'}
    assert configuration_of("mapping", json.dumps(state)).subscriptions[0].schedule == SCHEDULE


def test_a_schedule_that_needs_evaluation_is_said_to_be_left_out() -> None:
    text = (EXAMPLES / "hotel.tf").read_text(encoding="utf-8").replace('interval = "1h"', "interval = var.interval")
    configuration = configuration_of("hotel.tf", text)
    said = 'the schedule of "Guests of the warehouse" is not written, as only Terraform can evaluate it'
    assert said in list(not_exported(configuration, "public-api"))
    assert "config   = jsonencode({ interval = var.interval })" in to_terraform(configuration)


def test_settings_are_written_as_an_object_that_people_can_read() -> None:
    mapping: dict[str, JsonValue] = {
        "email": {"@path": "$.x"},
        "items": {"@arrayPath": ["$.a", {}]},
        "note": '${x} %{y} $${z} "q" \\',
        "n": 1.5,
        "none": None,
    }
    item = ConfiguredSubscription(
        Subscription("Mine (new)", "updateUser", 'type = "identify"', mapping), name="Mine (new)"
    )
    assert to_terraform(Configuration("own", (item, item)), "66a0").split("\n\n")[0] == (
        'resource "segment_destination_subscription" "mine_new" {\n'
        '  action_id      = "ifeXsLqNNjJ5HJdRKSJwea"\n'
        '  destination_id = "66a0"\n'
        "  enabled        = true\n"
        '  name           = "Mine (new)"\n'
        '  trigger        = "type = \\"identify\\""\n'
        "  settings       = jsonencode({\n"
        '    "email" = {\n      "@path" = "$.x"\n    }\n'
        '    "items" = {\n      "@arrayPath" = [\n        "$.a",\n        {},\n      ]\n    }\n'
        '    "note" = "$${x} %%{y} \\u0024$${z} \\"q\\" \\\\"\n'
        '    "n" = 1.5\n'
        '    "none" = null\n'
        "  })\n"
        "}"
    )


def test_two_subscriptions_of_one_name_become_two_resources() -> None:
    item = ConfiguredSubscription(Subscription("1st", "updateUser", 'type = "identify"', {}), name="1st")
    text = to_terraform(Configuration("own", (item, item)))
    assert '"subscription_1st"' in text
    assert '"subscription_1st_2"' in text


def test_the_body_of_an_update_is_what_the_public_api_takes() -> None:
    first = read_configuration(EXAMPLES / "public_api_one.json").subscriptions[0]
    assert public_api_update(first) == {
        "input": {
            "name": "Booking paid",
            "trigger": 'event == "Booking Paid"',
            "enabled": True,
            "settings": {"id": {"@path": "$.properties.booking_id"}, "total": {"@path": "$.properties.total"}},
        }
    }


def test_a_list_of_the_public_api_goes_back_as_it_came() -> None:
    given_reply = json.loads((EXAMPLES / "public_api.json").read_text())["data"]["subscriptions"]
    configuration = read_configuration(EXAMPLES / "public_api.json")
    written = to_public_api(configuration)["data"]
    assert isinstance(written, dict)
    enabled = [
        {key: value for key, value in item.items() if value is not None} for item in given_reply if item["enabled"]
    ]
    assert written["subscriptions"] == enabled


def test_a_reference_is_written_where_only_text_can_stand() -> None:
    item = ConfiguredSubscription(
        Subscription("Rows", "updateUser", 'event = "new"', {}),
        name="Rows",
        model_id=Expression("segment_reverse_etl_model.x.id"),
    )
    assert 'modelId: "segment_reverse_etl_model.x.id"' in to_own(Configuration("own", (item,)))


def test_our_own_form_is_written_for_people() -> None:
    item = ConfiguredSubscription(
        Subscription(
            "Mine",
            "updateUser",
            'type = "identify"',
            {"email": {"@path": "$.x"}, "First Name": "no", "items": [1, [2], {}, []]},
        ),
        name="Mine",
        enabled=False,
    )
    assert to_own(Configuration("own", (item,))) == (
        "- name: Mine\n"
        "  partnerAction: updateUser\n"
        '  subscribe: "type = \\"identify\\""\n'
        "  mapping:\n"
        "    email:\n"
        '      "@path": "$.x"\n'
        '    First Name: "no"\n'
        "    items:\n"
        "      - 1\n"
        "      - - 2\n"
        "      - {}\n"
        "      - []\n"
        "  enabled: false\n"
    )
