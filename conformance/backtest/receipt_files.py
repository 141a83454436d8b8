"""The messageIds of an archive on disk, in groups of which one is in memory at a time."""

from __future__ import annotations

import struct
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from conformance.backtest.ingested import GROUPS, duplicates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_HEADER: Final = struct.Struct("<qq")


class ReceiptFiles:
    """Keeps the messageIds of parts in a folder.

    Args:
        folder: An empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, part: int, groups: Mapping[int, bytes]) -> None:
        """Keep those of a part.

        Args:
            part: Its number, in the order of the archive.
            groups: As `receipts_in` gives them.
        """
        for group, records in groups.items():
            with self._file(group).open("ab") as file:
                file.write(_HEADER.pack(part, len(records)))
                file.write(records)

    def duplicates(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """By the number of a part, those of its messages whose id came in before, as `SegmentPart` has them."""
        found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for group in range(GROUPS):
            for part, number, before in duplicates(self._read(group)):
                found[part].append((number, before))
        return {part: tuple(sorted(those)) for part, those in found.items()}

    def _file(self, group: int) -> Path:
        return self._folder / f"group-{group}"

    def _read(self, group: int) -> Iterator[tuple[int, bytes]]:
        if not self._file(group).exists():
            return
        with self._file(group).open("rb") as file:
            while header := file.read(_HEADER.size):
                part, size = _HEADER.unpack(header)
                yield part, file.read(size)
