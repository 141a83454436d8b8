"""The two forms in which the rows of an export are written.

Sources: exports recorded in 2017 by mtchavez/iterable-api-client (quotes, what comes first); the schemas of
singer-io/tap-iterable b55e87f (2026-07-01), which name the members of objects in a list.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from simulator.api.replies import refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CREATED: Final = "createdAt"
#: They are what a cell is marked off with.
_NO_DELIMITERS: Final = frozenset('"\r\n')


def to_json_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """One JSON object a line."""
    return "".join(f"{_compact(row)}\n" for row in rows)


def checked_delimiter(delimiter: str) -> str:
    """What cells are marked off with.

    Raises:
        RefusedError: It is no delimiter.
    """
    if len(delimiter) != 1 or delimiter in _NO_DELIMITERS:
        raise refused("BadParams", f"Invalid delimiter: {delimiter}", rule="export.delimiter")
    return delimiter


def to_csv(rows: Sequence[Mapping[str, Any]], delimiter: str) -> str:
    """CSV with a line of column names, `createdAt` first where there is one; texts in quotes, the rest is bare."""
    columns = sorted({name for row in rows for name in row}, key=lambda name: (name != CREATED, name))
    special = {delimiter, *_NO_DELIMITERS}
    header = [name if special.isdisjoint(name) else _quoted(name) for name in columns or [CREATED]]
    lines = [header, *([_cell(row.get(name)) for name in columns] for row in rows)]
    return "".join(f"{delimiter.join(line)}\n" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (bool, int, float)):
        return _compact(value)
    return _quoted(value if isinstance(value, str) else _compact(value))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def flattened(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without objects: their members stand by dotted names, those of objects in a list beside the list."""
    return dict(_flattened("", row))


def _flattened(prefix: str, members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in members.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flattened(f"{name}.", value)
        else:
            yield name, value
            if isinstance(value, list):
                yield from _of_objects(name, value)


def _of_objects(name: str, items: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
    """The members of the objects of a list, each as the list of its values."""
    objects = [flattened(item) for item in items if isinstance(item, dict)]
    for key in dict.fromkeys(key for item in objects for key in item):
        yield f"{name}.{key}", [item[key] for item in objects if key in item]
