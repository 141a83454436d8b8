"""Snippets, by number or by name. Source: Iterable's API description."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.replies import json_reply, refused
from simulator.project.content import Snippet
from simulator.project.dates import format_iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_CHANGE: Final = {
    "content": "string",
    "description": "string",
    "createdByUserId": "string",
    "variables": ["string"],
}
_CREATE: Final = ObjectSchema({**_CHANGE, "name": "string"}, frozenset({"name", "content"}))
_UPDATE: Final = ObjectSchema(_CHANGE, frozenset({"content"}))
_NAME: Final = re.compile(r"[A-Za-z0-9_ -]{1,100}", re.ASCII)


def list_snippets(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every snippet."""
    return json_reply(
        {"snippets": [_snippet_to_json(project, part) for part in project.snippets]}, rules=("snippets.list",)
    )


def create_snippet(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Make a snippet."""
    body = read_body(request.path, request.body, _CREATE)
    if any(snippet.name == body["name"] for snippet in project.snippets):
        raise refused("BadParams", f"Snippet already exists: {body['name']}", rule="snippets.create.exists")
    return _put(project, None, body["name"], body, now)


def get_snippet(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """One snippet."""
    return json_reply(
        {"snippet": _snippet_to_json(project, _require_snippet(project, names["identifier"]))},
        rules=("snippets.get",),
    )


def put_snippet(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Change a snippet, or make one of that name."""
    body = read_body(request.path, request.body, _UPDATE)
    found = _found(project, names["identifier"])
    if found is None and names["identifier"].isdigit():
        raise _unknown(names["identifier"])
    return _put(project, found, names["identifier"], body, now)


def delete_snippet(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Delete a snippet."""
    snippet = _require_snippet(project, names["identifier"])
    project.snippets.remove(snippet.id)
    return json_reply({"snippetId": snippet.id}, rules=("snippets.delete",))


def _put(project: Project, found: Snippet | None, name: str, body: Mapping[str, Any], now: Instant) -> Reply:
    if not _NAME.fullmatch(name):
        raise refused("BadParams", f"Invalid snippet name: {name}", rule="snippets.name")
    author = body.get("createdByUserId", "simulator@example.com")
    number = project.snippets.next_number() if found is None else found.id
    created = {"createdBy": author, "createdAt": now}
    if found is not None:
        name, created = found.name, {"createdBy": found.created_by, "createdAt": found.created_at}
    written = {
        "id": number,
        "name": name,
        "content": body["content"],
        "description": body.get("description", None if found is None else found.description),
        "variables": body.get("variables", [] if found is None else found.variables),
        "updatedBy": author,
        "updatedAt": now,
        **created,
    }
    project.snippets.put(number, Snippet.model_validate(written))
    return json_reply({"snippetId": number}, 201 if found is None else 200, rules=("snippets.put",))


def _found(project: Project, identifier: str) -> Snippet | None:
    for snippet in project.snippets:
        if identifier in (str(snippet.id), snippet.name):
            return snippet
    return None


def _require_snippet(project: Project, identifier: str) -> Snippet:
    snippet = _found(project, identifier)
    if snippet is None:
        raise _unknown(identifier)
    return snippet


def _unknown(identifier: str) -> Exception:
    return refused("NotFound", f"Snippet not found: {identifier}", 404, rule="snippets.unknown")


def _snippet_to_json(project: Project, snippet: Snippet) -> dict[str, Any]:
    return {
        **snippet.to_json(),
        "projectId": project.id,
        "createdAt": format_iso(snippet.created_at),
        "updatedAt": format_iso(snippet.updated_at),
    }
