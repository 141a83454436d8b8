"""Where scenarios are: those that come with the harness, and any as they are shortest to type."""

from __future__ import annotations

from pathlib import Path

from conformance.inputs.shipped import shipped_folder


def shipped_library() -> Path:
    """The folder of the shipped scenarios: inside the installed package, or beside it in a checkout."""
    return shipped_folder("scenarios")


def shortest_path(file: str) -> str:
    """A file as it is shortest to type: from the working directory where it is in it, else from the root."""
    path = Path(file).resolve()
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
