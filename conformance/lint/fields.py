"""Checks of fields: those that an action does not have, those that are missing, and fixed values."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.lint.model import Complaint
from conformance.lint.near_misses import same_but_written_otherwise
from conformance.lint.reads import INTERNAL, directive_of, has_directive
from conformance.lint.specification import specification
from conformance.lint.subject import Subject
from conformance.lint.texts import looks_like_path, looks_like_template
from destination import AggregateAjvError
from destination.actions import ACTIONS
from destination.fields import Field, compile_fields

_VARIABLE: Final = re.compile(r"\{\{\{?[^{}]+\}?\}\}")
_NO_NUMBER: Final = re.compile(r"[^\s\d.+-]")
#: Not a field, and yet put back after validation.
_KEPT: Final = "dynamicAuthSettings"
#: What fields are often called, by what they are called.
_OTHER_NAMES: Final = {
    "id": ("orderId", "order_id", "messageId", "message_id", "eventId", "event_id"),
    "eventName": ("event", "name", "event_name"),
    "dataFields": ("properties", "traits", "data", "data_fields", "userFields", "customFields"),
    "items": ("products", "shoppingCartItems", "lineItems", "line_items"),
    "total": ("revenue", "value", "amount", "totalAmount"),
    "createdAt": ("timestamp", "time", "created"),
    "phoneNumber": ("phone", "mobile", "phone_number"),
    "email": ("emailAddress", "email_address", "mail"),
    "userId": ("user", "customerId", "customer_id", "externalId"),
    "mergeNestedObjects": ("mergeNestedObject",),
    "newEmail": ("newEmailAddress", "new_email"),
    "categories": ("category",),
    "imageUrl": ("image", "image_url"),
    "quantity": ("qty", "count"),
    "name": ("title", "product_name"),
}
_ITEM_NAMES: Final = {**_OTHER_NAMES, "id": ("product_id", "productId", "itemId")}
_BATCHING: Final = frozenset({"enable_batching", "batch_size"})
_SHAPE: Final = 1


def check_fields(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the fields that a mapping names."""
    if subject.action is None or not subject.is_field_by_field:
        return
    fields = subject.action.fields
    yield from _unknown(subject, fields)
    yield from _missing(subject, fields)
    for key, field in fields.items():
        if key in subject.fields:
            refused = [*_literal(("mapping", key), key, field, subject.fields[key])]
            yield from refused
            if key == "createdAt" and not refused:
                yield from _one_time(subject.fields[key])
            yield from _type(("mapping", key), field, subject.fields[key])
    yield from _user(subject)
    yield from _items(subject)


def _unknown(subject: Subject, fields: Mapping[str, Field]) -> Iterator[Complaint]:
    for key in subject.fields:
        if key in fields or key.startswith(INTERNAL) or key == _KEPT:
            continue
        if key in _BATCHING:
            yield from _cannot_batch(subject, key)
            continue
        others = [slug for slug, action in ACTIONS.items() if key in action.fields]
        close = _meant(key, fields, subject.fields)
        if "user" in fields and key in fields["user"].properties:
            advice = f"put it in `user`: {subject.slug} has user.{key}"
        else:
            advice = f"did you mean `{close}`?" if close else f"{subject.slug} has {', '.join(fields)}"
        if key == "preferUserId":
            message = "`preferUserId` has not been a field since May 2023 and is dropped"
            yield Complaint("fields.unknown", ("mapping", key), message, "remove it, and map `email`")
        elif others:
            message = f"`{key}` is a field of {' and '.join(others)}, and {subject.slug} drops it"
            yield Complaint("fields.other-action", ("mapping", key), message, advice)
        else:
            message = f"{subject.slug} has no field `{key}` and drops it"
            yield Complaint("fields.unknown", ("mapping", key), message, advice)


def _cannot_batch(subject: Subject, key: str) -> Iterator[Complaint]:
    value = subject.fields[key]
    if key == "enable_batching" and value not in (False, "false", None):
        message = f"{subject.slug} cannot batch: each batch is rejected as a whole, with 501"
        yield Complaint("batching.fields", ("mapping", key), message, "remove it")
    else:
        message = f"{subject.slug} cannot batch, so `{key}` has no effect"
        yield Complaint("batching.fields", ("mapping", key), message, "remove it", "warning")


def _meant(
    key: str,
    fields: Mapping[str, Field],
    mapped: Mapping[str, Any],
    names: Mapping[str, tuple[str, ...]] = _OTHER_NAMES,
) -> str | None:
    """The field that a key is meant to be; one that is mapped already is so only in other letters."""
    free = [name for name in fields if name not in mapped]
    by_name = next((name for name in free if key in names.get(name, ())), None)
    close = difflib.get_close_matches(key, free, n=1, cutoff=0.75)
    return by_name or same_but_written_otherwise(key, fields) or (close[0] if close else None)


def meant_fields(subject: Subject, fields: Mapping[str, Field]) -> set[str | None]:
    """The fields that something unknown in a mapping was meant to be, which is told there."""
    return {_meant(key, fields, subject.fields) for key in subject.fields if key not in fields}


def _missing(subject: Subject, fields: Mapping[str, Field]) -> Iterator[Complaint]:
    """Required fields that are not mapped, but for those that something else was meant to be."""
    meant = meant_fields(subject, fields)
    for key, field in fields.items():
        if field.required is True and not subject.maps(key) and key not in meant:
            message = f"`{key}` is not mapped, so every event is rejected"
            advice = f"map it, for example to {_default(field)}"
            yield Complaint("fields.missing", ("mapping", key), message, advice)


def _default(field: Field) -> str:
    path = field.default.get("@path") if isinstance(field.default, dict) else None
    return f'{{"@path": "{path}"}}' if path else "the preset's value"


def _literal(keys: tuple[str | int, ...], name: str, field: Field, value: Any) -> Iterator[Complaint]:
    """A complaint about a fixed value that Segment would refuse, in its own words."""
    if has_directive(value) or value is None or field.type == "object":
        return
    if isinstance(value, str) and (looks_like_path(value) or looks_like_template(value)):
        return
    try:
        compile_fields({name: field}).validate({name: value}, batch=False)
    except AggregateAjvError as error:
        if any("missing the required" not in complaint.message for complaint in error.complaints):
            message = f"the fixed value is rejected: {error.complaints[0].message}"
            yield Complaint("fields.literal", keys, message, "write a value of that type, or a directive")


def _one_time(value: Any) -> Iterator[Complaint]:
    is_fixed = isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != ""
    if is_fixed and not (isinstance(value, str) and (looks_like_path(value) or looks_like_template(value))):
        message = f"every event gets the time {value}"
        yield Complaint("created-at.constant", ("mapping", "createdAt"), message, 'write {"@path": "$.timestamp"}')


def _type(keys: tuple[str | int, ...], field: Field, value: Any) -> Iterator[Complaint]:
    """A complaint about a directive that gives what the field never takes."""
    name = directive_of(value)
    argument = value[name] if name else None
    if field.type == "object" and not field.multiple:
        given = "a list" if isinstance(value, list) else "a string" if _gives_text(name, argument) else ""
        if given:
            message = f"an object is expected, but {given} is given, so every event is rejected"
            yield Complaint("fields.type", keys, message, "write a @path to an object, or map its members")
    elif field.type in {"number", "integer"} and name == "@template" and isinstance(argument, str):
        variable = _VARIABLE.search(argument)
        if variable and _NO_NUMBER.search(_VARIABLE.sub("", argument)):
            message = f'a number is expected, but "{argument}" is not one, so every event is rejected'
            advice = f'write {{"@path": "$.{variable[0].strip("{} ")}"}}'
            yield Complaint("fields.type", (*keys, name), message, advice)


def _gives_text(name: str, argument: Any) -> bool:
    encodes = name == "@json" and isinstance(argument, dict) and argument.get("mode") == "encode"
    return encodes or name in {"@template", "@liquid", "@case", "@replace"}


def _user(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the members of `user`, which takes no others than its own."""
    field = subject.action.fields.get("user") if subject.action else None
    user = subject.fields.get("user")
    if field is None or not isinstance(user, dict) or directive_of(user):
        return
    for key, value in user.items():
        if key in field.properties:
            yield from _literal(("mapping", "user", key), key, field.properties[key], value)
            continue
        close = _meant(key, field.properties, user)
        advice = f"did you mean `{close}`?" if close else f"it has {', '.join(field.properties)}"
        message = f"`user` of {subject.slug} has no `{key}` and drops it"
        yield Complaint("fields.unknown", ("mapping", "user", key), message, advice)


def _items_as_they_stand(subject: Subject, items: Any) -> Iterator[Complaint]:
    """Products that are sent as an event has them, where Segment's specification calls their id otherwise."""
    if not isinstance(items, dict) or items.get("@path") not in {"$.properties.products", "properties.products"}:
        return
    lists = [specification().products.get(name) for name in subject.names or ()]
    if lists and all(keys and "id" not in keys for keys in lists):
        message = "products in Segment's specification have `product_id`, and Iterable rejects products without `id`"
        advice = "use @arrayPath as the preset does, unless your products have `id`"
        yield Complaint("items.names", ("mapping", "items"), message, advice)


def _items(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the shape of the items."""
    field = subject.action.fields.get("items") if subject.action else None
    items = subject.fields.get("items")
    yield from _items_as_they_stand(subject, items)
    argument = items.get("@arrayPath") if isinstance(items, dict) else None
    shape = argument[_SHAPE] if isinstance(argument, list) and len(argument) > _SHAPE else None
    if field is None or not isinstance(shape, dict) or not shape or directive_of(shape):
        return
    at = ("mapping", "items", "@arrayPath", _SHAPE)
    meant = {key: _meant(key, field.properties, shape, _ITEM_NAMES) for key in shape if key not in field.properties}
    for key, close in meant.items():
        if close is not None:
            required = field.properties[close].required is True
            effect = " and rejects products without it" if required else ""
            message = f"Iterable calls a product's `{key}` `{close}`{effect}"
            severity = "error" if required else "warning"
            yield Complaint("items.names", (*at, key), message, f"write `{close}`", severity)  # type: ignore[arg-type]  # one of two
    for key, inner in field.properties.items():
        if key in shape and shape[key] is not None:
            yield from _literal((*at, key), key, inner, shape[key])
        elif inner.required is True and key not in meant.values():
            message = f"`{key}` of the items is not mapped, so every event with an item is rejected"
            yield Complaint("fields.missing", at, message, f"add `{key}`")
