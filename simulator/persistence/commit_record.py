"""What was committed last, in a small file beside the journal: a journal that ends before that has lost something.

It is written after each commit and never before, so it can lag behind the journal and never be ahead of it. A write
outlives the process at once, and a power cut after the next snapshot or orderly stop, when the file is synchronised:
to wait for the disk a second time with each commit would halve the speed.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from simulator.persistence.checksums import checksum
from simulator.persistence.whole_files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

#: Less than a sector, so that it is written as a whole.
_LENGTH: Final = 160
_FORMAT: Final = re.compile(rb"iterable-harness committed (\d+) (\d+) (\d+) (\d+) ([0-9]+|-) ([0-9a-f]{8}) *\n")


class DamagedRecordError(ValueError):
    """The file is there, and is not as it was written."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What was committed last.

    Attributes:
        version: The version of the tables.
        generation: How often the journal had been emptied.
        number: The number of the last entry.
        snapshot: The number of the entry after which the newest snapshot was made; 0 for no snapshot.
        checksum: That of the last entry; None when there is none.
    """

    version: int
    generation: int = 0
    number: int = 0
    snapshot: int = 0
    checksum: int | None = None

    def to_bytes(self) -> bytes:
        """The content of the file."""
        head = f"iterable-harness committed {self.version} {self.generation} {self.number} {self.snapshot}"
        text = f"{head} {'-' if self.checksum is None else self.checksum} "
        return f"{text}{checksum(text.encode('ascii')):08x}".ljust(_LENGTH - 1).encode("ascii") + b"\n"

    @classmethod
    def from_bytes(cls, content: bytes) -> Committed:
        """What a file says.

        Raises:
            DamagedRecordError: It is not as it was written.
        """
        found = _FORMAT.fullmatch(content)
        if found is None:
            raise DamagedRecordError
        version, generation, number, snapshot = map(int, found.groups()[:4])
        record = cls(version, generation, number, snapshot, None if found[5] == b"-" else int(found[5]))
        if record.to_bytes() != content:
            raise DamagedRecordError
        return record


def read_record(path: Path) -> Committed | None:
    """What a file says; None when there is no file.

    Raises:
        DamagedRecordError: It is not as it was written.
        OSError: It cannot be read.
    """
    try:
        return Committed.from_bytes(path.read_bytes())
    except FileNotFoundError:
        return None


class CommitRecord:
    """The file while its journal is open; it is made where there is none.

    Args:
        path: Where it is.
        version: The version of the tables.

    Raises:
        OSError: It cannot be written.
    """

    def __init__(self, path: Path, version: int) -> None:
        self._committed = Committed(version)
        self._snapshot = (0, 0)
        if not path.exists():
            write_whole(path, path.with_suffix(".unfinished"), self._committed.to_bytes())
        self._file: int = os.open(path, os.O_RDWR | os.O_NOFOLLOW)

    def write(self, generation: int, number: int, last_checksum: int | None) -> None:
        """Say what has been committed. When that is impossible, the file says what was committed before."""
        snapshot = self._snapshot[1] if self._snapshot[0] == generation else 0
        self._committed = replace(
            self._committed, generation=generation, number=number, snapshot=snapshot, checksum=last_checksum
        )
        with suppress(OSError):
            os.pwrite(self._file, self._committed.to_bytes(), 0)

    def note_snapshot(self, generation: int, number: int) -> None:
        """Say with the next write that there is a snapshot; what has been written by now outlives a power cut."""
        self._snapshot = (generation, number)
        self.synchronise()

    def synchronise(self) -> None:
        """Let what has been written outlive a power cut."""
        with suppress(OSError):
            os.fsync(self._file)

    def close(self) -> None:
        """Write and synchronise what was said last, and close the file, unless that was done before."""
        if self._file < 0:
            return
        self.write(self._committed.generation, self._committed.number, self._committed.checksum)
        self.synchronise()
        os.close(self._file)
        self._file = -1
