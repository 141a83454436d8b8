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
    monkeypatch.setattr("time.time_ns", lambda: 1_704_164_645_178_901_234)
    assert rendered("{{ 'now' | date: '%s%L' }} {{ 'today' | date: '%Y-%m-%d' }}", {}) == "1704164645178 2024-01-02"


@pytest.mark.parametrize("template", [5, {"@path": "$.v"}, None], ids=repr)
def test_a_template_that_is_no_text_is_refused_when_it_is_rendered(template: object) -> None:
    assert refusal(template, {"v": "a"}) == ("Error", "liquid template value must be a string")


@pytest.mark.parametrize(
    ("template", "name", "message"),
    [
        ("{% assign x %}", "TokenizationError", 'expected "=", line:1, col:12'),
        ("{% assign %}", "TokenizationError", "expected variable name, line:1, col:10"),
        ("{{ }}", "TokenizationError", 'invalid value expression: "", line:1, col:4'),
        ("{{ v, 1 }}", "TokenizationError", 'expected "|" before filter, line:1, col:6'),
        ("{{ v | | upcase }}", "TokenizationError", "expected filter name, line:1, col:8"),
        ("{{ v | upcase 1 }}", "TokenizationError", 'expected ":" after filter name, line:1, col:15'),
        ("{{ v | append: 1 2 }}", "TokenizationError", 'unexpected character "2", line:1, col:18'),
        ("{{ v | append: v == 1 }}", "TokenizationError", 'unexpected character "== 1", line:1, col:18'),
        ("{{ v[0 }}", "TokenizationError", "[ not closed, line:1, col:7"),
        ("{{ (1.5) }}", "TokenizationError", "invalid range syntax, line:1, col:9"),
        ("{{ (1..) }}", "TokenizationError", 'unexpected token ")", value expected, line:1, col:8'),
        ("{% capture %}{% endcapture %}", "TokenizationError", "invalid capture name, line:1, col:11"),
        ("{% cycle %}", "TokenizationError", 'empty candidates: "{% cycle %}", line:1, col:9'),
        ("{%%}", "TokenizationError", "illegal tag syntax, tag name expected, line:1, col:3"),
        ("{% liquid\n'a' %}", "TokenizationError", "illegal liquid tag syntax, line:2, col:1"),
        ("{% raw %}{{ v }}", "TokenizationError", 'raw "{% raw %}{{ v }}" not closed, line:1, col:10'),
        ("a\n {% if v %}y", "ParseError", "tag {% if v %} not closed, line:2, col:2"),
        ("{% if v %}{% else %}{% elsif v %}", "ParseError", "unexpected elsif after else, line:1, col:1"),
        ("{% if v %}{% else v %}", "ParseError", 'unexpected "v", line:1, col:1'),
        ("{% endif %}", "ParseError", 'tag "endif" not found, line:1, col:1'),
        (
            "{% #a\nb %}",
            "ParseError",
            "every line of an inline comment must start with a '#' character, line:1, col:1",
        ),
        ("{{ (1..100000001).size }}", "UndefinedVariableError", "memory alloc limit exceeded, line:1, col:4"),
        ("{{ nil.constructor }}", "UndefinedVariableError", None),
        ("😀{{ v", "TokenizationError", 'output "{{ v" not closed, line:1, col:3'),
    ],
)
def test_what_is_wrong_with_a_template_has_liquidjs_name_text_and_place(
    template: str, name: str, message: str | None
) -> None:
    raised = refusal(template, {"v": 1})
    assert raised[0] == name
    assert message is None or raised[1] == message


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ n == 3 }}{{ n > 5 or t contains 'ol' }}", "truetrue"),
        ("{{ not n == 3 }}{{ n == not 3 }}", "falsefalse"),
        ("{% assign big = n > 2 and t %}{{ big }}", "true"),
        ("{{ o.empty }}{{ o.with }}{{ o.nil.and }}{{ .o.if }}", "1234"),
        ('{{ "it\\\'s" }}{{ "\\u0041\\102\\n" }}', "it'sAB\n"),
        ("{{ +1 }}{{ -1 }}{{ 1. }}{{ 007 }}", "1-117"),
        ("{{ .5 }}{{ 1a }}{{ 1-2 }}", "halfonerange"),
        ("{{ t n 'x' }}", "gold"),
        ("{{ n == 3 t }}", "3"),
        ("{{ == }}{{ and }}", "truefalse"),
        ("{{ nil | json }}{{ empty | size }}{{ blank | append: 'x' }}", "{}0x"),
        ("{{ blank == nil }}{{ nil == blank }}{{ empty == empty }}{{ none == missing }}", "truefalsefalsefalse"),
        ("{{ size }}{{ t.size }}{{ o.size }}{{ (1..3).last }}", "0453"),
        ("{{ t | append: key: 'v' }}", "goldkeyv"),
        ("{{ t | }}{{ t | nope: 1 }}", "goldgold"),
        ("{% increment n %}{{ n }}{% decrement n %}{% increment new %}{{ new }}", "34301"),
        ("{% cycle 0, 'a' %}{% cycle 0, 'a' %}", "a"),
        ("a{% break %}b", "a"),
        ("{% unless n %}a{% elsif t %}b{% else %}c{% elsif n %}d{% else %}e{% endunless %}", "b"),
        ("{% liquid\n assign x = t\n echo x | upcase %}", "GOLD"),
        ("{% block a %}{{ block }}{{ block.super }}{% endblock %}", "[object Object]"),
        (" a {%- if n -%} b {%- endif -%} c {% raw -%} {{ {%- endraw %} {% endraw %}", " abc  {{ {%- endraw %} "),
        ("{{ '}}' }}{% comment %}{% nope %}{% endcomment %}", "}}"),
        ("{% if n %}" * 40 + "deep" + "{% endif %}" * 40, "deep"),
    ],
)
def test_an_expression_is_what_liquidjs_reads(template: str, text: str) -> None:
    event = {
        "n": 3,
        "t": "gold",
        "none": None,
        "o": {"empty": 1, "with": 2, "nil": {"and": 3}, "if": 4, "new": 5},
        "5": "half",
        "1a": "one",
        "1-2": "range",
    }
    assert rendered(template, event) == text


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


def test_a_counter_is_a_member_of_the_event_for_what_is_resolved_after_it() -> None:
    resolve = compile_mapping(
        {
            "a": {"@liquid": "{% increment n %}"},
            "b": {"@path": "$.n"},
            "c": {"@liquid": "{% increment n %}{{ n }}"},
            "d": {"@arrayPath": ["$.items", {"x": {"@liquid": "{% decrement q %}"}, "y": {"@path": "$.q"}}]},
        }
    )
    event = {"n": 3, "items": [{}]}
    assert resolve(event) == {"a": "3", "b": 4, "c": "45", "d": [{"x": "-1", "y": -1}]}
    assert event == {"n": 3, "items": [{}]}
