"""YAML read by libyaml: the same values at the same places as all of YAML has them, or nothing at all."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from conformance.inputs.errors import InputError
from conformance.inputs.plain_yaml import read_plain_yaml
from conformance.inputs.whole_yaml import read_whole_yaml

ROOT = Path(__file__).parents[3]
FILES = sorted(
    file for folder in ("scenarios", "examples", "conformance") for file in (ROOT / folder).rglob("*.yaml")
)
#: What is put into a text, or in the place of some of it.
PIECES = [
    *(
        ": ",
        ":",
        "- ",
        "-",
        "#",
        " #",
        "\n",
        "\n\n",
        " ",
        "  ",
        "'",
        '"',
        "|",
        ">",
        "|-\n",
        ">+\n",
        "{",
        "}",
        "[",
        "]",
    ),
    *(
        ",",
        "?",
        "? ",
        "!",
        "&",
        "*",
        "%",
        "@",
        "`",
        "~",
        "null",
        "true",
        "1",
        "1.5",
        "-0",
        "1e3",
        "0x1F",
        "0o7",
        "1_0",
    ),
    *(
        ".5",
        "5.",
        "+1",
        ".inf",
        "<<",
        "=",
        "---\n",
        "...\n",
        "é",
        "😀",
        "\\n",
        "\\u00e9",
        "\\/",
        "\\x41",
        "''",
        "a: b",
    ),
    *("{a: b}", "[a, b]", "a:b", "://", "2026-01-02", "12:30", "yes", "\t", "::", ":a", "-a", "a#b", "\n# c\n"),
]


def exact(value: Any) -> str:
    """A value with its types and the order of its members."""
    return repr(value)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_that_ships_is_read_as_all_of_yaml_has_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    plain = read_plain_yaml(text)
    if plain is not None:
        assert exact(plain[0]) == exact(read_whole_yaml("x", text)[0])
        assert plain[1] == read_whole_yaml("x", text)[1]


def test_nearly_every_file_that_ships_is_plain() -> None:
    plain = [file for file in FILES if read_plain_yaml(file.read_text(encoding="utf-8")) is not None]
    assert len(plain) >= len(FILES) * 0.95


@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_of_a_damaged_file_is_what_all_of_yaml_has_there(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same damage every time
    texts = [file.read_text(encoding="utf-8").splitlines(keepends=True) for file in FILES]
    for _ in range(100):
        lines = chance.choice(texts)
        start = chance.randrange(len(lines))
        text = damaged("".join(lines[start : start + chance.randrange(1, 14)]), chance)
        plain = read_plain_yaml(text)
        if plain is not None:
            value, places = read_whole_yaml("x", text)
            assert (exact(plain[0]), plain[1]) == (exact(value), places), text


def damaged(text: str, chance: random.Random) -> str:
    for _ in range(chance.randrange(4)):
        start = chance.randrange(len(text) + 1)
        end = start + chance.choice((0, 0, 1, 3, 8))
        text = text[:start] + chance.choice((*PIECES, "")) + text[end:]
    return text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\nb: [2.5, -0, ~]\n", {"a": 1, "b": [2.5, 0, None]}),
        (
            "{yes: no, on: 2026-08-20, at: 12:30, in: 5 minutes}",
            {"yes": "no", "on": "2026-08-20", "at": "12:30", "in": "5 minutes"},
        ),
        ("true: 'true'\nnull: \"1\"\n7: x", {"true": "true", "null": "1", "7": "x"}),
        ("a: >-\n  one\n  two\nb: |\n  three\n", {"a": "one two", "b": "three\n"}),
    ],
)
def test_words_and_numbers_are_those_of_json(text: str, value: object) -> None:
    plain = read_plain_yaml(text)
    assert plain is not None
    assert exact(plain[0]) == exact(value) == exact(read_whole_yaml("x", text)[0])


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x",
        "a: !!str 1",
        "<<: {a: 1}",
        "a: 0x1F",
        "a: 1_000",
        "a: +1",
        "a: 1e3",
        "a: .inf",
        "a: 5.",
        "a: 007",
        f"a: {10**18}",
        "a: =",
        "a: 1\na: 2",
        "1: a\n'1': b",
        "---\na: 1",
        "a: 1\n---\nb: 2",
        "%YAML 1.1\n---\na: yes",
        "a: 1\r\nb: 2",
        "a:\t1",
        "a: \x85b",
        "a: \u2028b",
        "\ufeffa: 1",
        "? [a]\n: b",
        "{? : a}",
        "[ , a]",
        "- \n- a",
        "a: |#b\n  c",
        "|-\n# a",
        "just a text",
        "",
        "a: [",
        "a: \ud800",
        f"a: {'[' * 200}{']' * 200}",
    ],
    ids=ascii,
)
def test_what_the_two_readers_could_take_for_different_things_is_left_alone(text: str) -> None:
    assert read_plain_yaml(text) is None


def test_without_libyaml_everything_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.inputs.plain_yaml.CParser", None)
    assert read_plain_yaml("a: 1") is None


def test_a_mistake_is_told_by_the_reader_of_all_of_yaml() -> None:
    assert read_plain_yaml("a: {b: 1\nc: 2") is None
    with pytest.raises(InputError, match=r"^x:2:2: invalid YAML: the { of line 1 is not closed"):
        read_whole_yaml("x", "a: {b: 1\nc: 2")
