"""Which files of a folder are scenarios, and which folders in it are searched."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a file in a folder must end in to be taken for a scenario.
SUFFIXES: Final = (".scenario.yaml", ".scenario.yml", ".scenario.json")
_HINT: Final = (
    f"scenario files end in {', '.join(SUFFIXES)}; folders that begin with . or _, node_modules and virtual "
    "environments are searched only if they are named"
)


def scenario_files(path: Path) -> list[Path]:
    """The scenario files in a folder, in order of their names; a file as it is.

    Raises:
        InputError: The folder has none.
    """
    if not path.is_dir():
        return [path]
    files = sorted(_found_in(path))
    if not files:
        raise InputError([InputProblem(str(path), 0, 0, "", "has no scenario files", _HINT)])
    return files


def is_searched(folder: Path) -> bool:
    """Whether scenarios in a folder are its parent's too: those in caches, packages and environments are not."""
    name = folder.name
    return not (name.startswith((".", "_")) or name == "node_modules" or (folder / "pyvenv.cfg").exists())


def _found_in(path: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(path):
        here = Path(place)
        folders[:] = [name for name in folders if is_searched(here / name)]
        yield from (here / name for name in names if name.endswith(SUFFIXES) and (here / name).is_file())
