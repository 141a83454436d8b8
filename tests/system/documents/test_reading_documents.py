"""The net that documents are held in has no holes: what is wrong in one is seen."""

from __future__ import annotations

import pytest
from pages import Block, Step, blocks
from transcripts import difference


def test_output_that_differs_in_a_word_is_seen() -> None:
    parting = difference("one\ntwo", "one\nthree\n")
    assert parting is not None
    assert "-two" in parting
    assert "+three" in parting


@pytest.mark.parametrize(
    ("shown", "agrees"),
    [
        ("…\nlast", True),
        ("first\n…\nlast", True),
        ("first\n…", True),
        ("f…t\nmiddle\nlast", True),
        ("first\nlast", False),
        ("first\n…\nmiddle", False),
        ("first", False),
    ],
)
def test_an_ellipsis_stands_for_lines_or_for_a_part_of_one(shown: str, agrees: bool) -> None:
    assert (difference(shown, "first\nmiddle  \nlast\n") is None) == agrees


def test_commands_end_where_the_shell_would_end_them() -> None:
    text = "curl a \\\n  -d '{\n}'\ncat > f <<'EOF'\none\nEOF\nmake run"
    [step] = Block("page.md", 1, "", text).steps
    assert step == Step(["curl a    -d '{\n}'", "cat > f <<'EOF'\none\nEOF", "make run"], "")


def test_what_is_printed_stands_below_its_commands() -> None:
    block = Block("page.md", 1, "", "make run\n\none\n\ntwo\n\nmake test")
    assert block.steps == [Step(["make run"], "one\n\ntwo"), Step(["make test"], "")]


def test_a_block_is_a_file_when_the_sentence_before_names_it() -> None:
    [block] = blocks("page.md", "Write this to `a/bug.yaml`:\n\n```yaml\na: 1\n```\n")
    assert (block.file_name, block.text, block.line) == ("a/bug.yaml", "a: 1", 3)


def test_a_block_is_no_file_when_the_sentence_before_names_one_of_another_kind() -> None:
    [block] = blocks("page.md", "Beside `bug.json`:\n\n```yaml\na: 1\n```\n")
    assert block.file_name is None


def test_marks_belong_to_the_block_that_follows_and_to_no_other() -> None:
    first, second = blocks("page.md", "<!-- not run: needs a key -->\n\n    make run\n\ntext\n\n    make run\n")
    assert (first.marks, second.marks) == ({"not run": "needs a key"}, {})


def test_a_mark_that_is_misspelled_is_refused() -> None:
    with pytest.raises(AssertionError, match="there is no mark not ran"):
        blocks("page.md", "<!-- not ran: needs a key -->\n\n    make run\n")


def test_a_mark_before_the_title_is_one_of_every_block() -> None:
    first, second = blocks("page.md", "<!-- held by: tests/a.py -->\n\n# Title\n\n    make a\n\ntext\n\n    make b\n")
    assert first.marks == second.marks == {"held by": "tests/a.py"}
