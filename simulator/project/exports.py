"""Export jobs: what was asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.message import Instant


@dataclass(frozen=True, slots=True)
class ExportJob:
    """One job. It is done as soon as it is asked for.

    Attributes:
        id: Its number.
        data_type: What was exported, such as `customEvent`.
        state: `completed`, or `cancelling`.
        started_at: When it was asked for.
        content: The file.
        suffix: `csv` or `json`.
    """

    id: int
    data_type: str
    state: str
    started_at: Instant
    content: str
    suffix: str
