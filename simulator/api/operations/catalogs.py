"""Catalogs and their items.

Sources: Iterable's API description; the replies of item writes recorded by RudderStack, 2022 to 2025, and shown in
the tests of Iterable's TypeScript client. The client says that reads of lists come in the usual envelope, which the
description does not: Iterable/api-client 981eeb5 (2026-07-09), src/client/catalogs.ts.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.query import Query
from simulator.api.replies import json_reply, not_found, refused, success
from simulator.project.catalogs import Catalog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.catalogs import Item

_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,255}", re.ASCII)
_LARGEST_ITEM: Final = 30_000
_MOST_ITEMS: Final = 1000
_BULK: Final = ObjectSchema(
    {"documents": "object", "replaceUploadedFieldsOnly": "boolean"},
    frozenset({"documents", "replaceUploadedFieldsOnly"}),
)
_PUT: Final = ObjectSchema({"value": "object"}, frozenset({"value"}))
_PATCH: Final = ObjectSchema({"update": "object"}, frozenset({"update"}))
_BULK_DELETE: Final = ObjectSchema({"itemIds": ["string"]}, frozenset({"itemIds"}))
_MAPPINGS: Final = ObjectSchema(
    {
        "mappingsUpdates": [
            ObjectSchema({"fieldName": "string", "fieldType": "string"}, frozenset({"fieldName", "fieldType"}))
        ]
    },
    frozenset({"mappingsUpdates"}),
)


def list_catalogs(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The names of the catalogs, by pages."""
    names = [{"name": catalog.name} for catalog in project.catalogs]
    page, links = Query(request).page(names)
    return success("catalogs.list", params={"catalogNames": page, "totalCatalogsCount": len(names), **links})


def create_catalog(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Make an empty catalog."""
    name = _checked(names["catalogName"], "catalog name")
    if _find_catalog(project, name) is not None:
        raise refused("BadParams", f"Catalog already exists: {name}", rule="catalogs.create.exists")
    project.catalogs.put(name, Catalog(name, project.changes))
    return success("catalogs.create", status=201)


def delete_catalog(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Delete a catalog with its items."""
    project.catalogs.remove(_require_catalog(project, names, status=400).name)
    return success("catalogs.delete")


def get_mappings(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """The fields whose type is fixed, and those whose type is not."""
    catalog = _require_catalog(project, names)
    params = {"definedMappings": dict(catalog.mappings.items()), "undefinedFields": catalog.undefined_fields()}
    return success("catalogs.field-mappings", params=params)


def put_mappings(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Fix the types of fields; a type that is fixed stays."""
    catalog = _require_catalog(project, names, status=400)
    updates = read_body(request.path, request.body, _MAPPINGS)["mappingsUpdates"]
    for update in updates:
        fixed = catalog.mappings.get(update["fieldName"])
        if fixed not in (None, update["fieldType"]):
            text = f"Field {update['fieldName']} already has the type {fixed}"
            raise refused("BadParams", text, rule="catalogs.field-mappings.fixed")
    for update in updates:
        catalog.mappings.put(update["fieldName"], update["fieldType"])
    return success("catalogs.field-mappings.set")


def list_items(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """The items of a catalog, by pages, in the order of their ids, or falling by a field unless asked otherwise."""
    catalog = _require_catalog(project, names)
    query = Query(request)
    order = query.text("orderBy")
    descending = order is not None and not query.boolean("sortAscending")
    items = sorted(catalog.items, key=lambda item: _sort_key(item, order), reverse=descending)
    page, links = query.page(items)
    params = {
        "catalogItemsWithProperties": [_item_to_json(catalog, item) for item in page],
        "totalItemsCount": len(items),
        **links,
    }
    return success("catalogs.items.list", params=params)


def _sort_key(item: Item, order: str | None) -> tuple[str, str]:
    return ("" if order is None else json.dumps(item.value.get(order), sort_keys=True), item.id)


def get_item(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """One item."""
    catalog = _require_catalog(project, names)
    item = catalog.items.get(names["itemId"])
    if item is None:
        text, code = f"Catalog item not found: {names['itemId']}", "error.catalogs.itemNotFound"
        raise not_found("NotFound", text, code, [names["itemId"]], rule="catalogs.items.unknown")
    return json_reply(_item_to_json(catalog, item), rules=("catalogs.items.get",))


def put_item(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Write an item whole."""
    catalog = _require_catalog(project, names, status=400)
    value = read_body(request.path, request.body, _PUT)["value"]
    _write(catalog, {names["itemId"]: value}, now, merge=False)
    return success("catalogs.items.put", status=202)


def patch_item(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Write some fields of an item; one that is not there begins with them."""
    catalog = _require_catalog(project, names, status=400)
    value = read_body(request.path, request.body, _PATCH)["update"]
    _write(catalog, {names["itemId"]: value}, now, merge=True)
    return success("catalogs.items.patch", status=202)


def delete_item(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Delete an item; one that is not there is as good."""
    items = _require_catalog(project, names, status=400).items
    if names["itemId"] not in items:
        return success("catalogs.items.delete.nothing", status=202)
    items.remove(names["itemId"])
    return success("catalogs.items.delete", status=202)


def upload_items(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Write many items."""
    catalog = _require_catalog(project, names)
    body = read_body(request.path, request.body, _BULK)
    documents: dict[str, Any] = body["documents"]
    if len(documents) > _MOST_ITEMS:
        text = f"Batch too large: {len(documents)}, limit {_MOST_ITEMS}"
        raise refused("BatchTooLarge", text, rule="catalogs.items.too-many")
    malformed = [item_id for item_id, value in documents.items() if not isinstance(value, dict)]
    if malformed:
        text = f"Item {malformed[0]} is not an object"
        raise refused("BadParams", text, rule="catalogs.items.malformed")
    _write(catalog, documents, now, merge=body["replaceUploadedFieldsOnly"])
    text = f"Request to bulk-upload documents into {catalog.name} processed successfully"
    return success("catalogs.items.upload", (), text)


def delete_items(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Delete many items."""
    catalog = _require_catalog(project, names, status=400)
    for item_id in read_body(request.path, request.body, _BULK_DELETE)["itemIds"]:
        catalog.items.remove(item_id)
    text = f"Request to bulk-delete documents from {catalog.name} processed successfully"
    return success("catalogs.items.bulk-delete", (), text, status=202)


def _write(catalog: Catalog, documents: Mapping[str, dict[str, Any]], now: Instant, *, merge: bool) -> None:
    for item_id, value in documents.items():
        _checked(item_id, "item id")
        size = len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
        if size > _LARGEST_ITEM:
            text = f"Item {item_id} has {size} bytes; the limit is {_LARGEST_ITEM}"
            raise refused("BadParams", text, rule="catalogs.items.too-large")
    for item_id, value in documents.items():
        catalog.write(item_id, value, now, merge=merge)


def _checked(name: str, what: str) -> str:
    if not _NAME.fullmatch(name):
        text = f"Invalid {what}: {name}; use 1 to 255 letters, digits and hyphens"
        raise refused("BadParams", text, rule="catalogs.name")
    return name


def _require_catalog(project: Project, names: Mapping[str, str], *, status: int = 404) -> Catalog:
    """A catalog that is there.

    Raises:
        RefusedError: It is not; 400 where the API description declares no 404.
    """
    name = names["catalogName"]
    catalog = _find_catalog(project, name)
    if catalog is None:
        text, code = f"Catalog not found: {name}", "error.catalogs.notFound"
        raise not_found("NotFound", text, code, [name], rule="catalogs.unknown", status=status)
    return catalog


def _find_catalog(project: Project, name: str) -> Catalog | None:
    """A catalog by its name, in which case does not count; of an item's id it does. Source: API description."""
    exact = project.catalogs.get(name)
    if exact is not None:
        return exact
    folded = name.lower()
    return next((catalog for catalog in project.catalogs if catalog.name.lower() == folded), None)


def _item_to_json(catalog: Catalog, item: Item) -> dict[str, Any]:
    return {
        "catalogName": catalog.name,
        "itemId": item.id,
        "lastModified": item.last_modified,
        "size": item.size,
        "value": dict(item.value),
    }
