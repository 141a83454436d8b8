"""Snapshots as files: the newest ones, and older ones at even distances."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

from simulator.persistence.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME: Final = re.compile(r"([0-9]+)-([0-9]+)\.snapshot")
_UNFINISHED: Final = ".unfinished"
#: Speed matters more than the last tenth of the size.
_LEVEL: Final = 1
#: Snapshots that are kept at the most, and how many of them are the newest whatever lies between them.
_MOST: Final = 32
_NEWEST: Final = 2


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

    def names(self) -> list[tuple[int, int]]:
        """How often the journal had been emptied, and the number of the entry, of each that is there, ascending."""
        found = (_NAME.fullmatch(path.name) for path in self._files())
        return sorted((int(name[1]), int(name[2])) for name in found if name is not None)

    def is_sound(self, generation: int, number: int) -> bool:
        """Whether one of them is as it was saved.

        Raises:
            PermissionError: Nobody can say.
        """
        try:
            zlib.decompress(self.path_of(generation, number).read_bytes())
        except PermissionError:
            raise
        except (OSError, zlib.error):
            return False
        return True

    def newest_first(self, until: int) -> Iterator[tuple[int, bytes]]:
        """Those up to a number, each with its number; what is damaged is left out."""
        for number in reversed(self.numbers()):
            if number <= until:
                try:
                    yield number, zlib.decompress(self.path_of(self._generation, number).read_bytes())
                except (OSError, zlib.error):
                    continue

    def save(self, generation: int, number: int, snapshot: bytes) -> None:
        """Keep one more, whole or not at all, and let go of some older ones.

        Args:
            generation: How often the journal had been emptied when it was made.
            number: The entry after which it was made.
            snapshot: The snapshot.

        Raises:
            OSError: There is no room for it.
        """
        path = self.path_of(generation, number)
        write_whole(path, path.with_suffix(_UNFINISHED), zlib.compress(snapshot, _LEVEL))
        for old in superfluous(self.numbers()):
            self.path_of(self._generation, old).unlink(missing_ok=True)

    def path_of(self, generation: int, number: int) -> Path:
        """The file of one of them."""
        return self._folder / f"{generation}-{number}.snapshot"

    def _files(self) -> list[Path]:
        try:
            return list(self._folder.iterdir())
        except FileNotFoundError:  # removed, which is said when something is to be stored
            return []


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
