"""Where the scenarios are that come with the harness."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import conformance

_NAME: Final = "scenarios"


def shipped_library() -> Path:
    """The folder of the shipped scenarios: inside the installed package, or beside it in a checkout."""
    package = Path(conformance.__file__).parent
    installed = package / _NAME
    return installed if installed.is_dir() else package.parent / _NAME
