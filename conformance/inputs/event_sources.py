"""Where events are taken from: files, packed or not, folders, globs, standard input, the cloud, and text.

A source is opened when it is its turn, and read from its beginning to its end; nothing of it is kept.
"""

from __future__ import annotations

import glob
import gzip
import io
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.json_values import BadJson, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

STANDARD_INPUT: Final = "-"
#: What standard input is called in places and problems.
STANDARD_INPUT_NAME: Final = "standard input"
#: What text that was given itself is called there.
COMMAND_LINE: Final = "command line"
_GZIP: Final = b"\x1f\x8b"
_WILDCARDS: Final = "*?["
#: What files in a folder are called that are read; those that hold no events are named when it is their turn.
_SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ".har", ".gz", ".csv", ".tsv", ".parquet", ".avro", ".zst")
_LONGEST_FIRST_LINE: Final = 16 * 1024 * 1024
_BUFFER: Final = 1024 * 1024
_HINT: Final = "name a file, - for standard input, or JSON text that begins with {"


@dataclass(frozen=True, slots=True)
class EventSource:
    """Something that holds events.

    Attributes:
        name: What to call it: `standard input`, `command line`, or its address.
        opened: Opens it, as it is stored.
        path: The file, where it is one of this machine.
    """

    name: str
    opened: Callable[[], BinaryIO]
    path: Path | None = None

    @classmethod
    def of_file(cls, name: str) -> EventSource:
        """A file of this machine."""
        return cls(name, lambda: Path(name).open("rb", buffering=_BUFFER), Path(name))

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """A buffered stream of what it holds, unpacked; what is packed is told by its first bytes.

        Raises:
            OSError: It cannot be read.
        """
        stored = self.opened()
        try:
            buffered = _buffered(stored)
            packed = buffered.peek(len(_GZIP)).startswith(_GZIP)
            # A larger buffer around it would lose what was unpacked before it turns out to be damaged.
            yield cast("BinaryIO", gzip.GzipFile(fileobj=buffered)) if packed else buffered
        finally:
            if stored is not getattr(sys.stdin, "buffer", None):
                stored.close()

    @property
    def is_read_once(self) -> bool:
        """Whether it gives what it holds only once, as standard input and pipes do."""
        return self.name == STANDARD_INPUT_NAME or (self.path is not None and not self.path.is_file())

    @property
    def is_addressable(self) -> bool:
        """Whether another process can open it by its name."""
        return self.name not in {STANDARD_INPUT_NAME, COMMAND_LINE} and not self.is_read_once

    @property
    def size(self) -> int | None:
        """Bytes that are stored; None where that is not known before it is read.

        Raises:
            OSError: It cannot be read.
        """
        return None if self.path is None else self.path.stat().st_size

    @property
    def splits(self) -> bool:
        """Whether it can be read in parts: a file of this machine that is not packed and has one value a line.

        Raises:
            OSError: It cannot be read.
        """
        if self.path is None or not self.path.is_file():
            return False
        with self.path.open("rb") as file:
            line = file.readline(_LONGEST_FIRST_LINE).strip().removesuffix(b",")
        try:
            return isinstance(parse_json(line), dict)
        except BadJson:
            return False


def _buffered(stream: BinaryIO) -> io.BufferedReader:
    return (
        stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream), _BUFFER)
    )


def event_sources(addresses: Sequence[str], standard_input: Callable[[], BinaryIO]) -> list[EventSource]:
    """The sources of all addresses, in order; the files of a folder or of a glob by name.

    Args:
        addresses: Paths, globs, addresses that fsspec knows, `-` for standard input, or JSON text that begins with
            `{` or `[`.
        standard_input: Gives standard input.

    Raises:
        InputError: An address is of nothing that can be read; every such address is named.
    """
    sources, problems = find_sources(addresses, standard_input)
    if problems:
        raise InputError(problems)
    return sources


def find_sources(
    addresses: Sequence[str], standard_input: Callable[[], BinaryIO]
) -> tuple[list[EventSource], list[InputProblem]]:
    """The sources of those addresses that can be read, as `event_sources` has them, and what is wrong with others."""
    sources: list[EventSource] = []
    problems: list[InputProblem] = []
    for address in addresses:
        try:
            sources += _of(address, standard_input)
        except InputError as error:
            problems += error.problems
        except (OSError, ValueError) as error:
            reason = str(getattr(error, "strerror", None) or error).lower()
            problems.append(InputProblem(address, 0, 0, "", f"cannot be read: {reason}", _HINT))
    return sources, problems


def _of(address: str, standard_input: Callable[[], BinaryIO]) -> Iterator[EventSource]:
    if address == STANDARD_INPUT:
        return iter([EventSource(STANDARD_INPUT_NAME, standard_input)])
    if address.lstrip()[:1] in {"{", "["}:
        text = address.encode("utf-8", "surrogateescape")
        return iter([EventSource(COMMAND_LINE, lambda: io.BytesIO(text))])
    if "://" in address:
        from conformance.inputs.cloud_sources import cloud_files

        return iter([EventSource(name, opened) for name, opened in cloud_files(address, _SUFFIXES)])
    path = Path(address)
    if path.is_dir():
        return map(EventSource.of_file, _in_folder(address, path))
    if not path.exists() and any(character in address for character in _WILDCARDS):
        return map(EventSource.of_file, _matching(address))
    if path.is_file() or not path.exists():
        path.open("rb").close()  # found out before the first event; a pipe is opened once
    return iter([EventSource.of_file(address)])


def _in_folder(address: str, folder: Path) -> list[str]:
    """The files below a folder whose names end as those of events do; what is hidden is passed over."""
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.name.endswith(_SUFFIXES)
        and not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    )
    if not found:
        raise InputError([_nothing(address, "a folder without event files")])
    return list(map(str, found))


def _matching(address: str) -> list[str]:
    found = sorted(
        name
        for name in glob.iglob(address, recursive=True)  # noqa: PTH207  # an address may be absolute
        if Path(name).is_file()
    )
    if not found:
        raise InputError([_nothing(address, "no file matches")])
    return found


def _nothing(address: str, message: str) -> InputProblem:
    return InputProblem(address, 0, 0, "", message, f"names end in {', '.join(_SUFFIXES[:5])}")
