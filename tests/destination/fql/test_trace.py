"""What the parser says it made of a trigger, beside the tree."""

from __future__ import annotations

import pytest

from destination.fql import Trace, parse


@pytest.mark.parametrize(
    ("trigger", "skipped"),
    [
        ('type = "track"', []),
        ('type = "track" and (event = "b" or contains(event, "a"))', []),
        ('type = "track")', []),
        ('type = "track" OR event = "x"', [("OR",)]),
        ('foo = "x" and type = "track"', [("foo", "=", '"x"')]),
        ('foo = "x" and type = "track" and bar = 1', [("foo", "=", '"x"'), ("bar", "=", "1")]),
        ('!(event = "a") and type = "track"', [("!",)]),
        ('type = "track" and (foo = "x" or event = "y")', [("foo", "=", '"x"')]),
        ('type = "track" and contains(type, "x")', [("contains",)]),
    ],
)
def test_what_is_skipped_is_told_in_runs(trigger: str, skipped: list[tuple[str, ...]]) -> None:
    trace = Trace()
    parse(trigger, trace)
    assert trace.skipped == skipped


def test_a_level_with_both_conditionals_is_told_with_the_last() -> None:
    trace = Trace()
    parse('event = "A" or event = "B" and (type = "track" or name = "x")', trace)
    assert trace.mixed == ["and"]


@pytest.mark.parametrize(
    ("trigger", "split"),
    [
        ('type = "track" and (contains(event, "a") or event = "b")', 1),
        ('(contains(event, "a") or event = "b") and type = "track"', 1),
        ('(event = "b" or contains(event, "a")) and type = "track"', 0),
        ('(contains(event, "a")) and type = "track"', 0),
    ],
)
def test_a_group_that_a_function_ends_is_told_if_more_of_it_was_to_come(trigger: str, split: int) -> None:
    trace = Trace()
    parse(trigger, trace)
    assert trace.split_groups == split


def test_the_tree_is_the_same_with_and_without_a_trace() -> None:
    trigger = 'foo = 1 and (event = "b" or contains(event, "a")) OR type = "track"'
    assert parse(trigger, Trace()) == parse(trigger)
