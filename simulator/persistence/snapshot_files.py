"""Snapshots as files: the newest ones, and older ones at even distances.

Each holds the checksums of the entries that it was made after: a snapshot of another journal, which has other entries
there, is as whole as one's own, and would lead to the state of somebody else.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.persistence.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NAME: Final = re.compile(r"([0-9]+)-([0-9]+)\.snapshot")
_UNFINISHED: Final = ".unfinished"
#: Speed matters more than the last tenth of the size.
_LEVEL: Final = 1
#: Snapshots that are kept at the most, and how many of them are the newest whatever lies between them.
_MOST: Final = 32
_NEWEST: Final = 2
_NO_ENTRIES: Final[Mapping[int, int]] = MappingProxyType({})
#: What stands before a snapshot: numbers and checksums of the entries before it. The oldest files have no such line.
_ENTRIES: Final = re.compile(rb"after((?: [0-9]+:[0-9]+)*)\n")


class Snapshots:
    """The snapshots of a journal, each named for the entry after which it was made.

    Which of them can be read is for the reader to find out: they can all be made again.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._generation = 0

    def keep_only(self, generation: int) -> None:
        """Remove those from before the journal was last emptied, and what was never finished.

        Args:
            generation: How often the journal has been emptied.
        """
        self._generation = generation
        for path in self._files():
            found = _NAME.fullmatch(path.name)
            is_old = found is not None and int(found[1]) < generation
            if is_old or path.suffix == _UNFINISHED:
                path.unlink(missing_ok=True)

    def numbers(self) -> list[int]:
        """The numbers of the entries after which there is one, ascending."""
        return [number for generation, number in self.names() if generation == self._generation]

    def size_of_newest(self, until: int) -> int:
        """Bytes of the newest up to a number; 0 where there is none."""
        number = max((number for number in self.numbers() if number <= until), default=None)
        if number is None:
            return 0
        try:
            return self.path_of(self._generation, number).stat().st_size
        except FileNotFoundError:
            return 0

    def names(self) -> list[tuple[int, int]]:
        """How often the journal had been emptied, and the number of the entry, of each that is there, ascending."""
        found = (_NAME.fullmatch(path.name) for path in self._files())
        return sorted((int(name[1]), int(name[2])) for name in found if name is not None)

    def entries_before(self, generation: int, number: int) -> dict[int, int] | None:
        """The checksums of some of the entries before one of them, by number; None when it is not as it was saved.

        Raises:
            PermissionError: Nobody can say.
        """
        try:
            return self._read(generation, number)[0]
        except PermissionError:
            raise
        except (OSError, zlib.error):
            return None

    def newest_first(self, until: int, checksum_of: Callable[[int], int | None]) -> Iterator[tuple[int, bytes]]:
        """Those up to a number, each with its number; what is damaged or of another journal is left out.

        Args:
            until: The number.
            checksum_of: The checksum of the entry of a number; None for one that is not there.
        """
        for number in reversed(self.numbers()):
            if number <= until:
                try:
                    entries, snapshot = self._read(self._generation, number)
                except (OSError, zlib.error):
                    continue
                if agree(entries, checksum_of):
                    yield number, snapshot

    def save(self, generation: int, number: int, snapshot: bytes, entries: Mapping[int, int] = _NO_ENTRIES) -> None:
        """Keep one more, whole or not at all, and let go of some older ones.

        Args:
            generation: How often the journal had been emptied when it was made.
            number: The entry after which it was made.
            snapshot: The snapshot.
            entries: The checksums of the last entries before it, by number.

        Raises:
            OSError: There is no room for it.
        """
        path = self.path_of(generation, number)
        head = b"after%s\n" % b"".join(b" %d:%d" % entry for entry in entries.items())
        write_whole(path, path.with_suffix(_UNFINISHED), zlib.compress(head + snapshot, _LEVEL))
        for old in superfluous(self.numbers()):
            self.path_of(self._generation, old).unlink(missing_ok=True)

    def path_of(self, generation: int, number: int) -> Path:
        """The file of one of them."""
        return self._folder / f"{generation}-{number}.snapshot"

    def _read(self, generation: int, number: int) -> tuple[dict[int, int], bytes]:
        content = zlib.decompress(self.path_of(generation, number).read_bytes())
        head = _ENTRIES.match(content)
        if head is None:
            return {}, content
        pairs = (entry.split(b":") for entry in head[1].split())
        return {int(entry): int(checksum) for entry, checksum in pairs}, content[head.end() :]

    def _files(self) -> list[Path]:
        try:
            return list(self._folder.iterdir())
        except FileNotFoundError:  # removed, which is said when something is to be stored
            return []


def agree(entries: Mapping[int, int], checksum_of: Callable[[int], int | None]) -> bool:
    """Whether those of some entries that a journal has are the same there.

    Args:
        entries: Checksums by number.
        checksum_of: The checksum of the entry of a number in the journal; None for one that is not there.
    """
    return all(checksum_of(number) in {None, checksum} for number, checksum in entries.items())


def superfluous(numbers: list[int]) -> list[int]:
    """Which of the snapshots can go, so that those that stay lie evenly and the newest stay.

    Args:
        numbers: The numbers of all, ascending.
    """
    kept = list(numbers)
    gone: list[int] = []
    while len(kept) > _MOST:
        gaps = [after - before for before, after in zip([0, *kept], kept[1:-_NEWEST], strict=False)]
        gone.append(kept.pop(gaps.index(min(gaps))))
    return gone
