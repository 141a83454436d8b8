"""JSON values as events carry them, and those on which two implementations are likely to differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import SearchStrategy

#: Member names: ordinary ones, and those with a meaning in paths, in lists or to the destination.
KEYS: Final = (
    "plan",
    "email",
    "phone",
    "phoneNumber",
    "dataFields",
    "products",
    "city",
    "key one",
    "x.y",
    "0",
    "10",
    "",
    "é",
    "@path",
    "length",
    "date",
)

_ZONES: Final = ("", "Z", "z", "+02:00", "-0530", "+05", " +00:00", "+24:00", "+05:99", " UTC")
_DAYS: Final = (
    "2024-03-01",
    "2023-02-30",
    "2023-2-9",
    "20230517",
    "2023/05/17",
    "0050-01-01",
    "9999-12-31",
    "2024-13-01",
)
_TIMES: Final = ("", "00:00", "09:08:07", "24:00:00", "23:59:60", "090807", "0908", "25:00:00", "9:08")
_FRACTIONS: Final = ("", ".5", ".123", ".123456789", ",5")
_DATES_IN_WORDS: Final = (
    "Jan 2, 2024",
    "01/02/2024",
    "Fri, 02 Jan 2026 03:04:05 GMT",
    "2026-W05-1",
    "March 7",
    "12",
    "-5",
)
_NUMBERS_AS_TEXT: Final = (
    "0",
    "5",
    "-1",
    "1.5",
    " 7 ",
    "1e2",
    "0x1F",
    "+5",
    "Infinity",
    "NaN",
    "1,000",
    "4.0",
    "1704164645",
)
_EMAILS: Final = (
    "ada@example.com",
    "a@b.c",
    "A.B+c@Example.co.uk",
    "a@b",
    "a..b@c.de",
    " a@b.co",
    "ü@b.co",
    "a@b.co\n",
    "a@-b.co",
)
_PHONES: Final = ("+15551230000", "555 0100", "", "+44 20 7183 8750")
_WORDS: Final = (
    "",
    " ",
    "gold",
    "GOLD",
    "Straße",
    "İ",
    "😀",
    "true",
    "false",
    "null",
    "a,b",
    "{{plan}}",
    "$.plan",
    "$&",
)


def dates() -> SearchStrategy[str]:
    """Dates in every notation, right and nearly right."""
    parts = st.tuples(
        st.sampled_from(_DAYS),
        st.sampled_from(("T", " ", "", "t")),
        st.sampled_from(_TIMES),
        st.sampled_from(_FRACTIONS),
        st.sampled_from(_ZONES),
    )
    return st.one_of(parts.map("".join), st.datetimes().map(_as_instant), st.sampled_from(_DATES_IN_WORDS))


def _as_instant(moment: Any) -> str:
    return f"{moment.isoformat(timespec='milliseconds')}Z"


def numbers() -> SearchStrategy[float]:
    """Numbers: small, whole, huge, tiny, and around the limits of doubles and of dates."""
    return st.one_of(
        st.integers(-10, 10),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from((1e21, 1e-7, -0.0, 0.1, 4.0, 2**53 + 1, 8.64e15, 8.64e15 + 1, 1704164645, 1704164645000)),
    )


def texts() -> SearchStrategy[str]:
    """Texts of every sort that a field may receive."""
    return st.one_of(
        st.sampled_from((*_WORDS, *_NUMBERS_AS_TEXT, *_EMAILS)),
        dates(),
        st.text(max_size=8),
    )


def scalars() -> SearchStrategy[Any]:
    """A text, a number, a boolean or null."""
    return st.one_of(st.none(), st.booleans(), numbers(), texts())


def values() -> SearchStrategy[Any]:
    """Any JSON value of a modest size."""
    return st.recursive(
        scalars(),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
        ),
        max_leaves=6,
    )


def products() -> SearchStrategy[Any]:
    """What stands under `products`: lists of products, whole and broken, and what is none."""
    product = st.fixed_dictionaries(
        {
            "product_id": _mostly(st.sampled_from(("sku-1", "sku-2"))),
            "name": _mostly(st.just("Tea")),
            "price": _mostly(st.sampled_from((9.5, 10, "12.50"))),
            "quantity": _mostly(st.sampled_from((1, 2, "3", 4.0))),
        },
        optional={
            "id": scalars(),
            "sku": scalars(),
            "category": values(),
            "categories": values(),
            "url": scalars(),
            "image_url": scalars(),
            "description": scalars(),
            "dataFields": values(),
            "restocked": dates(),
            "meta": values(),
        },
    )
    return st.one_of(
        st.lists(product, max_size=3), product, st.lists(st.one_of(product, values()), max_size=2), values()
    )


def _mostly(usual: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.one_of(usual, usual, usual, scalars())


_BY_NAME: Final[Mapping[str, SearchStrategy[Any]]] = {
    "email": st.one_of(st.sampled_from(_EMAILS[:3]), st.sampled_from(_EMAILS), values()),
    "phone": st.one_of(st.sampled_from(_PHONES), values()),
    "products": products(),
    "total": st.one_of(st.sampled_from((9.5, 20, "12.50")), values()),
    "since": st.one_of(dates(), values()),
    "campaignId": st.one_of(st.sampled_from((12, "12")), values()),
    "templateId": st.one_of(st.sampled_from((34, "34")), values()),
    "timestamp": st.one_of(dates(), numbers(), values()),
    "userId": st.one_of(st.sampled_from(("u1", "u2", 7)), values()),
    "event": st.one_of(st.sampled_from(("Signed In", "Order Completed", "Cart Updated")), values()),
}


def member(name: str) -> SearchStrategy[Any]:
    """Values for a member of that name: what belongs there more often than not, but anything at times."""
    return _BY_NAME.get(name, _ANY)


_ANY: Final = st.one_of(values(), dates())
