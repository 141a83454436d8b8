"""What each format accepts. The expected answers are those of ajv-formats 2.1.1, asked for each of these texts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination.fields import Field, compile_fields
from destination.fields.formats import FORMATS

ACCEPTED = {
    "date": [
        "2020-02-29", "2024-02-29", "2000-02-29", "2019-02-28", "0000-01-01", "9999-12-31", "2021-01-31", "2021-03-31", "2021-04-30",
        "2021-05-31", "2021-06-30", "2021-07-31", "2021-08-31", "2021-09-30", "2021-10-31", "2021-11-30",
    ],
    "time": [
        "00:00:00", "23:59:59", "10:20:30z", "10:20:30Z", "10:20:30.5", "10:20:30.123456789Z", "10:20:30+05",
        "10:20:30-0530", "10:20:30+05:30", "23:59:60", "23:59:60.5Z", "19:08:09+99:99",
    ],
    "date-time": [
        "2020-02-29T10:20:30Z", "2020-02-29t10:20:30z", "2020-02-29 10:20:30+05:30", "2020-02-29\u00a010:20:30Z",
        "2020-02-29\ufeff10:20:30Z", "2020-02-29T10:20:30", "2020-02-29T23:59:60Z",
    ],
    "uri": [
        "a:b", "a:/", "A+b-c.9:e", "mailto:x@y", "urn:x:y%20z", "http://a.b/c?d#e", "http://u:p@h:80/p/q?x=/?#/", "a:///x",
        "a:/b:c/d", "a:b/c//d", "http:/a/b", "http://h:/", "http://%41/", "http://u%41:@h", "a:%7e", "a:b?%7e#%7e", "a:/b?#",
        "http://[::]/", "http://[::1]", "http://[1:2:3:4:5:6:7:8]:80/", "http://[1:2:3:4:5:6:1.2.3.4]/",
        "http://[::2:3:4:5:6:7:8]/", "http://[1::3:4:5:6:7:8]/", "http://[1:2::4:5:6:7:8]/", "http://[1:2:3:4:5:6::8]/",
        "http://[1:2:3:4:5:6:7::]/", "http://[::ffff:01.002.3.255]/", "http://[v1.x:y]/", "http://[Vab.c]/",
        "http://1.2.3.4", "a:b-._~!$&'()*+,;=:@c", "a:b?c/d?e#f/g?h", "http://h:8x/", "http://a@b@c/",
        "http://u:p@[::1]:8?q", "http://[::1]:/b",
    ],
    "hostname": ["a", "a.b.", "a-b.c", "A9.b", "x" * 63 + ".y", ".".join(["abcdefg"] * 31) + ".abcde", "1.2"],
    "uuid": [
        "123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-42661417400F",
        "urn:uuid:123e4567-e89b-12d3-a456-426614174000", "URN:UUID:123e4567-e89b-12d3-a456-426614174000",
    ],
    "ipv4": ["0.0.0.1", "1.2.3.4", "255.255.255.255", "01.002.099.199"],
    "ipv6": ["::", "::1", "1::8", "1:2:3:4:5:6:7:8", "ABCD::ef01", "::ffff:1.2.3.4", "1:2:3:4:5::1.2.3.4"],
    "email": ["a@b.c", "a.b+c@d-e.f", "A!#$%&'*+/=?^_`{|}~-9@b9.c9", "a@b.c.d"],
}  # fmt: skip

REFUSED = {
    "date": [
        "", "2019-02-29", "2025-02-29", "1900-02-29", "2020-02-30", "2020-00-10", "2020-13-01", "2021-04-31", "2021-06-31", "2021-09-31",
        "2021-11-31", "2021-01-32", "2021-01-00", "20200229", "2020-2-29", "2020-02-29 ", "12020-02-29", "2020-02-2\u0661",
    ],
    "time": [
        "", "24:00:00", "10:60:00Z", "10:20:60", "22:59:60", "23:58:60", "23:59:61", "10:20", "1:20:30", "10:20:30.",
        "10:20:30 Z", "10:20:30+5", "10:20:30+05:3", "10:20:30zz", "10:20:3\u0661",
    ],
    "date-time": [
        "", "2020-02-29", "10:20:30Z", "2020-02-30T10:20:30Z", "2020-02-29T24:20:30Z", "2020-02-29  10:20:30Z",
        "2020-02-29T10:20:30Z ", "2020-02-29x10:20:30Z", "2020-02-29\x1c10:20:30Z", "T10:20:30Z", "2020-02-29T",
    ],
    "uri": [
        "", "a", "a:", "/a", "//a/b", "1a:b", "+a:b", "a:b c", "a:b\n", "x:%zz", "x:%7",
        "http:?q", "http:#f", "a:b?q[1]", "a:b#c#d", 'a:"q"', "a:b\\c", "http://[::1", "http://[]/", "http://[1::2::3]/",
        "http://[1:2:3:4:5:6:7]/", "http://[1:2:3:4:5:6:7:8:9]/", "http://[1:2:3:4:5:6:7:8::]/",
        "http://[1:2:3:4:5:6:7::8]/", "http://[::256.1.1.1]/", "http://[::12345]/",
        "http://[::1]:8x/", "http://[::1]b", "http://u@v@[::1]/", "http://[v.x]/", "http://[v1.]/", "http://[vg.x]/", "http://[::1%25eth0]/", "\u00e9:b", "a:\u00e9",
        "a:b?\u00e9", "a:b#<",
    ],
    "hostname": [
        "", ".", "-a", "a-", "a..b", "a_b", "x" * 64 + ".y", ".".join(["abcdefg"] * 32), "a b", "a\n", "\u212a",
        "a.-b", "a.b-.c",
    ],
    "uuid": [
        "", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400", "urn:123e4567-e89b-12d3-a456-426614174000",
        "123e4567-e89b-12d3-a456-4266141740000", "g23e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000\n",
    ],
    "ipv4": ["", "256.1.1.1", "300.1.1.1", "1.2.3", "1.2.3.4.5", "1.2.3.", "0001.2.3.4", "1.2.3.\u0664", "1.2.3.4\n", "a.b.c.d"],
    "ipv6": [
        "", ":", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "fe80::1%eth0", "::01.2.3.4", "g::",
        "1.2.3.4",
    ],
    "email": ["", "a", "a@b", "@b.c", "a@", "a..b@c.d", ".a@b.c", "a@-b.c", "a@b-.c", "a b@c.d", "a@b.c\n", "\u00e9@b.c", "a@\u212a.c"],
}  # fmt: skip


def rows(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in table.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), rows(ACCEPTED))
def test_a_format_accepts_what_ajv_accepts(name: str, text: str) -> None:
    assert compile_fields({"f": Field("F", "string", format=name)}).validate({"f": text}, batch=False) == {"f": text}
    assert FORMATS[name][0](text)


@pytest.mark.parametrize(("name", "text"), rows(REFUSED))
def test_a_format_refuses_what_ajv_refuses(name: str, text: str) -> None:
    assert not FORMATS[name][0](text)


@pytest.mark.parametrize("name", ["text", "password", "no-such-format", ""])
def test_a_format_that_checks_nothing_accepts_every_text(name: str) -> None:
    assert compile_fields({"f": Field("F", "string", format=name)}).validate({"f": "\n"}, batch=False) == {"f": "\n"}


#: As ajv-formats has it, where a part that has matched is tried again.
_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}", re.ASCII | re.IGNORECASE)


@given(
    st.text("aZ0.-@_+", max_size=16) | st.builds("{}@{}.{}".format, *[st.text("aZ0.-", min_size=1, max_size=6)] * 3)
)
def test_an_address_is_accepted_as_by_the_original_expression(text: str) -> None:
    assert bool(FORMATS["email"][0](text)) is (_EMAIL.fullmatch(text) is not None)
