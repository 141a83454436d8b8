"""The work that a mapping makes grows with its size, and not with a power of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination.mapping import templates
from destination.mapping.configuration import check_configuration

_DIRECTIVES: dict[str, Callable[[Any], Any]] = {
    "@if": lambda value: {"@if": {"exists": {"@path": "$.a"}, "then": value, "else": 1}},
    "@case": lambda value: {"@case": {"operator": "lower", "value": value}},
    "@json": lambda value: {"@json": {"mode": "encode", "value": value}},
    "@replace": lambda value: {"@replace": {"pattern": "a", "value": value}},
    "@flatten": lambda value: {"@flatten": {"separator": ".", "value": value}},
    "@transform": lambda value: {"@transform": {"apply": {"a": value}, "mapping": {}}},
    "@merge": lambda value: {"@merge": {"objects": [value], "direction": "left"}},
}


def calls_for(mapping: object) -> int:
    """How many calls the check of a mapping makes."""
    count = 0

    def see(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(see)
    try:
        check_configuration(mapping)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", list(_DIRECTIVES))
def test_a_directive_inside_of_a_directive_is_checked_once(name: str) -> None:
    def nested(depth: int) -> dict[str, Any]:
        value: Any = {"@path": "$.a"}
        for _ in range(depth):
            value = _DIRECTIVES[name](value)
        return {"key": value}

    assert calls_for(nested(40)) < 2.5 * calls_for(nested(20))


def test_only_checks_that_the_first_pass_has_made_are_left_out_of_the_second() -> None:
    complaint = {"@if": {"then": {"@case": {"operator": 1, "value": {"@path": []}}}}}
    with pytest.raises(Exception, match="should be a string") as caught:
        check_configuration({"key": complaint})
    assert [item.message for item in caught.value.complaints] == [  # type: ignore[attr-defined]  # an AggregateError
        "/key/@if/then/@case/value/@path should be a string or a mapping directive but it is an array.",
    ]


@given(st.text("{}a $", max_size=14))
def test_a_template_has_the_tags_that_segments_expressions_find(template: str) -> None:
    for ours, theirs in ((templates._TRIPLE, r"\{\{\{([^}]+)\}\}\}"), (templates._DOUBLE, r"\{\{([^}]+)\}\}")):
        found = [(tag.span(), tag[1]) for tag in ours.finditer(template) if tag[2]]
        assert found == [(tag.span(), tag[1]) for tag in re.finditer(theirs, template)]


def test_a_text_of_opening_braces_is_looked_at_once() -> None:
    assert len(list(templates._DOUBLE.finditer("{{" * 8000))) == 1
    assert templates.compile_template("{{" * 8000)({}) == "{{" * 8000
