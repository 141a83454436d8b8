"""A process of its own that reads rows of a journal: `python row_process.py JOURNAL`, with statements on stdin.

A copy of the server can neither use the server's connections to SQLite nor open one, as what the library knows of
locks is copied with it; so it asks a process that has none of the server's past. All that it reads is of one instant.
"""

from __future__ import annotations

import pickle
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Rows:
    """The rows that a statement gave, as a cursor has them."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = iter(rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchall(self) -> list[Any]:
        """Those that are left."""
        return list(self._rows)

    def fetchone(self) -> Any:
        """The next; None when none is left."""
        return next(self._rows, None)


class RowProcess:
    """A connection to a journal through a process of its own, for reading only; it ends with whoever started it.

    Args:
        path: The file of the journal.
    """

    def __init__(self, path: Path) -> None:
        # Neither the environment nor the working directory decides which `pickle` it imports.
        command = [sys.executable, "-I", "-S", __file__, str(path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  # our own file

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Rows:
        """The rows of a statement.

        Raises:
            sqlite3.Error: They cannot be read.
        """
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise sqlite3.OperationalError("the reading process is closed")
        try:
            pickle.dump((statement, tuple(parameters)), process.stdin)
            process.stdin.flush()
            found = pickle.load(process.stdout)  # noqa: S301  # of our own process
        except (OSError, EOFError) as error:
            raise sqlite3.OperationalError("the reading process has ended") from error
        if isinstance(found, sqlite3.Error):
            raise found
        return Rows(found)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def answer(path: str) -> None:
    """Answer the statements on stdin, as of the first."""
    with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
        connection.isolation_level = None
        connection.execute("BEGIN")
        while True:
            try:
                statement, parameters = pickle.load(sys.stdin.buffer)  # noqa: S301  # of the process that started this
            except EOFError:
                return
            pickle.dump(_rows(connection, statement, parameters), sys.stdout.buffer)
            sys.stdout.buffer.flush()


def _rows(connection: sqlite3.Connection, statement: str, parameters: Sequence[Any]) -> list[Any] | sqlite3.Error:
    try:
        return connection.execute(statement, parameters).fetchall()
    except sqlite3.Error as error:
        return error


if __name__ == "__main__":
    answer(sys.argv[1])
