"""Templates: scenarios that pass as they are, to be written over."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "templates"
_SUFFIX: Final = ".scenario.yaml"

#: The names of the templates; the first is the usual one.
TEMPLATES: Final = ("bug", "call", "mapping")


def template_text(name: str) -> str:
    """The text of a template, one of `TEMPLATES`."""
    return (_FOLDER / f"{name}{_SUFFIX}").read_text(encoding="utf-8")
