"""Who may be in a real project because of a run: written down before they are made, struck off when they are gone.

A run that is killed leaves its ledger behind, and the next one in the same sandbox removes them first.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: `email` or `userId`, and the prefixed identifier.
Named = tuple[str, str]


class Ledger:
    """The prefixed people of one sandbox.

    Args:
        file: Where they are written, one JSON value a line: the address of the service, the kind of identifier and
            the identifier. No key is ever in it.
        url: The address of the service; people of another one are left to whoever goes there.

    Raises:
        InputError: The file cannot be read, or is none of ours.
    """

    def __init__(self, file: Path, url: str) -> None:
        self._file = file
        self._url = url
        self._others: list[tuple[str, str, str]] = []
        self._left: dict[Named, None] = {}
        for number, line in enumerate(_lines(file), 1):
            address, kind, identifier = _entry(file, number, line)
            if address == url:
                self._left[kind, identifier] = None
            else:
                self._others.append((address, kind, identifier))

    def __contains__(self, named: Named) -> bool:
        return named in self._left

    def left(self) -> list[Named]:
        """Who is there, as far as is known, in the order in which they were written down."""
        return list(self._left)

    def add(self, named: Iterable[Named]) -> None:
        """Write down who is about to be made; on disk when this returns.

        Raises:
            InputError: It cannot be written; nobody may be made then.
        """
        new = [item for item in named if item not in self._left]
        if not new:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as stream:
                stream.writelines(_line(self._url, *item) for item in new)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise InputError(
                [InputProblem(str(self._file), 0, 0, "", f"cannot be written: {error.strerror}")]
            ) from error
        self._left.update(dict.fromkeys(new))

    def strike(self, named: Iterable[Named]) -> None:
        """Strike off who is gone; a ledger of nobody is no file."""
        for item in named:
            self._left.pop(item, None)
        lines = [_line(*item) for item in self._others] + [_line(self._url, *item) for item in self._left]
        if not lines:
            self._file.unlink(missing_ok=True)
            return
        fresh = self._file.with_suffix(".new")
        fresh.write_text("".join(lines), encoding="utf-8")
        fresh.replace(self._file)


def _line(url: str, kind: str, identifier: str) -> str:
    return json.dumps([url, kind, identifier], ensure_ascii=False) + "\n"


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([InputProblem(str(file), 0, 0, "", f"cannot be read: {error}")]) from error


def _entry(file: Path, number: int, line: str) -> tuple[str, str, str]:
    try:
        address, kind, identifier = json.loads(line)
    except (ValueError, TypeError) as error:
        problem = InputProblem(
            str(file), number, 1, "", "is not a ledger line", "remove the file when nobody is left"
        )
        raise InputError([problem]) from error
    return str(address), str(kind), str(identifier)
