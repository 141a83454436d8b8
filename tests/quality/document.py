"""The tables of docs/quality.md, each between two comments with its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

DOCUMENTS = Path(__file__).parents[2] / "docs"


def write_tables(tables: Iterable[tuple[str, list[str]]]) -> None:
    """Put each table, given by its name and lines, in its place."""
    document = DOCUMENTS / "quality.md"
    text = document.read_text(encoding="utf-8")
    for name, lines in tables:
        table = "\n".join(lines)
        text = re.sub(
            f"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)",
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",  # type: ignore[misc]  # a lambda with a default
            text,
            flags=re.DOTALL,
        )
    document.write_text(text, encoding="utf-8")
