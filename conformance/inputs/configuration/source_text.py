"""Texts inside texts: which character of a file each character of a decoded text comes from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Place = tuple[int, int]

_JSON_PIECE: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)
_JSON_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Source:
    """A whole file, as text.

    Attributes:
        text: The text.
    """

    __slots__ = ("_lines", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, offset: int) -> Place:
        """Line and column, counted from 1, of a character."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def whole(self) -> Excerpt:
        """The text as an excerpt of itself."""
        return Excerpt(self.text, range(len(self.text) + 1))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A text that stands in a file, perhaps escaped.

    Attributes:
        text: The text, without escapes.
        offsets: Where in the file each character begins, and where the text ends: one more than characters.
    """

    text: str
    offsets: Sequence[int]

    def json_string(self, start: int, end: int) -> Excerpt:
        """What a JSON string says whose quotation marks begin and end there."""
        characters: list[str] = []
        offsets: list[int] = []
        for match in _JSON_PIECE.finditer(self.text, start + 1, end - 1):
            characters.append(_json_character(match[0]))
            offsets.append(self.offsets[match.start()])
        return Excerpt("".join(characters), [*offsets, self.offsets[max(end - 1, 0)]])


def _json_character(piece: str) -> str:
    if len(piece) == 1:
        return piece
    if piece[1] != "u":
        return _JSON_ESCAPES.get(piece[1], piece[1])
    units = bytes.fromhex(piece.replace("\\u", ""))
    return units.decode("utf-16-be", "surrogatepass")
