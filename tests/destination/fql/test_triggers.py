from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination import TriggerError
from destination.fql import FqlError, compile_condition, from_json, generate, parse, to_json

TRACK = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u1",
    "properties": {"n": 5, "text": "5", "off": False},
}


def matches(trigger: str, event: object = TRACK) -> bool:
    return compile_condition(parse(trigger))(event)


@pytest.mark.parametrize(
    "trigger",
    [
        'type = "track"',
        "type = track",
        'type = "track" and event = "Order Completed"',
        'contains(event, "Order")',
        'match(event, "Order*")',
        'match(event, "*Completed")',
        'properties.text = "5"',
        "properties.n = 5",
        "properties.n >= 5 and properties.n < 6",
        'properties.n < "6"',
        'properties.n > ""',
        "properties.off = false",
        "properties.missing = null",
        "userId != null",
        'type = "identify" or type = "track"',
        'properties.missing != "x"',
    ],
)
def test_a_trigger_that_matches(trigger: str) -> None:
    assert matches(trigger)


@pytest.mark.parametrize(
    ("trigger", "why"),
    [
        ('type = "track" and event == "Order Completed"', "a doubled sign compares with the text ="),
        ("type = 'track'", "single quotes stay part of the text"),
        ("properties.text > 1", "a numeric text is no number"),
        ("properties.missing != 5", "the numeric form needs a number"),
        ('!contains(properties.missing, "x")', "negations need a text"),
        ('type = "track" OR event = "x"', "capitals are skipped, and the level counts as and"),
        ('properties.n = "5"', "types are compared strictly"),
    ],
)
def test_a_trigger_that_does_not_match(trigger: str, why: str) -> None:
    assert not matches(trigger), why


def test_the_last_conditional_of_a_level_decides_for_all_of_it() -> None:
    assert not matches('event = "Order Completed" or event = "x" and userId = "nobody"')


def test_a_function_that_is_not_last_in_its_group_closes_it_too_early() -> None:
    assert matches('type = "track" and (contains(event, "Nothing") or event = "Refund")')
    assert not matches('type = "track" and (event = "Refund" or contains(event, "Nothing"))')


@pytest.mark.parametrize(
    "trigger",
    ["", "   ", 'foo = "x"', '((type = "track"))', '(type = "track"', 'type = "track', "and", "type\r= track",
     'event!="x"', "properties.a>5", "properties[0] = 1", "1.2.3", "!"],
)  # fmt: skip
def test_a_trigger_that_cannot_be_parsed_says_what_is_wrong(trigger: str) -> None:
    with pytest.raises(FqlError) as caught:
        parse(trigger)
    assert caught.value.message
    assert caught.value.explanation


@pytest.mark.parametrize(
    ("trigger", "explanation"),
    [
        ("properties.a = 1.2.3", "a number has one decimal point at most (at character 19)"),
        ("properties.a = 1.", "a number cannot end with its decimal point (at character 17)"),
        ('(type = "track"', "a closing parenthesis is missing"),
    ],
)
def test_an_explanation_says_what_is_wrong_and_where(trigger: str, explanation: str) -> None:
    with pytest.raises(FqlError) as caught:
        parse(trigger)
    assert caught.value.explanation.removeprefix("the trigger cannot be read: ") == explanation


NUMERIC = {"type": "event-property", "name": "a", "operator": "<"}


@pytest.mark.parametrize(
    ("tree", "trigger"),
    [
        ({"operator": "and", "children": [{**NUMERIC, "value": 5}]}, "properties.a < 5"),
        ({"operator": "and", "children": [{**NUMERIC, "value": "5"}]}, "properties.a < 5"),
        (
            {"operator": "or", "children": [{"type": "event-type", "operator": "=", "value": "track"}]},
            'type = "track"',
        ),
        ({"type": "group", "operator": "and", "children": []}, ""),
        ({"operator": "and", "children": [{**NUMERIC, "value": "x"}]}, "properties.a < NaN"),
        ({"operator": "and", "children": [{**NUMERIC, "value": ""}]}, "properties.a < 0"),
        ({"operator": "and", "children": [NUMERIC]}, "properties.a < NaN"),
        (
            {"operator": "and", "children": [{"type": "event-property", "name": "", "operator": "=", "value": "x"}]},
            'properties. = "x"',
        ),
        ({"operator": "and", "children": [{"type": "event", "operator": "="}]}, 'event = "undefined"'),
        ({"operator": "and", "children": [{"type": "event", "operator": "=", "value": None}]}, 'event = "null"'),
        (
            {"operator": "and", "children": [{"type": "event", "operator": "=", "value": "x", "children": []}]},
            'event = "x"',
        ),
    ],
)
def test_a_tree_from_json_is_printed_as_a_trigger(tree: dict[str, Any], trigger: str) -> None:
    assert generate(from_json(tree)) == trigger


@pytest.mark.parametrize(
    "condition",
    [
        {"type": "event", "operator": "=", "value": "x"},
        {"type": "event", "operator": "="},
        {"type": "event", "operator": "=", "value": None},
        {"type": "event-property", "name": "a", "operator": "exists"},
        {"type": "group", "operator": "or", "children": []},
    ],
)
def test_a_tree_from_json_is_the_same_tree_in_json_again(condition: dict[str, Any]) -> None:
    tree: Any = {"type": "group", "operator": "and", "children": [condition, None]}
    assert to_json(from_json(tree)) == tree


def test_a_tree_that_holds_an_error_is_none() -> None:
    with pytest.raises(FqlError, match=r"^broken$"):
        from_json({"error": {"message": "broken"}})


@pytest.mark.parametrize(
    "condition", [{"type": "nope", "operator": "=", "value": "x"}, {"operator": "=", "value": "x"}]
)
def test_a_condition_of_no_known_type_is_not_printed(condition: dict[str, Any]) -> None:
    with pytest.raises(FqlError, match=r"^Unknown condition type$"):
        generate(from_json({"operator": "and", "children": [condition]}))


@pytest.mark.parametrize(
    "tree",
    [None, {"operator": "and", "children": [None]}, {"type": "event", "operator": "=", "value": "x"},
     {"type": "group", "operator": "and"}, {"type": "group", "operator": "and", "children": "x"}, 5, []],
    ids=repr,
)  # fmt: skip
def test_what_is_no_group_of_conditions_is_not_printed(tree: Any) -> None:
    with pytest.raises(FqlError):
        generate(from_json(tree))


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        ("type", "Value token is missing"),
        ("contains", "contains() is missing a 1st argument"),
        ("!match(", "match() is missing a 2nd argument"),
        ("contains()", "contains() is missing a 2nd argument"),
    ],
)
def test_a_missing_value_is_named(trigger: str, message: str) -> None:
    with pytest.raises(FqlError) as caught:
        parse(trigger)
    assert (caught.value.message, caught.value.explanation) == (message, message)


@pytest.mark.parametrize(
    ("trigger", "value"),
    [('contains(properties.a "x")', ")"), ("contains(properties.a,", "eos"), ('contains(properties.a, "x"', "x")],
)
def test_what_stands_behind_each_part_of_a_function_is_skipped_whatever_it_is(trigger: str, value: str) -> None:
    condition = {"type": "event-property", "name": "a", "operator": "contains", "value": value}
    assert to_json(parse(trigger)) == {"type": "group", "operator": "and", "children": [condition]}


def test_a_conditional_inside_a_function_is_skipped_in_place_of_its_closing_parenthesis() -> None:
    assert not matches('contains(event, "Nothing" or type = "track")')
    assert matches('contains(event, "Nothing") or type = "track"')


def test_parentheses_around_nothing_break_with_the_words_of_the_engine() -> None:
    broken = compile_condition(parse('type = "track" and ()'))
    assert not broken({"type": "page"})
    with pytest.raises(TriggerError) as caught:
        broken(TRACK)
    assert caught.value.message == "Cannot read properties of undefined (reading 'type')"


@pytest.mark.parametrize(
    ("condition", "matching"),
    [
        ("properties.n < true", [-1, 0, 0.5]),
        ("properties.n <= true", [-1, 0, 0.5, 1]),
        ("properties.n >= true", [1, 2]),
        ("traits.n > false", [0.5, 1, 2]),
        ("context.n < false", [-1]),
        ("properties.n > null", []),
        ('properties.n >= "0x1"', [1, 2]),
    ],
)
def test_a_number_is_compared_with_the_number_that_javascript_makes_of_the_other_side(
    condition: str, matching: list[float]
) -> None:
    matches = compile_condition(parse(condition))
    numbers = [-1, 0, 0.5, 1, 2]
    event = {
        number: {"properties": {"n": number}, "traits": {"n": number}, "context": {"n": number}} for number in numbers
    }
    assert [number for number in numbers if matches(event[number])] == matching
    assert not any(matches({root: {"n": value}}) for root in ("properties", "traits") for value in (True, False, "1"))


def test_a_comparison_with_a_truth_value_is_printed_with_its_number() -> None:
    assert generate(parse("properties.n < true")) == "properties.n < 1"


def test_names_with_blanks_are_escaped_when_printed_and_read_back() -> None:
    tree = parse(r'properties.plan\ name = "x"')
    assert to_json(tree) == {
        "type": "group",
        "operator": "and",
        "children": [{"type": "event-property", "name": "plan name", "operator": "=", "value": "x"}],
    }
    assert generate(tree) == r'properties.plan\ name = "x"'


SIMPLE = st.sampled_from(
    ['type = "track"', 'event != "x"', "userId = null", "properties.a = 5", "traits.b = true", 'name = "n"']
)


@given(st.lists(SIMPLE, min_size=1, max_size=4), st.sampled_from(["and", "or"]))
def test_printing_a_flat_tree_and_parsing_it_gives_the_tree_again(parts: list[str], operator: str) -> None:
    tree = parse(f" {operator} ".join(parts))
    assert parse(generate(from_json(to_json(tree)))) == tree


@given(st.text(alphabet="atypenvr =!<>()\"'.,[]\\15-+\n\r", max_size=30))
def test_no_text_whatever_breaks_the_parser(text: str) -> None:
    try:
        tree = parse(text)
    except FqlError:
        return
    assert isinstance(compile_condition(tree)(TRACK), bool)
    assert generate(tree)
