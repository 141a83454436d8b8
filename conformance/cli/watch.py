"""`run --watch`: the same again whenever a file is saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.cli.streams import print_note
from conformance.inputs.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_SUFFIXES: Final = (".yaml", ".yml", ".json")


def again_and_again(run_once: Callable[[], int], saved: Iterable[object]) -> int:
    """The exit code of the last run of one now and one after each save.

    A file with problems does not end it: somebody is in the middle of writing.

    Args:
        run_once: One run.
        saved: Something for each time that files were saved; its end is the end of all.
    """
    code = _one(run_once)
    for _ in saved:
        click.echo("")
        code = _one(run_once)
    return code


def _one(run_once: Callable[[], int]) -> int:
    try:
        return run_once()
    except InputError as error:
        for problem in error.problems:
            print_note(f"error: {problem}")
        return 2


def saves(names: Sequence[str]) -> Iterator[object]:
    """Something each time that one of these files, or a scenario or mapping in one of these folders, is saved.

    Raises:
        click.UsageError: The package that watches files is not installed.
    """
    try:
        from watchfiles import watch
    except ImportError as error:
        message = "--watch needs the package watchfiles: pip install 'iterable-harness[watch]'"
        raise click.UsageError(message, click.get_current_context()) from error
    paths = [Path(name).resolve() for name in names]
    # A file is often saved by putting another in its place: its folder tells of that.
    folders = {path if path.is_dir() else path.parent for path in paths}

    def is_meant(_change: object, name: str) -> bool:
        return is_watched(Path(name), paths)

    return watch(*folders, watch_filter=is_meant, raise_interrupt=False)


def is_watched(path: Path, paths: Sequence[Path]) -> bool:
    """Whether a file is one of those named, or a scenario or mapping inside a folder that was named."""
    return path.suffix in _SUFFIXES and any(path == one or _is_found_in(one, path) for one in paths)


def _is_found_in(folder: Path, path: Path) -> bool:
    from conformance.scenario.files import is_searched

    between = [parent for parent in path.parents if folder in parent.parents]
    return folder in path.parents and all(map(is_searched, between))
