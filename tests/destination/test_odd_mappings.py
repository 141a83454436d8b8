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


def test_a_pattern_that_is_too_long_fails_when_there_is_a_text() -> None:
    replace = {"pattern": "a", "value": "abc", "pattern2": "much too long"}
    assert refusal({"v": {"@replace": replace}}).message == '@replace requires a "pattern" less than 10 characters'


@pytest.mark.parametrize(
    ("directive", "message"),
    [
        ({"@transform": {}}, '@transform requires a "mapping" key'),
        ({"@transform": {"mapping": 1, "apply": 1}}, '@transform "apply" key should be an object'),
        ({"@transform": 1}, '@transform requires an object with an "apply" key and a "mapping" key'),
        ({"@merge": 1}, '@merge requires an object with an "objects" key and a "direction" key'),
        ({"@merge": {"direction": 1, "objects": 1}}, "@merge: expected opts.array, got number"),
        ({"@json": 1}, '@json requires an object with a "value" key'),
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
