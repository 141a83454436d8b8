"""What occurs in every thousand entries, so that a search reads only those thousands that can have what it wants.

An index of every entry would be written all over the file; a segment is written once.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from simulator.persistence.rows import writable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from simulator.journal import Entry, Selection
    from simulator.persistence.row_process import RowProcess

#: Entries of a segment.
LENGTH: Final = 1_000
_WILDCARD: Final = re.compile(r"[*?\[]")
#: A number beyond those of all entries.
_END: Final = 1 << 62


class Segment:
    """The segment that is not whole yet: its entries so far, and the words that occur in them."""

    def __init__(self) -> None:
        self._first = self._last = 0
        self._words: set[str] = set()

    @property
    def is_whole(self) -> bool:
        """Whether it has all its entries."""
        return self._last - self._first + 1 >= LENGTH

    def add(self, entry: Entry) -> None:
        """Add the next entry."""
        self._first = self._first or entry.number
        self._last = entry.number
        words = self._words
        path = entry.request.path
        words.add(path)
        if "%" in path:
            words.add(unquote(path))
        words.add(_of_project(entry.project))
        if entry.reply is not None:
            words.add(_of_status(entry.reply.status))
        words.update(entry.users)
        if not entry.control:
            words.add(_of_outcome(entry.outcome))
        for change in entry.changes:
            words.add(of_person(entry.project, change.person))

    def to_row(self) -> tuple[int, int, str]:
        """The numbers of the first and the last entry, and the words in lower case, each between two line feeds."""
        # As one text, as one by one they would take ten times as long, in which nobody is answered.
        words = writable("\n".join(self._words).lower())
        return self._first, self._last, f"\n{words}\n"


@lru_cache(maxsize=64)
def _of_project(project: str) -> str:
    return f"project:{project}"


#: What the words of outcomes begin with; older segments have none.
_OUTCOME: Final = "outcome:"


@cache
def _of_outcome(outcome: str) -> str:
    return f"{_OUTCOME}{outcome}"


@lru_cache(maxsize=64)
def _of_status(status: int) -> str:
    return f"status:{status}"


def of_person(project: str, person: int) -> str:
    """The word of a person in a project."""
    return f"person:{project}#{person}"


def words_of(selection: Selection) -> list[tuple[str, ...]]:
    """What occurs in every segment that has an entry of a selection: one of each of these."""
    words: list[tuple[str, ...]] = []
    if selection.project is not None:
        words.append((whole_word(_of_project(selection.project)),))
    if selection.status is not None:
        words.append((whole_word(_of_status(selection.status)),))
    if selection.users:
        words.append(tuple(map(whole_word, selection.users)))
    if selection.path is not None:
        words.append((writable(_WILDCARD.split(selection.path)[0].lower()),))
    if selection.text is not None:
        words.append((writable(selection.text.lower()),))
    return words


def whole_word(word: str) -> str:
    """What occurs in every segment that has a word as a whole."""
    return writable(f"\n{word}\n".lower())


def ranges(
    connection: sqlite3.Connection | RowProcess,
    words: Sequence[tuple[str, ...]],
    after: int,
    before: int | None,
    *,
    newest: bool,
    outcome: str | None = None,
) -> Iterator[tuple[int, int]]:
    """The numbers of first and last entries between which those with all of some words are.

    Args:
        connection: To the journal.
        words: What must occur: one of each of these.
        after: Only entries with greater numbers.
        before: Only entries with smaller numbers; None for no such bound.
        newest: The newest first.
        outcome: The outcome that one of the entries must have; None for no matter which.
    """
    end = _END if before is None else before
    [whole] = connection.execute("SELECT coalesce(max(last), 0) FROM segments").fetchone()
    rest = (max(whole, after) + 1, end - 1)
    if newest:
        yield rest
    occurs = "".join(f" AND ({' OR '.join(['instr(words, ?)'] * len(ways))})" for ways in words)
    texts = [text for ways in words for text in ways]
    if outcome is not None:
        # A segment that was written before outcomes were can have any of them.
        occurs += " AND (instr(words, ?) OR NOT instr(words, ?))"
        texts += [whole_word(f"{_OUTCOME}{outcome}"), f"\n{_OUTCOME}"]
    order = "DESC" if newest else "ASC"
    statement = f"SELECT first, last FROM segments WHERE last > ? AND first < ?{occurs} ORDER BY first {order}"  # noqa: S608  # fixed pieces
    for first, last in connection.execute(statement, (after, end, *texts)).fetchall() if texts else [(1, whole)]:
        yield max(first, after + 1), min(last, end - 1)
    if not newest:
        yield rest
