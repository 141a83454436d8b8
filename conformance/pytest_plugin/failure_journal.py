"""What a failed test shows of its simulated projects: the requests since it began, and their replies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.control_client import ControlClient
    from conformance.pytest_plugin.simulated_project import SimulatedProject

#: The projects that a test, a class, a module or the session has open.
_OPEN: Final = pytest.StashKey[list["SimulatedProject"]]()
#: For each open project, the number of its last request when the test began.
_BEFORE: Final = pytest.StashKey[dict[int, int]]()
#: Requests; of more only the last ones are shown.
_MOST: Final = 20
#: What became of a reply that Iterable gave, by the rule of the fault that got in its way.
_LATE: Final = {"fault.delay": ": answered late", "fault.lost-reply": ": reply lost"}
#: Outcomes of requests that came to nothing.
_LOST: Final = frozenset({"dropped", "refused"})
#: What became of the other items of a bulk call, by the rule that says so.
_PARTS: Final = {"bulk.some-dropped": "dropped", "bulk.some-refused": "refused"}
#: Rules that repeat what the outcome says.
_MARKS: Final = frozenset({"dropped", "bulk.all-refused", *_PARTS})
#: Characters of a body or a reply.
_LONGEST: Final = 300


def opened(node: pytest.Collector | pytest.Item, project: SimulatedProject) -> None:
    """Take note of a project that a fixture of a node has made."""
    node.stash.setdefault(_OPEN, []).append(project)


def closed(node: pytest.Collector | pytest.Item, project: SimulatedProject) -> None:
    """Forget a project whose fixture ends."""
    node.stash[_OPEN] = [other for other in node.stash.get(_OPEN, []) if other is not project]


def begin(item: pytest.Item) -> None:
    """Note where the journals of projects end that are open before a test."""
    before = {id(project): _control(project).last_request() for project in _projects_of(item)}
    if before:
        item.stash[_BEFORE] = before


def sections(item: pytest.Item) -> Iterator[tuple[str, str]]:
    """The title and the text for each project that the test had."""
    before = item.stash.get(_BEFORE, {})
    for project in _projects_of(item):
        try:
            entries = _control(project).journal_of_all(before.get(id(project), 0))
        except Exception as error:  # noqa: BLE001  # the failure of the test matters more than what is shown of it
            yield f"Iterable project ({project.project_type})", f"its journal cannot be read: {error}"
            continue
        yield _title(project, len(entries)), _text(entries)


def _control(project: SimulatedProject) -> ControlClient:
    from conformance.control_client import ControlClient

    return ControlClient(project.url, transport=project.transport)


def _projects_of(item: pytest.Item) -> Iterator[SimulatedProject]:
    for node in item.listchain():
        yield from node.stash.get(_OPEN, [])


def _title(project: SimulatedProject, count: int) -> str:
    requests = "1 request" if count == 1 else f"{count or 'no'} requests"
    return f"Iterable project ({project.project_type}): {requests}"


def _text(entries: list[dict[str, Any]]) -> str:
    earlier = len(entries) - _MOST
    lines = [f"… {earlier} earlier"] if earlier > 0 else []
    for entry in entries[-_MOST:]:
        query = f"?{entry['query']}" if entry["query"] else ""
        lines.append(
            f"{entry['number']:>3}  {entry['method']} {entry['path']}{query}  {_shown(entry['body'])}".rstrip()
        )
        lines.append(f"     {entry['status']}  {_shown(entry['reply'])}".rstrip() + _note(entry))
    return "\n".join(lines)


def _note(entry: dict[str, Any]) -> str:
    if entry["fault"]:
        return f"  [injected fault{_how(entry)}]"
    if not entry["project"]:
        return "  [no project has this key]" if entry["path"].startswith("/api/") else ""
    return _lost(entry)


def _lost(entry: dict[str, Any]) -> str:
    """That a request came to nothing, or a part of it, which its status may not tell, with the rules that say why."""
    rules = entry["rules"]
    parts = [part for rule, part in _PARTS.items() if rule in rules]
    words = [entry["outcome"]] if entry["outcome"] in _LOST else [" and ".join(parts) + " in part"] if parts else []
    reasons = ", ".join(rule for rule in rules if rule not in _MARKS)
    return "".join(f"  [{word}] {reasons}".rstrip() for word in words)


def _how(entry: dict[str, Any]) -> str:
    """What a fault did to a reply that Iterable gave."""
    # A simulator of an earlier version does not say for how long.
    if delay := entry.get("delay"):
        return f": answered {delay:g} s late"
    return next((told for rule, told in _LATE.items() if rule in entry["rules"]), "")


def _shown(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
