"""Selections of entries as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from simulator.journal import path_matches
from simulator.store.rows import COLUMNS, writable

if TYPE_CHECKING:
    import sqlite3

    from simulator.journal import Selection

_BOUNDS: Final = (
    "NOT control AND number > :after AND number < :before "
    "AND number > coalesce((SELECT hidden.number FROM hidden WHERE hidden.project = entries.project), 0)"
)
#: One line for each part of a selection that is not there for every one.
_CONDITIONS: Final = {
    "project": "project = :project",
    "status": "status = :status",
    "user": "number IN (SELECT number FROM users WHERE user = :user)",
    "path": "path_matches(path, :path)",
    "text": (
        "(has_text(path, :text) OR CAST(status AS TEXT) = :text "
        "OR number IN (SELECT number FROM users WHERE has_text(user, :text)))"
    ),
}
#: Greater than any number.
_NO_BOUND: Final = 1 << 62


def prepare_for_selections(connection: sqlite3.Connection) -> None:
    """Let a connection know how paths and texts are compared."""
    connection.create_function("path_matches", 2, path_matches, deterministic=True)
    connection.create_function("has_text", 2, _has_text, deterministic=True)


def _has_text(searched: str, text: str) -> bool:
    return text in (unquote(searched) if "%" in searched else searched).lower()


def query_of(selection: Selection) -> tuple[str, dict[str, Any]]:
    """The statement of a selection with its parameters; it gives whole rows."""
    given: dict[str, Any] = {
        "project": selection.project,
        "status": selection.status,
        "user": None if selection.user is None else writable(selection.user),
        "path": None if selection.path is None else writable(selection.path),
        "text": None if selection.text is None else writable(selection.text.lower()),
    }
    wanted = {name: value for name, value in given.items() if value is not None}
    conditions = " AND ".join([_BOUNDS, *(_CONDITIONS[name] for name in wanted)])
    order = "DESC" if selection.newest else "ASC"
    # Only fixed pieces are put together here; what a caller gave goes into the parameters.
    statement = f"SELECT {COLUMNS} FROM entries WHERE {conditions} ORDER BY number {order} LIMIT :limit"  # noqa: S608
    bounds = {
        "after": selection.after,
        "before": _NO_BOUND if selection.before is None else selection.before,
        "limit": -1 if selection.limit is None else selection.limit,
    }
    return statement, {**wanted, **bounds}
