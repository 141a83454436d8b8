"""Liquid filters as LiquidJS has them, where Python's would do something else."""

from __future__ import annotations

from typing import Any

import pytest

from destination.errors import MappingError
from destination.mapping import compile_mapping
from destination.mapping.liquid import LONGEST_TEMPLATE


def rendered(template: str, value: Any = "nothing given") -> Any:
    event: dict[str, Any] = {} if value == "nothing given" else {"v": value}
    result = compile_mapping({"x": {"@liquid": template}})(event)
    assert isinstance(result, dict)
    return result["x"]


@pytest.mark.parametrize(
    ("template", "value", "text"),
    [
        ("{{ v }}", [True, None, [1, {"a": 1}]], "true1[object Object]"),
        ("{{ v | append: '!' }}", True, "true!"),
        ("{{ v | append: '!' }}", None, "!"),
        ("{{ v | upcase }}", [1, 2, "a"], "12A"),
        ("{{ v | capitalize }}", "aDA lOVELACE", "Ada lovelace"),
        ("{{ v | first }}{{ v | last }}", "gold", "gd"),
        ("{{ v | size }}", {"a": 1}, "0"),
        ("{{ v | slice: -2 }}", "gold", "l"),
        ("{{ v | split: ',' | join: ';' }}", "a,b,,", "a;b"),
        ("{{ v | replace: '', '-' }}", "abc", "a-b-c"),
        ("{{ v | remove_last: 'a' }}", "banana", "banan"),
        ("{{ v | truncate: 4 }}", "golden", "g..."),
        ("{{ v | truncatewords: 1 }}", "one", "one..."),
        ("{{ v | url_encode }}", "a b&ü", "a+b%26%C3%BC"),
        ("{{ v | escape_once }}", "&lt;'", "&lt;&#39;"),
        ("{{ v | strip_html }}", "<b>x</b><!-- > -->y", "xy"),
        ("{{ v | default: 'd' }}", False, "d"),
        ("{{ v | default: 'd', allow_false: true }}", False, "false"),
        ("{{ v | default: 'd' }}", 0, "0"),
        ("{{ v | round }}", -3.5, "-4"),
        ("{{ v | plus: 1 }}", "no number", "1"),
        ("{{ v | modulo: 3 }}", -1, "2"),
        ("{{ v | divided_by: 0 }}", 5, "Infinity"),
        ("{{ v | sum: 'n' }}", [{"n": 1}, {"n": "2"}, 5], "3"),
        ("{{ v | json }}", {"a": [1.5, None]}, '{"a":[1.5,null]}'),
        ("{{ v | compact | json }}", [None, 1], "[1]"),
        ("{{ v | to_integer }}", "x", "NaN"),
        ("{% echo v %}", False, "false"),
        ("{{ v | divided_by: 0 }}", 0, "NaN"),
        ("{{ v | divided_by: 0 }}", 1, "Infinity"),
        ("{{ v | divided_by: 0 }}", -5, "-Infinity"),
        ("{{ v | divided_by: 0 | ceil }}", 5, "Infinity"),
        ("{{ v | modulo: 0 }}", 5, "NaN"),
        ("{{ v | ceil }}{{ v | floor }}", 1.5, "21"),
        ("{{ v | minus: 2 }}", 5, "3"),
        ("{{ v | round: 1 }}", 3.14159, "3.1"),
        ("{{ v | round: 2 }}", -3.14159, "-3.14"),
        ("{{ v | sum }}", [1, "2"], "3"),
        ("{{ v | strip }}.", "  a ", "a."),
        ("{{ v | lstrip }}.", "  a ", "a ."),
        ("{{ v | rstrip: 'x' }}", "xaxx", "xa"),
        ("{{ v | first }}{{ v | last }}", 5, ""),
        ("{{ v | first }}{{ v | last }}", [], ""),
        ("{{ v | join }}", [1, None, 2], "1  2"),
        ("{{ v | join: ';' }}", [[1, [2, 3]], 4], "1,2,3;4"),
        ("{{ v | join: ';' }}", 5, "5"),
        ("{{ v | split: '' | join: '-' }}", "abc", "a-b-c"),
        ("{{ v | split | join: '-' }}", "abc", "a-b-c"),
        ("{{ v | remove: 'b' }}", "abc", "ac"),
        ("{{ v | replace_last: 'x', '-' }}", "abc", "abc"),
        ("{{ v | replace_last: 'a', '-' }}", "abc", "-bc"),
        ("{{ v | slice: 1, 2 | json }}", [1, 2, 3], "[2,3]"),
        ("{{ v | slice: 0 }}{{ v | slice: 1 }}", "gold", "go"),
        ("{{ v | slice: 1, 2 }}", 12345, "23"),
        ("{{ v | slice: -9, 3 }}", "gold", ""),
        ("{{ v | truncate: 4 }}", "gold", "gold"),
        ("{{ v | truncate: 9 }}", "gold", "gold"),
        ("{{ v | truncate: 2 }}", "golden", "..."),
        ("{{ v | truncate }}", "x" * 60, "x" * 47 + "..."),
        ("{{ v | truncatewords: 2 }}", "one   two three", "one two..."),
        ("{{ v | truncatewords: 5 }}", "one  two", "one two"),
        ("{{ v | truncatewords }}", "a " * 20, "a " * 14 + "a..."),
        ("{{ v | default }}.", None, "."),
        ("{{ v | plus: 1 }}", " 2 ", "3"),
        ("{{ v | plus: 1 }}", True, "2"),
        ("{{ v | compact | join: ',' }}", 7, "7"),
        ("{{ v | json }}", [1.0, None, 2.5], "[1,null,2.5]"),
    ],
)
def test_a_filter_gives_what_liquidjs_gives(template: str, value: Any, text: str) -> None:
    assert rendered(template, value) == text


@pytest.mark.parametrize(
    ("template", "name", "message"),
    [
        ("{{ v", "TokenizationError", 'output "{{ v" not closed, line:1, col:1'),
        ("a\n b {{ v", "TokenizationError", 'output "{{ v" not closed, line:2, col:4'),
        ("{{ a }} {{ v", "TokenizationError", 'output "{{ v" not closed, line:1, col:9'),
        ("x{% if v", "TokenizationError", 'tag "{% if v" not closed, line:1, col:2'),
        ("{{ " + "b" * 29, "TokenizationError", 'output "{{ ' + "b" * 29 + '" not closed, line:1, col:1'),
        ("{{ " + "b" * 30, "TokenizationError", 'output "{{ ' + "b" * 26 + '..." not closed, line:1, col:1'),
        ("x {{ a }}\n\n {% for i in v %}", "ParseError", 'tag "for" is disabled, line:3, col:2'),
        ("{% if v %}\n  {% include 'x' %}{% endif %}", "ParseError", 'tag "include" is disabled, line:2, col:3'),
        ("{% case v %}\n{% when 1 %}{% endcase %}", "ParseError", 'tag "case" is disabled, line:1, col:1'),
        ("{{ v | map: 'a' }}", "RenderError", 'filter "map" is disabled, line:1, col:1'),
    ],
)
def test_a_template_that_cannot_be_rendered_says_why_in_liquidjs_words(
    template: str, name: str, message: str
) -> None:
    with pytest.raises(MappingError) as caught:
        rendered(template, [1])
    assert (caught.value.name, str(caught.value)) == (name, message)


def test_what_stands_raw_need_not_be_closed() -> None:
    assert rendered("{% raw %}{{ v{% endraw %}") == "{{ v"


def test_a_template_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert rendered("x" * LONGEST_TEMPLATE) == "x" * LONGEST_TEMPLATE
    with pytest.raises(MappingError, match="limited to"):
        rendered("x" * (LONGEST_TEMPLATE + 1))


@pytest.mark.parametrize(
    "template", ["{{ v | json }}", "{{ v | upcase }}", "{{ v | join: ',' }}", "{{ v | date: '%Y' }}"]
)
def test_what_is_absent_stays_so(template: str) -> None:
    assert rendered(template) == ""


@pytest.mark.parametrize(
    ("value", "wanted", "text"),
    [
        ("2024-03-09T05:06:07.089Z", "%Y-%m-%d %H:%M:%S.%L", "2024-03-09 05:06:07.089"),
        ("2024-03-09T15:06:07Z", "%a %A %b %B %-d%q %e|%l|%I %p %P", "Sat Saturday Mar March 9th  9| 3|03 PM pm"),
        ("2024-12-31", "%j %U %u %w %y %C %s", "366 52 2 2 24 20 1735603200"),
        ("2024-03-09", "%z %:z %^b %3N %_m %05d %Q %%", "+0000 +00:00 MAR 000  3 00009 %Q %"),
        (0, "%F%Y", "%F1970"),
        ("86400", "%d", "02"),
        (True, "%Y", "1970"),
        ("no date", "%Y", "no date"),
        ({"a": 1}, "%Y", "[object Object]"),
        (1e20, "%Y", "100000000000000000000"),
        ("2024-03-01", "%-d%q", "1st"),
        ("2024-03-02", "%-d%q", "2nd"),
        ("2024-03-03", "%-d%q", "3rd"),
        ("2024-03-04", "%-d%q", "4th"),
        ("2024-03-11", "%-d%q", "11th"),
        ("2024-03-12", "%-d%q", "12th"),
        ("2024-03-13", "%-d%q", "13th"),
        ("2024-03-21", "%-d%q", "21st"),
        ("2024-03-22", "%-d%q", "22nd"),
        ("2024-03-23", "%-d%q", "23rd"),
        ("2024-03-30", "%-d%q", "30th"),
        ("2024-03-09T05:06:07.089Z", "%N %6N %0e %#b %#p %Z", "089000000 089000 09 MAR am UTC"),
        ("2024-03-09T01:59:59Z", "%-H", "1"),
        ("2024-03-16", "%U", "10"),
        ("1735603200", "%Y%m%d%H%M%S", "20241231000000"),
        (8640000000000, "%Y", "275760"),
        (8640000000001, "%Y", "8640000000001"),
    ],
)
def test_a_date_is_shown_in_parts(value: Any, wanted: str, text: str) -> None:
    assert rendered(f"{{{{ v | date: '{wanted}' }}}}", value) == text


def test_a_date_without_a_format_is_shown_in_words() -> None:
    assert rendered("{{ v | date }}", "2024-03-09T05:06:07Z") == "Saturday, March 9, 2024 at 5:06 am +0000"


@pytest.mark.parametrize("word", ["now", "today"])
def test_the_present_is_a_date(word: str) -> None:
    assert int(rendered(f"{{{{ '{word}' | date: '%Y' }}}}")) >= 2026
