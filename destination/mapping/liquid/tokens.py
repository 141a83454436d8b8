"""A template cut into texts, outputs and tags, with the blanks that dashes take away.

Source: `src/parser/tokenizer.ts` and `src/parser/whitespace-ctrl.ts` of LiquidJS, the same in 10.27.2 and 10.30.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from destination.javascript import utf16
from destination.mapping.liquid.scanner import BLANKS, Scanner

_BRACES: Final = 2


@dataclass(slots=True)
class Token:
    """A part of a template.

    Attributes:
        kind: What it is.
        source: The whole template.
        begin: Where it begins.
        end: Where it ends.
        name: The name of a tag.
        arguments: What stands in a tag behind its name, or in an output, to be read.
        dashes: Whether blanks before it, and behind it, are taken away.
        taken: How many units are taken away from a text at its beginning and at its end.
    """

    kind: Literal["text", "output", "tag"]
    source: str
    begin: int
    end: int
    arguments: Scanner
    name: str = ""
    dashes: tuple[bool, bool] = (False, False)
    taken: tuple[int, int] = (0, 0)

    @property
    def text(self) -> str:
        """The part as it is written."""
        return self.source[self.begin : self.end]

    @property
    def shown(self) -> str:
        """A text without what is taken away."""
        return self.source[self.begin + self.taken[0] : max(self.end - self.taken[1], 0)]

    @property
    def argument_text(self) -> str:
        """What stands in a tag behind its name, from where its arguments are read on."""
        return self.source[self.arguments.at : max(self.arguments.end, 0)]


def read_tokens(source: str, *, newer: bool) -> list[Token]:
    """The parts of a template.

    Raises:
        LiquidError: An output, a tag or what is raw is not closed, or a tag has no name.
    """
    reader = _Reader(Scanner(source, newer=newer))
    tokens = []
    while not reader.scanner.ended:
        tokens.append(reader.read())
    _take_blanks(tokens)
    return tokens


def read_lines(scanner: Scanner) -> list[Token]:
    """The tags in a `liquid` tag, one a line.

    Raises:
        LiquidError: One has no name.
    """
    tokens: list[Token] = []
    while True:
        scanner.skip_blanks()
        if scanner.ended:
            return tokens
        begin = scanner.at
        scanner.read_to("\n")
        tokens.append(_tag(scanner, begin, (begin, scanner.at), "illegal liquid tag syntax"))


class _Reader:
    """Reads part after part; what is raw is a text, however it looks."""

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self.raw_begin: int | None = None

    def read(self) -> Token:
        scanner = self.scanner
        if self.raw_begin is not None:
            return self._raw(self.raw_begin)
        if scanner.text.startswith("{%", scanner.at):
            return self._tag()
        if scanner.text.startswith("{{", scanner.at):
            return self._output()
        begin = scanner.at
        stops = [stop for stop in (scanner.text.find(mark, begin) for mark in ("{%", "{{")) if stop >= 0]
        scanner.at = min(stops, default=scanner.end)
        return Token("text", scanner.text, begin, scanner.at, scanner)

    def _tag(self) -> Token:
        scanner, begin = self.scanner, self.scanner.at
        if not scanner.read_to("%}"):
            raise scanner.error(f"tag {scanner.snapshot(begin)} not closed", begin)
        content = (begin + _BRACES, scanner.at - _BRACES)
        token = _tag(scanner, begin, content, "illegal tag syntax, tag name expected")
        if token.name == "raw":
            self.raw_begin = begin
        return token

    def _output(self) -> Token:
        scanner, begin = self.scanner, self.scanner.at
        while not scanner.ended:
            if scanner.peek() in {'"', "'"}:
                _skip_quoted(scanner)
                continue
            scanner.at += 1
            if scanner.is_behind("}}"):
                break
        else:
            raise scanner.error(f"output {scanner.snapshot(begin)} not closed", begin)
        arguments, dashes = _content(scanner, begin + _BRACES, scanner.at - _BRACES)
        return Token("output", scanner.text, begin, scanner.at, arguments, dashes=dashes)

    def _raw(self, raw_begin: int) -> Token:
        """The text up to the end of what is raw, or that end where it comes at once."""
        scanner, begin = self.scanner, self.scanner.at
        scanner.read_to("{%")
        left = scanner.at - _BRACES
        while not scanner.ended:
            if scanner.read_word() != "endraw":
                scanner.read_to("{%")
                left = scanner.at - _BRACES
                continue
            if self._reaches_end_of_tag():
                return self._end_of_raw(begin, left)
        raise scanner.error(f"raw {scanner.snapshot(raw_begin)} not closed", begin)

    def _reaches_end_of_tag(self) -> bool:
        scanner = self.scanner
        while scanner.at <= scanner.end:
            if scanner.is_behind("%}"):
                return True
            if scanner.is_behind("{%"):
                return False
            scanner.at += 1
        return False

    def _end_of_raw(self, begin: int, left: int) -> Token:
        scanner = self.scanner
        if begin != left:
            scanner.at = left
            return Token("text", scanner.text, begin, left, scanner)
        self.raw_begin = None
        return _tag(scanner, begin, (begin + _BRACES, scanner.at - _BRACES), "illegal tag syntax, tag name expected")


def _skip_quoted(scanner: Scanner) -> None:
    mark = scanner.peek()
    scanner.at += 1
    is_escaped = False
    while not scanner.ended:
        unit = scanner.read()
        if unit == mark and not is_escaped:
            return
        is_escaped = not is_escaped and unit == "\\"


def _tag(scanner: Scanner, begin: int, content: tuple[int, int], nameless: str) -> Token:
    arguments, dashes = _content(scanner, *content)
    arguments.skip_blanks()
    name = "#" if arguments.text.startswith("#", arguments.at) else arguments.read_word()
    if name == "#":
        arguments.at += 1
    arguments.require(name, nameless)
    arguments.skip_blanks()
    return Token("tag", scanner.text, begin, scanner.at, arguments, utf16.joined(name), dashes)


def _content(scanner: Scanner, begin: int, end: int) -> tuple[Scanner, tuple[bool, bool]]:
    """What stands between the braces, without dashes and blanks; it may end before it begins."""
    text = scanner.text
    dashes = (text[begin : begin + 1] == "-", end > 0 and text[end - 1 : end] == "-")
    begin, end = begin + dashes[0], end - dashes[1]
    while begin < end and text[begin] in BLANKS:
        begin += 1
    while end > begin and text[end - 1] in BLANKS:
        end -= 1
    return Scanner(text, begin, end, newer=scanner.newer), dashes


def _take_blanks(tokens: list[Token]) -> None:
    is_raw = False
    for index, token in enumerate(tokens):
        if token.kind == "text":
            continue
        if not is_raw and token.dashes[0] and index > 0:
            _take_from_end(tokens[index - 1])
        if token.name in {"raw", "endraw"}:
            is_raw = token.name == "raw"
        if not is_raw and token.dashes[1] and index + 1 < len(tokens):
            _take_from_begin(tokens[index + 1])


def _take_from_begin(token: Token) -> None:
    if token.kind == "text":
        text = token.source[token.begin : token.end]
        token.taken = (len(text) - len(text.lstrip(BLANKS)), token.taken[1])


def _take_from_end(token: Token) -> None:
    if token.kind == "text":
        text = token.source[token.begin : token.end]
        token.taken = (token.taken[0], len(text) - len(text.rstrip(BLANKS)))
