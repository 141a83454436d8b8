"""What is wrong with a text that is not YAML, in its author's words; long, as each mistake has words of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from conformance.inputs.errors import InputProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from ruamel.yaml.error import YAMLError

#: What a reader says that meets a key which is not text.
OBJECT_AS_KEY: Final = "a key is an object or a list"
#: A key with something behind its colon, and no space between them.
_NO_SPACE: Final = re.compile(r"\s*(?:- +)*(?P<key>[\w.$-]+):(?P<value>[^\s:/].*)")
_KEY_AND_VALUE: Final = re.compile(r"\s*(?:- +)*(?P<key>[^\s:#{\[][^:]*): +(?P<value>\S.*?)\s*")
_CLOSING: Final = {"{": "}", "[": "]"}
_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class _Mistake:
    """What is wrong, what to do, and where when that is not where reading stopped: line and column from 0."""

    message: str
    hint: str = ""
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where and why the parser stopped; lines and columns are counted from 0."""

    lines: list[str]
    problem: str
    line: int
    column: int
    context: str
    context_line: int
    context_column: int

    @property
    def text(self) -> str:
        """The line on which reading stopped."""
        return self.at(self.line)

    def at(self, line: int) -> str:
        """A line; empty beyond the last one."""
        return self.lines[line] if line < len(self.lines) else ""

    @property
    def sign(self) -> str:
        """The character at which reading stopped."""
        return self.text[self.column : self.column + 1]


def yaml_mistake(file: str, text: str, error: YAMLError) -> InputProblem:
    """A problem that says what the text's author did, and what to write instead.

    Args:
        file: The file, as it was named.
        text: What is in it.
        error: Why it could not be read.
    """
    # Every JSON text is YAML, and read as that.
    form = "JSON" if file.endswith(".json") else "YAML"
    if isinstance(error, ReaderError):
        line, column = _place_of(text, error.position)
        message = f"a character that {form} does not allow, U+{_code(error.character):04X}"
        return InputProblem(file, line + 1, column + 1, "", f"invalid {form}: {message}", "remove it")
    mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
    if not isinstance(error, MarkedYAMLError) or mark is None:
        return InputProblem(file, 1, 1, "", f"invalid {form}: {_one_line(error)}")
    found = _explained(_stop(text, error, mark))
    line, column = found.place or (mark.line, mark.column)
    return InputProblem(file, line + 1, column + 1, "", f"invalid {form}: {found.message}", found.hint)


def _code(character: int | str) -> int:
    return character if isinstance(character, int) else ord(character)


def _place_of(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n"), position - (before.rfind("\n") + 1)


def _one_line(error: Any) -> str:
    parts = (getattr(error, "context", ""), getattr(error, "problem", "")) if hasattr(error, "problem") else (error,)
    return " ".join(" ".join(str(part).split()) for part in parts if part)


def _stop(text: str, error: MarkedYAMLError, mark: Any) -> _Stop:
    start = error.context_mark or mark
    return _Stop(
        text.splitlines(),
        str(error.problem or ""),
        mark.line,
        mark.column,
        str(error.context or ""),
        start.line,
        start.column,
    )


def _explained(stop: _Stop) -> _Mistake:
    for is_this, explain in _MISTAKES:
        if is_this(stop):
            return explain(stop)
    return _Mistake(" ".join(part for part in (stop.context, stop.problem) if part))


def _first_character(stop: _Stop) -> _Mistake:
    if stop.sign == "\t":
        return _Mistake("a tab in the indentation", "YAML is indented with spaces only")
    rest = _shortened(_own_value(stop.text, stop.column))
    return _Mistake(f"an unquoted value cannot begin with {stop.sign}", f"put it in quotes: {_quoted(rest)}")


def _own_value(line: str, column: int) -> str:
    """The value that begins at a column: inside brackets it ends at the next comma or closing bracket."""
    rest = line[column:].rstrip()
    is_inside = any(line[:column].count(opening) > line[:column].count(_CLOSING[opening]) for opening in _CLOSING)
    depth = 0
    for index, sign in enumerate(rest):
        depth += (sign in _CLOSING) - (sign in _CLOSING.values())
        if depth < 0 or (is_inside and depth == 0 and sign == ","):
            return rest[:index].rstrip()
    return rest


def _second_colon(stop: _Stop) -> _Mistake:
    missing = _without_space(stop, stop.line - 1)
    if missing is not None and not _KEY_AND_VALUE.fullmatch(stop.text[: stop.column]):
        return missing
    found = _KEY_AND_VALUE.fullmatch(stop.text)
    if found is not None and stop.column > found.start("value"):
        hint = f"put the value in quotes: {found['key'].strip()}: {_quoted(_shortened(found['value']))}"
        return _Mistake("a second colon in a value without quotes", hint)
    return _wrong_indentation(stop)


def _line_without_key(stop: _Stop) -> _Mistake:
    missing = _without_space(stop, stop.context_line)
    if missing is not None:
        return missing
    words = _shortened(stop.at(stop.context_line).strip())
    hint = "add one, or indent the line to continue the value above"
    return _Mistake(f"no colon after {words!r}", hint, (stop.context_line, stop.context_column))


def _without_space(stop: _Stop, line: int) -> _Mistake | None:
    found = _NO_SPACE.fullmatch(stop.at(line)) if line >= 0 else None
    if found is None:
        return None
    hint = f"write {found['key']}: {_shortened(found['value'].rstrip())}"
    return _Mistake("no space after the colon", hint, (line, found.end("key")))


def _wrong_indentation(stop: _Stop) -> _Mistake:
    own = len(stop.text) - len(stop.text.lstrip(" "))
    above = _levels_above(stop)
    if not above:
        return _Mistake("a colon where none is allowed", "put text with a colon in quotes")
    (level, line), *others = above.items()
    hint = f"line {line + 1} is indented by {level}" + "".join(
        f", line {line + 1} by {level}" for level, line in others
    )
    return _Mistake(f"indented by {_spaces(own)}, which fits no line above", hint, (stop.line, own))


def _levels_above(stop: _Stop) -> dict[int, int]:
    """Where the lines around the mistaken one begin, each with the line, the innermost first."""
    levels: dict[int, int] = {}
    is_item = stop.text.lstrip().startswith("- ")
    for line in range(stop.line - 1, -1, -1):
        content = stop.at(line)
        if not content.strip() or content.lstrip().startswith("#"):
            continue
        own = len(content) - len(content.lstrip(" "))
        item = re.match(r"(?:- +)+", content[own:])
        for level in {own} if item is None else {own + item.end(), *({own} if is_item else ())}:
            if not levels or level < min(levels):
                levels[level] = line
        if own == 0:
            break
    return levels


def _key_among_items(stop: _Stop) -> _Mistake:
    item = stop.at(stop.context_line)[stop.context_column :]
    deeper = stop.context_column + len(item) - len(item.removeprefix("-").lstrip())
    return _Mistake("a key on the level of list items", f"indent it by {_spaces(deeper)} to make it part of an item")


def _after_quotes(_: _Stop) -> _Mistake:
    return _Mistake(
        "text after the closing quote",
        'quote the whole value; inside \'…\' an apostrophe is written twice, inside "…" a quote is \\"',
    )


def _open_quote(stop: _Stop) -> _Mistake:
    return _Mistake("this quote is never closed", "close it", (stop.context_line, stop.context_column))


def _bracket(stop: _Stop) -> _Mistake:
    opening = stop.at(stop.context_line)[stop.context_column : stop.context_column + 1]
    closing = _CLOSING.get(opening, "bracket")
    if "<stream end>" in stop.problem:
        return _Mistake(f"this {opening} is never closed", f"add {closing}", (stop.context_line, stop.context_column))
    if stop.line == stop.context_line:
        return _Mistake(
            f"a comma or {closing} is missing before this", "items between brackets are separated by commas"
        )
    message = f"the {opening} of line {stop.context_line + 1} is not closed, or a comma is missing before this"
    return _Mistake(message, f"add {closing} or a comma")


def _surplus_bracket(stop: _Stop) -> _Mistake:
    return _Mistake(f"a {stop.sign} that closes nothing", "remove it, or put the value in quotes")


def _escape(stop: _Stop) -> _Mistake:
    written = stop.text[stop.column - 1 : stop.column + 1]
    return _Mistake(f"{written} is not an escape in double quotes", f"use single quotes, or write \\{written}")


def _alias(stop: _Stop) -> _Mistake:
    name = _shortened(stop.text[stop.column :].split(" ")[0].rstrip(",]}"))
    return _Mistake(
        f"{name} refers to &{name.removeprefix('*')}, which is nowhere above", f"put it in quotes: {_quoted(name)}"
    )


def _object_as_key(stop: _Stop) -> _Mistake:
    if not stop.text[: stop.column].endswith("{"):
        return _Mistake(OBJECT_AS_KEY, "keys are strings")
    inner, closing, _ = stop.text[stop.column - 1 :].partition("}}")
    template = _shortened((inner + closing).rstrip())
    return _Mistake("braces inside braces, where a key should be", f"put a template in quotes: {_quoted(template)}")


def _twice(stop: _Stop) -> _Mistake:
    found = re.search(r'duplicate key "(.*?)"', stop.problem)
    key = _shortened(found[1]) if found is not None else "this"
    return _Mistake(f"the key {key!r} occurs twice", "remove one")


_MISTAKES: Final[tuple[tuple[Callable[[_Stop], bool], Callable[[_Stop], _Mistake]], ...]] = (
    (lambda stop: "cannot start any token" in stop.problem, _first_character),
    (lambda stop: "mapping values are not allowed" in stop.problem, _second_colon),
    (lambda stop: "could not find expected ':'" in stop.problem, _line_without_key),
    (lambda stop: "flow" in stop.context and "but got" in stop.problem, _bracket),
    (lambda stop: "found unknown escape" in stop.problem, _escape),
    (lambda stop: "quoted scalar" in stop.context and "end of stream" in stop.problem, _open_quote),
    (lambda stop: "<scalar>" in stop.problem, _after_quotes),
    (lambda stop: "found '}'" in stop.problem or "found ']'" in stop.problem, _surplus_bracket),
    (
        lambda stop: "block mapping" in stop.context and "found '-'" in stop.problem,
        lambda _: _Mistake("a list item among keys", "a value is either a list or an object, not both"),
    ),
    (lambda stop: "block collection" in stop.context and "found '?'" in stop.problem, _key_among_items),
    (lambda stop: "expected <block end>" in stop.problem and "start>" in stop.problem, _wrong_indentation),
    (lambda stop: "undefined alias" in stop.problem, _alias),
    (lambda stop: stop.problem == OBJECT_AS_KEY, _object_as_key),
    (lambda stop: "duplicate key" in stop.problem, _twice),
    (
        lambda stop: "expected a single document" in stop.context + stop.problem,
        lambda _: _Mistake("a second document begins here", "keep one in each file"),
    ),
    (
        lambda stop: "block scalar" in stop.context,
        lambda _: _Mistake("text after | or >", "begin it on the next line, indented, or put the value in quotes"),
    ),
)


def _quoted(text: str) -> str:
    """A text as YAML with quotes around it."""
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
    return f'"{bare}"' if '"' not in bare and "\\" not in bare else "'{}'".format(bare.replace("'", "''"))


def _spaces(count: int) -> str:
    return f"{count} space{'' if count == 1 else 's'}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
