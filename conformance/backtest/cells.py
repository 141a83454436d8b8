"""Tables of a report, and what stands in their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any

#: Characters of a value that are shown in a row.
_LONGEST: Final = 60


class Cell(NamedTuple):
    """What stands in a row: a text, which is code when it comes from the events or the mapping."""

    text: str
    code: bool = False


class Table(NamedTuple):
    """Rows below a title."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def filled(title: str, head: tuple[str, ...], rows: Iterator[tuple[Cell, ...]]) -> Iterator[Table]:
    """A table, unless it is empty."""
    found = tuple(rows)
    if found:
        yield Table(title, head, found)


def place(item: Json) -> Cell:
    """Where the first example of something stands."""
    return Cell(item["examples"][0]["place"] if item["examples"] else "", code=True)


def value(shown: Json) -> str:
    """A value, of which the end may be left out."""
    text = json_text.stringify(shown)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def number(count: int) -> Cell:
    """A count."""
    return Cell(f"{count:,}")


def count_of(count: int, name: str) -> str:
    """A count of something, such as `1 event` and `1,000 events`."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"
