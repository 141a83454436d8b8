"""The reference model shares nothing with what it is held against."""

from __future__ import annotations

import ast
from pathlib import Path

MODEL = Path(__file__).with_name("reference_model.py")


def test_the_reference_model_imports_nothing_of_ours() -> None:
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(MODEL.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported == {"__future__", "dataclasses", "typing"}
