"""Where the Parquet files of a backtest go: a folder of this machine, or an address that fsspec knows."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from conformance.inputs.cloud_sources import as_os_error, cloud_problem, file_system
from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from conformance.backtest.archive import Part
    from conformance.backtest.work import Counted

_INSTALL = "pip install 'iterable-harness[scale]'"


class Output(Protocol):
    """A new or empty folder for files."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file there.

        Raises:
            InputError: It cannot be written.
        """


class RowFiles:
    """The rows of parts as Parquet files, named after the parts: they are the same in whatever order parts end.

    Args:
        output: Where they go.
        numbers: The parts by number.
    """

    def __init__(self, output: Output, numbers: dict[Part, int]) -> None:
        from conformance.backtest.parquet import to_parquet

        self._output = output
        self._numbers = numbers
        # There is one to read in any case; and that nothing can be written is found out before the work.
        output.write(self._name(0), to_parquet(()))

    def add(self, counted: Counted) -> None:
        """Write the rows of a part, if there are any.

        Raises:
            InputError: They cannot be written.
        """
        if counted.rows:
            self._output.write(self._name(self._numbers[counted.part]), counted.rows)

    @staticmethod
    def _name(number: int) -> str:
        return f"part-{number:06}.parquet"


def open_output(folder: str) -> Output:
    """A new or empty folder; it is made when it is not there.

    Args:
        folder: A path, or an address such as `s3://bucket/rows`.

    Raises:
        InputError: It cannot be made, or is not empty, or there is nothing to write Parquet with.
    """
    if find_spec("pyarrow") is None:
        raise InputError([_problem(folder, "Parquet needs pyarrow, which is not installed", _INSTALL)])
    return _CloudFolder(folder) if "://" in folder else _LocalFolder(folder)


class _LocalFolder:
    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        if self._folder.exists() and not self._folder.is_dir():
            raise InputError([_problem(folder, "is not a folder", "name a new folder")])
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            filled = any(self._folder.iterdir())
        except OSError as error:
            raise InputError([_problem(folder, f"cannot be made: {str(error.strerror).lower()}")]) from error
        if filled:
            raise InputError([_problem(folder, "is not empty", "name a new folder")])

    def write(self, name: str, content: bytes) -> None:
        try:
            (self._folder / name).write_bytes(content)
        except OSError as error:
            reason = str(error.strerror).lower()
            raise InputError([_problem(str(self._folder / name), f"cannot be written: {reason}")]) from error


class _CloudFolder:
    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._files: Any
        self._files, self._path = file_system(self._address)
        if self._is_filled():
            raise InputError([_problem(address, "is not empty", "name a new folder")])

    def _is_filled(self) -> bool:
        try:
            return bool(self._files.find(self._path))
        except FileNotFoundError:
            return False
        # Each file system has errors of its own: of credentials, of networks, of buckets.
        except Exception as error:
            raise self._failed(self._address, error) from error

    def write(self, name: str, content: bytes) -> None:
        try:
            self._files.pipe_file(f"{self._path}/{name}", content)
        except Exception as error:
            raise self._failed(f"{self._address}/{name}", error) from error

    @staticmethod
    def _failed(address: str, error: Exception) -> InputError:
        message = f"cannot be written: {' '.join(str(as_os_error(error)).split())}"
        problem = cloud_problem(address, message, error)
        return InputError([InputProblem(address, 0, 0, "--out", problem.message, problem.hint)])


def _problem(folder: str, message: str, hint: str = "") -> InputProblem:
    return InputProblem(folder, 0, 0, "--out", message, hint)
