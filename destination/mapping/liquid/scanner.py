"""A place in a template that moves on: what LiquidJS's tokenizer knows of characters, words and quotation marks.

A template is scanned by UTF-16 units, which columns count; what is taken out of it is whole characters again.
Source: `src/parser/tokenizer.ts` of LiquidJS, 10.27.2 and 10.30.1.
"""

from __future__ import annotations

import re
from typing import Final

from destination.javascript import utf16
from destination.javascript.json_text import stringify
from destination.javascript.values import text_to_number
from destination.mapping.liquid.errors import Failure, LiquidError

#: What LiquidJS takes for blanks, which is less than what JavaScript trims.
BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_BLANK: Final = re.compile(f"[{BLANKS}]*")
_WORD: Final = re.compile(rf"(?:[0-9A-Za-z_?\-]|[^\x00-\x7f{BLANKS}\u201c\u201d])*")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.(?!\.)[0-9]*)?")
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_OCTAL: Final = frozenset("01234567")
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LONGEST_SNAPSHOT: Final = 32


class Scanner:
    """A place in a text, and where the text ends for whoever reads it.

    Args:
        text: The whole text, in UTF-16 units.
        at: Where to begin.
        end: Where to stop; the end of the text when None.
        newer: Whether it is read as LiquidJS 10.30 does, and not 10.27.
    """

    __slots__ = ("at", "end", "newer", "text")

    def __init__(self, text: str, at: int = 0, end: int | None = None, *, newer: bool = False) -> None:
        self.text = text
        self.at = at
        self.end = len(text) if end is None else end
        self.newer = newer

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to read."""
        return self.at >= self.end

    def peek(self, distance: int = 0) -> str:
        """The unit here, or further on; empty beyond the end."""
        index = self.at + distance
        return self.text[index] if index < self.end else ""

    def read(self) -> str:
        """The unit here, be it beyond the end; and one step on."""
        self.at += 1
        return self.text[self.at - 1 : self.at]

    def is_behind(self, text: str) -> bool:
        """Whether that stands right before this place."""
        return self.text.startswith(text, self.at - len(text)) and self.at >= len(text)

    def skip_blanks(self) -> None:
        """Go on to what is not blank."""
        blanks = _BLANK.match(self.text, self.at, self.end)
        if blanks:
            self.at = max(self.at, blanks.end())

    def read_to(self, ending: str) -> bool:
        """Go on to right behind that text, which must come after at least one step; say whether it did."""
        while self.at < self.end:
            self.at += 1
            if self.is_behind(ending):
                return True
        return False

    def read_word(self) -> str:
        """The word here, without blanks before it; empty where there is none."""
        self.skip_blanks()
        begin = self.at
        word = _WORD.match(self.text, begin, self.end)
        if word:
            self.at = max(begin, word.end())
        return self.text_from(begin)

    def read_one_of(self, words: re.Pattern[str]) -> str:
        """The word here that is one of those, if nothing that belongs to a word follows its letters."""
        self.skip_blanks()
        found = words.match(self.text, self.at, self.end)
        if not found or (found[0].isalpha() and self._is_word_at(found.end())):
            return ""
        self.at = found.end()
        return found[0]

    def read_number(self) -> float | None:
        """The number here, or None; `.5`, `1.2.3` and `1a` are none."""
        self.skip_blanks()
        found = _NUMBER.match(self.text, self.at, self.end)
        if not found:
            return None
        rest = self.text[found.end() : min(found.end() + 2, self.end)]
        if (found[1] and rest[:1] == "." and rest != "..") or self._is_word_at(found.end()):
            return None
        self.at = found.end()
        return text_to_number(found[0])

    def read_quoted(self) -> str | None:
        """The text in quotation marks here, or None; one that is never closed lacks its last character.

        Raises:
            Failure: It ends within an escape.
        """
        self.skip_blanks()
        begin, mark = self.at, self.peek()
        if not mark or mark not in "\"'":
            return None
        self.at += 1
        is_escaped = False
        while self.at < self.end:
            self.at += 1
            unit = self.text[self.at - 1]
            if unit == mark and not is_escaped:
                break
            is_escaped = not is_escaped and unit == "\\"
        return _unescaped(self.text[begin : self.at])

    def text_from(self, begin: int) -> str:
        """What stands between that place and this one."""
        return utf16.joined(self.text[begin : self.at])

    def snapshot(self, begin: int | None = None) -> str:
        """What follows, quoted and shortened, for messages."""
        rest = self.text[self.at if begin is None else begin : self.end]
        return stringify(
            utf16.joined(rest if len(rest) <= _LONGEST_SNAPSHOT else f"{rest[: _LONGEST_SNAPSHOT - 3]}...")
        )

    def error(self, text: str, begin: int | None = None) -> LiquidError:
        """The error that is found here, or at that place."""
        return LiquidError("TokenizationError", text, self.text, self.at if begin is None else begin)

    def require(self, condition: object, text: str) -> None:
        """Raise an error at this place unless the condition holds.

        Raises:
            LiquidError: It does not.
        """
        if not condition:
            raise self.error(text)

    def _is_word_at(self, index: int) -> bool:
        return index < self.end and is_word(self.text[index])


def is_word(unit: str) -> bool:
    """Whether the unit belongs to words."""
    found = _WORD.match(unit)
    return bool(found and found[0])


def _unescaped(quoted: str) -> str:
    """The content of what is quoted; the last unit is taken for the closing mark, whatever it is."""
    parts: list[str] = []
    index, last = 1, len(quoted) - 1
    while index < last:
        if quoted[index] != "\\":
            parts.append(quoted[index])
            index += 1
            continue
        part, index = _escape(quoted, index + 1)
        parts.append(part)
    return utf16.joined("".join(parts))


def _escape(quoted: str, index: int) -> tuple[str, int]:
    """The unit that an escape stands for, and where the escape ends."""
    letter = quoted[index]
    if letter in _ESCAPES:
        return _ESCAPES[letter], index + 1
    if letter == "u":
        end = _end_of_digits(quoted, index + 1, 4, _HEXADECIMAL)
        if end == len(quoted) and end < index + 5:
            # Its expression for digits takes what is not there for the text "undefined", which has some.
            raise Failure("Cannot read properties of undefined (reading 'charCodeAt')")
        return chr(int(quoted[index + 1 : end] or "0", 16)), end
    if letter not in _OCTAL:
        return letter, index + 1
    end = _end_of_digits(quoted, index, 3, _OCTAL)
    return chr(int(quoted[index:end], 8)), end


def _end_of_digits(text: str, begin: int, count: int, digits: frozenset[str]) -> int:
    end = begin
    while end < min(begin + count, len(text)) and text[end] in digits:
        end += 1
    return end
