"""Whether what a command printed is what a document shows, where `…` stands for anything."""

from __future__ import annotations

import difflib
import re
from typing import Final

ELLIPSIS: Final = "…"
_MOST: Final = 60


def difference(shown: str, actual: str) -> str | None:
    """What parts the two; None when they agree.

    A line of `…` alone stands for any lines, and inside a line for any text. Blanks at the ends of lines do not count.
    """
    pattern = "".join(_line(line) for line in shown.strip("\n").splitlines())
    text = "".join(f"{line.rstrip()}\n" for line in actual.strip("\n").splitlines())
    if re.fullmatch(pattern, text) is not None:
        return None
    lines = list(difflib.unified_diff(shown.splitlines(), actual.splitlines(), "shown", "printed", lineterm="", n=1))
    rest = [f"and {len(lines) - _MOST} more lines"] if len(lines) > _MOST else []
    return "\n".join([*lines[:_MOST], *rest])


def _line(line: str) -> str:
    if line.strip() == ELLIPSIS:
        return r"(?:.*\n)*?"
    return ".*".join(re.escape(part) for part in line.rstrip().split(ELLIPSIS)) + r"\n"
