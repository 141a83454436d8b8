"""What Segment's build makes of mappings that nobody means to write."""

from __future__ import annotations

from typing import Any

import pytest

from destination import AggregateError, Destination, DestinationError, MappingError, RootMappingError, Subscription
from destination.javascript.values import to_json_value
from destination.mapping import compile_mapping

EVENT: dict[str, Any] = {"type": "track", "event": "Signed In", "userId": "u1", "properties": {"words": "a b a"}}


def resolved(mapping: Any) -> Any:
    return to_json_value(compile_mapping(mapping)(EVENT))


def refusal(mapping: Any) -> DestinationError:
    with pytest.raises(DestinationError) as caught:
        resolved(mapping)
    return caught.value


@pytest.mark.parametrize("mapping", [[], "", 5, True], ids=repr)
def test_a_mapping_that_is_no_object_maps_nothing(mapping: Any) -> None:
    assert resolved(mapping) == {}


def test_a_list_of_mappings_is_an_object_by_position() -> None:
    assert resolved([{"@path": "$.userId"}, 7]) == {"0": "u1", "1": 7}


@pytest.mark.parametrize("root", [5, {}, {"@path": "$.properties"}, "x"], ids=repr)
def test_a_root_directive_that_is_no_object_is_refused(root: Any) -> None:
    error = refusal({"__segment_internal_directive": root, "a": 1})
    assert (error.name, error.message) == ("Error", "The root directive must be an object")


def test_complaints_follow_the_order_of_javascripts_keys() -> None:
    error = refusal({"b": {"@nope": 1}, "0": {"@nope": 1}})
    assert [complaint.message for complaint in error.complaints] == [
        "/0 has an invalid directive: @nope.",
        "/b has an invalid directive: @nope.",
    ]


def test_the_first_failing_directive_in_that_order_is_the_one_reported() -> None:
    failing = {"b": [{"@case": {}}], "0": {"@path": {"@path": "$.nothing"}}}
    assert refusal({"v": {"@literal": failing}}).message == "@path: expected string, got undefined"


def test_a_mistake_among_the_objects_of_a_merge_is_raised_by_itself() -> None:
    merge = {"@merge": {"direction": "left", "objects": [{"@liquid": 5}, {"@liquid": 6}]}}
    at_the_root = refusal(merge)
    assert isinstance(at_the_root, RootMappingError)
    assert at_the_root.message == "/@liquid should be a string but it is a number."
    below = refusal({"v": merge})
    assert isinstance(below, AggregateError)
    assert [complaint.message for complaint in below.complaints] == [at_the_root.message]


def test_plain_objects_of_a_merge_are_checked_as_well() -> None:
    error = refusal({"v": {"@merge": {"direction": "left", "objects": [{"a": {"@nope": 1}}]}}})
    assert [complaint.message for complaint in error.complaints] == ["/a has an invalid directive: @nope."]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"pattern": "a", "replacement2": "much too long"}, " b "),
        ({"pattern": "a", "pattern2": "b", "replacement2": 5}, " b "),
        ({"pattern": "a", "value": {"@path": "$.properties"}, "pattern2": "much too long"}, ""),
    ],
    ids=["no second pattern", "second replacement no text", "no text to change"],
)
def test_a_replacement_is_checked_only_where_it_is_used(options: dict[str, Any], found: str) -> None:
    whole = {"value": {"@path": "$.properties.words"}, **options}
    assert resolved({"v": {"@replace": whole}}) == {"v": found}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"pattern2": "much too long"}, '@replace requires a "pattern" less than 10 characters'),
        (
            {"pattern2": "b", "replacement2": "much too long"},
            '@replace requires a "replacement" less than 10 characters',
        ),
    ],
)
def test_what_is_too_long_for_a_replacement_fails_when_there_is_a_text(option: dict[str, Any], message: str) -> None:
    assert refusal({"v": {"@replace": {"pattern": "a", "value": "abc", **option}}}).message == message


@pytest.mark.parametrize(
    "option", [{"replacement": 5}, {"pattern": 5}, {"ignorecase": "yes"}, {"global": "yes"}], ids=repr
)
def test_inside_a_list_an_option_of_another_type_leaves_nothing_of_the_text(option: dict[str, Any]) -> None:
    assert resolved({"v": [{"@replace": {"pattern": "a", "value": "abc", **option}}]}) == {"v": [""]}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, "x y A B x y"),
        ({"ignorecase": True}, "x y x y x y"),
        ({"global": False}, "x y A B a b"),
        ({"ignorecase": None, "global": None}, "x y A B x y"),
    ],
    ids=repr,
)
def test_both_replacements_obey_the_same_options(options: dict[str, Any], found: str) -> None:
    both = {"pattern": "a", "replacement": "x", "pattern2": "b", "replacement2": "y", "value": "a b A B a b"}
    assert resolved({"v": [{"@replace": {**both, **options}}]}) == {"v": [found]}


@pytest.mark.parametrize("value", ["", None, 0, False], ids=repr)
def test_a_replacement_in_nothing_is_undefined(value: Any) -> None:
    assert resolved({"v": [{"replaced": {"@replace": {"pattern": "a", "value": value}}}]}) == {"v": [{}]}


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("s", "sS\u017f", "xx\u017f"),
        ("\u017f", "sS\u017f", "sSx"),
        ("k", "kK\u212a", "xx\u212a"),
        ("i", "iI\u0131\u0130", "xx\u0131\u0130"),
        ("\u0131", "iI\u0131\u0130", "iIx\u0130"),
        ("ß", "ssSSß\u1e9e", "ssSSx\u1e9e"),
        ("\ufb01", "fiFI\ufb01", "fiFIx"),
        ("\u03c3", "\u03c3\u03c2\u03a3", "xxx"),
        ("\u00b5", "\u00b5\u03bc\u039c", "xxx"),
        ("é", "éÉaÉ", "xxax"),
        ("ÿ", "ÿ\u0178", "xx"),
        ("[", "[{]}", "x{]}"),
    ],
)
def test_case_is_ignored_letter_by_letter_and_no_letter_becomes_a_plain_one(
    pattern: str, text: str, found: str
) -> None:
    replace = {"pattern": pattern, "replacement": "x", "ignorecase": True, "value": text}
    assert resolved({"v": {"@replace": replace}}) == {"v": found}


def test_a_mode_in_capitals_passes_the_check_and_gives_nothing_but_the_mistakes_of_its_value() -> None:
    event = {"where": "$.userId", "userId": "u1"}
    mapping = {"v": {"@json": {"mode": "ENCODE", "value": {"@path": {"@path": "$.where"}}}}}
    assert compile_mapping(mapping)(event) == {}
    with pytest.raises(MappingError, match=r"^@path: expected string, got undefined$"):
        compile_mapping(mapping)({})


@pytest.mark.parametrize(
    ("directive", "found"),
    [
        ({"@flatten": {"separator": {"@path": "$.userId"}, "value": {"a": {"b": 1}}}}, {"au1b": 1}),
        ({"@flatten": {"separator": "."}}, {}),
        ({"@flatten": {"separator": ".", "value": None}}, {"": None}),
        ({"@flatten": {"separator": ".", "value": 5}}, {"": 5}),
        ({"@merge": {"direction": {"@path": "$.properties.from"}, "objects": [{"a": 1}, {"a": 2}]}}, {"a": 1}),
        ({"@json": {"mode": {"@path": "$.userId"}, "value": "a"}}, None),
        ({"@json": {"mode": "neither", "value": "a"}}, None),
        ({"@json": {"mode": 7, "value": "a"}}, None),
        ({"@path": "$.missing"}, None),
        ({"a": {"@path": "$.missing"}}, {}),
    ],
)
def test_inside_a_list_options_may_be_directives_or_missing(directive: Any, found: object) -> None:
    event = {**EVENT, "properties": {"from": "left"}}
    assert to_json_value(compile_mapping({"v": [directive]})(event)) == {"v": [found]}


def test_undefined_members_are_gone_from_a_mapping_that_is_resolved() -> None:
    nothing = {"a": {"@path": "$.missing"}}
    merge = {"@merge": {"direction": "right", "objects": [{"a": 1, "b": 2}, nothing]}}
    assert compile_mapping({"v": [nothing], "m": merge})(EVENT) == {"v": [{}], "m": {"b": 2}}


@pytest.mark.parametrize(
    "second",
    [
        {"@literal": {"a": {"@path": "$.missing"}}},
        {"@excludeWhenNull": {"a": {"@path": "$.missing"}}},
        {"@if": {"exists": 1, "then": {"a": {"@path": "$.missing"}}}},
        {"@merge": {"direction": "right", "objects": [{"a": {"@path": "$.missing"}}]}},
        {"@transform": {"apply": {"x": 1}, "mapping": {"a": {"@path": "$.missing"}}}},
    ],
    ids=lambda second: str(next(iter(second))),
)
def test_whatever_an_undefined_member_of_a_merge_comes_through_it_takes_the_place_of_another(second: Any) -> None:
    assert resolved({"v": {"@merge": {"direction": "right", "objects": [{"a": 1}, second]}}}) == {"v": {}}


def test_a_transform_of_an_undefined_item_begins_with_an_empty_object() -> None:
    shape = {"x": {"@transform": {"apply": {"a": 1}, "mapping": {"@path": "$.a"}}}}
    mapping = {"v": {"@arrayPath": [{"@literal": [{"@path": "$.missing"}]}, shape]}}
    assert resolved(mapping) == {"v": [{"x": 1}]}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{userId\u001c}}", ""),
        ("{{{userId\u001c}}}", ""),
        ("{{\ufeffuserId}}-{{\u2003userId }}", "u1-u1"),
        ("{{{\ufeffuserId}}}{{\ufeffuserId}}", "u1u1"),
    ],
)
def test_around_the_path_of_a_template_only_javascripts_blanks_are_dropped(template: str, text: str) -> None:
    assert resolved({"v": {"@template": template}}) == {"v": text}


@pytest.mark.parametrize(
    ("directive", "message"),
    [
        ({"@transform": {}}, '@transform requires a "mapping" key'),
        ({"@transform": {"mapping": 1, "apply": 1}}, '@transform "apply" key should be an object'),
        ({"@transform": 1}, '@transform requires an object with an "apply" key and a "mapping" key'),
        ({"@merge": 1}, '@merge requires an object with an "objects" key and a "direction" key'),
        ({"@merge": {"direction": 1, "objects": 1}}, "@merge: expected opts.array, got number"),
        ({"@merge": {"direction": 1, "objects": {"a": 1}}}, "@merge: expected opts.array, got object"),
        ({"@merge": {"direction": 1, "objects": {"@path": "$.a"}}}, "@merge: expected opts.array, got object"),
        (
            {"@replace": {"pattern": "a", "replacement": "much too long", "value": "a"}},
            '@replace requires a "replacement" less than 10 characters',
        ),
        ({"@json": 1}, '@json requires an object with a "value" key'),
        ({"@liquid": 5}, "liquid template value must be a string"),
        ({"@flatten": {"separator": 5}}, "@flatten requires a string separator"),
        ({"@case": {"operator": ["lower"], "value": "A"}}, 'operator key should have a value of "lower" or "upper"'),
    ],
)
def test_inside_a_list_a_directive_says_what_it_lacks_only_when_it_runs(directive: Any, message: str) -> None:
    error = refusal({"v": [directive]})
    assert isinstance(error, MappingError)
    assert error.message == message


def test_inside_a_list_a_transform_checks_its_own_configuration_when_it_runs() -> None:
    error = refusal({"v": [{"@transform": {"apply": {"a": {"@nope": 1}}, "mapping": {"@path": "$.a"}}}]})
    assert isinstance(error, AggregateError)


def test_a_transform_of_an_item_that_is_no_object_fails() -> None:
    shape = {"x": {"@transform": {"apply": {"a": 1}, "mapping": {"@path": "$.a"}}}}
    error = refusal({"v": {"@arrayPath": [{"@literal": ["text"]}, shape]}})
    assert error.message == "data must be an object, got string"


def test_inside_a_list_other_keys_make_a_directive_a_plain_object() -> None:
    assert resolved({"v": [{"@path": "$.userId", "more": {"@path": "$.userId"}}]}) == {
        "v": [{"@path": "$.userId", "more": "u1"}]
    }


def test_whatever_omits_lists_does_so() -> None:
    flatten = {"separator": ".", "value": {"@literal": {"a": [1]}}, "omitArrays": "yes"}
    assert resolved({"v": {"@flatten": flatten}}) == {"v": {"a": [1]}}


def test_an_empty_pair_of_parentheses_breaks_the_delivery_when_it_is_reached() -> None:
    destination = Destination({"apiKey": "k"}, [Subscription("s", "updateUser", 'type = "track" and (foo = 1)', {})])
    [broken] = destination.plan(EVENT)
    assert broken.error is not None
    assert (broken.error.name, broken.error.status) == ("TypeError", None)
    assert destination.plan_batch([EVENT])[0].error is not None
    [unreached] = destination.plan({"type": "page"})
    assert unreached.results == [{"output": "not subscribed"}]
