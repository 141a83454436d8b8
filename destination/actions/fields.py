"""The field definitions that actions share, with the mappings that they start with.

Source: the definition of the Iterable (Actions) destination, August 2026.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from destination.fields import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

#: The e-mail of an event: its own property, else the trait in the context.
_EVENT_EMAIL: Final[JsonValue] = {
    "@if": {
        "exists": {"@path": "$.properties.email"},
        "then": {"@path": "$.properties.email"},
        "else": {"@path": "$.context.traits.email"},
    }
}


def email(default: JsonValue = _EVENT_EMAIL) -> Field:
    """The e-mail address."""
    return Field("Email Address", "string", format="email", default=default)


def path(source: str) -> JsonValue:
    """The mapping of a path."""
    return {"@path": source}


USER_ID: Final = Field("User ID", "string", default=path("$.userId"))
MERGE_NESTED_OBJECTS: Final = Field("Merge Nested Objects", "boolean", default=False)
USER_DATA: Final = Field("User Data Fields", "object", default=path("$.traits"))
PHONE_NUMBER: Final = Field("User Phone Number", "string", allow_null=True, default=path("$.traits.phone"))
EVENT_DATA: Final = Field("Event Data Fields", "object", default=path("$.properties"))
CREATED_AT: Final = Field("Timestamp", "datetime", default=path("$.timestamp"))
CAMPAIGN_ID: Final = Field("Campaign ID", "integer", default=path("$.properties.campaignId"))
TEMPLATE_ID: Final = Field("Template ID", "integer", default=path("$.properties.templateId"))
ENABLE_BATCHING: Final = Field("Enable Batching", "boolean", default=True)
BATCH_SIZE: Final = Field("Batch Size", "number", default=1001)

#: Who a cart or a purchase belongs to.
USER: Final = Field(
    "User Data",
    "object",
    required=True,
    properties={
        "email": email(),
        "userId": USER_ID,
        "mergeNestedObjects": MERGE_NESTED_OBJECTS,
        "dataFields": USER_DATA,
        "phoneNumber": PHONE_NUMBER,
    },
    default={
        "email": _EVENT_EMAIL,
        "userId": path("$.userId"),
        "dataFields": path("$.context.traits"),
        "phoneNumber": path("$.context.traits.phone"),
        "mergeNestedObjects": False,
    },
)

#: The same for a purchase, where Segment lists the properties in another order, which is that of complaints.
PURCHASER: Final = replace(
    USER,
    properties={
        key: USER.properties[key] for key in ("email", "userId", "dataFields", "mergeNestedObjects", "phoneNumber")
    },
)

ITEMS: Final = Field(
    "Cart items",
    "object",
    required=True,
    multiple=True,
    additional_properties=True,
    properties={
        "id": Field("Product Id", "string", required=True),
        "name": Field("Product Name", "string", required=True),
        "sku": Field("Product SKU", "string"),
        "quantity": Field("Quantity", "integer", required=True),
        "price": Field("Price", "number", required=True),
        "description": Field("Product Description", "string"),
        "categories": Field("Product Category", "string"),
        "url": Field("Product URL", "string"),
        "imageUrl": Field("Product Image URL", "string"),
    },
    default={
        "@arrayPath": [
            "$.properties.products",
            {
                "id": path("product_id"),
                "sku": path("sku"),
                "categories": path("category"),
                "name": path("name"),
                "price": path("price"),
                "quantity": path("quantity"),
                "url": path("url"),
                "imageUrl": path("image_url"),
                "description": path("description"),
            },
        ]
    },
)


def default_mapping(fields: Mapping[str, Field]) -> dict[str, JsonValue]:
    """The mapping that a new subscription of an action starts with: every field that has a default."""
    return {key: field.default for key, field in fields.items() if field.default is not None}
