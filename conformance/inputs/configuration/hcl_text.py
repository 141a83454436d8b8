"""Texts as Terraform writes them: quoted and as heredocs, decoded with the place of every character."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from conformance.inputs.configuration.source_text import Excerpt

_PIECE: Final = re.compile(r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\.|\$\$\{|%%\{|\$\{|%\{|.", re.DOTALL)
_HEREDOC_PIECE: Final = re.compile(r"\$\$\{|%%\{|\$\{|%\{|.", re.DOTALL)
_ESCAPES: Final = {"\\n": "\n", "\\r": "\r", "\\t": "\t", '\\"': '"', "\\\\": "\\"}
_LARGEST_CODE_POINT: Final = 0x10FFFF
_HALVES: Final = range(0xD800, 0xE000)


@dataclass(slots=True)
class DecodedText:
    """What a text says.

    Attributes:
        excerpt: The text; without its templates, where it has some.
        templates: Where templates (`${…}`, `%{…}`) begin, which only Terraform can evaluate.
        bad_escapes: Where there are escapes that Terraform does not know.
    """

    excerpt: Excerpt
    templates: list[int] = field(default_factory=list)
    bad_escapes: list[int] = field(default_factory=list)


def quoted_text(text: str, start: int, end: int) -> DecodedText:
    """What a quoted text says, given where the quotation marks begin and end."""
    return _decoded(text, _PIECE, [(start + 1, end - 1)], end - 1)


def heredoc_text(text: str, start: int, end: int) -> DecodedText:
    """What a heredoc says, given where `<<` begins and where the line of its end marker ends.

    With `<<-`, the indentation of the line that has least is taken from every line. Source: the specification of
    HCL's native syntax, "Template Expressions".
    """
    begin = text.index("\n", start) + 1
    last = text.rindex("\n", start, len(text[start:end].rstrip()) + start) + 1
    lines = [(match.start(), match.end()) for match in re.compile(r"[^\n]*\n").finditer(text, begin, last)]
    if text.startswith("<<-", start):
        indents = [_indent(text, *line) for line in lines if text[slice(*line)].strip()]
        least = min(indents, default=0)
        lines = [(line[0] + least if text[slice(*line)].strip() else line[0], line[1]) for line in lines]
    return _decoded(text, _HEREDOC_PIECE, lines, last)


def _indent(text: str, start: int, end: int) -> int:
    line = text[start:end]
    return len(line) - len(line.lstrip())


def _decoded(text: str, pieces: re.Pattern[str], spans: list[tuple[int, int]], end: int) -> DecodedText:
    characters: list[str] = []
    offsets: list[int] = []
    result = DecodedText(Excerpt("", ()))
    for span in spans:
        for match in pieces.finditer(text, *span):
            if match[0] in {"${", "%{"}:
                result.templates.append(match.start())
            decoded = _character(match[0])
            if decoded is None:
                result.bad_escapes.append(match.start())
            for character in decoded or "":
                characters.append(character)
                offsets.append(match.start())
    result.excerpt = Excerpt("".join(characters), [*offsets, end])
    return result


def _character(piece: str) -> str | None:
    """What a piece stands for; None for an escape that does not exist."""
    if piece in {"$${", "%%{"}:
        return piece[1:]
    if len(piece) == 1 or piece[0] != "\\":
        return piece
    if piece in _ESCAPES:
        return _ESCAPES[piece]
    if len(piece) == len("\\u"):
        return None
    number = int(f"0x{piece[2:]}", 0)
    return None if number > _LARGEST_CODE_POINT or number in _HALVES else chr(number)
