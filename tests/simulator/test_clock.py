"""The clock: it runs or stands, moves forward, and stays within the years that a calendar can show."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import Clock, format_instant, parse_instant

NOON = parse_instant("2026-08-20T12:00:00Z")
FIRST = parse_instant("0001-01-01T00:00:00Z")
LAST = parse_instant("9999-12-31T23:59:59.999Z")


def test_a_clock_that_runs_shows_what_it_reads_and_keeps_what_it_was_advanced_by() -> None:
    readings = iter([10, 20, 30, 40])
    clock = Clock(read=lambda: next(readings))
    assert [clock.is_real, clock.now()] == [True, 10]
    clock.advance(1.5)
    assert [clock.is_real, clock.now()] == [False, 30 + 1500]
    clock.run()
    assert [clock.is_real, clock.now()] == [True, 40]


def test_a_clock_that_stands_moves_only_when_told() -> None:
    clock = Clock(NOON, read=lambda: pytest.fail("a clock that stands reads nothing"))
    assert clock.now() == clock.now() == NOON
    clock.advance(0.001)
    assert clock.now() == NOON + 1
    clock.set(5)
    assert clock.now() == 5


@pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, math.inf, -math.inf, 1e300, 3e11])
def test_an_advance_that_cannot_be_is_refused_and_moves_nothing(seconds: float) -> None:
    clock = Clock(NOON)
    with pytest.raises(ValueError, match=r"advanced by 0 seconds or more|years 1 to 9999"):
        clock.advance(seconds)
    assert clock.now() == NOON


def test_a_clock_that_is_given_a_time_in_another_form_names_unit_and_form() -> None:
    clock = Clock(NOON)
    with pytest.raises(TypeError, match=r"by seconds, as a number such as 86400, not by '1d'"):
        clock.advance("1d")  # type: ignore[arg-type]  # what untyped tests do
    with pytest.raises(
        TypeError, match=r"milliseconds since 1970, as a number such as 1787227200000, not '2026-08-20'"
    ):
        clock.set("2026-08-20")  # type: ignore[arg-type]  # the same
    assert clock.now() == NOON


@pytest.mark.parametrize("instant", [FIRST - 1, LAST + 1])
def test_a_clock_cannot_be_set_beyond_the_calendar(instant: int) -> None:
    clock = Clock(NOON)
    with pytest.raises(ValueError, match="years 1 to 9999"):
        clock.set(instant)
    with pytest.raises(ValueError, match="years 1 to 9999"):
        Clock(instant)
    assert clock.now() == NOON


def test_a_clock_at_the_end_of_the_calendar_stays_there() -> None:
    clock = Clock(LAST)
    with pytest.raises(ValueError, match="years 1 to 9999"):
        clock.advance(0.001)
    assert format_instant(clock.now()) == "9999-12-31T23:59:59.999Z"


def test_a_clock_that_runs_is_not_put_where_it_would_soon_reach_the_end_of_the_calendar() -> None:
    clock = Clock(read=lambda: NOON)
    with pytest.raises(ValueError, match="years 1 to 9998"):
        clock.advance((LAST - NOON) / 1000 - 1)
    assert clock.now() == NOON


def test_a_clock_that_was_put_there_by_an_earlier_version_stops_at_the_end() -> None:
    clock = Clock(read=lambda: NOON)
    clock.restore_from((None, LAST - NOON + 5))
    assert clock.now() == LAST


@given(st.integers(FIRST, LAST))
def test_every_instant_is_written_and_read_back_the_same(instant: int) -> None:
    assert parse_instant(format_instant(instant)) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2024-02-30",
        "12:00",
        "2024-1-1",
        "2024-01-01T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1787227200000",
    ],
)
def test_a_text_that_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date and time|years 1 to 9999"):
        parse_instant(text)


def test_the_refusal_of_a_text_shows_how_one_is_written() -> None:
    with pytest.raises(ValueError, match="write one like 2026-08-20T12:00:00Z"):
        parse_instant("tomorrow")
