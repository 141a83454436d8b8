"""What there is to do for each part of an archive, in a form that goes to other processes and other machines."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from conformance.backtest.archive import read
from conformance.backtest.counting import Missing, count
from conformance.backtest.evaluation import Mappings
from conformance.backtest.figures import Figures, Position

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.backtest.archive import Part
    from conformance.backtest.ingested import Ingestion
    from conformance.backtest.projects.tasks import Written
    from conformance.backtest.rows import Row
    from destination import Subscription

    Task = Callable[[Part], "Counted"]

_NO_RECEIPTS: Final[Mapping[int, bytes]] = {}


@dataclass(frozen=True, slots=True)
class Work:
    """What is wanted of every part.

    Attributes:
        new: The subscriptions that are tried.
        old: Those they are held against; None to count without a comparison.
        rows: Whether single requests are wanted beside the figures, as a Parquet file for each part.
        masked: Whether personal values are replaced in those.
        ingestion: How messages go through Segment first; None where they have been.
        requests: A folder of this machine in which all requests are written down, to be played; None to keep none.
    """

    new: tuple[Subscription, ...]
    old: tuple[Subscription, ...] | None = None
    rows: bool = False
    masked: bool = False
    ingestion: Ingestion | None = None
    requests: Path | None = None

    @property
    def mappings(self) -> tuple[str, ...]:
        """The mappings that there are, by the names that figures have for them."""
        return ("new",) if self.old is None else ("new", "old")


class Counted(NamedTuple):
    """What came of a part.

    Attributes:
        part: The part.
        figures: Its figures.
        rows: A Parquet file of its rows; empty where none are wanted, or there are none.
        receipts: Where only those are wanted, its messageIds as `receipts_in` gives them.
        written: Where its requests are; None where none are wanted.
    """

    part: Part
    figures: Figures
    rows: bytes = b""
    receipts: Mapping[int, bytes] = _NO_RECEIPTS
    written: Written | None = None


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
    _prepare(packed)
    found, work = read(part), _prepared.work
    if work.ingestion is not None:
        from conformance.backtest.ingested import passed_on

        found = passed_on(found, part, work.ingestion)
    rows: list[Row] = []
    keep = rows.append if work.rows else None
    if work.requests is None:
        return Counted(part, count(found, _prepared.mappings, keep), _packed_rows(rows, masked=work.masked))
    # It needs the simulator, which takes its time to be imported.
    from conformance.backtest.projects.tasks import RequestWriter

    writer = RequestWriter(work.requests, _name(part), work.mappings)
    figures = count(found, _prepared.mappings, keep, writer.add)
    return Counted(part, figures, _packed_rows(rows, masked=work.masked), written=writer.close())


def _name(part: Part) -> str:
    """A name for files that no other part has, and that the same part has when it is counted again."""
    return f"{blake2b(part.file.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}-{part.start}"


def receipts_of_part(packed: bytes, part: Part) -> Counted:
    """The messageIds of a part, for messages that go through Segment first.

    Args:
        packed: The work, pickled.
        part: The part.
    """
    from conformance.backtest.ingested import receipts_in

    _prepare(packed)
    if _prepared.work.ingestion is None:
        raise ValueError("the messages have been through Segment")
    return Counted(part, Figures(), b"", receipts_in(read(part), _prepared.work.ingestion))


def _prepare(packed: bytes) -> None:
    if _prepared.packed != packed:
        work: Work = pickle.loads(packed)  # noqa: S301  # from the process that began the backtest
        _prepared.work, _prepared.mappings = work, Mappings(work.new, work.old)
        _prepared.packed = packed


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
