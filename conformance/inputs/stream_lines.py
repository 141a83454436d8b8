"""The lines of a stream of bytes, each with its number and its byte; what was read too far can be put back."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Bytes of the longest JSON value, or line, that is taken.
LONGEST: Final = 256 * 1024 * 1024
_CHUNK: Final = 256 * 1024
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line, or what is left of one.

    Attributes:
        number: Its number, counted from 1.
        column: The column, counted from 1, at which it begins: 1 unless it is the rest of a line.
        offset: The byte at which it begins, counted from 0.
        text: The line with its end.
    """

    number: int
    column: int
    offset: int
    text: bytes


class StreamLines:
    """Reads a stream line by line.

    Args:
        stream: The stream, at a beginning of a line.
        first_line: The number of the line that comes next.
        offset: The byte that comes next.
    """

    def __init__(self, stream: BinaryIO, first_line: int = 1, offset: int = 0) -> None:
        self._stream = stream
        self._readline = stream.readline
        self._number = first_line
        self._offset = offset
        self._begun = offset > 0
        self._put_back: deque[Line] = deque()

    def next_line(self) -> Line | None:
        """The next line; None at the end."""
        if self._put_back:
            line = self._put_back.popleft()
            if self._put_back or line.text.endswith(b"\n"):
                return line
            # A chunk that was put back ends wherever it was cut.
            return line._replace(text=line.text + self._read_on(line))
        text = self._readline(LONGEST) if self._begun else self._beginning()
        if not text:
            return None
        line = Line(self._number, 1, self._offset, text)
        self._number += 1
        self._offset += len(text)
        return line

    def _beginning(self) -> bytes:
        """The first line that is not blank, and those before it; of a list, which may be one line, a part of it."""
        text = self._readline(_CHUNK)
        if self._offset == 0 and text.startswith(_BYTE_ORDER_MARK):
            self._offset, text = len(_BYTE_ORDER_MARK), text.removeprefix(_BYTE_ORDER_MARK)
        self._begun = not text.isspace()
        if text.lstrip().startswith(b"[") or text.endswith(b"\n"):
            return text
        return text + self._readline(LONGEST)

    def _read_on(self, line: Line) -> bytes:
        rest = self._readline(LONGEST)
        self._offset += len(rest)
        self._number = line.number + 1
        return rest

    @property
    def next_place(self) -> tuple[int, int]:
        """The byte and the number of the line that come next."""
        if self._put_back:
            return self._put_back[0].offset, self._put_back[0].number
        return self._offset, self._number

    def next_chunk(self) -> bytes:
        """What comes next, without waiting for more than there is; its lines are counted when they are put back."""
        if self._put_back:
            return self._put_back.popleft().text
        chunk: bytes = self._stream.read1(_CHUNK)  # type: ignore[attr-defined]  # every buffered stream has it
        self._offset += len(chunk)
        return chunk

    def put_back(self, lines: Sequence[Line]) -> None:
        """Put lines back, to be read again."""
        self._put_back.extendleft(reversed(lines))

    def put_back_rest(self, text: bytes, number: int, column: int, offset: int) -> None:
        """Put back what is left of the chunks that were read, and go on counting lines from there."""
        lines = []
        for part in text.splitlines(keepends=True) if b"\r" not in text else _split_at_newlines(text):
            lines.append(Line(number, column, offset, part))
            number, column, offset = number + 1, 1, offset + len(part)
        self._number = number
        self.put_back(lines)


def _split_at_newlines(text: bytes) -> list[bytes]:
    parts = [part + b"\n" for part in text.split(b"\n")]
    parts[-1] = parts[-1][:-1]
    return [part for part in parts if part]
