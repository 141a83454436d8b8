"""What people get wrong in YAML: where it is, what it is, and what to write instead."""

from __future__ import annotations

import pytest

from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import document_of


def problem_in(text: str) -> str:
    with pytest.raises(InputError) as caught:
        document_of("f", text)
    return str(caught.value)


@pytest.mark.parametrize("text", ["project:\n\ttype: all\n", "project:\n  type: all\n\tid: 1\n"])
def test_a_tab_in_the_indentation_is_named(text: str) -> None:
    assert problem_in(text).endswith(":1: invalid YAML: a tab in the indentation (YAML is indented with spaces only)")


@pytest.mark.parametrize(
    ("text", "place", "spaces", "hint"),
    [
        ("name: a\n  tags: []\n", "2:3", "2 spaces", "line 1 is indented by 0"),
        ("project:\n    type: all\n  id: 1\n", "3:3", "2 spaces", "line 2 is indented by 4, line 1 by 0"),
        ("steps:\n  - send: {}\n - send: {}\n", "3:2", "1 space", "line 2 is indented by 2, line 1 by 0"),
        ("steps:\n  - send: {}\n   expect: {}\n", "3:4", "3 spaces", "line 2 is indented by 4, line 1 by 0"),
    ],
)
def test_wrong_indentation_is_held_against_the_lines_above(text: str, place: str, spaces: str, hint: str) -> None:
    assert problem_in(text) == f"f:{place}: invalid YAML: indented by {spaces}, which fits no line above ({hint})"


def test_a_key_beside_list_items_says_how_far_to_indent_it() -> None:
    assert problem_in("steps:\n  - send: {}\n  expect: {}\n") == (
        "f:3:3: invalid YAML: a key on the level of list items (indent it by 4 spaces to make it part of an item)"
    )


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("name: Bug: user twice\n", "1:10", 'name: "Bug: user twice"'),
        ('name: the "new": one\n', "1:16", "name: 'the \"new\": one'"),
        ("tags:\n  - see: a: b\n", "2:11", 'see: "a: b"'),
    ],
)
def test_a_value_with_a_colon_is_shown_in_quotes(text: str, place: str, line: str) -> None:
    assert problem_in(text) == (
        f"f:{place}: invalid YAML: a second colon in a value without quotes (put the value in quotes: {line})"
    )


@pytest.mark.parametrize(
    ("text", "place", "written"),
    [
        ("name:a\nproject: {}\n", "1:5", "name: a"),
        ("project:\n  type:all\n  id: 1\n", "2:7", "type: all"),
        ("project: {}\nsteps:[]\n", "2:6", "steps: []"),
    ],
)
def test_a_colon_without_a_space_is_found_where_it_stands(text: str, place: str, written: str) -> None:
    assert problem_in(text) == f"f:{place}: invalid YAML: no space after the colon (write {written})"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: {b: 1\nc: 2\n", "2:2: invalid YAML: the { of line 1 is not closed, or a comma is missing before this"),
        ("a: [b: c d: e]\n", "1:11: invalid YAML: a comma or ] is missing before this"),
        ("a: [1\n", "1:4: invalid YAML: this [ is never closed"),
        ("a: {b: 1}}\n", "1:10: invalid YAML: a } that closes nothing"),
        ("a: 'b\nc: d\n", "1:4: invalid YAML: this quote is never closed"),
        ("a: 'it's b'\n", "1:8: invalid YAML: text after the closing quote"),
        ('a: "\\d"\n', "1:6: invalid YAML: \\d is not an escape in double quotes"),
        ("a: @path\n", '1:4: invalid YAML: an unquoted value cannot begin with @ (put it in quotes: "@path")'),
        ("a: {b: @me}\n", '1:8: invalid YAML: an unquoted value cannot begin with @ (put it in quotes: "@me")'),
        ("a: {b: @me, c: 1}\n", '1:8: invalid YAML: an unquoted value cannot begin with @ (put it in quotes: "@me")'),
        ("a: [`b`]\n", '1:5: invalid YAML: an unquoted value cannot begin with ` (put it in quotes: "`b`")'),
        ("a: @b, c\n", '1:4: invalid YAML: an unquoted value cannot begin with @ (put it in quotes: "@b, c")'),
        ("a: : \n", "1:4: invalid YAML: a colon where none is allowed (put text with a colon in quotes)"),
        ("a: *b\n", '1:4: invalid YAML: *b refers to &b, which is nowhere above (put it in quotes: "*b")'),
        ("a: {{ b }}\n", "1:5: invalid YAML: braces inside braces, where a key should be (put a template in quotes"),
        ("? [a]\n: b\n", "1:3: invalid YAML: a key is an object or a list (keys are strings)"),
        ("a: 1\na: 2\n", "2:1: invalid YAML: the key 'a' occurs twice (remove one)"),
        ("a: 1\n---\nb: 1\n", "2:1: invalid YAML: a second document begins here (keep one in each file)"),
        ("a: | b\n", "1:6: invalid YAML: text after | or >"),
        ("a:\n  b: 1\n  - c\n", "3:3: invalid YAML: a list item among keys"),
        ("a: 1\nb\nc: 1\n", "2:1: invalid YAML: no colon after 'b'"),
        ("a: \x00\n", "1:4: invalid YAML: a character that YAML does not allow, U+0000 (remove it)"),
    ],
)
def test_other_slips_are_told_as_what_their_author_did(text: str, problem: str) -> None:
    assert problem_in(text).startswith(f"f:{problem}")


@pytest.mark.parametrize(
    "text", ["- a: {c: b: d}}\n", "? ? a\n", "a: !<x b\n", "%YAML x\n---\n", "&a &b c", "!!omap [a]"]
)
def test_whatever_else_cannot_be_read_is_one_line_with_its_place(text: str) -> None:
    try:
        document_of("f", text)
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017  # some of them are valid for one version of the reader
