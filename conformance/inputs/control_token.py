"""The token of a simulator's control surface, which commands that serve and commands that connect share."""

from __future__ import annotations

import os
from typing import Final

#: The variable of the environment that holds it.
CONTROL_TOKEN_VARIABLE: Final = "ITERABLE_HARNESS_CONTROL_TOKEN"  # noqa: S105  # its name


def control_token() -> str | None:
    """The control token that the environment names; None when it names none."""
    return os.environ.get(CONTROL_TOKEN_VARIABLE) or None
