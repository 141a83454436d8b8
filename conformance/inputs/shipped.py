"""The scenarios and examples that come with the harness, under the names that the documents give them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import conformance

FOLDERS: Final = ("scenarios", "examples")


def shipped_folder(name: str) -> Path:
    """A shipped folder: inside the installed package, or beside it in a checkout.

    Args:
        name: One of `FOLDERS`.
    """
    package = Path(conformance.__file__).parent
    installed = package / name
    return installed if installed.is_dir() else package.parent / name


def shipped_path(name: str) -> Path | None:
    """The shipped file or folder of a name such as `scenarios/events/shop-day.jsonl`, where the name leads nowhere.

    None if the name leads somewhere from the working directory, or nothing of that name is shipped.
    """
    path = Path(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0] not in FOLDERS or path.exists():
        return None
    shipped = shipped_folder(path.parts[0]).joinpath(*path.parts[1:])
    return shipped if shipped.exists() else None
