"""Recorded behaviour of Segment's own build, as files hold it.

A vector is one JSON object a line: `id`, `family`, `kind`, `in`, and `out` as it was observed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.event_sources import EventSource
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: What can be recorded: one part of the destination, or the whole of it.
KINDS: Final = ("mapping", "mapping_batch", "fql", "fql_generate", "event", "batch", "auth")

Json = Any


@dataclass(frozen=True, slots=True)
class Vector:
    """One recording.

    Attributes:
        id: Its name.
        family: The group it belongs to.
        kind: One of `KINDS`.
        given: The input.
        observed: The output.
        file: The file it stands in.
        line: Its line, counted from 1.
    """

    id: str
    family: str
    kind: str
    given: Mapping[str, Json]
    observed: Mapping[str, Json]
    file: str
    line: int


def vector_files(names: Sequence[str]) -> list[Path]:
    """The files, with every folder replaced by the `.jsonl` files in it.

    Raises:
        InputError: There are none in a folder.
    """
    files: list[Path] = []
    problems: list[InputProblem] = []
    for name in names:
        path = Path(name)
        found = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
        if not found:
            problems.append(InputProblem(name, 0, 0, "", "there is no .jsonl file in this folder"))
        files += found
    if problems:
        raise InputError(problems)
    return files


def load_vectors(paths: Iterable[Path], *, recorded: bool = True) -> list[Vector]:
    """The vectors of JSON Lines files, in order.

    Args:
        paths: The files.
        recorded: Whether every line must have an `out`; without, `observed` may be empty.

    Raises:
        InputError: A file cannot be read, or lines in it are not vectors; every one is named.
    """
    read = list(read_vectors(paths, recorded=recorded))
    if problems := [item for item in read if isinstance(item, InputProblem)]:
        raise InputError(problems)
    return [item for item in read if isinstance(item, Vector)]


def read_vectors(paths: Iterable[Path], *, recorded: bool = True) -> Iterator[Vector | InputProblem]:
    """The vectors of JSON Lines files as they are read, and a problem for each line that is none.

    Args:
        paths: The files, packed or not.
        recorded: Whether every line must have an `out`; without, `observed` may be empty.
    """
    for path in paths:
        file = str(path)
        try:
            with EventSource.of_file(file).open() as lines:
                # Only a newline ends a line: a text may contain what Unicode takes for line breaks.
                for number, line in enumerate(lines, start=1):
                    if not line.isspace():
                        yield _vector_or_problem(line, file, number, recorded=recorded)
        except (OSError, EOFError, zlib.error) as error:
            yield InputProblem(file, 0, 0, "", f"cannot be read: {error}", "name a .jsonl file")


def _vector_or_problem(line: bytes, file: str, number: int, *, recorded: bool) -> Vector | InputProblem:
    try:
        return _vector(line.decode(), file, number, recorded=recorded)
    except UnicodeDecodeError as error:
        return InputProblem(file, number, 1, "", f"not UTF-8: {error.reason}", "a vector is one JSON object")
    except (ValueError, RecursionError) as error:
        return InputProblem(file, number, 1, "", str(error), "a vector is one JSON object")


def _vector(line: str, file: str, number: int, *, recorded: bool) -> Vector:
    data = json_text.parse(line)
    if not isinstance(data, dict):
        raise ValueError("a vector must be a JSON object")  # noqa: TRY004  # one error for whatever is wrong with a line
    for key, wanted in (("id", str), ("kind", str), ("in", dict), ("out", dict)):
        if not isinstance(data.get(key), wanted) and (recorded or key != "out"):
            raise ValueError(f"a vector needs `{key}`")  # one error for whatever is wrong with a line
    if data["kind"] not in KINDS:
        raise ValueError(f"unknown kind {data['kind']!r}; known: {', '.join(KINDS)}")
    return Vector(
        data["id"], str(data.get("family", "")), data["kind"], data["in"], data.get("out") or {}, file, number
    )
