"""Rows as Parquet, for DuckDB, Polars and the like; it comes with the extra `scale`."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.backtest.rows import Row

Json = Any

#: Instants and identifiers are texts: events may say anything there.
SCHEMA: Final = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("item", pa.int64()),
        ("message_id", pa.string()),
        ("type", pa.string()),
        ("event", pa.string()),
        ("timestamp", pa.string()),
        ("received_at", pa.string()),
        ("kind", pa.string()),
        ("subscription", pa.string()),
        ("action", pa.string()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("path", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
    ]
)


def to_parquet(rows: Sequence[Row], *, masked: bool = False) -> bytes:
    """A Parquet file of rows, in their order; bodies are JSON texts, null where there is none.

    Args:
        rows: The rows.
        masked: Whether personal values are replaced by what they are.
    """
    hide = _mask if masked else _keep
    table = pa.Table.from_pylist([_record(row, hide) for row in rows], schema=SCHEMA)
    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd")
    return content.getvalue()


def _record(row: Row, hide: Any) -> dict[str, Json]:
    event = row.event
    return {
        "file": row.position.file,
        "line": row.position.line,
        "item": row.position.item,
        "message_id": _text(event.get("messageId")),
        "type": _text(event.get("type")),
        "event": _text(event.get("event")),
        "timestamp": _text(event.get("timestamp")),
        "received_at": _text(event.get("receivedAt")),
        "kind": row.kind,
        "subscription": row.subscription,
        "action": row.action,
        "outcome": "sent" if row.after is not None else "refused" if row.reason else "not sent",
        "reason": hide(row.reason) or None,
        "path": row.path or None,
        "before": _body(hide(row.before)),
        "after": _body(hide(row.after)),
    }


def _keep(value: Json) -> Json:
    return value


def _mask(value: Json) -> Json:
    from conformance.backtest.masking import mask, mask_text

    return mask_text(value) if isinstance(value, str) else mask(value)


def _text(value: Json) -> str | None:
    """A member as text; halves of characters, which UTF-8 has no form for, are escaped."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json_text.stringify(value)
    return text.encode("utf-8", "backslashreplace").decode()


def _body(value: Json) -> str | None:
    return None if value is None else json_text.stringify(value)
