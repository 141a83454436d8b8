"""A task for processes that die; in a module of its own, because a process that is started imports it by name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from conformance.explanation.part_summaries import summarize_part

if TYPE_CHECKING:
    from conformance.explanation.part_summaries import PartSummary, Piece


def die_of_the_second_part(packed: bytes, piece: Piece) -> PartSummary:
    """Count a part; whoever has the one that begins at line 12 dies."""
    if piece.part.line == 12:
        os._exit(1)
    return summarize_part(packed, piece)
