"""Subscriptions in lists: as Segment's Public API gives them, or in the harness's own form."""

from __future__ import annotations

from typing import Any

from conformance.inputs.configuration.entries import OWN, PUBLIC_API, Entry, Form, Found
from conformance.inputs.places import Location
from conformance.inputs.yaml_file import Document


def reply_entries(document: Document) -> Found | None:
    """The subscriptions of a whole reply of the Public API; None if the document is none about subscriptions."""
    data = document.value.get("data")
    if isinstance(data, dict):
        return _data_entries(document, ("data",), data, PUBLIC_API)
    # What `jq .data` leaves of a reply, and what `map --json` says of a mapping.
    inner = document.value.get("subscriptions", document.value.get("subscription"))
    return _data_entries(document, (), document.value, None) if holds_subscriptions(inner) else None


def _data_entries(document: Document, location: Location, data: dict[str, Any], form: Form | None) -> Found | None:
    if isinstance(data.get("subscriptions"), list):
        found = list_entries(document, (*location, "subscriptions"), data["subscriptions"], form)
        return Found(found.form, document, found.entries, _page_remarks(data))
    if isinstance(data.get("subscription"), dict):
        return list_entries(document, (*location, "subscription"), data["subscription"], form)
    return None


def _page_remarks(data: dict[str, Any]) -> tuple[str, ...]:
    pagination = data.get("pagination")
    if not isinstance(pagination, dict) or not (pagination.get("next") or pagination.get("previous")):
        return ()
    count, total = len(data["subscriptions"]), pagination.get("totalEntries")
    of = f" of {total}" if isinstance(total, int) else ""
    return (f"this is one page of several, with {count}{of} subscriptions; use pagination.count=200 for more",)


def list_entries(document: Document, location: Location, value: Any, form: Form | None = None) -> Found:
    """The subscriptions of a list, or a single one.

    Args:
        document: The file.
        location: Where in it the value stands.
        value: The list, or the subscription.
        form: The form, where it is known; otherwise the items decide.
    """
    items = [(location, value)] if isinstance(value, dict) else [((*location, i), v) for i, v in enumerate(value)]
    chosen = form or _form_of([item for _, item in items])
    return Found(chosen, document, tuple(Entry(chosen, document, place, item) for place, item in items))


def holds_subscriptions(value: object) -> bool:
    """Whether a value is a list with a subscription in it, or one subscription."""
    telling = _telling(OWN) | _telling(PUBLIC_API) | {OWN.keys["action_id"]}
    if isinstance(value, list):
        return any(isinstance(item, dict) and telling & item.keys() and "sourceId" not in item for item in value)
    # A single object with a mapping or settings and nothing else of a subscription is something else.
    alone = telling - {OWN.keys["mapping"], PUBLIC_API.keys["mapping"]}
    return isinstance(value, dict) and bool(alone & value.keys())


def _telling(form: Form) -> set[str]:
    return {form.keys[key] for key in ("action", "subscribe", "mapping")}


def _form_of(items: list[Any]) -> Form:
    objects = [item for item in items if isinstance(item, dict)]
    own = sum(len(_telling(OWN) & item.keys()) for item in objects)
    public = sum(len(_telling(PUBLIC_API) & item.keys()) for item in objects)
    return PUBLIC_API if public > own else OWN
