"""What a stream of JSON values gives: values, and what is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from conformance.inputs.json_values import DEEPEST


class Value(NamedTuple):
    """A value of a stream.

    Attributes:
        value: The value.
        line: The line on which it begins, counted from 1.
        offset: The byte at which it begins, counted from 0; where it shares its line, or is in a list, its own byte.
        position: Its position in the list that the stream begins with; None outside of one.
        may_be_deep: Whether it has so many brackets that it may be too deep.
    """

    value: object
    line: int
    offset: int
    position: int | None
    may_be_deep: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """A part of a stream that is not JSON.

    Attributes:
        line: The line on which it shows, counted from 1.
        column: The column, counted from 1.
        offset: The byte at which the part begins.
        message: What is wrong.
        text: The part, or the beginning of it.
        position: The position in the list in which it stands; None outside of one.
        several: Whether it is more than one line.
        rest_unread: Whether nothing that follows can be read.
    """

    line: int
    column: int
    offset: int
    message: str
    text: bytes
    position: int | None = None
    several: bool = False
    rest_unread: bool = False


def may_be_deep(text: str, start: int, end: int) -> bool:
    """Whether a part of a text has more brackets than a value may be deep."""
    return text.count("[", start, end) + text.count("{", start, end) > DEEPEST
