"""Metadata tables: JSON values by table and key. Source: Iterable's API description; recordings of 2017."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.query import Query
from simulator.api.replies import json_reply, refused, success, text_reply
from simulator.message import read_json
from simulator.project.catalogs import Item
from simulator.project.undoable_map import UndoableMap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_PUT: Final = ObjectSchema({"value": "object"}, frozenset({"value"}))
_LARGEST_VALUE: Final = 30_000
_PAGE: Final = 1000
#: Source: recorded in 2017 by mtchavez/iterable-api-client, where the body as it came in stands in the second line.
_NOT_AN_OBJECT: Final = 'Json error: {"obj.value":[{"msg":"error.expected.jsobject","args":[]}]}'


def list_tables(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The names of the tables."""
    return json_reply(
        {"results": [{"name": name} for name, _table in project.metadata.items()]}, rules=("metadata.tables",)
    )


def list_keys(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """The keys of a table, a thousand at a time; a table that is not there has none."""
    table = project.metadata.get(names["table"]) or ()
    items = sorted(table, key=lambda item: item.id)
    marker = Query(request).text("nextMarker")
    rest = [item for item in items if marker is None or item.id > marker]
    page = rest[:_PAGE]
    as_json: dict[str, JsonValue] = {"results": [_properties(names["table"], item) for item in page]}
    if len(rest) > _PAGE:
        as_json["nextMarker"] = page[-1].id
    return json_reply(as_json, rules=("metadata.keys",))


def get_value(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """One value."""
    table, key = names["table"], names["key"]
    items = project.metadata.get(table)
    item = None if items is None else items.get(key)
    if item is None:
        text = f"No metadata found in table {table} with key {key}"
        raise refused("NotFound", text, 404, rule="metadata.unknown")
    return json_reply({**_properties(table, item), "value": dict(item.value)}, rules=("metadata.get",))


def put_value(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Write a value; the table comes to be with its first one."""
    if _is_null(request.body):
        text = f"{_NOT_AN_OBJECT}\n {request.body.decode('utf-8', 'replace')}"
        return text_reply(text, "metadata.null", status=400)
    item = Item(names["key"], read_body(request.path, request.body, _PUT)["value"], now)
    if item.size > _LARGEST_VALUE:
        text = f"Value has {item.size} bytes; the limit is {_LARGEST_VALUE}"
        raise refused("BadParams", text, rule="metadata.too-large")
    table = project.metadata.get(names["table"])
    if table is None:
        table = UndoableMap(project.changes)
        project.metadata.put(names["table"], table)
    table.put(item.id, item)
    return success("metadata.put", (), f"Successfully updated object {item.id} in table {names['table']}")


def delete_value(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Remove a value; one that is not there is as good."""
    table = project.metadata.get(names["table"])
    text = f"Successfully deleted metadata by key {names['key']} in table {names['table']}"
    if table is None or names["key"] not in table:
        return success("metadata.delete.nothing", (), text)
    table.remove(names["key"])
    return success("metadata.delete", (), text)


def delete_table(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Drop a table; one that is not there is as good."""
    text = f"Successfully deleted table {names['table']}"
    if names["table"] not in project.metadata:
        return success("metadata.delete.nothing", (), text)
    project.metadata.remove(names["table"])
    return success("metadata.delete", (), text)


def _is_null(body: bytes) -> bool:
    """Whether a body gives null for the value."""
    try:
        given = read_json(body)
    except ValueError:
        return False
    return isinstance(given, dict) and given.get("value", "") is None


def _properties(table: str, item: Item) -> dict[str, JsonValue]:
    return {"table": table, "key": item.id, "size": item.size, "lastModified": item.last_modified}
