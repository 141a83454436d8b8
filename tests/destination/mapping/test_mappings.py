from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination import AggregateError, MappingError, RootMappingError
from destination.javascript.values import UNDEFINED, to_json_value
from destination.mapping import compile_batch_mapping, compile_mapping, resolve_batch

EVENT: dict[str, Any] = {
    "type": "track",
    "event": "Signed In",
    "userId": "u1",
    "traits": {"name": "Ada & O'Neil", "plan": None, "zero": 0},
    "properties": {"list": [{"n": 1}, {"n": 2}, None], "text": "abc", "a": {"x y": 2, "c.d": 3}},
}


def resolved(mapping: Any, event: Any = EVENT) -> Any:
    return to_json_value(compile_mapping({"v": mapping})(event))


def value(mapping: Any) -> Any:
    return resolved(mapping).get("v", "nothing")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.properties.list[0].n", 1),
        ("properties.list.1.n", 2),
        ("$.properties.a['x y']", 2),
        ('$.properties.a["c.d"]', "nothing"),
        ("$..properties..text", "abc"),
        ("$.properties.text.length", 3),
        ("$.properties.list[*].n", "nothing"),
        ("$.traits.plan.deeper", None),
        ("$.traits.zero.deeper", 0),
        ("$", "nothing"),
    ],
)
def test_a_path_leads_to_a_value(path: str, found: object) -> None:
    assert value({"@path": path}) == found


@pytest.mark.parametrize("path", ["", ".", "$."])
def test_an_empty_path_is_the_whole_event(path: str) -> None:
    assert value({"@path": path}) == EVENT


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{traits.name}}", "Ada & O'Neil"),
        ("{{{traits.name}}}!", "Ada & O'Neil!"),
        ("{{$.traits.name}}", ""),
        ("<{{ traits.plan }}{{missing}}>", "<>"),
        ("{{properties.a}}", "[object Object]"),
        ("{{}}", "{{}}"),
        ("no braces", "no braces"),
    ],
)
def test_a_template_renders_without_escaping(template: str, text: str) -> None:
    assert value({"@template": template}) == text


@pytest.mark.parametrize(
    ("directive", "result"),
    [
        ({"@if": {"exists": {"@path": "$.traits.zero"}, "then": "yes", "else": "no"}}, "yes"),
        ({"@if": {"exists": {"@path": "$.traits.plan"}, "then": "yes", "else": "no"}}, "no"),
        ({"@if": {"blank": {"@path": "$.traits.zero"}, "then": "yes", "else": "no"}}, "no"),
        ({"@if": {"exists": {"@path": "$.missing"}, "then": "yes", "else": 0}}, "nothing"),
        ({"@case": {"operator": "upper", "value": "straße"}}, "STRASSE"),
        ({"@replace": {"pattern": "b", "replacement": "[$&]", "value": {"@path": "$.properties.text"}}}, "a[b]c"),
        ({"@replace": {"pattern": "B", "ignorecase": True, "value": "abab", "global": False}}, "aab"),
        ({"@replace": {"pattern": "a", "value": {"@path": "$.missing"}}}, ""),
        ({"@replace": {"pattern": "b", "replacement": "$$$`$'", "value": "abc"}}, "a$acc"),
        ({"@replace": {"pattern": "aa", "replacement": "-", "value": "aaaaa"}}, "--a"),
        ({"@replace": {"pattern": "É", "replacement": "-", "ignorecase": True, "value": "éa"}}, "-a"),
        ({"@replace": {"pattern": "é", "replacement": "-", "ignorecase": False, "value": "Éé"}}, "É-"),
        ({"@replace": {"pattern": "a", "replacement": "x" * 10, "value": "a"}}, "x" * 10),
        ({"@json": {"mode": "decode", "value": "[9007199254740993, 1.5]"}}, [9007199254740992, 1.5]),
        ({"@json": {"mode": "decode", "value": f"[1{'0' * 500}]"}}, [None]),
        ({"@arrayPath": ["$.properties.list", {"m": {"@path": "$.n"}}]}, [{"m": 1}, {"m": 2}, {"m": None}]),
        ({"@flatten": {"separator": ".", "value": {"a": {"b": [1, {}]}}}}, {"a.b.0": 1}),
        ({"@flatten": {"separator": ".", "value": {"a": [1]}, "omitArrays": True}}, {"a": [1]}),
        ({"@json": {"mode": "encode", "value": {"a": [1.0, None]}}}, '{"a":[1,null]}'),
        ({"@json": {"mode": "decode", "value": "hello"}}, "hello"),
        ({"@merge": {"direction": "right", "objects": [{"a": 1}, {"a": {"@path": "$.missing"}}]}}, {}),
        ({"@merge": {"direction": "left", "objects": [{"a": 1}, {"a": 2, "b": 3}]}}, {"a": 1, "b": 3}),
        ({"@transform": {"apply": {"x": {"@path": "$.userId"}}, "mapping": {"y": {"@path": "$.x"}}}}, {"y": "u1"}),
        ({"@excludeWhenNull": {"a": None, "b": {"c": None}, "d": [None]}}, {"b": {}, "d": [None]}),
        ({"@liquid": "{{ userId | upcase }}{% if traits.zero == 0 %}!{% endif %}"}, "U1!"),
        ({"@literal": {"a": {"@path": "$.userId"}}}, {"a": "u1"}),
    ],
)
def test_a_directive_gives_its_result(directive: dict[str, Any], result: object) -> None:
    assert value(directive) == result


def test_every_mistake_of_a_configuration_is_named_at_once() -> None:
    mapping = {
        "a": {"@nope": 1},
        "b": {"@path": 5},
        "c": {"@json": {}},
        "d": {"e": {"@path": "$.x", "other": 1}},
        "f": {"@replace": {"pattern": "01234567890", "value": "x"}},
    }
    with pytest.raises(AggregateError) as caught:
        compile_mapping(mapping)
    assert [complaint.message for complaint in caught.value.complaints] == [
        "/a has an invalid directive: @nope.",
        "/b/@path should be a string or a mapping directive but it is a number.",
        '/c/@json should have field "value" but it doesn\'t.',
        '/c/@json should have field "mode" but it doesn\'t.',
        "/d/e should only have one @-prefixed key but it has 2 keys.",
        "/f/@replace/pattern should be a string of length 10 or less.",
    ]


def test_a_mistake_at_the_root_is_raised_by_itself() -> None:
    with pytest.raises(RootMappingError, match="invalid directive: @nope") as caught:
        compile_mapping({"@nope": 1})
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"@if": {"then": 1}}, '@if requires an "exists" key or a "blank" key'),
        ({"@case": {"operator": "title", "value": "x"}}, 'operator key should have a value of "lower" or "upper"'),
        ({"@flatten": {"value": {}}}, '@flatten requires a "separator" key'),
        ([{"@nope": 1}], "@nope is not a valid directive, got undefined"),
        ({"@path": {"@path": "$.missing"}}, "@path: expected string, got undefined"),
        ({"@liquid": "x" * 1001}, "liquid template values are limited to 1000 characters"),
        ({"@liquid": "a {{ userId"}, 'output "{{ userId" not closed, line:1, col:3'),
        ({"@liquid": "\n {% for i in l %}{% endfor %}"}, 'tag "for" is disabled, line:2, col:2'),
    ],
)
def test_what_cannot_be_resolved_is_raised_when_an_event_comes(mapping: Any, message: str) -> None:
    resolve = compile_mapping({"v": mapping})
    with pytest.raises(MappingError) as caught:
        resolve(EVENT)
    assert caught.value.message == message


def test_an_event_must_be_an_object_and_a_batch_a_list() -> None:
    with pytest.raises(MappingError, match="data must be an object, got array"):
        compile_mapping({})([])
    with pytest.raises(MappingError, match="data must be an array, got object"):
        resolve_batch(compile_batch_mapping({}), {})


def test_the_special_root_key_puts_the_rest_into_its_directive() -> None:
    mapping = {
        "__segment_internal_directive": {"@transform": {"apply": {"who": {"@path": "$.userId"}}}},
        "id": {"@path": "$.who"},
    }
    assert compile_mapping(mapping)(EVENT) == {"id": "u1"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
PATHS = st.sampled_from(["$.a", "$.traits.name", "$.properties.list[1]", "$", "$.", "$.properties.a.b.c"])


def directives(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.fixed_dictionaries({"@path": PATHS | inner}),
        st.fixed_dictionaries({"@template": st.sampled_from(["{{a}}", "{{{traits}}}", "x"]) | inner}),
        st.fixed_dictionaries({"@if": st.dictionaries(st.sampled_from(["exists", "blank", "then", "else"]), inner)}),
        st.fixed_dictionaries({"@merge": st.fixed_dictionaries(
            {"direction": st.sampled_from(["left", "right", "LEFT"]), "objects": st.lists(inner, max_size=3)})}),
        st.fixed_dictionaries({"@arrayPath": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"@flatten": st.fixed_dictionaries({"separator": st.just("."), "value": inner})}),
        st.fixed_dictionaries({"@excludeWhenNull": inner}),
        st.dictionaries(st.sampled_from(["k", "@nope", "@path"]), inner, max_size=2),
    )  # fmt: skip


@given(
    st.recursive(JSON, directives, max_leaves=8),
    st.dictionaries(st.sampled_from(["a", "traits", "properties"]), JSON),
)
def test_no_mapping_and_no_event_does_more_than_raise_segments_own_errors(mapping: Any, event: Any) -> None:
    before = copy.deepcopy(event)
    try:
        result = compile_mapping(mapping)(event)
    except (AggregateError, MappingError, RootMappingError):
        pass
    else:
        assert result is UNDEFINED or to_json_value(result) is not NotImplemented
    assert event == before
