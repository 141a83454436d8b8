"""Lines that are kept for later, in a file once they are many."""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters that are kept in memory.
_MOST_IN_MEMORY: Final = 8 * 1024 * 1024


class KeptLines:
    """Keeps lines in their order; the file of many is gone with `close`, and with the program.

    Args:
        most: Characters that are kept in memory.
    """

    def __init__(self, most: int = _MOST_IN_MEMORY) -> None:
        self._most = most
        self._size = 0
        self._in_memory: list[str] = []
        self._file: IO[str] | None = None

    def add(self, line: str) -> None:
        """Keep one more line, which holds no end of a line."""
        self._in_memory.append(line)
        self._size += len(line)
        if self._size > self._most:
            if self._file is None:
                self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115
            self._file.seek(0, 2)
            self._file.writelines(f"{kept}\n" for kept in self._in_memory)
            self._in_memory, self._size = [], 0

    def __iter__(self) -> Iterator[str]:
        if self._file is not None:
            self._file.seek(0)
            for line in self._file:
                yield line.removesuffix("\n")
        yield from self._in_memory

    def close(self) -> None:
        """Let go of them all."""
        self._in_memory = []
        if self._file is not None:
            self._file.close()
            self._file = None
