"""Tasks for processes that die; in a module of its own, because a process that is started imports them by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.backtest.work import count_part

if TYPE_CHECKING:
    from conformance.backtest.archive import Part
    from conformance.backtest.work import Counted


def die_once(packed: bytes, marker: str, line: int, part: Part) -> Counted:
    """Count a part; the first process that has the part which begins at a line dies after it has counted it."""
    counted = count_part(packed, part)
    if part.line == line and not Path(marker).exists():
        Path(marker).touch()
        os._exit(1)
    return counted


def always_die(packed: bytes, line: int, part: Part) -> Counted:
    """Count a part; whoever has the part which begins at a line dies."""
    if part.line == line:
        os._exit(1)
    return count_part(packed, part)
