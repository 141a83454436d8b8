from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination.javascript import json_text, utf16
from destination.javascript.values import (
    UNDEFINED,
    loosely_equals_empty_text,
    member,
    number_to_text,
    text_to_number,
    to_json_value,
    to_text,
    truthy,
    type_name,
    without_undefined,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-0.0, "0"),
        (12345678901234567890, "12345678901234567000"),
        (1.5e-10, "1.5e-10"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (1.5e21, "1.5e+21"),
        (1.25e22, "1.25e+22"),
        (1.2345678901234568e20, "123456789012345680000"),
        (120.0, "120"),
        (100.5, "100.5"),
        (0.5, "0.5"),
        (-0.05, "-0.05"),
        (2.5e-5, "0.000025"),
        (1.23e-6, "0.00000123"),
        (1.5e-7, "1.5e-7"),
        (math.inf, "Infinity"),
        (math.nan, "NaN"),
        (10**400, "Infinity"),
        (-(10**400), "-Infinity"),
        (-math.inf, "-Infinity"),
    ],
)
def test_a_number_is_written_as_javascript_writes_it(number: float, text: str) -> None:
    assert number_to_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_reads_back_as_the_same_number(number: float) -> None:
    assert text_to_number(number_to_text(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 0), (" \n", 0), ("1e2", 100), ("0x1F", 31), ("0o17", 15), ("0b11", 3), ("+5", 5), (".5", 0.5),
     ("\ufeff7\u00a0", 7), ("-Infinity", -math.inf)],
)  # fmt: skip
def test_a_text_is_read_as_javascript_reads_a_number(text: str, number: float) -> None:
    assert text_to_number(text) == number


@pytest.mark.parametrize("text", ["1,000", "1_000", "NaN", "0x", "-0x1F", "+-Infinity", "infinity", "1e", "\u0661"])
def test_other_texts_are_no_number(text: str) -> None:
    assert math.isnan(text_to_number(text))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (UNDEFINED, "undefined"),
        (True, "true"),
        ({}, "[object Object]"),
        ([], ""),
        ([1, None, "a", [2, UNDEFINED]], "1,,a,2,"),
    ],
)
def test_a_value_becomes_text_as_string_does_it(value: object, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize("value", ["", 0, -0.0, False, [], [""], [None], [[]]])
def test_what_loosely_equals_an_empty_text(value: object) -> None:
    assert loosely_equals_empty_text(value)


@pytest.mark.parametrize("value", [" ", "0", [0], {}, 1, True, None, UNDEFINED])
def test_what_does_not_loosely_equal_an_empty_text(value: object) -> None:
    assert not loosely_equals_empty_text(value)


@pytest.mark.parametrize("value", [[], {}, "0", -1, True, [0]])
def test_empty_lists_and_objects_are_true(value: object) -> None:
    assert truthy(value)


@pytest.mark.parametrize("value", [UNDEFINED, None, False, 0, 0.0, math.nan, ""])
def test_the_falsy_values(value: object) -> None:
    assert not truthy(value)


@pytest.mark.parametrize(
    ("value", "name"),
    [(None, "null"), (UNDEFINED, "undefined"), (True, "boolean"), (1, "number"), ("", "string"), ([], "array"),
     ({}, "object")],
)  # fmt: skip
def test_type_names_are_those_of_segments_messages(value: object, name: str) -> None:
    assert type_name(value) == name


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("5", b"5"),
        ("-5", b"-5"),
        ("0", b"0"),
        ("4.0", b"4"),
        ("9007199254740991", b"9007199254740991"),
        ("1.5", b"1.5"),
    ],
)
def test_a_whole_number_read_from_a_text_is_encoded_without_a_fraction(text: str, encoded: bytes) -> None:
    assert json_text.encode(text_to_number(text)) == encoded


@pytest.mark.parametrize(("text", "sign"), [("0", 1), ("0.0", 1), ("-0", -1), ("-0.0", -1), ("-1e-400", -1)], ids=str)
def test_a_zero_read_from_a_text_keeps_its_sign(text: str, sign: int) -> None:
    assert math.copysign(1, text_to_number(text)) == sign


@pytest.mark.parametrize(
    ("text", "units"),
    [("ab🚀c", ["a", "b", "\ud83d", "\ude80", "c"]), ("\udfffé", ["\udfff", "é"])],
    ids=["a character of two units", "half a character"],
)
def test_the_items_of_a_text_are_its_utf16_units(text: str, units: list[str]) -> None:
    assert [member(text, str(index)) for index in range(len(units))] == units
    assert member(text, str(len(units))) is UNDEFINED


def test_lengths_and_items_of_texts_count_utf16_units() -> None:
    assert utf16.length("a🚀") == 3
    assert member("a🚀", "length") == 3
    assert member("abc", "1") == "b"
    assert member("abc", "9") is UNDEFINED
    assert member("abc", "3") is UNDEFINED
    assert member("\uffff", "length") == 1
    assert member(["x"], "01") is UNDEFINED


def test_undefined_members_go_and_undefined_items_become_null() -> None:
    value = {"a": UNDEFINED, "b": [UNDEFINED, {"c": UNDEFINED}]}
    assert to_json_value(without_undefined(value)) == {"b": [None, {}]}


def test_undefined_members_go_at_any_depth_and_the_rest_stays_the_same_object() -> None:
    assert without_undefined({"a": UNDEFINED, "b": 1}) == {"b": 1}
    assert without_undefined({"a": {"b": UNDEFINED}, "c": [{"d": UNDEFINED}, 1]}) == {"a": {}, "c": [{}, 1]}
    assert without_undefined([{"a": UNDEFINED}, UNDEFINED]) == [{}, UNDEFINED]
    whole = {"a": {"b": [1, {"c": None}]}}
    assert without_undefined(whole) is whole
    assert without_undefined(whole["a"]["b"]) is whole["a"]["b"]


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        ("9007199254740991", 9007199254740991),
        ("9007199254740993", 9007199254740992),
        ("-9007199254740993", -9007199254740992),
        ("1" + "0" * 398, math.inf),
        ("1" + "0" * 5000, math.inf),
    ],
)
def test_an_integer_of_json_is_as_exact_as_a_double(digits: str, number: float) -> None:
    assert json_text.parse(digits) == number


def test_what_only_python_takes_for_json_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="NaN is not JSON"):
        json_text.parse("[NaN]")


def test_numbers_that_json_cannot_hold_become_null() -> None:
    assert to_json_value([math.nan, math.inf, 10**400, 19.0]) == [None, None, None, 19]


@pytest.fixture
def _in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as abroad:
        abroad.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_in_tokyo")
def test_a_date_object_of_the_host_becomes_its_text_in_universal_time_wherever_the_host_is() -> None:
    moment = datetime(2023, 5, 17, 22, 49, 53, 310_000, tzinfo=timezone(timedelta(hours=2)))
    assert to_json_value({"at": moment}) == {"at": "2023-05-17T20:49:53.310Z"}
    assert to_text(moment) == "Wed May 17 2023 20:49:53 GMT+0000 (Coordinated Universal Time)"


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=10))  # fmt: skip
def test_stringify_gives_json_that_reads_back_as_the_same_value(value: object) -> None:
    assert json.loads(json_text.stringify(value)) == value


def test_stringify_puts_array_indices_first_and_escapes_half_characters() -> None:
    assert json_text.stringify({"b": 1, "10": 2, "2": 3}) == '{"2":3,"10":2,"b":1}'
    assert json_text.stringify("ü\ud800") == '"ü\\ud800"'
    assert json_text.stringify("\ud7ff\udfff\ue000") == '"\ud7ff\\udfff\ue000"'


def test_the_last_array_index_is_one_less_than_the_greatest_length() -> None:
    members = {"a": 1, "4294967295": 2, "4294967294": 3, "1": 4, "01": 5}
    assert json_text.stringify(members) == '{"1":4,"4294967294":3,"a":1,"4294967295":2,"01":5}'


def test_half_a_character_is_escaped_on_the_wire() -> None:
    assert json_text.encode({"a": ["\ud800", "ü"]}) == '{"a":["\\ud800","ü"]}'.encode()


@pytest.mark.parametrize("text", ["NaN", "[1,]", "{a:1}", "", "01"])
def test_parse_refuses_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the message is the parser's
        json_text.parse(text)
