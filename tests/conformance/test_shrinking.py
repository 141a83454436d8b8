from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from conformance.shrinking import Shrinker, one_by_one, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = list(range(16))


def has_both(items: list[int]) -> bool:
    return 3 in items and 12 in items


def lacking_one(items: list[int]) -> Iterator[list[int]]:
    return (items[:index] + items[index + 1 :] for index in range(len(items)))


def shorten_all(shrinker: Shrinker[list[int]]) -> None:
    shorten(shrinker, shrinker.smallest, list)


@given(st.lists(st.integers(0, 20), max_size=12), st.sets(st.integers(0, 20), max_size=3))
def test_no_single_item_can_be_left_out_of_what_is_left(items: list[int], needed: set[int]) -> None:
    def shows(some: list[int]) -> bool:
        return needed <= set(some)

    whole = [*items, *sorted(needed)]
    for strategy in (shorten_all, one_by_one(lacking_one)):
        smallest = Shrinker(whole, shows).shrink(strategy)
        assert sorted(smallest) == sorted(needed)


def test_a_candidate_is_tried_once_however_often_it_is_proposed() -> None:
    tried: list[list[int]] = []

    def shows(items: list[int]) -> bool:
        tried.append(items)
        return has_both(items)

    shrinker = Shrinker(NUMBERS, shows)
    assert shrinker.shrink(shorten_all, one_by_one(lacking_one), shorten_all) == [3, 12]
    assert len(tried) == len({tuple(items) for items in tried}) == shrinker.tries


def test_the_budget_counts_candidates_that_are_tried_and_ends_the_search() -> None:
    shrinker = Shrinker(NUMBERS, has_both, budget=5)
    smallest = shrinker.shrink(one_by_one(lacking_one))
    assert shrinker.tries == 5
    assert has_both(smallest)
    assert len(smallest) > 2


def test_strategies_work_on_what_the_others_have_found() -> None:
    def halve(shrinker: Shrinker[dict[str, list[int]]]) -> None:
        shorten(shrinker, shrinker.smallest["a"], partial(_with, shrinker.smallest, "a"))

    def drop(shrinker: Shrinker[dict[str, list[int]]]) -> None:
        shorten(shrinker, shrinker.smallest["b"], partial(_with, shrinker.smallest, "b"))

    start = {"a": NUMBERS, "b": NUMBERS}
    smallest = Shrinker(start, lambda value: sum(map(len, value.values())) >= 3 and 3 in value["b"]).shrink(
        halve, drop
    )
    assert smallest == {"a": [], "b": smallest["b"]}
    assert len(smallest["b"]) == 3


def _with(value: dict[str, list[int]], key: str, items: object) -> dict[str, list[int]]:
    assert isinstance(items, list)
    return {**value, key: items}
