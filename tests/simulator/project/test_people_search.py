"""People are found by a part of an identifier: in texts of thousands, as by a look at each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.project import people_search
from simulator.project.changes import Changes
from simulator.project.people import People
from simulator.project.person import Person

IDENTIFIERS = st.none() | st.text("aBé1\n\0", max_size=3)


def looked_at(people: People, part: str) -> list[int]:
    return [
        person.number
        for person in people
        if (person.email is not None and part in person.email)
        or (person.user_id is not None and part in person.user_id.lower())
    ]


def found(people: People, part: str, after: int = 0) -> list[int]:
    total, some = people.having(part, after)
    assert total == len(looked_at(people, part))
    return [person.number for person in some]


@settings(deadline=None)
@given(st.data())
def test_whatever_has_changed_everybody_is_found(data: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people_search, "_BITS", 1)
        people = People(Changes())
        for step in data.draw(
            st.lists(st.sampled_from(["add", "email", "user id", "remove", "search"]), max_size=20)
        ):
            everybody = list(people)
            if step == "add" or not everybody:
                people.add(Person(data.draw(IDENTIFIERS), data.draw(IDENTIFIERS), 0))
            elif step == "search":
                part, after = data.draw(st.text("aé1\n\0", min_size=1, max_size=2)), data.draw(st.integers(0, 9))
                assert found(people, part, after) == [number for number in looked_at(people, part) if number > after]
            else:
                person = data.draw(st.sampled_from(everybody))
                if step == "remove":
                    people.remove(person)
                else:
                    change = people.set_email if step == "email" else people.set_user_id
                    change(person, data.draw(IDENTIFIERS))
        for part in ("a", "1\0"):
            assert found(people, part) == looked_at(people, part)


def test_only_texts_that_have_the_part_are_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    people = People(Changes())
    for number in range(10_000):
        people.add(Person(f"person-{number}@example.com", None, 0))
    looked: list[int] = []
    count = people_search._count

    def counted(part: str, text: Any, block: int, everybody: Any, *, is_in_texts: bool) -> int:
        looked.append(block)
        return count(part, text, block, everybody, is_in_texts=is_in_texts)

    monkeypatch.setattr(people_search, "_count", counted)
    assert found(people, "person-9999@") == [10_000]
    assert found(people, "nobody") == []
    assert looked == [2]


@pytest.mark.parametrize("different", range(1, 9))
def test_one_of_a_text_who_lacks_what_all_others_have_is_not_counted(different: int) -> None:
    people = People(Changes())
    for number in range(1, 9):
        name = "bob" if number == different else "ada"
        people.add(Person(f"{name}-{number}@example.com", f"{number}-{name}", 0))
    for part in ("ada-", "-ada"):
        assert found(people, part) == [number for number in range(1, 9) if number != different]
    assert found(people, "@example.com") == list(range(1, 9))


@pytest.mark.parametrize(("email", "user_id"), [(None, "12-ADA"), ("ada@x.test", None), ("ada@x.test", "Ada")])
def test_everybody_has_a_part_whichever_identifiers_they_have(email: str | None, user_id: str | None) -> None:
    people = People(Changes())
    for _ in range(4):
        people.add(Person(email, user_id, 0))
    assert found(people, "ada") == [1, 2, 3, 4]
    assert found(people, "ada-") == []
