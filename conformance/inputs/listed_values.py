"""The items of a JSON list, read one by one: a list of a million events takes no more room than one of them."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.inputs.json_values import TOO_DEEP
from conformance.inputs.stream_lines import LONGEST
from conformance.inputs.streamed_value import Broken, Value, may_be_deep
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.inputs.stream_lines import Line, StreamLines

_BLANKS: Final = re.compile(r"[ \t\r\n]*")
#: Characters at the end of what was read in which a number, a word or an escape may be cut.
_LONGEST_TOKEN: Final = 400
_SHOWN: Final = 4096


class ListReader:
    """Reads a list that begins on a line, and puts back what follows it.

    A comma may follow the last item. After an item that is broken, the next is looked for where a line begins as far
    left as that of the broken one; where items do not begin on lines of their own, the rest is not read.

    Args:
        lines: What comes after the line.
        line: The line.
    """

    def __init__(self, lines: StreamLines, line: Line) -> None:
        self._lines = lines
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text, self._at, self._is_ascii = "", 0, True
        self._line, self._column, self._offset = line.number, line.column, line.offset
        self._indentation: str | None = None
        self._index = 0
        self._ended = False
        self._first = line.text

    def items(self) -> Iterator[Value | Broken]:
        """The items, and those that are broken."""
        try:
            self._append(self._first)
            self._skip_blanks()
            self._move(self._at + 1)  # the bracket
            yield from self._until_closed()
        except UnicodeDecodeError as error:
            yield replace(self._problem(self._at, f"not UTF-8: {error.reason}"), rest_unread=True)

    def _until_closed(self) -> Iterator[Value | Broken]:
        follows_item = False
        while not self._closes():
            try:
                if follows_item:
                    self._comma()
                    if self._closes():
                        break
                item: Value | Broken = self._item()
            except UnicodeDecodeError:
                raise
            except (ValueError, RecursionError) as error:
                item = self._unread_item(error)
            yield item
            if isinstance(item, Broken) and item.rest_unread:
                return
            follows_item = isinstance(item, Value)
            self._index += 1
        if self._index == 0:
            yield Value([], self._line, self._offset, None, may_be_deep=False)
        self._put_back()

    def _closes(self) -> bool:
        """Whether the list ends here."""
        self._skip_blanks()
        return self._text.startswith("]", self._at)

    def _comma(self) -> None:
        if not self._text.startswith(",", self._at):
            raise json.JSONDecodeError("Expecting ',' delimiter", self._text, self._at)
        self._move(self._at + 1)
        self._indentation = None

    def _item(self) -> Value:
        """The item that begins here; the place moves behind it."""
        while True:
            at = self._at
            try:
                value, end = json_text.parse_first(self._text, at)
            except json.JSONDecodeError as error:
                if self._ended or not self._may_be_cut(error):
                    raise
                self._more(2 * (len(self._text) - at))
                continue
            # A number may go on.
            if end == len(self._text) and not self._ended:
                self._more()
                continue
            deep = may_be_deep(self._text, at, end)
            item = Value(value, self._line, self._offset, self._index, may_be_deep=deep)
            self._move(end)
            return item

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        if len(self._text) - self._at > LONGEST:
            return False
        rest = len(self._text) - error.pos
        return error.msg.startswith("Unterminated") or rest < _LONGEST_TOKEN or self._text[error.pos :].isspace()

    def _unread_item(self, error: ValueError | RecursionError) -> Broken:
        """The problem of the item that begins here; the place moves to the next item, where one is found."""
        if isinstance(error, json.JSONDecodeError):
            problem = self._problem(error.pos, f"not JSON: {error.msg.lower()}")
            self._move(error.pos)
        elif isinstance(error, RecursionError):
            problem = self._problem(self._at, TOO_DEEP)
        else:
            problem = self._problem(self._at, f"not JSON: {error}")
        return problem if self._find_next() else replace(problem, rest_unread=True)

    def _find_next(self) -> bool:
        """Go where a line begins with a bracket as far left as the item that is broken; whether there is one."""
        if self._indentation is None:
            return False
        next_item = re.compile(rf"\n{self._indentation}(?=[{{\[\]])")
        outer_end = re.compile(r"\n(?=\])")
        while True:
            found = next_item.search(self._text, self._at) or outer_end.search(self._text, self._at)
            if found:
                self._move(found.end())
                return True
            # What was looked at may hold the beginning of what is looked for.
            kept = self._text.rfind("\n", self._at)
            self._move(len(self._text) if kept < 0 else kept)
            if not self._more():
                return False

    def _problem(self, position: int, message: str) -> Broken:
        before = self._text[self._at : position]
        lines = before.count("\n")
        column = len(before) - before.rfind("\n") if lines else self._column + len(before)
        shown = self._text[self._at : self._at + _SHOWN].encode()
        return Broken(self._line + lines, column, self._offset, message, shown, self._index, several=True)

    def _skip_blanks(self) -> None:
        while True:
            end = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches anywhere
            newline = self._text.rfind("\n", self._at, end)
            if newline >= 0:
                self._indentation = self._text[newline + 1 : end]
            elif self._indentation is not None:
                self._indentation += self._text[self._at : end]
            self._move(end)
            if end < len(self._text) or not self._more():
                return

    def _move(self, to: int) -> None:
        """Go to a place of the text that was read."""
        text, at = self._text, self._at
        lines = text.count("\n", at, to)
        self._line += lines
        self._column = to - text.rfind("\n", at, to) if lines else self._column + to - at
        self._offset += to - at if self._is_ascii else len(text[at:to].encode())
        self._at = to

    def _more(self, at_least: int = 1) -> bool:
        """Read so many characters more, or what there is; whether there was any."""
        wanted = len(self._text) - self._at + at_least
        before = len(self._text) - self._at
        while len(self._text) - self._at < wanted:
            chunk = self._lines.next_chunk()
            self._append(chunk)
            if not chunk:
                self._ended = True
                break
        return len(self._text) - self._at > before

    def _append(self, chunk: bytes) -> None:
        self._text = self._text[self._at :] + self._decoder.decode(chunk, final=not chunk)
        self._at = 0
        self._is_ascii = self._text.isascii()

    def _put_back(self) -> None:
        """Put back what follows the closing bracket."""
        self._move(self._at + 1)
        undecoded, _ = self._decoder.getstate()
        rest = self._text[self._at :].encode() + undecoded
        self._lines.put_back_rest(rest, self._line, self._column, self._offset)
