from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.inputs.configuration import configuration_of, read_configuration
from conformance.inputs.errors import InputError, InputProblem

EXAMPLES = Path(__file__).parent / "examples"
GOOD = {"name": "Mine", "partnerAction": "updateUser", "subscribe": 'type = "identify"', "mapping": {}}
ACTION = "ifeXsLqNNjJ5HJdRKSJwea"
API = {"name": "Mine", "actionId": ACTION, "actionSlug": "updateUser", "trigger": 'type = "identify"', "settings": {}}


def problems(text: str) -> list[InputProblem]:
    with pytest.raises(InputError) as caught:
        configuration_of("mapping", text)
    return list(caught.value.problems)


def only(value: Any) -> InputProblem:
    [problem] = problems(json.dumps(value))
    return problem


@pytest.mark.parametrize(
    ("change", "field", "message", "hint"),
    [
        ({"partnerActoin": 1}, "[0].partnerActoin", "unknown key 'partnerActoin'", "did you mean partnerAction?"),
        ({"partnerAction": None}, "[0]", "`partnerAction` is missing", "add it"),
        ({"partnerAction": 5}, "[0].partnerAction", "must be text, not 5", ""),
        (
            {"partnerAction": "updateUsers"},
            "[0].partnerAction",
            "there is no action 'updateUsers'",
            "did you mean updateUser?",
        ),
        ({"subscribe": None}, "[0]", "`subscribe` is missing", "add it"),
        ({"subscribe": 5}, "[0].subscribe", "must be text, not 5", ""),
        ({"subscribe": ""}, "[0].subscribe", "a trigger must not be empty", ""),
        ({"name": 5}, "[0].name", "must be text, not 5", ""),
        (
            {"partnerAction": "Upsert User"},
            "[0].partnerAction",
            "there is no action 'Upsert User'",
            "did you mean updateUser?",
        ),
        ({"mapping": None}, "[0].mapping", "must be an object of fields, not null", ""),
        ({"mapping": []}, "[0].mapping", "must be an object of fields, not []", ""),
        ({"mapping": "{}"}, "[0].mapping", "must be an object of fields, not '{}'", ""),
        ({"enabled": "no"}, "[0].enabled", "must be true or false, not 'no'", ""),
        (
            {"actionId": "3MrS3Se3PAaxL4wpQN93gA"},
            "[0].partnerAction",
            "is updateUser, and the id of the action is that of trackEvent",
            "remove one of the two",
        ),
    ],
)
def test_a_problem_in_a_list_of_our_own_is_named(change: dict[str, Any], field: str, message: str, hint: str) -> None:
    problem = only([{**GOOD, **change}])
    assert (problem.field, problem.message, problem.hint) == (field, message, hint)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"tigger": 1}, "data.subscriptions[0].tigger", "unknown key 'tigger'"),
        (
            {"actionId": None, "actionSlug": "trackEvnt"},
            "data.subscriptions[0].actionSlug",
            "there is no action 'trackEvnt'",
        ),
        ({"actionId": None, "actionSlug": None}, "data.subscriptions[0]", "`actionId` is missing"),
        (
            {"actionId": ACTION[:-1] + "x"},
            "data.subscriptions[0].actionId",
            f"no destination has an action '{ACTION[:-1]}x'",
        ),
        ({"trigger": None}, "data.subscriptions[0]", "`trigger` is missing"),
        ({"settings": 5}, "data.subscriptions[0].settings", "must be an object of fields, not 5"),
        (
            {"settings": {"email": {"@path": 5}}},
            "data.subscriptions[0].settings.email.@path",
            "should be a string or a mapping directive but it is a number.",
        ),
    ],
)
def test_a_problem_in_a_reply_of_the_public_api_is_named_in_its_own_words(
    change: dict[str, Any], field: str, message: str
) -> None:
    problem = only({"data": {"subscriptions": [{**API, **change}]}})
    assert (problem.field, problem.message) == (field, message)


def test_an_action_is_known_by_its_slug_alone() -> None:
    [item] = configuration_of("mapping", json.dumps({**API, "actionId": None})).subscriptions
    assert item.subscription.partner_action == "updateUser"


def test_another_destinations_action_of_the_same_slug_is_anothers() -> None:
    others = {**API, "name": "Other", "actionId": "qwErtzUiopAsdfghjkl123", "settings": {"email": {"@nope": 1}}}
    configuration = configuration_of("mapping", json.dumps([API, others]))
    assert [(item.name, item.reason) for item in configuration.left_out] == [("Other", "other destination")]


def test_every_problem_of_a_file_is_named_with_its_line() -> None:
    found = problems(
        "- name: One\n"
        "  partnerActoin: updateUser\n"
        "  subscribe: 5\n"
        "- text\n"
        "- partnerAction: trackEvent\n"
        '  subscribe: type = "track"\n'
        "  mapping: []\n"
        "- {partnerAction: updateUser, subscribe: ((}\n"
    )
    assert [(problem.line, problem.field) for problem in found] == [
        (1, "[0]"),
        (2, "[0].partnerActoin"),
        (3, "[0].subscribe"),
        (4, "[1]"),
        (7, "[2].mapping"),
        (8, "[3].subscribe"),
    ]


@pytest.mark.parametrize("key", ["a/b", "/", "First Name", "a should be b", "", "a/b should be"])
def test_a_problem_below_a_key_of_any_spelling_stands_where_it_is(key: str) -> None:
    mapping = {"email": "x", key: {"@path": 5}}
    problem = only([{**GOOD, "mapping": mapping}])
    assert problem.field == f"[0].mapping.{key}.@path"
    text = json.dumps([{**GOOD, "mapping": mapping}])
    assert text[problem.column - 1 :].startswith('"@path"')


def test_a_problem_inside_a_list_of_an_array_path_stands_where_it_is() -> None:
    mapping = {"items": {"@arrayPath": ["$.x", {"id": {"@nope": 1}}]}}
    assert only([{**GOOD, "mapping": mapping}]).field == "[0].mapping.items.@arrayPath[1].id"


def test_a_member_that_stands_twice_is_a_problem() -> None:
    [problem] = problems(
        '[{"partnerAction": "updateUser", "subscribe": "type = \'identify\'", "mapping": {"a": 1,\n "a": 2}}]'
    )
    assert (problem.line, problem.column, problem.message) == (2, 2, "the key 'a' occurs twice in one object")


def test_what_is_wrong_with_what_is_left_out_is_let_be() -> None:
    off = {**GOOD, "name": "Old", "enabled": False, "subscribe": "((", "mapping": {"a": {"@nope": 1}}}
    assert len(configuration_of("mapping", json.dumps([GOOD, off])).subscriptions) == 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([{**GOOD, "enabled": False}], 'in force; left out 1 subscription: 1 disabled ("Mine")'),
        ({"data": {"subscriptions": []}}, "holds no subscription"),
        ([{**API, "actionId": "x" * 22}], 'left out 1 subscription: 1 of another destination ("Mine")'),
    ],
)
def test_a_file_in_which_nothing_is_left_is_an_input_error(value: object, message: str) -> None:
    assert message in only(value).message


@pytest.mark.parametrize("text", ["", " \n", "# nothing yet\n", "null"])
def test_a_file_without_anything_in_it_is_empty_and_what_is_expected_is_told(text: str) -> None:
    with pytest.raises(InputError) as raised:
        configuration_of("m.yaml", text)
    assert str(raised.value.problems[0]).startswith("m.yaml:1:1: is empty (expected one of: a list of subscriptions ")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[]", "an empty list"),
        ("{}", "an empty object"),
        ("5", "the single value 5"),
        ("text", "the single value 'text'"),
        ("[1, 2]", "a list with 1 in it"),
        ("name: x", "an object with name"),
        ('{"type": "track", "event": "x"}', "a Segment event"),
        ('[{"type": "identify", "traits": {}}]', "a list whose items are each a Segment event"),
        ('{"batch": []}', "the body of a batch of Segment events"),
        ("name: a\nsteps: []\n", "a scenario"),
        ('{"log": {"entries": []}}', "a HAR file"),
        ('{"email": {"@path": "$.x"}}', "a single mapping"),
        ('{"errors": [{"type": "unauthorized"}]}', "an error reply of Segment's Public API"),
        ('{"data": {"destinations": []}}', "the list of a workspace's destinations"),
        ('{"id": "x", "sourceId": "y", "metadata": {}, "settings": {}}', "the reply about the destination itself"),
        ('{"version": 3, "modules": []}', "a state file of Terraform before 0.12"),
        ('{"version": 4, "terraform_version": "1.9.5", "resources": []}', "Terraform's, without any resource"),
        ('{"resource": {"segment_destination_subscription": {}}}', "Terraform's JSON syntax"),
        ('{"format_version": "1.0"}', "the output of `terraform show -json` for an empty state"),
        ('{"data": {"trackingPlan": {"id": "x"}}}', "a reply that is about something other than subscriptions"),
        ('{"type": "track", "event": "x"}\n\n{"type": "page"}\n', "Segment events, one per line"),
        ('{"a": 1}\n{"a": 2}\n', "JSON values, one per line"),
        ("<!doctype html><html>", "an HTML page"),
        ("email,plan\na@example.com,pro\n", "CSV with a header line"),
        ('Plan:\n\n  # x will be created\n  + resource "x" "y" {\n', "the human-readable output of `terraform plan`"),
        (
            '\x1b[1m  # x\x1b[0m\n\x1b[0m  \x1b[31m-\x1b[0m/\x1b[32m+\x1b[0m resource "x" "y" {\n',
            "the human-readable output of `terraform plan`",
        ),
        ("\x1b[1mApply complete!\x1b[0m", "output with terminal colours"),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_is_taken(text: str, kind: str) -> None:
    [problem] = problems(text)
    assert problem.message.startswith(f"must be a list of subscriptions, but looks like {kind}")
    assert problem.hint


def test_the_reply_about_a_destination_says_which_call_gives_the_subscriptions() -> None:
    with pytest.raises(InputError) as caught:
        read_configuration(EXAMPLES / "destination.json")
    assert "GET /destinations/{id}/subscriptions" in str(caught.value)
    assert "not-a-real-key" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '{"resources": [{"type": "x"}], "version": 4}',
        '{"values": {}}',
        '{"values": 5}',
        '{"planned_values": {"root_module": {"resources": 5}}}',
    ],
)
def test_terraforms_json_without_a_subscription_is_named(text: str) -> None:
    [problem] = problems(text)
    assert "no resource segment_destination_subscription" in problem.message


@pytest.mark.parametrize(
    "text", ["- [", "- {a: 1", "a: b: c", "- \t- x", "*nothing", "- 'x", '[{"a": }]', '{"a": 1,, }', "? [a]\n: b"]
)
def test_what_is_neither_yaml_nor_json_is_refused_with_its_place(text: str) -> None:
    [problem] = problems(text)
    assert problem.line >= 1


def test_broken_json_is_told_as_json() -> None:
    [problem] = problems('[\n {"name": "a",\n "b" 1}\n]')
    assert (problem.line, problem.column, problem.message) == (3, 6, "not JSON: expecting ':' delimiter")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe\x00", "is not text in UTF-8: truncated data"),
        (b"[\xff]", "is not text in UTF-8: invalid start byte"),
        (b"\0" * 20, "is not text: it contains zero bytes"),
        (b"\x1f\x8b\x08\0", "must be a list of subscriptions, but looks like a gzip file"),
        (b"PK\x03\x04\0", "must be a list of subscriptions, but looks like a ZIP archive"),
        (b"\x89PNG\r\n", "must be a list of subscriptions, but looks like a picture"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_what_it_seems_to_be(
    data: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "mapping.json"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_configuration(path)
    [problem] = caught.value.problems
    assert problem.message == message
    assert problem.hint


def test_a_folder_is_refused_as_one(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"is a folder \(name one file; `terraform show -json` prints a whole workspace"
    ):
        read_configuration(tmp_path)


def test_many_blank_lines_take_no_time() -> None:
    assert problems("\n" * 200_000 + "x")


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_configuration(tmp_path / "none.yaml")
    large = tmp_path / "large.yaml"
    large.write_bytes(b" " * (8 * 1024 * 1024 + 1))
    with pytest.raises(InputError, match="the limit is"):
        read_configuration(large)


NESTED = {
    "json": lambda depth: (
        '[{"partnerAction": "updateUser", "subscribe": "x", "mapping": ' + '{"a": ' * depth + "1" + "}" * depth + "}]"
    ),
    "yaml": lambda depth: (
        "- partnerAction: updateUser\n  subscribe: x\n  mapping: " + "{a: " * depth + "1" + "}" * depth + "\n"
    ),
    "terraform": lambda depth: (
        'resource "segment_destination_subscription" "x" {\n  action_id = "'
        + ACTION
        + '"\n  trigger = "x"\n  settings = jsonencode('
        + "{a = " * depth
        + "1"
        + "}" * depth
        + ")\n}\n"
    ),
    "quoted": lambda depth: (
        'resource "segment_destination_subscription" "x" {\n  action_id = "'
        + ACTION
        + '"\n  trigger = "x"\n  settings = "'
        + r"{\"a\": " * depth
        + "1"
        + "}" * depth
        + '"\n}\n'
    ),
}


@pytest.mark.parametrize("depth", [150, 5_000])
@pytest.mark.parametrize("form", NESTED)
def test_what_is_nested_too_deeply_is_refused_with_its_place(form: str, depth: int) -> None:
    [problem] = problems(NESTED[form](depth))
    # JSON is read with the limit of events first.
    assert problem.message in {"nested more than 100 levels deep", "nested more than 200 levels deep"}
    assert (problem.line, problem.column) > (0, 100)


@pytest.mark.parametrize("end", ["", "\n- *h"])
def test_aliases_that_grow_are_refused_before_they_are_written_out(end: str) -> None:
    lines = ["- &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"- &{name} [{', '.join([f'*{before}'] * 10)}]")
    began = time.process_time()
    [problem] = problems("\n".join(lines) + end)
    assert "values, with its aliases expanded" in problem.message
    assert problem.line == 5
    assert time.process_time() - began < 5


def test_an_alias_to_what_it_stands_in_is_refused() -> None:
    assert problems("- &a [*a]")


@pytest.mark.parametrize(
    ("filling", "message"),
    [("# comment\n" * 110_000, "the limit is 1,048,576"), ("  \n" * 2_000, "more than 1,000 blank lines in a row")],
)
def test_terraform_that_would_take_long_to_read_is_refused(filling: str, message: str) -> None:
    [problem] = problems(f'resource "a" "b" {{\n{filling}}}\n')
    assert message in problem.message


def test_an_alias_may_be_used_within_reason() -> None:
    text = "- partnerAction: updateUser\n  subscribe: &t type = 'identify'\n  mapping: &m {email: x}\n- {partnerAction: updateUser, subscribe: *t, mapping: *m}\n"
    first, second = configuration_of("mapping", text).subscriptions
    assert first.subscription.mapping == second.subscription.mapping == {"email": "x"}


@given(st.text(max_size=40) | st.text(alphabet='{}[]":,\\\n #&*-$%=<EOTab1 ', max_size=60))
def test_any_text_is_a_configuration_or_an_input_error(text: str) -> None:
    for whole in (
        text,
        f'[{{"partnerAction": "updateUser", "subscribe": {text}',
        f'resource "segment_destination_subscription" "x" {{\n{text}',
    ):
        with contextlib.suppress(InputError):
            assert configuration_of("mapping", whole).subscriptions


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*API, *GOOD, "data", "subscriptions", "@path", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["own", "api", "state", "show"]))
def test_any_json_is_a_configuration_or_an_input_error(value: Any, around: str) -> None:
    resource = {"type": "segment_destination_subscription", "name": "x"}
    whole = {
        "own": [{**GOOD, "mapping": value}, value],
        "api": {"data": {"subscriptions": value, "subscription": value}},
        "state": {"version": 4, "resources": [{**resource, "instances": [{"attributes": value}, value]}, value]},
        "show": {"values": {"root_module": {"resources": [{**resource, "values": value}], "child_modules": [value]}}},
    }[around]
    with contextlib.suppress(InputError):
        assert configuration_of("mapping", json.dumps(whole)).subscriptions


@pytest.mark.parametrize(
    ("trigger", "hint"),
    [
        ("type = “track”", 'use straight quotes: "'),
        ('type = "track"\u00a0', "it has an unusual space character: use ordinary spaces"),
        ('type = "track" && event = "A & B"', "join conditions with `and` and `or`"),
        ('$.properties.plan = "pro"', "begin with properties, traits or context, without `$.`"),
        ('type: "track"', "compare with ="),
        ('type = "track"\r\n', "it has a Windows line ending, which is not whitespace there: write it on one line"),
        ('type = "track" and (event = "A & $B"', ""),
    ],
)
def test_a_trigger_that_cannot_be_read_is_told_with_what_to_write(trigger: str, hint: str) -> None:
    assert only([{**GOOD, "subscribe": trigger}]).hint == hint


@pytest.mark.parametrize(
    ("directive", "hint"),
    [("@Path", "did you mean @path?"), ("@arraypath", "did you mean @arrayPath?"), ("@x", "known: @arrayPath, ")],
)
def test_an_unknown_directive_is_told_with_the_one_that_is_meant(directive: str, hint: str) -> None:
    problem = only([{**GOOD, "mapping": {"email": {directive: "$.traits.email"}}}])
    assert problem.message == f"has an invalid directive: {directive}."
    assert problem.hint.startswith(hint)


def test_what_stands_inside_a_member_that_stands_twice_is_not_told_too() -> None:
    [problem] = problems(
        '[{"partnerAction": "updateUser", "subscribe": "event = \'x\'", "mapping": {"a": {"@path": "b"}, "a": {"@path": "c"}}}]'
    )
    assert problem.message == "the key 'a' occurs twice in one object"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[tool.ruff]\nline-length = 100\n", "settings as KEY = VALUE"),
        ('# ours\n\nsegment_token = "x"\n', "settings as KEY = VALUE"),
        ("module.exports = {\n  rules: {}\n}\n", "source code"),
        ("import json\n\nprint(json)\n", "source code"),
        ("HTTP/2 200\ncontent-type: application/json\n\n{}\n", "a reply with its headers"),
        ("// ours\n[]\n", "JSON with comments"),
        ('[{"data": {"subscriptions": []}}]', "a list whose items are each a reply of Segment's Public API"),
        ("kind: Service\n---\nkind: Deployment\n", "several YAML documents"),
        ('{"version": 3, "terraform_version": "0.11.1", "modules": []}', "a state file of Terraform before 0.12"),
    ],
)
def test_a_file_of_another_kind_is_told_with_what_it_seems_to_be(text: str, kind: str) -> None:
    [problem] = problems(text)
    assert problem.message.startswith(f"must be a list of subscriptions, but looks like {kind}")
    assert problem.hint


def test_a_line_of_dashes_before_the_only_document_is_no_second_one() -> None:
    assert configuration_of("mapping", f"# ours\n%YAML 1.2\n---\n- {json.dumps(GOOD)}\n").subscriptions


@pytest.mark.parametrize("key", ["settings", "trigger", "action_id", "enabled"])
def test_what_a_plan_does_not_know_yet_is_named_with_the_way_out(key: str) -> None:
    shown = json.loads((EXAMPLES / "show.json").read_text(encoding="utf-8"))
    resource = next(
        item
        for item in shown["values"]["root_module"]["resources"]
        if item["type"] == "segment_destination_subscription"
    )
    del resource["values"][key]
    [problem] = problems(json.dumps({"planned_values": {"root_module": {"resources": [resource]}}}))
    assert problem.message == f"`{key}` is known only after `terraform apply`"
    assert problem.hint == "apply the plan, and use the output of `terraform show -json`"
