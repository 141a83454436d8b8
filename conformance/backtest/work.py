"""What there is to do for each part of an archive, in a form that goes to other processes and other machines."""

from __future__ import annotations

import pickle
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from conformance.backtest.archive import read
from conformance.backtest.counting import Missing, count
from conformance.backtest.evaluation import Mappings
from conformance.backtest.figures import Figures, Position

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.backtest.archive import Part
    from conformance.backtest.rows import Row
    from destination import Subscription

    Task = Callable[[Part], "Counted"]


@dataclass(frozen=True, slots=True)
class Work:
    """What is wanted of every part.

    Attributes:
        new: The subscriptions that are tried.
        old: Those they are held against; None to count without a comparison.
        rows: Whether single requests are wanted beside the figures, as a Parquet file for each part.
        masked: Whether personal values are replaced in those.
    """

    new: tuple[Subscription, ...]
    old: tuple[Subscription, ...] | None = None
    rows: bool = False
    masked: bool = False


class Counted(NamedTuple):
    """What came of a part.

    Attributes:
        part: The part.
        figures: Its figures.
        rows: A Parquet file of its rows; empty where none are wanted, or there are none.
    """

    part: Part
    figures: Figures
    rows: bytes = b""


class _Prepared(threading.local):
    """The work that this thread has done last, with its mappings compiled; they remember the event they are at."""

    packed = b""
    work: Work
    mappings: Mappings


_prepared = _Prepared()


def count_part(packed: bytes, part: Part) -> Counted:
    """What comes of a part.

    Args:
        packed: The work, pickled, so that one that is known is known by its bytes.
        part: The part.
    """
    if _prepared.packed != packed:
        work: Work = pickle.loads(packed)  # noqa: S301  # from the process that began the backtest
        _prepared.work, _prepared.mappings = work, Mappings(work.new, work.old)
        _prepared.packed = packed
    rows: list[Row] = []
    figures = count(read(part), _prepared.mappings, rows.append if _prepared.work.rows else None)
    return Counted(part, figures, _packed_rows(rows, masked=_prepared.work.masked))


def _packed_rows(rows: list[Row], *, masked: bool) -> bytes:
    if not rows:
        return b""
    # It comes with an extra, and takes its time to be imported.
    from conformance.backtest.parquet import to_parquet

    return to_parquet(rows, masked=masked)


def lost(part: Part, message: str) -> Counted:
    """What comes of a part that nobody could count."""
    place = Missing(Position(part.file, part.start, part.line), message)
    return Counted(part, count([place], Mappings(())))
