from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.inputs.configuration import (
    Configuration,
    Expression,
    configuration_in,
    configuration_of,
    read_configuration,
    to_description,
)
from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import document_of

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parent / "examples"
WITH_SUBSCRIPTIONS = sorted(path.name for path in EXAMPLES.iterdir() if path.name != "destination.json")


def example(name: str) -> Configuration:
    return read_configuration(EXAMPLES / name)


def names(configuration: Configuration) -> list[tuple[str, str]]:
    return [(item.subscription.name, item.subscription.partner_action) for item in configuration.subscriptions]


@pytest.mark.parametrize(
    ("name", "form", "found"),
    [
        ("own.yaml", "own", [("Members", "updateUser"), ("Bookings", "trackPurchase")]),
        ("own.json", "own", [("Visits", "trackEvent")]),
        (
            "public_api.json",
            "public-api",
            [
                ("Track Calls", "trackEvent"),
                ("Identify Calls", "updateUser"),
                ("Basket", "updateCart"),
                ("Guests of the warehouse", "updateUser"),
            ],
        ),
        ("public_api_one.json", "public-api", [("Booking paid", "trackPurchase")]),
        (
            "hotel.tf",
            "terraform",
            [
                ("Track Calls", "trackEvent"),
                ("Identify Calls", "updateUser"),
                ("Guests of the warehouse", "updateUser"),
            ],
        ),
        ("terraform.tfstate", "terraform-state", [("Identify Calls", "updateUser")]),
        ("show.json", "terraform-json", [("Identify Calls", "updateUser"), ("Track Calls", "trackEvent")]),
        ("plan.json", "terraform-json", [("Booking paid", "trackPurchase")]),
    ],
)
def test_every_form_is_read(name: str, form: str, found: list[tuple[str, str]]) -> None:
    configuration = example(name)
    assert (configuration.form, names(configuration)) == (form, found)


@pytest.mark.parametrize("name", WITH_SUBSCRIPTIONS)
def test_the_form_is_told_by_the_content_and_not_by_the_name_of_the_file(name: str, tmp_path: Path) -> None:
    renamed = tmp_path / "mapping.txt"
    shutil.copyfile(EXAMPLES / name, renamed)
    assert read_configuration(renamed).subscriptions == example(name).subscriptions


@pytest.mark.parametrize(
    "pick", [lambda items: items, lambda items: items[0], lambda items: {"data": {"subscription": items[0]}}]
)
def test_subscriptions_of_the_public_api_may_stand_without_the_reply_around_them(pick: Any) -> None:
    items = json.loads((EXAMPLES / "public_api.json").read_text())["data"]["subscriptions"]
    configuration = configuration_of("mapping", json.dumps(pick(items)))
    assert configuration.form == "public-api"
    assert configuration.subscriptions[0] == example("public_api.json").subscriptions[0]


@pytest.mark.parametrize("name", ["public_api.json", "public_api_one.json"])
def test_the_data_of_a_reply_is_read_without_the_reply_around_it(name: str) -> None:
    text = json.dumps(json.loads((EXAMPLES / name).read_text(encoding="utf-8"))["data"])
    assert configuration_of("mapping", text).plain == example(name).plain


def test_what_map_says_of_a_mapping_is_read_as_one() -> None:
    configuration = example("own.yaml")
    said = json.dumps(to_description(configuration))
    assert configuration_of("mapping", said).plain == configuration.plain


def test_a_reply_of_the_public_api_may_be_kept_as_yaml() -> None:
    yaml = "data:\n  subscription:\n    actionId: ifeXsLqNNjJ5HJdRKSJwea\n    name: Mine\n    trigger: type = 'identify'\n    settings: {}\n"
    assert names(configuration_of("mapping", yaml)) == [("Mine", "updateUser")]


def test_what_powershell_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "show.json"
    path.write_bytes((EXAMPLES / "show.json").read_text().encode("utf-16"))
    assert read_configuration(path).subscriptions == example("show.json").subscriptions


def test_a_byte_order_mark_and_carriage_returns_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "hotel.tf"
    path.write_bytes(b"\xef\xbb\xbf" + (EXAMPLES / "hotel.tf").read_bytes().replace(b"\n", b"\r\n"))
    found = [item.subscription.mapping for item in read_configuration(path).subscriptions]
    assert found == [item.subscription.mapping for item in example("hotel.tf").subscriptions]


def test_a_mapping_keeps_what_the_app_writes_into_it() -> None:
    track, identify, cart, _ = example("public_api.json").subscriptions
    assert isinstance(track.subscription.mapping, dict)
    assert track.subscription.mapping["batch_size"] == 1001
    assert track.subscription.mapping["dataFields"] == {
        "Room Type": {"@path": "$.properties.room_type"},
        "Nights Booked": {"@path": "$.properties.nights"},
    }
    assert isinstance(identify.subscription.mapping, dict)
    assert identify.subscription.mapping["__segment_internal_sync_mode"] == "upsert"
    assert isinstance(cart.subscription.mapping, dict)
    assert cart.subscription.mapping["items"]["@arrayPath"][0] == "$.properties.rooms"  # type: ignore[index,call-overload]  # the example is so


@pytest.mark.parametrize(
    ("name", "models"),
    [
        ("public_api.json", [None, None, None, "guestModel000000000001"]),
        ("public_api_one.json", [None]),
        ("hotel.tf", [None, None, Expression("segment_reverse_etl_model.guests.id")]),
        ("terraform.tfstate", [None]),
        ("show.json", [None, "guestModel000000000001"]),
    ],
)
def test_a_subscription_with_a_model_is_known_as_reverse_etl(name: str, models: list[object]) -> None:
    found = example(name).subscriptions
    assert [item.model_id for item in found] == models
    assert [item.is_reverse_etl for item in found] == [model is not None for model in models]


def test_what_is_disabled_and_what_is_anothers_is_left_out_counted_and_named() -> None:
    configuration = example("hotel.tf")
    assert [(item.name, item.reason, item.place[0]) for item in configuration.left_out] == [
        ("Identify Calls", "disabled", 80),
        ("Tell the porter", "other destination", 89),
    ]
    assert configuration.left_out_sentence == (
        'left out 2 subscriptions: 1 disabled ("Identify Calls"), 1 of another destination ("Tell the porter")'
    )


def test_nothing_is_said_of_what_is_left_out_when_nothing_is() -> None:
    assert example("own.json").left_out_sentence == ""


def test_many_names_are_cut_off_and_counted() -> None:
    off = [
        {"name": f"n{number}", "partnerAction": "updateUser", "subscribe": "x", "enabled": False}
        for number in range(20)
    ]
    on = {"partnerAction": "updateUser", "subscribe": 'type = "identify"'}
    sentence = configuration_of("mapping", json.dumps([*off, on])).left_out_sentence
    assert sentence.startswith("left out 20 subscriptions: 20 disabled")
    assert sentence.endswith('"n11" and 8 more)')


def test_subscriptions_of_one_name_stay_distinct_and_keep_the_name_that_was_given() -> None:
    item = {"name": "Mine", "partnerAction": "updateUser", "subscribe": 'type = "identify"'}
    unnamed = {key: value for key, value in item.items() if key != "name"}
    found = configuration_of("mapping", json.dumps([item, item, unnamed])).subscriptions
    assert [(entry.subscription.name, entry.name) for entry in found] == [
        ("Mine", "Mine"),
        ("Mine (2)", "Mine"),
        ("updateUser", "updateUser"),
    ]


def test_a_page_of_a_longer_list_is_remarked() -> None:
    reply = json.loads((EXAMPLES / "public_api.json").read_text())
    reply["data"]["pagination"] = {"current": "MA==", "next": "NQ==", "totalEntries": 11}
    [remark] = configuration_of("mapping", json.dumps(reply)).remarks
    assert "one page of several, with 5 of 11 subscriptions" in remark


def test_subscriptions_of_two_connections_in_one_file_are_remarked() -> None:
    reply = json.loads((EXAMPLES / "public_api.json").read_text())
    reply["data"]["subscriptions"][0]["destinationId"] = "66a0c0ffee0000000000f00d"
    [remark] = configuration_of("mapping", json.dumps(reply)).remarks
    assert "66a0c0ffee0000000000f00d, 66a0c0ffee0000000000beef" in remark


def keys_of(value: Any, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    for key, item in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield (*keys, key)
        yield from keys_of(item, (*keys, key))


@pytest.mark.parametrize("name", WITH_SUBSCRIPTIONS)
def test_every_member_of_a_mapping_has_the_place_where_it_stands(name: str) -> None:
    lines = (EXAMPLES / name).read_text().split("\n")
    for item in example(name).subscriptions:
        for keys in [
            ("subscribe",),
            ("mapping",),
            *(("mapping", *inside) for inside in keys_of(item.subscription.mapping)),
        ]:
            line, column = item.place(keys)
            at = lines[line - 1][column - 1 :].lstrip("\\\"'")
            if isinstance(keys[-1], str):
                words = {"subscribe": ("subscribe", "trigger"), "mapping": ("mapping", "settings")}
                assert at.startswith(words[str(keys[-1])] if len(keys) == 1 else keys[-1]), (keys, at)
            else:
                assert at[0] in "{[$i@", (keys, at)  # an object may begin with its first key


def test_a_path_is_told_in_the_words_of_the_form() -> None:
    keys = ("mapping", "email", "@path")
    assert example("public_api.json").subscriptions[3].path(keys) == "data.subscriptions[4].settings.email.@path"
    assert (
        example("hotel.tf").subscriptions[0].path(("subscribe",)) == "segment_destination_subscription.track.trigger"
    )
    assert example("own.json").subscriptions[0].path() == "[0]"


def test_a_mapping_inside_another_document_is_read_in_every_form_with_its_places() -> None:
    text = 'name: x\nmapping:\n  data:\n    subscription:\n      actionId: ifeXsLqNNjJ5HJdRKSJwea\n      trigger: type = "identify"\n      settings:\n        email: a\n'
    document = document_of("scenario.yaml", text)
    [found] = configuration_in(document, ("mapping",), document.value["mapping"]).subscriptions
    assert found.place(("mapping", "email")) == (8, 9)
    assert found.path(("mapping", "email")) == "mapping.data.subscription.settings.email"


def test_a_problem_inside_another_document_stands_where_it_is() -> None:
    document = document_of(
        "scenario.yaml", "name: x\nmapping:\n- partnerAction: updateUsers\n  subscribe: type = 'identify'\n"
    )
    with pytest.raises(InputError) as caught:
        configuration_in(document, ("mapping",), document.value["mapping"])
    [problem] = caught.value.problems
    assert (problem.line, problem.field, problem.hint) == (3, "mapping[0].partnerAction", "did you mean updateUser?")
