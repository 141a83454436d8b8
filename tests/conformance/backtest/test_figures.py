"""The figures of parts, added up, are those of the whole."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from conformance.backtest.counting import Broken, Located, Missing, count
from conformance.backtest.evaluation import Mappings
from conformance.backtest.figures import Figures, Position, Tally, merge
from conformance.backtest.report import to_json
from destination import PRESETS, Subscription

OLD: Final = (
    *PRESETS[:2],
    Subscription("Visits", "trackEvent", 'type = "page"', {"userId": {"@path": "$.userId"}, "eventName": "Visit"}),
)
MAPPINGS: Final = Mappings(PRESETS, OLD)
EVENTS: Final[list[dict[str, Any]]] = [
    {"type": "identify", "userId": "u1", "traits": {"email": "ada@example.com", "plan": "pro"}},
    {"type": "identify", "traits": {"email": "nobody"}},
    {"type": "identify"},
    {"type": "track", "event": "Opened", "userId": "u1", "properties": {"n": 1}},
    {"type": "track", "event": "Opened", "properties": {"email": "nobody"}},
    {"type": "track", "event": "Order Completed", "userId": "u1", "properties": {"total": "many", "products": [{}]}},
    {"type": "page", "userId": "u2"},
    {"type": "alias", "userId": "u2"},
]


@st.composite
def archives(draw: st.DrawFn) -> list[Any]:
    """What was found at different places of some files."""
    places = draw(
        st.lists(
            st.builds(Position, st.sampled_from("abc"), st.integers(0, 99), st.just(1)), unique=True, max_size=25
        )
    )
    return [
        draw(
            st.sampled_from(
                [*(Located(place, event) for event in EVENTS), Broken(place, "no"), Missing(place, "not there")]
            )
        )
        for place in places
    ]


@given(archives(), st.data())
def test_however_an_archive_is_split_and_in_whatever_order_its_parts_end_the_figures_are_the_same(
    archive: list[Any], data: st.DataObject
) -> None:
    whole = count(archive, MAPPINGS)
    cuts = data.draw(st.lists(st.integers(0, len(archive)), max_size=6).map(sorted))
    bounds = [0, *cuts, len(archive)]
    parts = [count(archive[start:end], MAPPINGS) for start, end in pairwise(bounds)]
    shuffled = data.draw(st.permutations(parts))
    assert merge(shuffled) == whole
    assert to_json(merge(shuffled), compared=True) == to_json(whole, compared=True)


@given(st.lists(archives(), max_size=4))
def test_figures_may_be_added_up_in_any_grouping(archives_of_parts: list[list[Any]]) -> None:
    parts = [count(archive, MAPPINGS) for archive in archives_of_parts]
    left = reduce(lambda one, other: merge((one, other)), parts, Figures())
    right = reduce(lambda one, other: merge((other, one)), reversed(parts), Figures())
    # The same place may stand in two parts here, so that only counts are comparable.
    assert _counts(left) == _counts(right) == _counts(merge(parts))


def test_adding_up_changes_no_part() -> None:
    part = count([Located(Position("a", 0, 1), EVENTS[0])], MAPPINGS)
    other = count([Located(Position("a", 9, 2), EVENTS[0])], MAPPINGS)
    assert merge((part, other)) != part
    assert part == count([Located(Position("a", 0, 1), EVENTS[0])], MAPPINGS)


def test_an_example_is_made_only_for_what_is_among_the_first() -> None:
    made: list[int] = []
    tally = Tally()
    for offset in range(10):
        tally.add(Position("a", offset, 1), made.append, offset)
    assert (tally.count, made) == (10, [0, 1, 2])


def _counts(figures: Figures) -> object:
    return {
        name: {key: tally.count for key, tally in getattr(figures, name).items()}
        for name in ("events", "shares", "requests", "changed", "changes", "fields", "broken", "missing")
    }
