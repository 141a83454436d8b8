"""The items of a cart or a purchase."""

from __future__ import annotations

from typing import Any, Final

from destination.actions.dates import convert_dates

#: What an item says in members of its own; `description` is not among them, so it appears twice.
_RESERVED: Final = frozenset(
    {
        "product_id",
        "id",
        "sku",
        "name",
        "price",
        "quantity",
        "categories",
        "category",
        "url",
        "image_url",
        "imageUrl",
    }
)


def commerce_items(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items as Iterable takes them.

    Extra members go out twice: as they are, and converted in the item's `dataFields`. The conversion happens
    inside nested objects, which both share, so there both show converted dates.
    """
    return [_commerce_item(item) for item in items]


def _commerce_item(item: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    data_fields: dict[str, Any] = {}
    for key, value in item.items():
        if key in {"dataFields", "categories"}:
            continue
        if key in _RESERVED:
            result[key] = value
            continue
        converted = convert_dates(value)
        data_fields[key] = converted
        result[key] = converted if isinstance(value, (dict, list)) else value
    result["dataFields"] = data_fields
    if item.get("categories"):
        result["categories"] = [item["categories"]]
    return result
