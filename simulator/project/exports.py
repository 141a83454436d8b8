"""Export jobs: what was asked for, and what came of it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from simulator.pieces import cut_off

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simulator.message import Instant

#: Bytes of a file at the most. Source: API description.
_LARGEST_FILE: Final = 10 * 1024 * 1024
_SIZE: Final = struct.Struct("!Q")


class ExportContent:
    """What a job exported, in files none of which is larger than 10 MB; perhaps still being made.

    Args:
        files: The files; None for files that come when they have been made.
    """

    __slots__ = ("_pieces", "sizes")

    def __init__(self, files: Iterable[bytes] | None = None) -> None:
        self._pieces: tuple[bytes, ...] | None = None if files is None else tuple(files)
        #: How long each file is.
        self.sizes: tuple[int, ...] = () if files is None else tuple(map(len, self._pieces or ()))

    def __eq__(self, other: object) -> bool:
        """Whether both are the same files."""
        return isinstance(other, ExportContent) and self.files() == other.files()

    __hash__ = None  # type: ignore[assignment]  # it can still come

    def __reduce__(self) -> tuple[Callable[..., ExportContent], tuple[list[bytes]]]:
        """The same files are written down alike, in whatever pieces they came."""
        return ExportContent, (self.files(),)

    @property
    def is_made(self) -> bool:
        """Whether the files are there."""
        return self._pieces is not None

    def take(self, pieces: Sequence[bytes]) -> None:
        """Be the files that `to_bytes` made into bytes, which came in these pieces."""
        rest = list(pieces)
        [count] = _SIZE.unpack(cut_off(rest, _SIZE.size))
        sizes = [_SIZE.unpack(cut_off(rest, _SIZE.size))[0] for _ in range(count)]
        self._pieces, self.sizes = tuple(rest), tuple(sizes)

    def file(self, place: int) -> bytes:
        """The file at a place, counted from 0; one is put together more quickly than all.

        Raises:
            RuntimeError: It is still being made.
        """
        if self._pieces is None:
            raise RuntimeError("the files of the export are still being made")
        end = list(accumulate(self.sizes))[place]
        begin, at, found = end - self.sizes[place], 0, []
        for piece in self._pieces:
            if at < end and at + len(piece) > begin:
                found.append(piece[max(0, begin - at) : end - at])
            at += len(piece)
        return b"".join(found)

    def files(self) -> list[bytes]:
        """All files.

        Raises:
            RuntimeError: They are still being made.
        """
        if self._pieces is None:
            raise RuntimeError("the files of the export are still being made")
        return [self.file(place) for place in range(len(self.sizes))]

    def text(self) -> str:
        """All of it."""
        return b"".join(self.files()).decode()


def to_files(text: str) -> list[bytes]:
    """A text in files that end with a line; the parts of a surrogate pair, which no file can hold, become `?`."""
    files: list[list[bytes]] = [[]]
    size = 0
    for line in text.splitlines(keepends=True):
        encoded = line.encode("utf-8", "replace")
        size += len(encoded)
        if size > _LARGEST_FILE:
            files.append([])
            size = 0
        files[-1].append(encoded)
    return [b"".join(lines) for lines in files]


def to_bytes(files: Sequence[bytes]) -> bytes:
    """Files as bytes, which `ExportContent.take` takes."""
    return b"".join(map(_SIZE.pack, (len(files), *map(len, files)))) + b"".join(files)


@dataclass(frozen=True, slots=True)
class ExportJob:
    """One job. It is done as soon as it is asked for.

    Attributes:
        id: Its number.
        data_type: What was exported, such as `customEvent`.
        state: `completed`, or `cancelling`.
        started_at: When it was asked for.
        content: The files.
        suffix: `csv` or `json`.
    """

    id: int
    data_type: str
    state: str
    started_at: Instant
    content: ExportContent
    suffix: str

    @property
    def names(self) -> list[str]:
        """What the files are called; the names sort as they follow each other."""
        return [f"file-{number:06}.{self.suffix}" for number in range(1, len(self.content.sizes) + 1)]
