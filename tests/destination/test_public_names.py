"""The public face of the destination: what each `__all__` lists, and nothing that the harness uses beyond it."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import conformance
import destination

if TYPE_CHECKING:
    from collections.abc import Iterator

FACES = (
    "destination",
    "destination.actions",
    "destination.fields",
    "destination.fql",
    "destination.javascript",
    "destination.mapping",
)
CONFORMANCE = Path(conformance.__file__).parent
#: What takes long to import, and what a plain mapping can do without.
HEAVY = {"httpx", "destination.mapping.liquid", "pydantic", "rich", "ruamel", "yaml", "asyncio"}


def imported_names(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "destination":
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.split(".")[0] == "destination")


@pytest.mark.parametrize("face", FACES)
def test_every_public_name_is_there_and_listed_in_order_and_once(face: str) -> None:
    module = importlib.import_module(face)
    names = list(module.__all__)
    assert all(hasattr(module, name) for name in names)
    assert len(set(names)) == len(names)
    assert set(names) <= set(dir(module))


@pytest.mark.parametrize(
    "file", sorted(CONFORMANCE.rglob("*.py")), ids=lambda file: str(file.relative_to(CONFORMANCE))
)
def test_the_harness_uses_only_public_names_of_the_destination(file: Path) -> None:
    private = [
        f"{module}.{name}"
        for module, name in imported_names(file)
        if module not in FACES or name not in importlib.import_module(module).__all__
    ]
    assert private == []


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'destination' has no attribute 'Nothing'"):
        destination.Nothing  # noqa: B018  # looking it up is the test


def modules_after(statements: str) -> set[str]:
    """The names of all modules that a new interpreter has after some statements."""
    code = f"{statements}\nimport sys\nprint(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=CONFORMANCE.parent)
    return set(done.stdout.split())


def test_importing_the_destination_imports_no_client_and_no_liquid() -> None:
    assert modules_after("import destination") & HEAVY == set()


def test_explaining_an_event_imports_nothing_that_takes_long() -> None:
    statements = """
from conformance.explanation import explain_event, format_text
from conformance.inputs.events import read_events
from conformance.inputs.mapping_file import load_compiled_subscriptions
from destination import Destination
[read] = read_events(['{"type": "identify", "userId": "u1"}'], bytes).events
destination = Destination({"apiKey": "key"}, load_compiled_subscriptions(None))
assert format_text([explain_event(destination, read.event)]).endswith("1 mapped, 0 refused, 0 not subscribed")
"""
    assert modules_after(statements) & HEAVY == set()


def test_a_mapping_with_liquid_imports_what_renders_it_and_one_without_does_not() -> None:
    statement = "from destination.mapping import compile_mapping; compile_mapping({'a': {'@%s': 'name'}})"
    assert "destination.mapping.liquid" in modules_after(statement % "liquid")
    assert "destination.mapping.liquid" not in modules_after(statement % "template")
