"""Every rule that can decide a request is written down, and every one that is written down can decide one."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.rulebook import RULES, matching
from simulator.rulebook.book import _LOOKUPS, _TRACKS, _WRITES

if TYPE_CHECKING:
    from collections.abc import Iterator

SIMULATOR = Path(__file__).parents[3] / "simulator"
#: Calls whose argument of that place is a rule's id.
PLACES = {"success": 0, "text_reply": 1}


def texts(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and "." in inner.value[1:]:
            yield inner.value


def used_ids() -> set[str]:
    """The ids that stand in calls; those made of an operation and a case are told by the tables."""
    found: set[str] = set()
    for path in SIMULATOR.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            for keyword in node.keywords:
                if keyword.arg in {"rule", "rules"} and not isinstance(keyword.value, ast.JoinedStr):
                    found.update(texts(keyword.value))
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in PLACES and len(node.args) > PLACES[name]:
                argument = node.args[PLACES[name]]
                found.update(texts(argument) if isinstance(argument, ast.Constant) else ())
    return found


def test_every_id_in_the_code_is_a_rule() -> None:
    assert used_ids() - set(RULES) == set()


def test_every_rule_stands_in_the_code() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in SIMULATOR.rglob("*.py") if path.parent.name != "rulebook"
    )
    generated = tuple(f"{prefix}." for prefix in (*_WRITES, *_TRACKS, *_LOOKUPS))
    by_state = ("users.get-by-email.", "users.get-by-user-id.", "fault")
    written = [identifier for identifier in RULES if not identifier.startswith((*generated, *by_state))]
    assert [identifier for identifier in written if f'"{identifier}"' not in sources] == []
    assert [prefix for prefix in generated if f'"{prefix[:-1]}"' not in sources and "subscri" not in prefix] == []


def test_every_rule_has_a_statement_and_a_source() -> None:
    assert [rule.id for rule in RULES.values() if not rule.statement.endswith(".") or not rule.source] == []


def test_a_rule_is_found_by_its_id_or_by_what_several_begin_with() -> None:
    identifier = "users.update.email-based.unknown-user-id"
    assert [rule.id for rule in matching(identifier)] == [identifier]
    assert {rule.id.rpartition(".")[0] for rule in matching("users.merge")} == {"users.merge"}
    assert matching("no.such.rule") == []
