"""The JSON values of a stream of bytes, one after the other, each with its line and its byte.

Taken are JSON Lines, also with commas at their ends, JSON values over several lines, one below or beside the other,
and one list, whose items are read one by one. What is broken is named, and the rest goes on where the next value
begins.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from conformance.inputs.json_values import DEEPEST, bad_json
from conformance.inputs.listed_values import ListReader
from conformance.inputs.stream_lines import LONGEST, Line, StreamLines
from conformance.inputs.streamed_value import Broken, Value, may_be_deep
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANKS: Final = " \t\r\n"


def stream_values(
    stream: BinaryIO, *, first_line: int = 1, offset: int = 0, stop: int | None = None
) -> Iterator[Value | Broken]:
    """The values of a stream, and what is broken in it.

    Args:
        stream: A buffered stream, at the beginning of a line.
        first_line: The number of that line.
        offset: The byte at which it begins.
        stop: The byte from which on no line begins that is read; None for all of the stream.

    Raises:
        OSError: The stream cannot be read on; so do `EOFError` and `zlib.error` for one that is packed.
    """
    return values_of_lines(StreamLines(stream, first_line, offset), first=offset == 0, stop=stop)


def values_of_lines(lines: StreamLines, *, first: bool = True, stop: int | None = None) -> Iterator[Value | Broken]:
    """The values of lines, and what is broken in them; the line that is not read any more is put back.

    Args:
        lines: The lines.
        first: Whether what comes next is the beginning of a source, which may be a list.
        stop: The byte from which on no line begins that is read; None for all of them. A value that begins before it
            is read to its end.

    Raises:
        OSError: As `stream_values` raises it.
    """
    parse, next_line = json_text.parse, lines.next_line
    last = sys.maxsize if stop is None else stop
    # What is left of a line belongs to where the line begins.
    while (line := next_line()) is not None and (line.offset < last or line.column > 1):
        text = line.text
        if first and not text.isspace():
            first = False
            if text.lstrip().startswith(b"["):
                yield from ListReader(lines, line).items()
                continue
        try:
            value = parse(text.decode())
        except (ValueError, RecursionError) as error:
            if not text.isspace():
                yield from _unusual(lines, line, error)
        else:
            deep = text.count(b"[") + text.count(b"{") > DEEPEST
            yield Value(value, line.number, line.offset, None, may_be_deep=deep)
    if line is not None:
        lines.put_back([line])


def _unusual(lines: StreamLines, line: Line, error: ValueError | RecursionError) -> Iterator[Value | Broken]:
    """What begins on a line that is not one JSON value."""
    if len(line.text) >= LONGEST and not line.text.endswith(b"\n"):
        yield Broken(line.number, 1, line.offset, f"longer than {LONGEST // 1024**2} MB", b"")
        while (rest := lines.next_line()) is not None and not rest.text.endswith(b"\n"):
            pass
    elif isinstance(error, json.JSONDecodeError):
        yield from _Several(lines, line).values()
    else:
        yield _broken([line], error)


def _broken(taken: list[Line], error: ValueError | RecursionError) -> Broken:
    text = b"".join(line.text for line in taken)
    bad = bad_json(text, error)
    first = taken[0]
    column = bad.column + (first.column - 1 if bad.line == 1 else 0)
    return Broken(first.number + bad.line - 1, column, first.offset, bad.message, text, several=bad.line > 1)


@dataclass(slots=True)
class _Found:
    value: object
    #: Where the value begins and ends in the text.
    start: int
    end: int


class _Several:
    """Values that end on another line than they begin on, or that share one.

    Args:
        lines: What comes next.
        line: The line on which the first begins.
    """

    def __init__(self, lines: StreamLines, line: Line) -> None:
        self._lines = lines
        self._taken = [line]
        self._indentation = line.text[: len(line.text) - len(line.text.lstrip())]

    def values(self) -> Iterator[Value | Broken]:
        """The values of the lines, or one problem; what comes after them is put back."""
        size, wait_for = len(self._taken[0].text), 2
        while True:
            text = b"".join(line.text for line in self._taken).removesuffix(b"\n")
            try:
                decoded = text.decode()
                found = _first(decoded)
            except (ValueError, RecursionError) as error:
                if size < LONGEST and _is_cut(error, text) and (size := self._take(wait_for, size)):
                    wait_for = 2 * len(self._taken)
                    continue
                yield from self._given_up(error)
                return
            yield from self._ended(decoded, found)
            return

    def _take(self, wait_for: int, size: int) -> int:
        """Take more lines, to so many or to one on which the value may end; their size then, or 0 at the end."""
        before = len(self._taken)
        closing = (self._indentation + b"}", self._indentation + b"]")
        while len(self._taken) < wait_for and size < LONGEST and (line := self._lines.next_line()) is not None:
            self._taken.append(line)
            size += len(line.text)
            if line.text.startswith(closing):
                break
        return size if len(self._taken) > before else 0

    def _ended(self, text: str, found: _Found) -> Iterator[Value | Broken]:
        """The value that was found; what follows it on its line must be another, or nothing but a comma."""
        line_end = text.find("\n", found.end)
        line_end = len(text) if line_end < 0 else line_end + 1
        rest = text[found.end : line_end].lstrip(_BLANKS).removeprefix(",").lstrip(_BLANKS)
        last = text.count("\n", 0, found.end)
        if rest and rest[0] not in "{[":
            extra = len(text[:line_end]) - len(text[found.end : line_end].lstrip(_BLANKS))
            yield _broken(self._taken, json.JSONDecodeError("Extra data", text, extra))
            self._lines.put_back(self._taken[last + 1 :])
            return
        first, line = self._taken[0], self._taken[last]
        start = len(text[: found.start].encode())
        yield Value(
            found.value,
            first.number + text.count("\n", 0, found.start),
            first.offset + start,
            None,
            may_be_deep=may_be_deep(text, found.start, found.end),
        )
        self._lines.put_back(self._taken[last + 1 :])
        if rest:
            left = rest.encode()
            if line.text.endswith(b"\n") and not left.endswith(b"\n"):
                left += b"\n"
            skipped = len(line.text) - len(left)
            column = line.column + len(line.text[:skipped].decode())
            self._lines.put_back([Line(line.number, column, line.offset + skipped, left)])

    def _given_up(self, error: ValueError | RecursionError) -> Iterator[Broken]:
        """One problem, and what comes next is put back: from where another value begins as far left as this one."""
        problem = _broken(self._taken, error)
        last = problem.line - self._taken[0].number
        opening = (self._indentation + b"{", self._indentation + b"[")
        inner = (self._indentation + b" ", self._indentation + b"\t")
        again = next((n for n in range(1, len(self._taken)) if self._taken[n].text.startswith(opening)), None)
        if last == 0:
            yield problem
            self._lines.put_back(self._taken[1:])
        elif again is not None and again <= last:
            yield _alone(self._taken[0])
            following = 1
            while following < again and self._taken[following].text.startswith(inner):
                following += 1
            self._lines.put_back(self._taken[following:])
        else:
            yield problem
            self._lines.put_back(self._taken[last + 1 :])
            while (line := self._lines.next_line()) is not None:
                if line.text.startswith(opening):
                    self._lines.put_back([line])
                    break


def _alone(line: Line) -> Broken:
    """What is wrong with a line by itself."""
    try:
        json_text.parse(line.text.removesuffix(b"\n").decode())
    except (ValueError, RecursionError) as error:
        return _broken([line], error)
    raise AssertionError("a line that is a value was taken for part of one")


def _first(text: str) -> _Found:
    start = len(text) - len(text.lstrip(_BLANKS))
    value, end = json_text.parse_first(text, start)
    return _Found(value, start, end)


def _is_cut(error: ValueError | RecursionError, text: bytes) -> bool:
    """Whether a value may go on where a text ends; texts within it cannot, as they hold no end of a line."""
    if not isinstance(error, json.JSONDecodeError) or error.msg.startswith(("Unterminated", "Invalid")):
        return False
    return text.lstrip()[:1] in {b"{", b"["} and not error.doc[error.pos :].strip(_BLANKS)
