"""What LiquidJS 10.27.2, to which Segment's repository is locked, does otherwise than 10.30.1; both as recorded of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from destination.errors import MappingError
from destination.mapping import DEFAULT_LIQUIDJS, LIQUIDJS_VERSIONS, compile_mapping

if TYPE_CHECKING:
    from destination.mapping import LiquidjsVersion

REFUSED = "RenderError: invalid base64 provided to base64_decode, line:1, col:1"
UNEXPECTED = 'TokenizationError: expected "|" before filter, line:1, col:6'


def shown(template: str, value: Any, version: LiquidjsVersion) -> str:
    try:
        result = compile_mapping({"x": {"@liquid": template}}, version)({"v": value})
    except MappingError as error:
        return f"{error.name}: {error.message}"
    assert isinstance(result, dict)
    return str(result["x"])


def test_the_version_is_that_of_segments_repository_unless_another_is_asked_for() -> None:
    assert (DEFAULT_LIQUIDJS, LIQUIDJS_VERSIONS) == ("10.27.2", ("10.27.2", "10.30.1"))
    resolve = compile_mapping({"x": {"@liquid": "{{ ' a  b ' | squish }}"}})
    assert resolve({}) == {"x": " a  b "}


@pytest.mark.parametrize(
    ("template", "value", "older", "newer"),
    [
        ("{{ v | date: '%s', 'Asia/Tokyo' }}", 0, "32400", "0"),
        ("{{ v | date: '%s' }}", 1735603200.5, "1735603201", "1735603200"),
        ("{{ v | date: '%W %U' }}", "2023-01-02", "00 00", "01 01"),
        ("{{ v | date: '%j %W' }}", "2024-12-31", "366 52", "366 53"),
        ("{{ v | date: '%C|%y|%Y' }}", "0050-03-09", "50||50", "00|50|0050"),
        ("{{ v | squish }}", " a  b ", " a  b ", "a b"),
        ("{{ v | base64_decode }}", "YQ!!", "a", REFUSED),
        ("{{ v | base64_decode }}", "a", "", REFUSED),
        ("{{ v | truncatewords: 2 }}", "  one two three", " one...", "one two..."),
        ("{{ v | slice: 0 }}", "😀b", "\ud83d", "😀"),
        ("{{ v | slice: '-1' }}", "abc", "", "a"),
        ("{{ v | truncate: 4 }}", "😀😀😀", "\ud83d...", "😀😀😀"),
        ("{{ v | strip: '😀' }}", "😀b😀", "😀b😀", "b"),
        ("{{ v | lstrip: 'é' }}", "éb", "b", "b"),
        ("{{ v | round }}", 2**53 - 1, "9007199254740992", "9007199254740991"),
        ("{{ v | round: 1 }}", 1e20, "100000000000000030000", "100000000000000000000"),
        ("{{ v | url_decode }}", "a%2Bb+c", "a b c", "a+b c"),
        ("{{ v, 1 }}", "x", UNEXPECTED, "x"),
        ("{% cycle 1, 2 %}{% cycle 3, 4 %}", None, "14", "13"),
        ("{% cycle v | upcase, 2 %}", "x", "x", "X"),
    ],
)
def test_the_two_versions_differ(template: str, value: Any, older: str, newer: str) -> None:
    assert (shown(template, value, "10.27.2"), shown(template, value, "10.30.1")) == (older, newer)


def test_a_transformed_mapping_has_the_same_version() -> None:
    squished = {"@liquid": "{{ v | squish }}"}
    mapping = {"x": {"@transform": {"apply": {"v": squished}, "mapping": {"y": [squished]}}}}
    assert compile_mapping(mapping, "10.30.1")({"v": " a  b "}) == {"x": {"y": ["a b"]}}
