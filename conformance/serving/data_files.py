"""The files of a `--data` directory, which nothing else is to write."""

from __future__ import annotations

from pathlib import Path

from conformance.serving.errors import OptionError


def refuse_own_file(option: str, name: str, directory: Path) -> None:
    """Refuse a file to write that is one of the directory's own, under whatever name.

    Raises:
        OptionError: It is one of them.
    """
    from simulator.persistence.directory import is_own_name

    path, root = Path(name).resolve(), directory.resolve()
    inside = path.relative_to(root).parts if path.is_relative_to(root) else ()
    if (inside and is_own_name(inside[0])) or _is_linked(path, directory):
        raise OptionError(option, f"{name} is one of the files of the --data directory; name another file")


def _is_linked(path: Path, directory: Path) -> bool:
    """Whether a file of the directory has this name as well."""
    try:
        return any(other.is_file() and other.samefile(path) for other in directory.rglob("*"))
    except OSError:
        return False
