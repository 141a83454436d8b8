"""Records on disk, sorted in runs that fit into memory and merged: of any number of them, a few are in memory."""

from __future__ import annotations

import heapq
from contextlib import ExitStack
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Records of a run that a process keeps in memory until they are written.
RUN_LENGTH: Final = 10_000
#: Runs that are read at once: each is an open file.
_MOST_OPEN: Final = 64
_BUFFER: Final = 2**16
#: How long the key is, the group, how many requests there are, how long the content is.
_HEAD: Final = Struct(">HQHI")


class Record(NamedTuple):
    """A record; records are in the order of their keys.

    Attributes:
        key: What it is in order by.
        group: A number of what it belongs to.
        requests: How many requests it stands for.
        content: What it says.
    """

    key: bytes
    group: int
    requests: int = 0
    content: bytes = b""


class RunWriter:
    """Writes records into sorted runs.

    Args:
        folder: Where the runs go.
        name: What the names of their files begin with.
        length: Records of a run.
    """

    def __init__(self, folder: Path, name: str, length: int = RUN_LENGTH) -> None:
        self._folder = folder
        self._name = name
        self._length = length
        self._records: list[Record] = []
        self._files: list[Path] = []

    def add(self, record: Record) -> None:
        """Add a record."""
        self._records.append(record)
        if len(self._records) >= self._length:
            self._flush()

    def close(self) -> tuple[Path, ...]:
        """Write what is left; gives the files of the runs."""
        self._flush()
        return tuple(self._files)

    def _flush(self) -> None:
        if self._records:
            file = self._folder / f"{self._name}-{len(self._files)}"
            self._records.sort()
            write_records(file, self._records)
            self._files.append(file)
            self._records = []


def write_records(file: Path, records: Iterable[Record]) -> None:
    """Write records in the order in which they come."""
    with file.open("wb", _BUFFER) as stream:
        for record in records:
            stream.write(to_bytes(record))


def to_bytes(record: Record) -> bytes:
    """A record as it is in a file."""
    key, group, requests, content = record
    return _HEAD.pack(len(key), group, requests, len(content)) + key + content


def read_records(file: Path) -> Iterator[Record]:
    """The records of a file."""
    with file.open("rb", _BUFFER) as stream:
        while head := stream.read(_HEAD.size):
            key_length, group, requests, length = _HEAD.unpack(head)
            yield Record(stream.read(key_length), group, requests, stream.read(length))


def merged(runs: Iterable[Path], folder: Path, most_open: int = _MOST_OPEN) -> Iterator[Record]:
    """The records of all runs in order; the runs are removed on the way where there are too many to be read at once.

    Args:
        runs: Files that are in order, each.
        folder: Where runs go that are made of several.
        most_open: How many are read at once.
    """
    waiting = list(runs)
    made = 0
    while len(waiting) > most_open:
        first, waiting = waiting[:most_open], waiting[most_open:]
        file = folder / f"merged-{made}-{first[0].name}"
        made += 1
        write_records(file, _merged(first))
        for run in first:
            run.unlink()
        waiting.append(file)
    return _merged(waiting)


def _merged(runs: list[Path]) -> Iterator[Record]:
    with ExitStack() as stack:
        streams = [read_records(run) for run in runs]
        for stream in streams:
            stack.callback(stream.close)  # type: ignore[attr-defined]  # a generator is closed with its file
        yield from heapq.merge(*streams)


class Writers:
    """Files that are written to in turns.

    Args:
        files: The files.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._stack = ExitStack()
        self._streams = [self._stack.enter_context(file.open("wb", _BUFFER)) for file in files]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write(self, number: int, record: Record) -> None:
        """Add a record to a file, by its number."""
        self._streams[number].write(to_bytes(record))
