"""YAML that its library does not read: said of the text, whatever the library raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import document_of

_PIECES = [
    *(
        "- ",
        "a: ",
        "? ",
        ": ",
        "&a ",
        "*a ",
        "<<: ",
        "{",
        "}",
        "[",
        "]",
        "\n",
        "\n  ",
        "\t",
        '"',
        "'",
        "|",
        ">-\n",
        "#c",
    ),
    *("!!int ", "!!str x", "!!binary x", "!!set {a}", "!!omap [a: 1]", "!!pairs", "!x ", "!!bool z", "!!timestamp x"),
    *("%YAML 1.1\n", "---\n", "0x1g", "1_0", "1e999", ".nan", "2024-01-01", "~", "@", "`", "\x00", "\ud800", "\\"),
    *('"\\x4"', '"\\UFFFFFFFF"', "? [a]: b"),
]


@pytest.mark.parametrize("text", ['"\\UFFFFFFFF"', "!!bool z", "!!int ", "<<: !!set {a}"])
def test_what_the_library_breaks_at_is_a_problem_of_the_text(text: str) -> None:
    with pytest.raises(InputError, match=r"^odd\.yaml:1:1: invalid YAML: "):
        document_of("odd.yaml", text)


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_no_text_raises_anything_but_a_problem_of_the_text(text: str) -> None:
    try:
        document_of("odd.yaml", text)
    except InputError as error:
        assert str(error).startswith("odd.yaml:")  # noqa: PT017  # either end is right


def test_an_anchor_that_is_used_again_is_read_without_a_warning() -> None:
    assert document_of("again.yaml", "- &a 1\n- &a 2\n- *a").value == [1, 2, 2]


def test_a_text_that_is_nested_too_deeply_is_refused_with_the_place() -> None:
    with pytest.raises(InputError, match=r"^deep.yaml:1:101: nested more than 100 levels deep"):
        document_of("deep.yaml", "[" * 5000)


@pytest.mark.parametrize("digits", [4301, 100_000])
def test_a_number_of_more_digits_than_can_be_read_is_named_where_it_stands(digits: int) -> None:
    with pytest.raises(InputError, match=rf"^x:2:4: invalid YAML: a number of {digits:,} digits$"):
        document_of("x", f"a: 1\nb: {'9' * digits}\n")


def test_brackets_within_brackets_are_refused_before_they_are_read() -> None:
    with pytest.raises(InputError, match=r"^x:1:103: nested more than 100 levels deep"):
        document_of("x", f"a: {'[' * 3_000}{']' * 3_000}")
