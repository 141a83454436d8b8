"""Files at addresses that fsspec knows, such as `s3://bucket/segment-logs/`; it comes with the extra `cloud`.

Credentials are taken as the file systems take them themselves: s3fs from the environment, from a profile, or from the
machine's role.
"""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from _typeshed import WriteableBuffer

_WILDCARDS: Final = "*?["
_INSTALL: Final = "pip install 'iterable-harness[cloud]'"
_CREDENTIALS: Final = "set credentials in the environment, or a profile with AWS_PROFILE"
#: Bytes that are fetched at once; s3fs would take 50 MB, for each process.
_BLOCK: Final = 16 * 1024 * 1024


def cloud_files(address: str, suffixes: Sequence[str]) -> list[tuple[str, Callable[[], BinaryIO]]]:
    """The files of an address, by name: one, those below a folder whose names end so, or those that match a glob.

    Raises:
        InputError: fsspec is not installed or does not know the address, or there is nothing there.
    """
    files, path = file_system(address)
    try:
        found = _found(files, path, suffixes)
    # Each file system has errors of its own: of credentials, of networks, of buckets.
    except Exception as error:
        message = f"cannot be read: {_reason(files, path, error)}"
        raise InputError([cloud_problem(address, message, error)]) from error
    if not found:
        raise InputError([_problem(address, "contains no event files")])
    return [(files.unstrip_protocol(name), partial(_opened, files, name)) for name in found]


def open_cloud_file(address: str) -> BinaryIO:
    """One file, of which the name is known, as a stream.

    Raises:
        OSError: It cannot be read; so may reading from the stream be answered.
        InputError: fsspec is not installed or does not know the address.
    """
    files, path = file_system(address)
    return _opened(files, path)


def file_system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path that the address is there.

    Raises:
        InputError: fsspec is not installed or does not know the address.
    """
    try:
        import fsspec
    except ImportError as error:
        raise InputError([_problem(address, "needs fsspec, which is not installed", _INSTALL)]) from error
    try:
        files, path = fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise InputError([_problem(address, str(error), _INSTALL)]) from error
    except Exception as error:
        raise InputError([cloud_problem(address, _words(error), error)]) from error
    return files, path


def cloud_problem(address: str, message: str, error: Exception) -> InputProblem:
    """What to say of an address that could not be used, with what to do where it is for want of credentials."""
    wants_credentials = isinstance(error, PermissionError) or "Credential" in type(error).__name__
    return _problem(address, message, _CREDENTIALS if wants_credentials and address.startswith("s3") else "")


def as_os_error(error: Exception) -> OSError:
    """What a file system says is wrong, as the error that a file of this machine would give."""
    return error if isinstance(error, OSError) else OSError(_words(error))


class _Stream(io.RawIOBase):
    """A file of the cloud; whatever goes wrong with it, of networks or of credentials, is an `OSError`."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        try:
            return cast("int", self._file.readinto(buffer))
        except Exception as error:
            raise as_os_error(error) from error

    def close(self) -> None:
        self._file.close()
        super().close()


def _opened(files: Any, name: str) -> BinaryIO:
    """A file as a stream.

    Raises:
        OSError: It cannot be read.
    """
    try:
        return cast("BinaryIO", _Stream(files.open(name, "rb", block_size=_BLOCK)))
    except Exception as error:
        raise as_os_error(error) from error


def _found(files: Any, path: str, suffixes: Sequence[str]) -> list[str]:
    # One question: `isfile` and `isdir` take every refusal for a no, and each would wait for a network that fails.
    if _is_glob(path):
        matching = sorted(name for name, info in files.glob(path, detail=True).items() if info["type"] == "file")
        if not matching:
            raise FileNotFoundError(path)
        return matching
    if files.info(path)["type"] == "file":
        return [path]
    return sorted(name for name in files.find(path) if name.endswith(tuple(suffixes)) and not _hidden(name, path))


def _is_glob(path: str) -> bool:
    return any(character in path for character in _WILDCARDS)


def _hidden(name: str, folder: str) -> bool:
    return any(part.startswith((".", "_")) for part in name.removeprefix(folder).split("/"))


def _reason(files: Any, path: str, error: Exception) -> str:
    """Why a path cannot be read, in more words than the error has where another question is answered with them."""
    if isinstance(error, FileNotFoundError):
        bucket = path.partition("/")[0]
        if bucket and not files.exists(bucket):
            return f"there is no bucket {bucket}"
        return "no file matches" if _is_glob(path) else "no such file or folder"
    if isinstance(error, PermissionError):
        try:
            # Whether there is a file is answered without a body, and so without a reason.
            files.ls(path, refresh=True)
        except OSError as other:
            return _words(other)
    return _words(error)


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _problem(address: str, message: str, hint: str = "") -> InputProblem:
    return InputProblem(address, 0, 0, "", message, hint)
