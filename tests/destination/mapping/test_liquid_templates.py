"""What becomes of a liquid template as a whole; what its parts give is recorded in tests/vectors/liquid.jsonl."""

from __future__ import annotations

from typing import Any

import pytest

from destination.errors import MappingError
from destination.mapping import compile_mapping


def rendered(template: object, event: dict[str, Any]) -> object:
    result = compile_mapping({"x": [{"@liquid": template}]})(event)
    assert isinstance(result, dict)
    return result["x"][0]


def refusal(template: object, event: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(MappingError) as caught:
        rendered(template, event)
    return caught.value.name, caught.value.message


def test_the_present_is_that_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_704_164_645_678_901_234)
    assert rendered("{{ 'now' | date: '%s%L' }} {{ 'today' | date: '%Y-%m-%d' }}", {}) == "1704164645678 2024-01-02"


@pytest.mark.parametrize("template", [5, {"@path": "$.v"}, None], ids=repr)
def test_a_template_that_is_no_text_is_refused_when_it_is_rendered(template: object) -> None:
    assert refusal(template, {"v": "a"}) == ("Error", "liquid template value must be a string")


@pytest.mark.parametrize(
    ("template", "hint"),
    [
        ("{% if v == %}y{% endif %}", "expected a primitive expression"),
        ("{% assign x %}", "expected '='"),
        ("{{ v upcase }}", "expected end of expression"),
        ("{% if v %}y", "expected tag endif"),
    ],
)
def test_a_template_that_is_not_well_formed_says_where(template: str, hint: str) -> None:
    name, message = refusal(template, {"v": 1})
    assert name == "ParseError"
    assert message.startswith("the liquid template failed: ")
    assert hint in message


def test_blocks_within_blocks_have_an_end() -> None:
    name, message = refusal("{% if v %}" * 40 + "{% endif %}" * 40, {"v": 1})
    assert message.startswith("the liquid template failed: ")
    assert name == "RenderError"


def test_a_range_of_more_items_than_there_is_memory_for_is_refused() -> None:
    message = "memory alloc limit exceeded, line:1, col:1"
    assert refusal("{{ (1..100000001) | size }}", {}) == ("RenderError", message)
    assert refusal("{{ (1..100000001) }}", {}) == ("RenderError", message)
    assert rendered("{{ (1..1000) | size }}", {}) == "1000"


def test_what_is_no_object_has_no_variables() -> None:
    mapping = {"@arrayPath": ["$.items", {"y": {"@liquid": "[{{ v }}]"}}]}
    result = compile_mapping({"x": mapping})({"items": ["text", {"v": 1}, None, 5]})
    assert result == {"x": [{"y": "[]"}, {"y": "[1]"}, {"y": "[]"}, {"y": "[]"}]}


def test_a_template_is_rendered_anew_for_each_event() -> None:
    resolve = compile_mapping(
        {"x": {"@liquid": "{% assign n = v | plus: n %}{{ n }}{% increment i %}{% cycle 'a', 'b' %}"}}
    )
    assert [resolve({"v": value}) for value in (1, 2)] == [{"x": "10a"}, {"x": "20a"}]
