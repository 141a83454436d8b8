"""Families of histories: what they have in common, and the themes on which they differ.

A theme is one thing that is peculiar about a history. A finding says in which theme it was made, so that what is
known of one theme does not hide what is new in another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from conformance.strategies.choice import Draw
from conformance.strategies.history import Delivery, History, HistoryEvent
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
    return History(theme, tuple(part if isinstance(part, Delivery) else Delivery((part,)) for part in parts))
