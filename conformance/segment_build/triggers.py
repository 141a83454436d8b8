"""Triggers in Segment's filter language: right, nearly right, and cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_FIELDS: Final = (
    "type",
    "event",
    "name",
    "userId",
    "properties.plan",
    "properties.total",
    "properties",
    "traits.email",
    "traits.plan.city",
    "context.traits.plan",
    "properties.key\\ one",
    "properties.0",
    "messageId",
    "foo",
)
_OPERATORS: Final = ("=", "!=", "<", "<=", ">", ">=", "==", "in")
_VALUES: Final = (
    '"track"',
    '"identify"',
    '"gold"',
    '"Order Completed"',
    "5",
    "-1.5",
    "true",
    "false",
    "null",
    "gold",
    "'gold'",
    '""',
    "an",
    '"5"',
)
_PATTERNS: Final = ('"gold*"', '"*gold"', '"*"', '"go"', '"*o*"', "5", '""')
_NOISE: Final = ("(", ")", '"', "!", "and", "or", ",", ".", "[", "null", "\r", "contains(", "AND", "-", "=", " ")


def triggers() -> SearchStrategy[str]:
    """The text of a trigger."""
    part = st.one_of(_conditions(), _functions(), _groups())
    query = st.builds(
        _joined, part, st.lists(st.tuples(st.sampled_from((" and ", " or ", " AND ", " ")), part), max_size=3)
    )
    noisy = st.builds(_inserted, query, st.integers(0, 60), st.sampled_from(_NOISE))
    cut = st.builds(lambda text, length: text[:length], query, st.integers(0, 40))
    return st.one_of(query, query, query, noisy, cut)


def _conditions() -> SearchStrategy[str]:
    blank = st.sampled_from((" ", " ", " ", ""))
    spaced = st.builds(
        lambda *pieces: "".join(pieces), st.sampled_from(_FIELDS), blank, st.sampled_from(_OPERATORS), blank
    )
    return st.builds(lambda start, value: start + value, spaced, st.sampled_from(_VALUES))


def _functions() -> SearchStrategy[str]:
    return st.builds(
        "{}{}({},{}{})".format,
        st.sampled_from(("", "!")),
        st.sampled_from(("contains", "match")),
        st.sampled_from(_FIELDS),
        st.sampled_from((" ", "")),
        st.sampled_from((*_PATTERNS, *_VALUES)),
    )


def _groups() -> SearchStrategy[str]:
    inner = st.one_of(_conditions(), _functions())
    return st.builds(
        "{}({}{}{})".format, st.sampled_from(("", "", "!")), inner, st.sampled_from((" and ", " or ")), inner
    )


def _joined(first: str, rest: list[tuple[str, str]]) -> str:
    return first + "".join(conjunction + part for conjunction, part in rest)


def _inserted(text: str, place: int, noise: str) -> str:
    return text[:place] + noise + text[place:]
