"""What Segment complains about before a mapping runs, in its own words."""

from __future__ import annotations

from typing import Any

import pytest

from destination import AggregateError, MappingError
from destination.javascript.values import to_json_value
from destination.mapping import compile_mapping

OBJECTS = [{"a": 1}, {"a": 2}]


def complaints(directive: Any) -> list[str]:
    with pytest.raises(AggregateError) as caught:
        compile_mapping({"v": directive})
    return [complaint.message for complaint in caught.value.complaints]


@pytest.mark.parametrize("name", ["@case", "@if", "@merge", "@transform"])
@pytest.mark.parametrize(
    ("argument", "kind"), [(5, "a number"), ([], "an array"), ({"@path": "$.x"}, "a directive")], ids=repr
)
def test_most_directives_are_of_options(name: str, argument: Any, kind: str) -> None:
    assert complaints({name: argument}) == [f"/v/{name} should be an object but it is {kind}."]


@pytest.mark.parametrize(
    ("directive", "complaint"),
    [
        ({"@flatten": {"separator": 5, "value": 1}}, "/@flatten/separator should be a string but it is a number."),
        ({"@flatten": {"separator": [], "value": 1}}, "/@flatten/separator should be a string but it is an array."),
        ({"@case": {"operator": {}, "value": "x"}}, "/@case/operator should be a string but it is an object."),
        ({"@merge": {"direction": "left", "objects": {}}}, "/@merge/objects should be an array but it is an object."),
        (
            {"@transform": {"apply": {}, "mapping": []}},
            "/@transform/mapping should be a object or a mapping directive but it is an array.",
        ),
        ({"@arrayPath": []}, "/@arrayPath should be a string or a mapping directive but it is an undefined."),
        ({"@arrayPath": [5]}, "/@arrayPath should be a string or a mapping directive but it is a number."),
        ({"@arrayPath": {}}, "/@arrayPath should be an array but it is an object."),
        ({"@template": True}, "/@template should be a string or a mapping directive but it is a boolean."),
        ({"@json": {"mode": "encode"}}, '/@json should have field "value" but it doesn\'t.'),
    ],
)
def test_each_option_is_of_its_own_kind(directive: Any, complaint: str) -> None:
    assert complaints(directive) == [f"/v{complaint}"]


@pytest.mark.parametrize(
    ("direction", "complaint"),
    [
        ("up", 'should be one of left, right but it is "up".'),
        ("", 'should be one of left, right but it is "".'),
        ("Ü", 'should be one of left, right but it is "Ü".'),
        ('"', r'should be one of left, right but it is "\"".'),
        (5, "should be a string but it is a number."),
        (None, "should be a string but it is a null."),
        ({"@path": "$.a"}, "should be a string but it is a directive."),
    ],
)
def test_a_merge_goes_left_or_right(direction: Any, complaint: str) -> None:
    merge = {"@merge": {"direction": direction, "objects": OBJECTS}}
    assert complaints(merge) == [f"/v/@merge/direction {complaint}"]


def test_json_is_encoded_or_decoded() -> None:
    assert complaints({"@json": {"mode": "x", "value": 1}}) == [
        '/v/@json/mode should be one of encode, decode but it is "x".'
    ]


@pytest.mark.parametrize(
    ("directive", "found"),
    [
        ({"@merge": {"direction": "LEFT", "objects": OBJECTS}}, {"v": {"a": 2}}),
        ({"@json": {"mode": "Decode", "value": "1"}}, {}),
    ],
)
def test_a_word_in_capitals_passes_the_check_and_means_nothing(directive: Any, found: dict[str, Any]) -> None:
    assert to_json_value(compile_mapping({"v": directive})({})) == found


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ({"pattern": ""}, "pattern should be a string of length 1 or greater."),
        ({"pattern": "12345678901"}, "pattern should be a string of length 10 or less."),
        ({"pattern": "🚀🚀🚀🚀🚀a"}, "pattern should be a string of length 10 or less."),
        ({"pattern": 5}, "pattern should be a string but it is a number."),
        ({"replacement": "12345678901"}, "replacement should be a string of length 10 or less."),
        ({"ignorecase": "yes"}, "ignorecase should be a boolean but it is a string."),
        ({"global": 1}, "global should be a boolean but it is a number."),
        ({"value": 5}, "value should be a string or a mapping directive but it is a number."),
    ],
)
def test_a_replacement_is_of_short_texts_and_of_switches(option: dict[str, Any], complaint: str) -> None:
    assert complaints({"@replace": {"pattern": "a", "value": "x", **option}}) == [f"/v/@replace/{complaint}"]


@pytest.mark.parametrize(
    "option", [{"pattern": "1234567890"}, {"pattern": "🚀🚀🚀🚀🚀"}, {"replacement": ""}], ids=repr
)
def test_the_longest_pattern_and_the_shortest_replacement_pass(option: dict[str, Any]) -> None:
    replace = {"@replace": {"pattern": "a", "value": "x", **option}}
    assert compile_mapping({"v": replace})({}) == {"v": "x"}


@pytest.mark.parametrize(
    ("directive", "message"),
    [
        ({"@case": 5}, '@case requires an object with a "operator" key'),
        ({"@case": {"value": "x"}}, '@case requires a "operator" key'),
        ({"@replace": 5}, '@replace requires an object with a "pattern" key'),
        ({"@replace": {"value": "x"}}, '@replace requires a "pattern" key'),
        ({"@flatten": 5}, '@flatten requires an object with a "separator" key'),
        ({"@flatten": {}}, '@flatten requires a "separator" key'),
        ({"@json": {"mode": "encode"}}, '@json requires a "value" key'),
        ({"@json": {"value": 1}}, '@json requires a "mode" key'),
        ({"@json": {}}, '@json requires a "mode" key'),
        ({"@merge": {"direction": "left"}}, '@merge requires a "objects" key'),
        ({"@merge": {"objects": []}}, '@merge requires a "direction" key'),
        ({"@merge": {}}, '@merge requires a "direction" key'),
        ({"@template": 5}, "@template: expected string, got number"),
        ({"@template": []}, "@template: expected string, got array"),
        ({"@path": 5}, "@path: expected string, got number"),
        ({"@if": 5}, '@if requires an object with an "exists" key'),
        ({"@arrayPath": 5}, "@arrayPath expected array, got number"),
        ({"@arrayPath": "x"}, "@arrayPath expected array, got string"),
    ],
)
def test_what_stands_in_a_list_is_not_checked_and_fails_when_it_runs(directive: Any, message: str) -> None:
    resolve = compile_mapping({"v": [directive]})
    with pytest.raises(MappingError) as caught:
        resolve({})
    assert caught.value.message == message


@pytest.mark.parametrize(
    "directive",
    [
        {"@template": {"@path": "$.userId"}},
        {"@template": {"@literal": "{{userId}}"}},
        {"@path": {"@literal": "$.userId"}},
    ],
)
def test_a_path_or_a_template_may_come_from_another_directive(directive: Any) -> None:
    assert compile_mapping({"v": directive})({"userId": "u1"}) == {"v": "u1"}
