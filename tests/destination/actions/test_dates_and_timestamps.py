from __future__ import annotations

from calendar import isleap
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination.actions.dates import convert_dates, json_with_dates, unix_seconds
from destination.fields.formats import is_date_like, is_email
from destination.javascript.dates import has_usual_form, iso_parts, parse_date, parse_dayjs
from destination.javascript.values import UNDEFINED, to_json_value

NOW = 1_787_227_200_123


@pytest.mark.parametrize(
    ("text", "converted"),
    [
        ("2023-05-17T22:49:53.310Z", "2023-05-17 22:49:53 +00:00"),
        ("2023-05-17 22:49", "2023-05-17 22:49:00 +00:00"),
        ("2023-05-17T22:49:53-08:00", "2023-05-18 06:49:53 +00:00"),
        ("2023-05-17 22:49:53+05", "2023-05-17 17:49:53 +00:00"),
        ("2023-05-17T22:49:53+05", None),
        ("2023-05-17T224953Z", None),
        ("2023-05-17T22:49:53,310Z", None),
        ("2023-05-17T25:00:00Z", None),
        ("2023-05-17T24:00:00Z", "2023-05-18 00:00:00 +00:00"),
        ("2023-02-30T10:00:00Z", "2023-03-02 10:00:00 +00:00"),
        ("9999-12-31T23:59:59-01:00", "+010000-01-01 00:59:59 +00:00"),
        ("0050-01-01 10:00:00", "1950-01-01 10:00:00 +00:00"),
    ],
)
def test_a_date_and_time_is_converted_or_lost(text: str, converted: str | None) -> None:
    assert convert_dates(text) == converted


@pytest.mark.parametrize(
    "text",
    ["2023-05-17", "2023-02-30", "1234", "2023-05", "2023-13-17T10:00:00Z", "2023-5-7T10:00:00Z", "20230517T224953Z",
     "2023-05-17T22:49:53z", "2023-05-17 22:49:53 +00:00", "2023-05-17T22", "2023-05-17T22:49:53Z\n",
     "\u0662\u0660\u0662\u0663-05-17T10:00"],
)  # fmt: skip
def test_other_texts_are_left_alone(text: str) -> None:
    assert convert_dates(text) == text


def test_dates_are_converted_at_any_depth_and_nothing_is_changed_in_place() -> None:
    fields = {"a": [{"at": "2023-05-17T22:49:53Z"}], "b": {"c": 1}}
    converted = convert_dates(fields)
    assert converted == {"a": [{"at": "2023-05-17 22:49:53 +00:00"}], "b": {"c": 1}}
    assert fields["a"] == [{"at": "2023-05-17T22:49:53Z"}]
    untouched = {"a": [1, {"b": "x"}]}
    assert convert_dates(untouched) is untouched


def test_every_date_in_a_list_is_converted_whatever_stands_before_it() -> None:
    items = ["x", "2024-01-02T03:04", "y", ["2024-01-02 0304"], "2024-01-02T0304"]
    assert convert_dates(items) == ["x", "2024-01-02 03:04:00 +00:00", "y", [None], None]


def test_a_date_object_of_the_host_is_converted_like_its_text() -> None:
    moment = datetime(2023, 5, 17, 22, 49, 53, tzinfo=timezone(timedelta(hours=2)))
    assert convert_dates({"at": moment}) == {"at": "2023-05-17 20:49:53 +00:00"}


def test_a_date_object_without_a_zone_is_in_universal_time() -> None:
    moment = datetime(2023, 5, 17, 22, 49, 53)  # noqa: DTZ001  # it is about a date without a zone
    assert convert_dates({"at": moment}) == {"at": "2023-05-17 22:49:53 +00:00"}
    assert unix_seconds(moment, NOW) == 1684363793


@pytest.mark.parametrize(
    ("created_at", "seconds"),
    [
        (None, NOW // 1000),
        (1704164645, 1704164),
        (1704164645000, 1704164645),
        (-1, -1),
        (1.5, 0),
        ("2024-01-02", 1704153600),
        ("2024-1-2", 1704153600),
        ("20240102", 1704153600),
        ("2024", 1704067200),
        ("2024-02-30", 1709251200),
        ("2024-13-01", 1735689600),
        ("1704164645", -8350743600),
        ("2024-01-02T03:04:05+05:30", 1704144845),
        ("Jan 2, 2024", 1704153600),
        ("01/02/2024", 1704153600),
        ("2 January 2024 3:04 PM", 1704207840),
        ("Tue, 02 Jan 2024 03:04:05 GMT", 1704164645),
        ("Tue Jan 02 2024 03:04:05 GMT+0100 (CET)", 1704161045),
        ("0", 946684800),
        ("-5", 988675200),
        (-0.5, 0),
        ("13", None),
        ("garbage", None),
        (8.64e15 + 1, None),
    ],
)
def test_a_timestamp_becomes_whole_seconds(created_at: object, seconds: int | None) -> None:
    assert unix_seconds(created_at, NOW) == seconds


@pytest.mark.parametrize("text", ["1700000000", "-5", "1704164645.5", "2024-01-02", "1704164645000", "Jan 2, 2024"])
def test_a_date_like_text(text: str) -> None:
    assert is_date_like(text)


@pytest.mark.parametrize("text", ["garbage", "8640000000001", "1e+21", "Infinity", "NaN", "1e3", ""])
def test_a_text_that_is_not_date_like(text: str) -> None:
    assert not is_date_like(text)


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001  # bounds of the strategy are naive
def test_the_standard_form_is_read_as_python_reads_it(moment: datetime) -> None:
    instant = parse_date(moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    assert instant == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert iso_parts(instant) == (moment.strftime("%Y-%m-%d").zfill(10), moment.strftime("%H:%M:%S"))


@given(st.text(alphabet="0123456789-:+./, TZtzGMTjanAPm()", max_size=30))
def test_no_text_breaks_the_date_parsers(text: str) -> None:
    for parse in (parse_date, parse_dayjs):
        instant = parse(text)
        assert instant is None or abs(instant) <= 8_640_000_000_000_000


@pytest.mark.parametrize("email", ["a@b.co", "a@b.c", "A.b+c'd@x-y.example", "!#$%@x.test"])
def test_an_email_address(email: str) -> None:
    assert is_email(email)


@pytest.mark.parametrize(
    "email",
    [
        "a@b",
        "a b@c.de",
        " a@b.co",
        "a@b.co ",
        "a@b.co\n",
        ".a@b.co",
        "a..b@c.de",
        '"a"@b.co',
        "ü@b.co",
        "a@-b.co",
        "",
    ],
)
def test_what_is_no_email_address(email: str) -> None:
    assert not is_email(email)


MIDNIGHT = 1_704_153_600_000
"""The 2nd of January 2024."""


def clock(hours: int, minutes: int = 0, seconds: float = 0) -> int:
    return int(((hours * 60 + minutes) * 60 + seconds) * 1000)


@pytest.mark.parametrize(
    ("behind_the_date", "milliseconds"),
    [
        ("(a (nested) one) 3:04", clock(3, 4)),
        ("(open 3:04", 0),
        ("3:04 EST", clock(8, 4)),
        ("3:04 GMT-0500", clock(8, 4)),
        ("3:04 GMT+0100", clock(2, 4)),
        ("3:04 GMT+1", clock(2, 4)),
        ("3:04 GMT+100", clock(2, 4)),
        ("3:04 GMT+01:30", clock(1, 34)),
        ("3:04 UTC-1:30", clock(4, 34)),
        ("3:04 GMT", clock(3, 4)),
        ("3:04-05", clock(8, 4)),
        ("3:04z", clock(3, 4)),
        ("3:04Z", clock(3, 4)),
        ("GMT+2 3:04", clock(1, 4)),
        ("3:04:05.5", clock(3, 4, 5.5)),
        ("3:04:05.678", clock(3, 4, 5.678)),
        ("3:04:05:678", clock(3, 4, 5.678)),
        ("3:59:59", clock(3, 59, 59)),
        ("3::5", clock(3, 0, 5)),
        ("3:60", clock(3)),
        ("3:04:60", clock(3, 4)),
        ("3:04:05:1000", clock(3, 4, 5)),
        ("12:30 AM", clock(0, 30)),
        ("12:30 PM", clock(12, 30)),
        ("13:00 PM", None),
        ("3:04x", None),
        ("3:04 GMT+", None),
        ("3:04 +12345", None),
        ("3:59:59.", None),
        ("word", None),
        (")", None),
    ],
)
def test_what_stands_behind_a_date_is_read_as_javascript_reads_it(
    behind_the_date: str, milliseconds: int | None
) -> None:
    wanted = None if milliseconds is None else MIDNIGHT + milliseconds
    assert parse_date(f"2 January 2024 {behind_the_date}") == wanted


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2-January-2024", MIDNIGHT),
        ("2 January-2024", MIDNIGHT),
        ("1-2-2024", MIDNIGHT),
        ("word 2 January 2024", MIDNIGHT),
        ("word2 January 2024", None),
        ("( 2 January 2024", None),
    ],
)
def test_a_date_may_be_joined_by_dashes_and_stand_behind_a_word(text: str, instant: int | None) -> None:
    assert parse_date(text) == instant


@pytest.mark.parametrize("zone", ["Z", "+00:00"])
@pytest.mark.parametrize("text", ["0000-01-01", "0001-01-01", "9999-12-31"])
def test_a_year_of_four_digits_is_shown_as_such(text: str, zone: str) -> None:
    assert convert_dates(f"{text}T00:00:00{zone}") == f"{text} 00:00:00 +00:00"


def test_a_year_before_the_first_has_a_sign_and_six_digits() -> None:
    assert convert_dates("0000-01-01T00:00:00+01:00") == "-000001-12-31 23:00:00 +00:00"


@pytest.mark.parametrize("zone", ["Z", "+00:00"])
def test_the_ends_of_years_and_of_february_stay_where_they_are_through_a_whole_cycle_of_the_calendar(
    zone: str,
) -> None:
    for year in range(1600, 2001):
        last_of_february = "02-29" if isleap(year) else "02-28"
        for month_and_day in ("01-01", "02-28", last_of_february, "03-01", "12-31"):
            text = f"{year:04}-{month_and_day}"
            assert convert_dates(f"{text}T12:00:00{zone}") == f"{text} 12:00:00 +00:00"


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.just(UNDEFINED)
    | st.text(max_size=4)
    | st.sampled_from(
        ["2024-02-29T12:00:00.000Z", "2023-02-30T12:00:00Z", "2024-01-02 03:04", "2024-13-01T00:00:00Z"]
    )
    | st.datetimes(timezones=st.just(UTC), min_value=datetime(1980, 1, 1), max_value=datetime(2080, 1, 1)),  # noqa: DTZ001  # bounds have none
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(_VALUES)
def test_dates_and_json_in_one_pass_are_what_they_are_one_after_the_other(value: object) -> None:
    assert json_with_dates(value) == to_json_value(convert_dates(value))


def test_fields_in_which_nothing_changes_are_the_very_same() -> None:
    fields = {"a": ["x", {"b": 1, "born": "2024-01-02"}], "c": None, "d": 2.5, "e": True}
    assert json_with_dates(fields) is fields


@given(
    st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001  # bounds have none
    st.sampled_from(["", ".5", ".25", ".125", ".123456789"]),
)
def test_a_date_in_the_usual_form_is_valid_and_is_its_instant(moment: datetime, fraction: str) -> None:
    text = f"{moment.year:04}{moment:-%m-%dT%H:%M:%S}{fraction}Z"
    since = moment.replace(microsecond=0) - datetime(1970, 1, 1)  # noqa: DTZ001  # neither has one
    milliseconds = int(fraction[1:].ljust(3, "0")[:3])
    assert has_usual_form(text)
    assert parse_date(text) == parse_dayjs(text) == since // timedelta(milliseconds=1) + milliseconds
    assert unix_seconds(text, NOW) == since // timedelta(seconds=1)


@pytest.mark.parametrize("text", ["2023-02-30T10:00:59Z", "0000-02-29T23:59:59.999Z", "0001-02-31T00:00:00Z"])
def test_the_seconds_of_a_day_that_rolls_over_are_those_of_its_instant(text: str) -> None:
    assert unix_seconds(text, NOW) == (parse_date(text) or 0) // 1000
