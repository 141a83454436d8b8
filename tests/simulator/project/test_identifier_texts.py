"""A search for a part of an identifier finds whom looking at everybody finds, whatever happened to them before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.project import identifier_texts, people
from simulator.project.changes import Changes
from simulator.project.people import People
from simulator.project.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ("a", "ab", "@", "b\tc", "\n", "é", "zz")
EMAILS = st.sampled_from([None, "ada@example.com", "bob@example.com", "ab\t@x", "é@x", "a\nb@x"])
USER_IDS = st.sampled_from([None, "A", "aB", "b\tC", "\n", "É", ""])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 3), EMAILS, USER_IDS),
        st.tuples(st.just("remove"), st.integers(0, 30), EMAILS, USER_IDS),
        st.tuples(st.just("email"), st.integers(0, 30), EMAILS, USER_IDS),
        st.tuples(st.just("user id"), st.integers(0, 30), EMAILS, USER_IDS),
        st.tuples(st.just("search"), st.integers(0, 30), EMAILS, USER_IDS),
    ),
    max_size=30,
)


@pytest.fixture(scope="module", autouse=True)
def _short_texts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identifier_texts, "LENGTH", 4)
        patch.setattr(people, "LENGTH", 4)
        yield


def has(person: Person, part: str) -> bool:
    return part in (person.email or "") or part in (person.user_id or "").lower()


def check(everybody: People) -> None:
    for part in PARTS:
        wanted = [person for person in everybody if has(person, part)]
        assert everybody.count_with_part(part) == len(wanted)
        for after in (0, 3, 4, 9):
            assert list(everybody.with_part(part, after)) == [one for one in wanted if one.number > after]


def act(everybody: People, what: str, number: int, email: str | None, user_id: str | None) -> None:
    present = list(everybody)
    if what == "add":
        for _ in range(number):
            everybody.add(Person(email, user_id, 0))
    elif what == "search":
        check(everybody)
    elif present:
        person = present[number % len(present)]
        if what == "remove":
            everybody.remove(person)
        elif what == "email":
            everybody.set_email(person, email)
        else:
            everybody.set_user_id(person, user_id)


@given(ACTS)
def test_a_search_finds_whom_looking_at_everybody_finds(acts: list[tuple[str, int, str | None, str | None]]) -> None:
    everybody = People(Changes())
    for one in acts:
        act(everybody, *one)
    check(everybody)
    check(People.from_rows(everybody.to_rows(), Changes()))
