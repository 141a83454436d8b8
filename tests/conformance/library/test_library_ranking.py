"""What decides the order of what is found, shown on libraries of a few scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.scenario import load_scenarios
from conformance.scenario.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Build = Callable[..., Library]

SCENARIO = """\
name: {name}
description: {description}
source: ours
tags: [{tags}]
project: {{type: all}}
steps:
  - send: {{type: identify, userId: u1}}
    expect: {{replies: [{{code: "{code}"}}]}}
"""


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Makes a library of scenarios that are given as what they say, by key."""

    def library(**scenarios: dict[str, str]) -> Library:
        for key, says in scenarios.items():
            members = {"name": key, "description": "nothing", "tags": "", "code": "Success", **says}
            (tmp_path / f"{key}.scenario.yaml").write_text(SCENARIO.format(**members))
        return Library(load_scenarios([tmp_path]))

    return library


def found(library: Library, text: str) -> list[str]:
    return [finding.loaded.file.rsplit("/", 1)[-1].split(".")[0] for finding in library.find(text)]


def test_a_title_says_more_than_a_tag_and_a_tag_more_than_a_description(build: Build) -> None:
    library = build(a={"description": "a cart"}, b={"tags": "cart"}, c={"name": "the cart"})
    assert found(library, "cart") == ["c", "b", "a"]


def test_codes_of_replies_are_found_without_a_tag(build: Build) -> None:
    library = build(a={"code": "UnknownUserIdError"}, b={"code": "BadApiKey"}, c={"description": "BadApiKey"})
    assert found(library, "BadApiKey") == ["b", "c"]


def test_word_for_word_comes_before_the_same_words_in_another_order(build: Build) -> None:
    library = build(a={"tags": "limit the rate"}, b={"tags": "rate limit"})
    assert found(library, "rate limit") == ["b", "a"]


def test_a_phrase_does_not_run_over_from_one_tag_into_the_next(build: Build) -> None:
    library = build(a={"tags": "rate, limit"}, b={"tags": "the rate limit"})
    assert found(library, "rate limit") == ["b", "a"]


def test_rare_words_count_more_than_common_ones(build: Build) -> None:
    common = {name: {"tags": "events"} for name in ("a", "b", "c", "d", "e")}
    assert found(build(**common, z={"tags": "placeholder"}), "placeholder events")[0] == "z"


def test_what_meets_less_than_half_is_not_found(build: Build) -> None:
    library = build(a={"tags": "one"}, b={"tags": "one, two, three"})
    assert found(library, "one two three") == ["b"]


def test_where_none_meets_half_the_best_are_found(build: Build) -> None:
    library = build(
        a={"tags": "one"}, b={"tags": "two, three"}, c={"tags": "four"}, d={"tags": "five"}, e={"tags": "six"}
    )
    assert found(library, "one two three four five six") == ["b"]


def test_words_that_no_scenario_has_are_passed_over(build: Build) -> None:
    assert found(build(a={"tags": "one"}, b={"tags": "two"}), "one xxx yyy zzz") == ["a"]


def test_the_word_itself_comes_before_one_that_only_begins_like_it(build: Build) -> None:
    library = build(a={"tags": "batches, big"}, b={"tags": "batch, big"})
    assert found(library, "big batch") == ["b", "a"]


def test_an_empty_library_finds_nothing() -> None:
    assert Library([]).find("anything") == []


@given(st.text(max_size=60))
def test_any_text_can_be_searched_for(library_of_two: Library, text: str) -> None:
    scores = [finding.score for finding in library_of_two.find(text)]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


@pytest.fixture(scope="module")
def library_of_two(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("library")
    for name, tags in (("a", "cart, phone"), ("b", "e-mail, userId")):
        members = {"name": name, "description": "nothing", "tags": tags, "code": "Success"}
        (folder / f"{name}.scenario.yaml").write_text(SCENARIO.format(**members))
    return Library(load_scenarios([folder]))


def test_among_equals_what_a_customer_reported_comes_first(tmp_path: Path) -> None:
    text = SCENARIO.format(name="A lost order", description="x", tags="", code="X")
    (tmp_path / "a.scenario.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "b.scenario.yaml").write_text(f"{text}fixed_in: PR 1\n", encoding="utf-8")
    found = Library(load_scenarios([tmp_path])).find("lost order")
    assert [finding.loaded.scenario.fixed_in for finding in found] == ["PR 1", None]
