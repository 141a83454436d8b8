"""Files at addresses that fsspec knows, such as `s3://bucket/segment-logs/`; it comes with the extra `cloud`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WILDCARDS: Final = "*?["
_INSTALL: Final = "pip install 'iterable-harness[cloud]'"


def cloud_files(address: str, suffixes: Sequence[str]) -> list[tuple[str, Callable[[], BinaryIO]]]:
    """The files of an address, by name: one, those below a folder whose names end so, or those that match a glob.

    Raises:
        InputError: fsspec is not installed or does not know the address, or there is nothing there.
    """
    try:
        import fsspec
    except ImportError as error:
        raise InputError([_problem(address, "is read by fsspec, which is not installed", _INSTALL)]) from error
    try:
        files, path = fsspec.core.url_to_fs(address)
        found = _found(files, path, suffixes)
    # Each file system has errors of its own: of credentials, of networks, of buckets.
    except ImportError as error:
        raise InputError([_problem(address, str(error), _INSTALL)]) from error
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError([_problem(address, f"cannot be read: {reason}")]) from error
    if not found:
        raise InputError([_problem(address, "there are no files of events")])
    return [(files.unstrip_protocol(name), partial(_opened, files, name)) for name in found]


def _opened(files: Any, name: str) -> BinaryIO:
    """A file as a stream.

    Raises:
        OSError: It cannot be read.
    """
    try:
        return cast("BinaryIO", files.open(name, "rb"))
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


def _found(files: Any, path: str, suffixes: Sequence[str]) -> list[str]:
    if any(character in path for character in _WILDCARDS):
        return sorted(files.glob(path))
    if files.isfile(path):
        return [path]
    if not files.isdir(path):
        raise FileNotFoundError("there is no such file or folder")
    return sorted(name for name in files.find(path) if name.endswith(tuple(suffixes)))


def _problem(address: str, message: str, hint: str = "") -> InputProblem:
    return InputProblem(address, 0, 0, "", message, hint)
