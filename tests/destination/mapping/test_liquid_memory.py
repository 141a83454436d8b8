"""What a liquid template may use: refused before it is taken, where LiquidJS 10.30.1 refuses it and in its words."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from destination.errors import MappingError
from destination.mapping import compile_mapping

_TEXT = "a" * 30_000
_DOUBLED = "{%assign x='ab'%}" + "{%assign x=x|append:x%}" * 28
_PUSHED = "{%assign x='a,b'|split:','%}" + "{%assign x=x|push:x%}" * 40


def rendered(template: str, event: dict[str, Any]) -> object:
    result = compile_mapping({"x": {"@liquid": template}})(event)
    assert isinstance(result, dict)
    return result["x"]


@pytest.mark.parametrize(
    ("template", "column"),
    [
        ("{{ v | replace: 'a', v | size }}", 1),
        ("{{ v | split: '' | join: v | size }}", 1),
        ("{{ 0 | date: '%1000000000Y' | size }}", 1),
        ("{{ 0 | date: '%1000000000N' | size }}", 1),
        (_DOUBLED, 570),
        ("{{ 'abc' | slice: 0, 1000000000 }}", 1),
        ("{{ (1..1000000000) | size }}", 1),
        ("{% if (1..1000000000) contains 5 %}y{% endif %}", 1),
        ("{{ (1..99999999999999999999999999) }}", 1),
        (f"{_PUSHED}{{{{ x }}}}", 407),
        (
            "{% capture x %}{{ v }}{{ v }}{% endcapture %}" + "{% capture x %}{{x}}{{x}}{{x}}{% endcapture %}" * 20,
            337,
        ),
        (f"{_PUSHED}{{{{ x | json }}}}", 407),
    ],
    ids=lambda value: value[-40:] if isinstance(value, str) else None,
)
def test_what_is_more_than_a_rendering_may_use_is_refused_before_it_is_taken(template: str, column: int) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(MappingError) as caught:
            rendered(template, {"v": _TEXT})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.message == f"memory alloc limit exceeded, line:1, col:{column}"
    assert most < 150_000_000


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ v | replace: 'a', 'bc' | size }}", "60000"),
        ("{{ 'soon' | date: '%1000000000Y' }}", "soon"),
        ("{{ 'abc' | slice: -5, 1000000000 }}", ""),
        ("{{ 'abc' | truncate: 1000000000 }}", "abc"),
        ("{{ (100000000..1) | size }}", "0"),
        ("{{ (1..3) | join: '-' }}{{ (1..3) }}", "1-2-3123"),
    ],
)
def test_what_needs_little_is_rendered(template: str, text: str) -> None:
    assert rendered(template, {"v": _TEXT}) == text


def test_a_width_of_more_digits_than_python_reads_is_refused() -> None:
    with pytest.raises(MappingError, match="memory alloc limit exceeded"):
        rendered("{{ 0 | date: v }}", {"v": f"%{'9' * 5000}Y"})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a<b>c", "ac"),
        ("a<script>b</script>c<style x>d</style>e<!-- <b> -->f", "acef"),
        ("<script <b>c", "c"),
        ("a<!--b>c", "ac"),
        ("1 < 2", "1 < 2"),
        ("<b>1</b> < 2 <", "1 < 2 <"),
    ],
)
def test_markup_is_removed_as_far_as_it_is_closed(text: str, shown: str) -> None:
    assert rendered("{{ v | strip_html }}", {"v": text}) == shown


def test_markup_that_is_never_closed_takes_no_longer_than_its_length() -> None:
    assert rendered("{{ v | strip_html | size }}", {"v": "<script" * 300_000}) == "2100000"


def test_the_last_of_many_near_matches_is_found_at_once() -> None:
    event = {"v": "a" * 1_000_000, "w": "b" + "a" * 500_000}
    assert rendered("{{ v | remove_last: w | size }}", event) == "1000000"
