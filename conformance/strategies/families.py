"""Families of histories: what they have in common, and the themes on which they differ.

A theme is one thing that is peculiar about a history. A finding says in which theme it was made, so that what is
known of one theme does not hide what is new in another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from conformance.strategies.choice import Draw
from conformance.strategies.history import Delivery, History, HistoryEvent, KnownPerson, Persona
from conformance.strategies.mapping_analysis import MappingAnalysis

#: Draws what is delivered in a history with a theme, for a mapping.
Maker = Callable[[Draw, MappingAnalysis], "list[HistoryEvent | Delivery]"]


@dataclass(frozen=True, slots=True)
class Family:
    """Histories of one kind.

    Attributes:
        name: Its name.
        themes: For each theme, what draws a history.
    """

    name: str
    themes: Mapping[str, Maker]

    def histories(self, theme: str, analysis: MappingAnalysis) -> st.SearchStrategy[History]:
        """The histories with a theme, for a mapping.

        Raises:
            KeyError: The family has no such theme.
        """
        return _histories(theme, self.themes[theme], analysis)


@st.composite
def _histories(draw: Draw, theme: str, maker: Maker, analysis: MappingAnalysis) -> History:
    parts = maker(draw, analysis)
    history = History(theme, tuple(part if isinstance(part, Delivery) else Delivery((part,)) for part in parts))
    return history if analysis.identifies else replace(history, known=tuple(_identified(history, analysis)))


def _identified(history: History, analysis: MappingAnalysis) -> Iterator[KnownPerson]:
    """Everybody whom an identify names: people whom the project has from elsewhere, as no subscription tells it."""
    identifies: dict[Persona, list[HistoryEvent]] = {}
    for item in history.history_events:
        if item.event["type"] == "identify":
            identifies.setdefault(item.persona, []).append(item)
    for persona, items in identifies.items():
        emails = (str(analysis.email_in(item.event)).lower() for item in items)
        user_ids = (str(item.event.get("userId")) for item in items)
        yield KnownPerson(persona, _own(emails, persona), _own(user_ids, persona))


def _own(values: Iterable[str], persona: Persona) -> str | None:
    """The first that names this person and nobody else: no address that two share, and no id that is too long."""
    return next((value for value in values if value.lower() in persona.identifiers), None)
