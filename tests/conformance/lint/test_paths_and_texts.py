"""Paths, templates, Liquid, and texts that look like one of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lint_cases import findings, path, rules, subscription

from destination.mapping import compile_path, path_keys


def told(value: Any, action: str = "trackEvent") -> list[str]:
    return rules(subscription(action, {"dataFields": {"x": value}}))


@pytest.mark.parametrize(
    "text",
    [
        "$.properties.users[*].email",
        "$.properties.users.*",
        "$.properties.users[]",
        "$.properties.users[-1]",
        "$.properties.users[?(@.x)]",
        "$.properties.users[0:2]",
        "$.properties.a || $.properties.b",
        "$.properties['a.b']",
        "$.properties[a]",
        " $.properties.a",
        "$['properties']",
        "$..email",
        "$",
        "{{properties.a}}",
    ],
)
def test_a_path_with_syntax_that_segment_lacks_is_told(text: str) -> None:
    assert told(path(text)) == ["error path.syntax"]


@pytest.mark.parametrize(
    "text",
    [
        "$.properties.users[0].name",
        "$.properties.users.0.name",
        "$.properties['a b']",
        '$.properties["a b"]',
        "$.properties.a b",
        "properties.a",
        "$.properties.$created",
        "$.properties.Price (USD)",
        "$.context.campaign.name",
        "$.context.personas.computation_key",
        "$.context.traits.first_name",
        "$.integrations.Iterable.x",
        "$.receivedAt",
        "$.event.length",
        "$.",
    ],
)
def test_of_a_path_that_segment_can_follow_nothing_is_told(text: str) -> None:
    assert told(path(text)) == []


@pytest.mark.parametrize(
    ("text", "rule", "advice"),
    [
        ("$.email", "path.root", "write $.properties.email"),
        ("$.property.a", "path.root", "write $.properties.a"),
        ("$.Properties.a", "path.root", "write $.properties.a"),
        ("$.userID", "path.root", "write $.userId"),
        ("$.user_id", "path.root", "write $.userId"),
        ("$.traits.plan", "path.wrong-root", "write $.context.traits.plan, or $.properties.plan"),
        ("$.name", "path.wrong-root", "write $.properties.name, or $.event"),
        ("$.groupId", "path.wrong-root", "write $.context.groupId"),
        ("$.event.properties.a", "path.inside-text", "write $.properties.a"),
        ("$.event.name", "path.inside-text", "write $.properties.name, or just $.event"),
    ],
)
def test_a_path_that_begins_with_what_a_track_lacks_is_told(text: str, rule: str, advice: str) -> None:
    (finding,) = findings(subscription("trackEvent", {"dataFields": {"x": path(text)}}))
    assert (finding.severity, finding.rule, finding.advice) == ("error", rule, advice)


def test_a_path_that_an_identify_lacks_is_told_with_what_it_has() -> None:
    (finding,) = findings(subscription("updateUser", {"dataFields": path("$.properties.plan")}))
    assert (finding.rule, finding.advice) == ("path.wrong-root", "write $.traits.plan")
    assert rules(subscription("updateUser", {"email": path("$.context.traits.email")})) == [
        "warning path.context-traits"
    ]


def test_the_types_that_the_trigger_takes_decide_what_is_there() -> None:
    both = 'type = "identify" or type = "group"'
    assert rules(subscription("updateUser", trigger=both)) == []
    page = subscription("trackEvent", {"eventName": path("$.name")}, 'type = "page"')
    assert rules(page) == []
    assert rules({**page, "subscribe": 'type = "track"'}) == ["error path.wrong-root"]


def test_what_another_choice_of_the_same_if_has_need_not_be_there() -> None:
    choice = {
        "exists": path("$.properties.email"),
        "then": path("$.properties.email"),
        "else": path("$.traits.email"),
    }
    assert rules(subscription("updateUser", {"email": {"@if": choice}})) == []
    assert rules(subscription("trackEvent", {"email": {"@if": choice}})) == []


def test_what_a_merge_adds_is_no_choice() -> None:
    merged = {"@merge": {"direction": "right", "objects": [path("$.traits"), {"app": path("$.properties.app")}]}}
    assert rules(subscription("updateUser", {"dataFields": merged})) == ["error path.wrong-root"]


def test_paths_of_items_and_of_what_a_transform_made_are_followed_elsewhere() -> None:
    made = {"@transform": {"apply": {"a": path("$.properties.a")}, "mapping": {"b": path("$.a")}}}
    assert told(made) == []
    assert told({"@arrayPath": ["$.properties.list", {"a": path("$.anything")}]}) == []
    assert told({"@arrayPath": [path("$.properties.list"), {"a": path("$.a")}]}) == []
    assert told({"@arrayPath": ["$.list", {"a": path("$.a")}]}) == ["error path.root"]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("$.properties.a", "error text.path"),
        ("$['a']", "error text.path"),
        ("properties.plan", "error text.path"),
        ("Dear {{properties.name}}", "warning text.template"),
        ({"@if": {"exists": "$.properties.a", "then": path("$.properties.a")}}, "error text.path"),
        ({"@case": {"operator": "lower", "value": "$.properties.a"}}, "error text.path"),
        ({"@template": "$.properties.a"}, "error template.text"),
        ({"@template": "{{$.properties.a}}"}, "error template.variable"),
        ({"@template": "{{user.name}}"}, "error template.variable"),
        ({"@template": "{{properties.a | upcase}}"}, "error template.variable"),
        ({"@template": "{{event.properties.a}}"}, "error path.inside-text"),
        ({"@template": "{{traits.a}}"}, "error path.wrong-root"),
        ({"@liquid": "{{ event.properties.a }}"}, "error path.inside-text"),
        ({"@liquid": "{{ traits.a }}"}, "error path.wrong-root"),
        ({"@liquid": "{% for a in b %}{% endfor %}"}, "error liquid.disabled"),
        ({"@liquid": "{{ properties.a | sort }}"}, "error liquid.disabled"),
        ({"@literal": {"a": path("$.email")}}, "error path.root"),
        ({"@liquid": "x" * 1001}, "error liquid.disabled"),
    ],
)
def test_a_text_that_does_not_do_what_it_looks_like_is_told(value: Any, rule: str) -> None:
    assert told(value) == [rule]


@pytest.mark.parametrize(
    "value",
    [
        "web",
        "$5.00 off",
        "US$",
        "a.b.c",
        "properties of a thing",
        {"@literal": "$.properties.a"},
        {"@template": "hello"},
        {"@template": "{{properties.a}} and {{{ event }}}"},
        {"@template": "{{userId}}"},
        {"@template": "{ not a tag }"},
        {"@liquid": "{% assign b = properties.a %}{{ b | upcase }} a | sort"},
        {"@replace": {"pattern": "$.", "replacement": "", "value": path("$.properties.a")}},
        {"@flatten": {"separator": ".", "value": path("$.properties.a")}},
        {"@excludeWhenNull": path("$.properties.a")},
        {"@json": {"mode": "encode", "value": path("$.properties.a")}},
    ],
)
def test_of_a_text_that_means_what_it_says_nothing_is_told(value: Any) -> None:
    assert told(value) == []


def test_a_template_outside_of_the_data_fields_is_an_error() -> None:
    assert rules(subscription("trackEvent", {"eventName": "{{event}}"})) == ["error text.template"]


@given(st.lists(st.text("abc ", min_size=1), min_size=1, max_size=4))
def test_the_keys_of_a_path_are_those_that_it_follows(keys: list[str]) -> None:
    event: object = 1
    for key in reversed(keys):
        event = {key: event}
    text = f"$.{'.'.join(keys)}"
    assert path_keys(text) == tuple(keys)
    assert compile_path(text)(event) == 1


ITEM = {name: path(f"$.{name}") for name in ("name", "price", "quantity")}


@pytest.mark.parametrize(
    ("reads", "meant"),
    [
        (path("$.properties.products.product_id"), "write $.product_id"),
        (path("$.context.app.name"), "write $.name"),
        ({"@template": "{{properties.sku}}"}, "write sku"),
        (path("$.messageId"), "write $.messageId"),
    ],
)
def test_a_path_of_the_event_in_an_item_is_told(reads: dict[str, str], meant: str) -> None:
    items = {"@arrayPath": ["$.properties.products", {"id": reads, **ITEM}]}
    (finding,) = findings(subscription("updateCart", {"items": items}))
    assert (finding.rule, finding.severity) == ("path.item", "warning")
    assert finding.advice.startswith(meant)


def test_an_item_may_have_properties_of_its_own() -> None:
    items = {
        "@arrayPath": [
            "$.properties.products",
            {"id": path("$.product_id"), "dataFields": path("$.properties"), **ITEM},
        ]
    }
    assert rules(subscription("updateCart", {"items": items})) == []


@pytest.mark.parametrize("text", ["{event}", "{{event}", "{event}}", "Bought {properties.name}", "{ $.event }"])
def test_a_variable_of_a_template_with_one_brace_on_a_side_is_told(text: str) -> None:
    assert told({"@template": text}) == ["error template.text"]


@pytest.mark.parametrize("text", ["{{event}}", "{{{event}}}", "{ {{event}} }", "{colour}", '{"event": "{{event}}"}'])
def test_braces_that_hold_no_variable_are_left_alone(text: str) -> None:
    assert told({"@template": text}) == []


def test_a_key_inside_a_text_of_the_context_is_told() -> None:
    assert told(path("$.context.locale.country")) == ["error path.inside-text"]
    assert told(path("$.context.locale.length")) == []


@pytest.mark.parametrize("text", ["$traits.email", "$,traits.email"])
def test_a_path_that_begins_with_a_slip_is_told_with_the_root_that_is_meant(text: str) -> None:
    (finding,) = findings(subscription("updateUser", {"email": path(text)}))
    assert (finding.rule, finding.advice) == ("path.root", "write $.traits.email")


def test_a_group_has_the_traits_of_its_member_in_the_context() -> None:
    member = {"email": path("$.context.traits.email"), "dataFields": None, "phoneNumber": None}
    assert rules(subscription("updateUser", member, 'type = "group"')) == []
