"""`Date.parse` as V8 does it, in one module because both of its passes move one position over the same tokens.

The standard form comes first, then whatever can be made of the text.

Source: ECMAScript 2023 (date time string format); observed behaviour of V8 in Node 20.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from destination.javascript.calendar import instant_from

_TOKEN: Final = re.compile(
    r"(?P<number>[0-9]+)|(?P<symbol>[:\-+.)])|(?P<word>[^\x00-@\s]+)|(?P<blank>\s)|(?P<other>.)", re.DOTALL
)
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_ZONES: Final = {
    "ut": 0, "utc": 0, "z": 0, "gmt": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_HALF_DAYS: Final = {"am": 0, "pm": 12}
_SIGNIFICANT_DIGITS: Final = 9


def parse_leniently(text: str) -> int | None:
    """The instant that a text names, in milliseconds; None when it names none."""
    return _Parser(text).parse()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str = ""

    @property
    def number(self) -> int:
        """The number, cut off after nine significant digits."""
        return int(self.text.lstrip("0")[:_SIGNIFICANT_DIGITS] or 0)

    def is_symbol(self, symbols: str) -> bool:
        return self.kind == "symbol" and self.text in symbols

    def is_digits(self, count: int) -> bool:
        return self.kind == "number" and len(self.text) == count

    @property
    def milliseconds(self) -> int:
        """Read as a fraction of a second."""
        significant = self.text.lstrip("0")[:_SIGNIFICANT_DIGITS]
        length = min(len(self.text), _SIGNIFICANT_DIGITS)
        return int(significant or 0) * 1000 // int("1" + "0" * length)


_END: Final = _Token("end")


class _InvalidDateError(Exception):
    """The text is no date."""


@dataclass(slots=True)
class _Time:
    parts: list[int] = field(default_factory=list)
    half_day: int | None = None

    def add(self, number: int) -> None:
        if len(self.parts) >= 4:
            raise _InvalidDateError
        self.parts.append(number)

    def add_last(self, number: int) -> None:
        self.add(number)
        self.parts += [0] * (4 - len(self.parts))

    def expects(self, number: int) -> bool:
        limit = {1: 60, 2: 60, 3: 1000}.get(len(self.parts))
        return limit is not None and number < limit

    def milliseconds(self) -> int:
        hour, minute, second, millisecond = (*self.parts, 0, 0, 0, 0)[:4]
        if self.half_day is not None:
            if hour > 12:
                raise _InvalidDateError
            hour = hour % 12 + self.half_day
        if hour > 23 or minute > 59 or second > 59 or millisecond > 999:
            midnight = (hour, minute, second, millisecond) == (24, 0, 0, 0)
            if not midnight:
                raise _InvalidDateError
        return ((hour * 60 + minute) * 60 + second) * 1000 + millisecond


@dataclass(slots=True)
class _Day:
    parts: list[int] = field(default_factory=list)
    named_month: int | None = None
    standard: bool = False

    def add(self, number: int) -> None:
        if len(self.parts) >= 3:
            raise _InvalidDateError
        self.parts.append(number)

    def date(self) -> tuple[int, int, int]:
        if not self.parts:
            raise _InvalidDateError
        given = len(self.parts)
        first, second, third = (*self.parts, 1, 1)[:3]
        year, month, day = self._ordered(given, first, second, third)
        if not self.standard and 0 <= year <= 99:
            year += 2000 if year < 50 else 1900
        if not (1 <= month <= 12 and _is_day(day)):
            raise _InvalidDateError
        return year, month, day

    def _ordered(self, given: int, first: int, second: int, third: int) -> tuple[int, int, int]:
        """Year, month and day, by what each number can be."""
        if self.named_month is None:
            if self.standard or not _is_day(first):
                return first, second, third
            return third, first, second
        if given == 1:
            return second, self.named_month, first
        if not _is_day(first):
            return first, self.named_month, second
        return second, self.named_month, first


def _is_day(number: int) -> bool:
    return 1 <= number <= 31


@dataclass(slots=True)
class _Zone:
    sign: int | None = None
    hour: int | None = None
    minute: int | None = None

    def set_hours(self, hours: int) -> None:
        self.sign, self.hour, self.minute = (-1 if hours < 0 else 1), abs(hours), 0

    def expects(self, number: int) -> bool:
        return self.hour is not None and self.minute is None and number < 60

    @property
    def is_utc(self) -> bool:
        return self.hour == 0 and self.minute == 0

    @property
    def milliseconds(self) -> int:
        return (self.sign or 0) * ((self.hour or 0) * 60 + (self.minute or 0)) * 60_000


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokenize(text)
        self._position = 0
        self._day, self._time, self._zone = _Day(), _Time(), _Zone()
        self._seen_number = False

    def parse(self) -> int | None:
        try:
            token = self._standard()
            self._seen_number = bool(self._day.parts)
            while token is not _END:
                self._lenient(token)
                token = self._next()
            year, month, day = self._day.date()
            milliseconds = self._time.milliseconds() - self._zone.milliseconds
        except _InvalidDateError:
            return None
        return instant_from(year, month - 1, day, milliseconds)

    def _peek(self) -> _Token:
        return self._tokens[self._position]

    def _next(self) -> _Token:
        token = self._tokens[self._position]
        if token is not _END:
            self._position += 1
        return token

    def _skip(self, symbol: str) -> bool:
        if not self._peek().is_symbol(symbol):
            return False
        self._position += 1
        return True

    def _digits(self, count: int, largest: int, smallest: int = 0) -> int:
        """The next number, of exactly that many digits and in that range."""
        token = self._next()
        if not token.is_digits(count) or not smallest <= token.number <= largest:
            raise _InvalidDateError
        return token.number

    def _standard(self) -> _Token:
        """Read the standard form; the first token that does not fit is left to the lenient parser."""
        if self._peek().is_symbol("+-"):
            sign = self._next()
            year = self._peek()
            if not year.is_digits(6) or (sign.text == "-" and year.number == 0):
                return sign
            self._day.add(self._next().number * (-1 if sign.text == "-" else 1))
        elif self._peek().is_digits(4):
            self._day.add(self._next().number)
        else:
            return self._next()
        for largest in (12, 31):
            if not self._skip("-"):
                break
            if not self._peek().is_digits(2) or not 1 <= self._peek().number <= largest:
                return self._next()
            self._day.add(self._next().number)
        if not _is_word(self._peek(), "t"):
            if self._peek() is not _END:
                return self._next()
        else:
            self._next()
            self._standard_time()
        self._day.standard = True
        return _END

    def _standard_time(self) -> None:
        hour = self._digits(2, 24)
        # Midnight at the end of a day is 24:00, and no other time begins with 24.
        last = 0 if hour == 24 else 59
        self._time.add(hour)
        self._require(":")
        self._time.add(self._digits(2, last))
        if self._skip(":"):
            self._time.add(self._digits(2, last))
            if self._skip("."):
                fraction = self._next()
                if fraction.kind != "number" or (last == 0 and fraction.number > 0):
                    raise _InvalidDateError
                self._time.add(fraction.milliseconds)
        self._standard_zone()
        if self._peek() is not _END:
            raise _InvalidDateError

    def _standard_zone(self) -> None:
        if _is_word(self._peek(), "z"):
            self._next()
            self._zone.set_hours(0)
        elif self._peek().is_symbol("+-"):
            self._zone.sign = -1 if self._next().text == "-" else 1
            if self._peek().is_digits(4):
                self._zone.hour, self._zone.minute = divmod(self._next().number, 100)
                if self._zone.hour > 23 or self._zone.minute > 59:
                    raise _InvalidDateError
            else:
                self._zone.hour = self._digits(2, 23)
                self._require(":")
                self._zone.minute = self._digits(2, 59)

    def _require(self, symbol: str) -> None:
        if not self._skip(symbol):
            raise _InvalidDateError

    def _lenient(self, token: _Token) -> None:
        if token.kind == "number":
            self._seen_number = True
            self._lenient_number(token.number)
        elif token.kind == "word":
            self._lenient_word(token.text.lower())
        elif token.is_symbol("+-") and (self._zone.is_utc or self._time.parts):
            self._lenient_zone(-1 if token.text == "-" else 1)
        elif token.is_symbol("+-)") and self._seen_number:
            raise _InvalidDateError

    def _lenient_number(self, number: int) -> None:
        if self._skip(":"):
            self._before_colon(number)
        elif self._skip(".") and self._time.expects(number):
            self._time.add(number)
            if self._peek().kind != "number":
                raise _InvalidDateError
            self._time.add_last(self._next().milliseconds)
        elif self._zone.expects(number):
            self._zone.minute = number
        elif self._time.expects(number):
            self._time.add_last(number)
            following = self._peek()
            if not (
                following is _END
                or following.kind == "blank"
                or _is_word(following, "z")
                or following.is_symbol("+-")
            ):
                raise _InvalidDateError
        else:
            self._day.add(number)
            self._skip("-")

    def _before_colon(self, number: int) -> None:
        if self._skip(":"):
            if self._time.parts:
                raise _InvalidDateError
            self._time.add(number)
            self._time.add(0)
        else:
            self._time.add(number)
            self._skip(".")

    def _lenient_word(self, word: str) -> None:
        if word in _HALF_DAYS and self._time.parts:
            self._time.half_day = _HALF_DAYS[word]
        elif word[:3] in _MONTHS:
            self._day.named_month = _MONTHS[word[:3]]
            self._skip("-")
        elif word in _ZONES and self._seen_number:
            self._zone.set_hours(_ZONES[word])
        elif self._seen_number or self._peek().kind == "number":
            # Words that mean nothing may only stand before the first number, and apart from it.
            raise _InvalidDateError

    def _lenient_zone(self, sign: int) -> None:
        self._zone.sign = sign
        digits = self._next() if self._peek().kind == "number" else _Token("number")
        self._seen_number = True
        number, length = digits.number, len(digits.text)
        if self._peek().is_symbol(":"):
            self._zone.hour, self._zone.minute = number, None
        elif length in {1, 2}:
            self._zone.hour, self._zone.minute = number, 0
        elif length in {3, 4}:
            self._zone.hour, self._zone.minute = divmod(number, 100)
        else:
            raise _InvalidDateError


def _is_word(token: _Token, word: str) -> bool:
    return token.kind == "word" and token.text.lower() == word


def _tokenize(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        if text[position] == "(":
            position = _after_parentheses(text, position)
            continue
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            break
        tokens.append(_Token(match.lastgroup, match[0]))
        position = match.end()
    tokens.append(_END)
    return tokens


def _after_parentheses(text: str, position: int) -> int:
    """The position behind a pair of parentheses and what they hold, which is ignored."""
    depth = 0
    while position < len(text):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        position += 1
        if depth == 0:
            break
    return position
