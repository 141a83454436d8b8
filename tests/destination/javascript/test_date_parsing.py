"""What `Date.parse` makes of a text: every expected instant, and every refusal, is that of Node 20."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from destination.javascript.dates import parse_date


def instant(moment: str) -> int:
    return round(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024", "2024-01-01"),
        ("2024-12", "2024-12-01"),
        ("2024-12-31", "2024-12-31"),
        ("0099-01-01", "0099-01-01"),
        ("+000099-01-01", "0099-01-01"),
        ("+002024-02-30", "2024-03-01"),
        ("2024T03:04", "2024-01-01T03:04"),
        ("2024-01T03:04Z", "2024-01-01T03:04"),
        ("2024-01-02t03:04z", "2024-01-02T03:04"),
        ("2024-01-02T23:59:59", "2024-01-02T23:59:59"),
        ("2024-01-02T23:59:59.5", "2024-01-02T23:59:59.5"),
        ("2024-01-02T03:04:05.09Z", "2024-01-02T03:04:05.09"),
        ("2024-01-02T03:04:05.12345678901Z", "2024-01-02T03:04:05.123"),
        ("2024-01-02T03:04:05.0000000001Z", "2024-01-02T03:04:05"),
        ("2024-01-02T03:04:05.000000001234567890123Z", "2024-01-02T03:04:05.123"),
    ],
)
def test_the_standard_form_may_end_early_and_have_any_fraction(text: str, moment: str) -> None:
    assert parse_date(text) == instant(moment)


@pytest.mark.parametrize("time", ["24:00", "24:00Z", "24:00:00", "24:00:00.0", "24:00:00.000000000"])
def test_midnight_may_be_the_end_of_a_day(time: str) -> None:
    assert parse_date(f"2024-01-02T{time}") == instant("2024-01-03")


@pytest.mark.parametrize("time", ["24:01", "24:00:01", "24:00:00.1", "24:00:00.000000001", "25:00", "25:00:00.5"])
def test_nothing_is_later_than_midnight(time: str) -> None:
    assert parse_date(f"2024-01-02T{time}") is None


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("+2300", "2024-01-01T04:04"),
        ("+2359", "2024-01-01T03:05"),
        ("-2359", "2024-01-03T03:03"),
        ("+23:59", "2024-01-01T03:05"),
        ("-0030", "2024-01-02T03:34"),
        ("-00:30", "2024-01-02T03:34"),
        ("+05:30", "2024-01-01T21:34"),
    ],
)
def test_a_zone_of_the_standard_form_is_less_than_a_day(zone: str, moment: str) -> None:
    assert parse_date(f"2024-01-02T03:04{zone}") == instant(moment)


@pytest.mark.parametrize(
    "zone",
    ["+2400", "+2360", "+2260", "+2459", "+24:00", "+23:60", "+01-30", "+01.30", "+1:30", "+01", "+01:3", "z5", "Zx",
     "Z ", " Z", "+05:30x", " "],
)  # fmt: skip
def test_no_other_zone_may_stand_in_the_standard_form(zone: str) -> None:
    assert parse_date(f"2024-01-02T03:04{zone}") is None


@pytest.mark.parametrize(
    "time",
    ["", "03", "3:04", "003:04", "0304", "03.04", "03-04", "03:", "03:4", "03:60", "23:60", "03:04:", "03:04:5",
     "03:04:60", "23:59:60", "03:04:05.", "03:04:05.x", "03:04:05.Z", "03:04:05:06", " 03:04"],
)  # fmt: skip
def test_no_other_time_may_stand_in_the_standard_form(time: str) -> None:
    assert parse_date(f"2024-01-02T{time}") is None


@pytest.mark.parametrize(
    "text",
    ["2024-00-01", "2024-13-01", "2024-01-00", "2024-01-32", "2024-01-0", "2024-01-01-01", "2024-01-01T", "2024T",
     "2024-01-01x", "2024-01-01 x", "2024-01-01 T03:04", "2024-1-02T03:04", " 2024-01-02T03:04", "2024-01-02-",
     "2024-01-02+05:00", "2024-01-02 -05:00", "2024-01-02 +", "123456789", "12345678901", "0000000000123456789012"],
)  # fmt: skip
def test_what_only_begins_like_the_standard_form_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-1-2", "2024-01-02"),
        ("2024-01-2", "2024-01-02"),
        ("2024-001-02", "2024-01-02"),
        ("2024-01-002", "2024-01-02"),
        ("2024-01-", "2024-01-01"),
        ("2024-01-02Z", "2024-01-02"),
        ("2024-01-02 GMT+5", "2024-01-01T19:00"),
        ("2024-01-02 03:04 -05:00", "2024-01-02T08:04"),
        (" 2024-01-02", "2024-01-02"),
        ("-2024", "2024-01-01"),
        ("+2024-01-02", "2024-01-02"),
        ("000000000000000002024", "2024-01-01"),
        ("0099-1-1", "1999-01-01"),
        ("0099-01-01 00:00", "1999-01-01"),
    ],
)
def test_what_misses_the_standard_form_is_read_leniently(text: str, moment: str) -> None:
    assert parse_date(text) == instant(moment)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("-000001-01-01", -62_198_755_200_000),
        ("+000000-01-01", -62_167_219_200_000),
        ("+012345-06-07T01:02:03Z", 327_416_950_923_000),
        ("-012345-06-07T01:02:03Z", -451_724_165_877_000),
        ("+12345-06-07", 327_416_947_200_000),
        ("275760", 8_639_977_881_600_000),
        ("+275760-09-13T00:00:00Z", 8_640_000_000_000_000),
        ("-271821-04-20T00:00:00Z", -8_640_000_000_000_000),
    ],
)
def test_years_reach_as_far_as_instants_do(text: str, milliseconds: int) -> None:
    assert parse_date(text) == milliseconds


@pytest.mark.parametrize(
    "text", ["275761", "+275760-09-13T00:00:00.001Z", "-271821-04-19T23:59:59.999Z"], ids=["year", "last", "first"]
)
def test_beyond_the_last_instant_there_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1", "2001-01-01"),
        ("1/2", "2001-01-02"),
        ("1/31/2", "2002-01-31"),
        ("12/31/2024", "2024-12-31"),
        ("31 Jan 32", "2032-01-31"),
        ("32 Jan 31", "2032-01-31"),
        ("January 32 2", "2032-01-02"),
        ("January 5", "2001-01-05"),
        ("31 January", "2001-01-31"),
        ("2024 January 2", "2024-01-02"),
        ("2024 12 31", "2024-12-31"),
        ("32/1/2", "2032-01-02"),
        ("0/1/2", "2000-01-02"),
        ("1 2 0", "2000-01-02"),
        ("1 2 49", "2049-01-02"),
        ("1 2 50", "1950-01-02"),
        ("1 2 99", "1999-01-02"),
        ("1 2 100", "0100-01-02"),
        ("100 12 31", "0100-12-31"),
        ("Feb 30 2024", "2024-03-01"),
        ("Jan Feb 2 2024", "2024-02-02"),
        ("Sept 30 2024", "2024-09-30"),
        ("DECEMBER 31 2024", "2024-12-31"),
    ],
)
def test_which_number_is_the_year_and_which_the_day(text: str, moment: str) -> None:
    assert parse_date(text) == instant(moment)


@pytest.mark.parametrize(
    "text",
    ["", "January", "0 Jan 0", "32 Jan 32", "31/1/2", "13/1/2024", "12 32 2024", "12 0 2024", "0 12 2024", "2024 13 12",
     "2024 12 32", "32 12 0", "1 2 3 4", "Jan 1 2 3 4", "Ja 2 2024", "2--1-2024", "2024)", "a2024", "2024 estx"],
)  # fmt: skip
def test_what_leaves_no_day_or_too_many_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("1:2:3:4:5", "01:02:03.004"),
        ("1:2:3:4:", "01:02:03.004"),
        ("1::2:3", "01:00:02.003"),
        ("1:2:3.4 5", "01:02:03.400"),
        ("3:.4", "03:04:00.000"),
        ("3::.5", "03:00:05.000"),
        ("3:59:59.9999", "03:59:59.999"),
        ("3:04:05.000000000001", "03:04:05.000"),
        ("23:59:59:999", "23:59:59.999"),
        ("11:30 AM", "11:30:00.000"),
        ("0:30 PM", "12:30:00.000"),
        ("3:04 PM AM", "03:04:00.000"),
        ("3:04 GMT+:30", "02:34:00.000"),
        ("3:04 +:30", "02:34:00.000"),
        ("3:04 +1:59", "01:05:00.000"),
        ("3:04 +1:60", "02:04:00.000"),
        ("3:04 -5 -3", "06:04:00.000"),
        ("3:04 edt -3", "06:04:00.000"),
        ("3:04+0099", "01:25:00.000"),
        ("3:04:05\u2003", "03:04:05.000"),
        ("03:04 UT", "03:04:00.000"),
        ("03:04 pdt", "10:04:00.000"),
        ("03:04 PST", "11:04:00.000"),
        ("03:04 MST", "10:04:00.000"),
        ("03:04 mdt", "09:04:00.000"),
        ("03:04 CST", "09:04:00.000"),
        ("03:04 cdt", "08:04:00.000"),
    ],
)
def test_a_time_behind_a_date_has_up_to_four_parts_and_a_zone(time: str, shown: str) -> None:
    assert parse_date(f"2 January 2024 {time}") == instant(f"2024-01-02T{shown}")


@pytest.mark.parametrize(
    "time",
    ["1:2:3:4:5:6", "1::2::3", "1:2::3", "1:2.5", "3:4.x", "3.4", "60:60", "24:01", "24:00:01", "24:00:00:1", "24:59",
     "25:00", "3:60:1", "3:61:1", "3:04:60:1", "3:59:60:1", "1000:00", "3:04-", "3:04 -", "3:04 GMT+x", "3:04+00000",
     "3:04:05,", "3:04:05)", "3:04:05\u200b", "3:04am", "3:04:05ZZ", "EST+5", "GMT+5 -3", "am 3:04"],
)  # fmt: skip
def test_no_other_time_may_stand_behind_a_date(time: str) -> None:
    assert parse_date(f"2 January 2024 {time}") is None


@pytest.mark.parametrize("time", ["24:00", "24:00:00", "24:00:00.000"])
def test_behind_a_date_too_midnight_may_be_the_end_of_a_day(time: str) -> None:
    assert parse_date(f"2 January 2024 {time}") == instant("2024-01-03")


@pytest.mark.parametrize(
    "text",
    ["est 2024", "am 2024", "a 2024", "a-2024", "a+2024", "a)2024", ")2024", "-+)2024", "(a)2024", "( ( ) )2024",
     "2024(", "2024 (x", "2024 (x) 1", "\u00a02024", "\u00e9 2024"],
)  # fmt: skip
def test_what_means_nothing_may_stand_in_front_of_a_date(text: str) -> None:
    assert parse_date(text) == instant("2024-01-01")
