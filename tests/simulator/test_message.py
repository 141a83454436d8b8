"""Bodies read as JSON: short ones in a quicker way, which must not show."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.message import read_json

NAMES = st.sampled_from(["a", "b", "a:", '":', "é", "", '\\":'])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | NAMES
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(NAMES, inner), max_size=3).map(tuple)
)


def written(value: Any, colon: str) -> str:
    """JSON in which a member may stand twice: tuples are objects."""
    if isinstance(value, tuple):
        return "{" + ",".join(f"{json.dumps(name)}{colon}{written(item, colon)}" for name, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(item, colon) for item in value) + "]"
    return json.dumps(value)


def outcome(body: bytes) -> tuple[str, str]:
    try:
        return "value", repr(read_json(body))
    except ValueError as error:
        return "error", str(error)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=4).map(tuple), st.sampled_from([":", ": ", " :", "\t:\n"]))
def test_a_short_body_is_read_as_a_long_one(value: Any, colon: str) -> None:
    body = written(value, colon).encode()
    assert outcome(body) == outcome(body + b" " * 401)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a" :1,"a":"x:"}',
        b'{"a":{"b" :1,"b":"\\":"}}',
        b'{"a":NaN}',
        b'{"a":-1e999}',
        b'{"a":1} x',
        b"[" * 201 + b"]" * 201,
        b'{"a":' + b"[" * 201 + b"]" * 201 + b"}",
        b"\xff",
        b'\xef\xbb\xbf{"a":1}',
    ],
)
def test_what_is_no_strict_json_is_refused_however_short(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(body)
    assert outcome(body) == outcome(body + b" " * 401)


@pytest.mark.parametrize(("levels", "is_read"), [(200, True), (201, False)])
def test_levels_are_counted_beside_many_brackets(levels: int, is_read: bool) -> None:
    for body in (
        b"[" * levels + b"]" * levels,
        b"[" + b"[]," * 300 + b"[" * (levels - 1) + b"]" * (levels - 1) + b"]",
        b'["' + b"{" * 300 + b'",' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"]",
    ):
        assert (outcome(body)[0] == "value") is is_read
