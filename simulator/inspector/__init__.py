"""The page at `/`: projects, people, events and the latest requests, for a browser."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Final

from simulator.clock import format_instant
from simulator.journal import Selection, shown_body
from simulator.message import Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import JsonValue

    from simulator.message import Request
    from simulator.project import Project
    from simulator.simulator import Simulator

__all__ = ["answer_inspector"]

_SHOWN: Final = 50
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'",
    "Cache-Control": "no-store",
}
_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 75rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2rem; } h3 { font-size: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid #8885; }
code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
td:nth-child(-n+2) code { white-space: nowrap; }
.empty { opacity: .7; }
.refused { color: light-dark(#b00020, #ff8a80); }
"""


def answer_inspector(simulator: Simulator, request: Request) -> Reply:
    """The page, as it is at this moment."""
    if request.method not in {"GET", "HEAD"}:
        return Reply(405, b"", {"Allow": "GET, HEAD"})
    projects = "".join(_project(simulator, project) for project in simulator.projects.values())
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Iterable simulator</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>Iterable simulator</h1>{projects}</main></body></html>"
    )
    return Reply(200, page.encode("utf-8", "replace"), _HEADERS)


def _project(simulator: Simulator, project: Project) -> str:
    configuration = project.configuration
    document = project.state_document()
    counts = ", ".join(f"{count} {what}" for what, count in project.counts().items())
    users = [
        (user.get("email", ""), user.get("userId", ""), _json(user.get("dataFields", {})))
        for user in document["users"][:_SHOWN]
    ]
    events = [
        (
            event.get("createdAt", ""),
            event.get("eventName", event.get("eventType", "")),
            event.get("email") or event.get("userId") or "",
            _json(event.get("dataFields", {})),
        )
        for event in document["events"][-_SHOWN:]
    ]
    name = html.escape(configuration.name)
    return (
        f"<section><h2>{name} <small>({configuration.type.value} project)</small></h2><p>{html.escape(counts)}</p>"
        + _table("People", ("email", "userId", "fields"), users)
        + _table("Events", ("created", "name", "of", "fields"), events)
        + _table(
            "Latest requests",
            ("at", "request", "status", "body", "reply"),
            _requests(simulator, configuration.name),
        )
        + "</section>"
    )


def _requests(simulator: Simulator, name: str) -> list[tuple[object, ...]]:
    entries = simulator.journal.select(Selection(project=name))[-_SHOWN:]
    return [
        (
            format_instant(entry.at),
            f"{entry.request.method} {entry.request.path}",
            "no reply" if entry.reply is None else entry.reply.status,
            _text(shown_body(entry.request.body)),
            "" if entry.reply is None else _text(shown_body(entry.reply.body)),
        )
        for entry in reversed(entries)
    ]


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = "".join(
        "<tr>" + "".join(f"<td><code>{html.escape(str(cell))}</code></td>" for cell in row) + "</tr>" for row in rows
    )
    if not cells:
        return f'<h3>{title}</h3><p class="empty">None yet.</p>'
    head = "".join(f"<th scope=col>{name}</th>" for name in heads)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>"
    return f'<h3>{title}</h3><div class="scroll">{table}</div>'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(body: JsonValue) -> str:
    text = "" if body is None else body if isinstance(body, str) else _json(body)
    return text if len(text) <= 600 else f"{text[:600]}…"  # noqa: PLR2004  # a row stays a row
