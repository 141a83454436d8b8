"""The result of a comparison, from which every view of it is made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue


class Section(StrEnum):
    """What a row is about."""

    PEOPLE = "people"
    EVENTS = "events"
    REPLIES = "replies"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one project type made of one thing.

    Attributes:
        text: A few words for a person.
        value: The same for a program; cells with equal values are alike.
        said: What the reply says of itself, for a page; no difference.
    """

    text: str
    value: JsonValue
    said: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in every project type that was played.

    Attributes:
        section: What the row is about.
        what: The person, the person and the field, the event, or the step and its request.
        cells: One for each project type of the comparison, in its order.
    """

    section: Section
    what: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether the project types disagree."""
        return len(set(self._values)) > 1

    @property
    def unusual(self) -> frozenset[int]:
        """Which cells have another value than most; all where no value is that of most, none where all are alike."""
        values = self._values
        most = max(values, key=values.count, default="")
        usual = most if values.count(most) * 2 > len(values) else None
        return frozenset(position for position, value in enumerate(values) if value != usual)

    @property
    def _values(self) -> list[str]:
        return [json.dumps(cell.value, sort_keys=True) for cell in self.cells]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A scenario in several project types.

    Attributes:
        name: The scenario's name.
        file: The file it came from.
        project_types: The columns: the types in which it could be played.
        rows: Everything that was compared, what is alike included.
        left_out: By project type, who could not be there at the start, and why.
        unplayable: By project type, why the scenario could not be carried out.
        mapping: What the mapping that was used is called, mostly its file.
        subscriptions: The mapping itself, for a page; None for the presets.
        story: What the author says of the scenario, as names and texts.
        events: The events that were sent, each with its step and in a few words.
    """

    name: str
    file: str
    project_types: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: Mapping[str, tuple[str, ...]]
    unplayable: Mapping[str, str]
    mapping: str = ""
    subscriptions: JsonValue = None
    story: tuple[tuple[str, str], ...] = ()
    events: tuple[tuple[str, JsonValue], ...] = ()

    @property
    def differences(self) -> tuple[Row, ...]:
        """The rows on which the project types disagree."""
        return tuple(row for row in self.rows if row.differs)

    @property
    def differs(self) -> bool:
        """Whether the project types disagree on anything, who can be there at the start included."""
        return bool(self.differences or self.left_out or self.unplayable)
