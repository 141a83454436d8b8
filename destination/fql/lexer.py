"""Text to tokens, as fql-ts 1.10.1 does it, its quirks included.

Source: observed in fql-ts 1.10.1 as `@segment/destination-subscriptions` 3.37.0 uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """What a token is."""

    IDENT = "ident"
    DOT = "dot"
    OPERATOR = "operator"
    CONDITIONAL = "conditional"
    STRING = "string"
    NUMBER = "number"
    NULL = "null"
    BRACKET_LEFT = "brackleft"
    BRACKET_RIGHT = "brackright"
    PARENTHESIS_LEFT = "parenleft"
    PARENTHESIS_RIGHT = "parenright"
    COMMA = "comma"
    END = "eos"


@dataclass(frozen=True, slots=True)
class Token:
    """One token with its text; a string keeps its quotes."""

    kind: Kind
    value: str


END_TOKEN: Final = Token(Kind.END, "eos")
#: What `_peek` gives at the end of the text.
_END: Final = ""
_BLANKS: Final = frozenset(" \t\n")
_TERMINATORS: Final = frozenset({_END, *_BLANKS, ",", "]", ")"})
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS: Final = frozenset("0123456789")
_IDENT_START: Final = _LETTERS | {"_", "\\"}
_IDENT_PART: Final = _IDENT_START | _DIGITS | {"-"}
_AFTER_IDENT: Final = _TERMINATORS | {".", "(", "=", "!"}
_PUNCTUATION: Final = {
    ".": Token(Kind.DOT, "."),
    "[": Token(Kind.BRACKET_LEFT, "["),
    "]": Token(Kind.BRACKET_RIGHT, "]"),
    ",": Token(Kind.COMMA, ","),
    "(": Token(Kind.PARENTHESIS_LEFT, "("),
    ")": Token(Kind.PARENTHESIS_RIGHT, ")"),
}
_WORDS: Final = {
    "a": ("nd", Token(Kind.CONDITIONAL, "and")),
    "o": ("r", Token(Kind.CONDITIONAL, "or")),
    "n": ("ull", Token(Kind.NULL, "null")),
}


class LexicalError(Exception):
    """A character that no token can begin or go on with."""


def tokenize(text: str) -> list[Token]:
    """The tokens of a trigger, with an end token last.

    Raises:
        LexicalError: With the character and its position, counted from 1.
    """
    return _Lexer(text).tokens()


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def tokens(self) -> list[Token]:
        tokens: list[Token] = []
        while (character := self._next()) != _END:
            if character not in _BLANKS:
                tokens.append(self._token(character))
        tokens.append(END_TOKEN)
        return tokens

    def _token(self, character: str) -> Token:
        if character in _IDENT_START:
            return self._word(character)
        if character in "=!<>":
            return self._operator(character)
        if character in _DIGITS or character in "+-":
            return self._number(character)
        if character in "\"'":
            return self._string(character)
        if character in _PUNCTUATION:
            return _PUNCTUATION[character]
        raise self._error(f"invalid character {character!r}")

    def _operator(self, character: str) -> Token:
        if character != "=" and self._accept("="):
            return Token(Kind.OPERATOR, f"{character}=")
        if character == "!" and self._peek() not in _LETTERS and self._peek() != "(":
            raise self._error("'!' must be followed by '= ', a function or a group")
        return Token(Kind.OPERATOR, character)

    def _word(self, character: str) -> Token:
        if character in _WORDS:
            rest, token = _WORDS[character]
            if self._accept(rest):
                return token
        return self._ident(character)

    def _ident(self, character: str) -> Token:
        ident = self._unescaped(character)
        while self._peek() != _END and self._peek() in _IDENT_PART:
            ident += self._unescaped(self._next())
        if self._peek() not in _AFTER_IDENT:
            raise self._error(f"{self._peek()!r} cannot follow a name")
        return Token(Kind.IDENT, ident)

    def _unescaped(self, character: str) -> str:
        """The character itself, or the one that a backslash takes literally."""
        return self._next() if character == "\\" else character

    def _number(self, character: str) -> Token:
        digits = ""
        while (coming := self._peek()) != _END and (coming in _DIGITS or coming == "."):
            digits += self._next()
            if coming == "." and self._peek() in _TERMINATORS:
                raise self._error("a number cannot end with its decimal point")
            if digits.count(".") > 1:
                raise self._error("a number has one decimal point at most")
        return Token(Kind.NUMBER, character + digits)

    def _string(self, quote: str) -> Token:
        content = ""
        while self._peek() != quote:
            if self._peek() == _END:
                raise self._error(f"the closing {quote} is missing")
            content += self._next()
        # Where the closing quote is not followed by a terminator it stays, and opens the next string.
        self._accept(quote)
        return Token(Kind.STRING, f"{quote}{content}{quote}")

    def _accept(self, expected: str) -> bool:
        """Whether `expected` and then a terminator come next; what was read stays read at the very end.

        That the last letters are lost when the text ends inside `expected` is the original's behaviour.
        """
        read = ""
        for _ in expected:
            character = self._next()
            if character == _END:
                return False
            read += character
            if character in _TERMINATORS:
                break
        if read == expected and self._peek() in _TERMINATORS:
            return True
        self._position -= len(read)
        return False

    def _peek(self) -> str:
        return self._text[self._position : self._position + 1]

    def _next(self) -> str:
        character = self._peek()
        self._position += len(character)
        return character

    def _error(self, problem: str) -> LexicalError:
        return LexicalError(f"{problem} (at character {self._position})")
