"""Checks of names that are nearly those of Segment's specification: events, properties, traits, context.

Names are free, so what the specification does not have is no mistake; only what is nearly one of its names is told.
Nothing is said of rows of a warehouse and of audiences, nor of properties of events that are the customer's own, but
for those that are nearly identifiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from conformance.lint.context_names import check_context
from conformance.lint.event_space import conditions, path_of
from conformance.lint.identifier_names import identifier_meant, is_its_own
from conformance.lint.model import Complaint, Keys, Severity
from conformance.lint.near_misses import (
    distance,
    other_form_of,
    same_but_written_otherwise,
    slip_of,
    snake_case,
    squeezed,
)
from conformance.lint.reads import Read
from conformance.lint.single_conditions import AT
from conformance.lint.specification import Names, Specification, specification
from conformance.lint.subject import AUDIENCE_EVENTS, COMMERCE, ROW_EVENTS, Subject

#: Names that were in use before, by what they are now.
_FORMER: Final = {"Update Cart": "Cart Updated"}
#: What the destination's own fields read by default.
_OWN: Final = frozenset({"email", "campaignId", "templateId"})
_PRODUCTS: Final = "properties.products"
_SHORTEST: Final = 5
_IDENTIFY: Final = frozenset({"identify"})
_GROUP: Final = frozenset({"group"})
_PAGE: Final = frozenset({"page"})
_NESTED: Final = 2


def check_event_names(subject: Subject, spelled: frozenset[str]) -> Iterator[Complaint]:
    """Names of events in the trigger that are nearly Segment's.

    Args:
        subject: The subscription.
        spelled: The names in the triggers of the whole configuration.
    """
    if subject.trigger is None or subject.is_reverse_etl:
        return
    for name in sorted(_names(subject)):
        near = _near_event(name)
        if near is None:
            continue
        message = f'"{name}" is almost "{near}" in Segment\'s specification; names must match exactly'
        if near in spelled:
            message += ", and another condition of this configuration uses that name"
        severity: Severity = "error" if near in spelled else "warning"
        advice = f'write "{near}", unless that is its name'
        yield Complaint("spec.event", AT, message, advice, severity, (name, near))


def spelled_names(subjects: Iterable[Subject]) -> frozenset[str]:
    """The names of events in the triggers of several subscriptions."""
    return frozenset(name for subject in subjects for name in _names(subject))


def _names(subject: Subject) -> set[str]:
    if subject.trigger is None:
        return set()
    found = (
        item.value
        for item in conditions(subject.trigger.tree)
        if item.type == "event" and item.operator in {"=", "!="}
    )
    return {name for name in found if isinstance(name, str)}


def _near_event(name: str) -> str | None:
    known = specification().events
    if name in known or name in ROW_EVENTS or name in AUDIENCE_EVENTS:
        return None
    if name in _FORMER:
        return _FORMER[name]
    # What an audience's events are called is Segment's choice; other verbs may be the customer's own.
    return (
        same_but_written_otherwise(name, known)
        or slip_of(name, known)
        or other_form_of(name, sorted(AUDIENCE_EVENTS))
    )


def check_names(subject: Subject) -> Iterator[Complaint]:
    """Properties, traits and keys of the context that are nearly Segment's."""
    if subject.is_reverse_etl or subject.is_audience:
        return
    seen: set[tuple[str, ...]] = set()
    for read in subject.contents.reads:
        steps = read.steps
        if read.input == "event" and steps and (*steps, *map(str, read.field)) not in seen:
            seen.add((*steps, *map(str, read.field)))
            yield from _name(subject, steps, ("mapping", *read.keys), read)
        elif read.input == "item" and steps:
            yield from _product(subject, read)
    if subject.trigger is not None:
        for path in dict.fromkeys(path_of(condition) for condition in conditions(subject.trigger.tree)):
            yield from _name(subject, path, AT, None)


def _name(subject: Subject, steps: tuple[str, ...], keys: Keys, read: Read | None) -> Iterator[Complaint]:
    book = specification()
    root, *rest = steps
    if not rest:
        return
    if root == "properties" and subject.types <= _PAGE:
        yield from _page(rest[0], keys, book)
    elif root == "properties":
        yield from _property(subject, rest[0], keys, read, book)
    elif steps[:2] == ("context", "traits") and len(steps) > _NESTED:
        yield from _trait(rest[1:], keys, book.traits)
    elif root == "context":
        yield from check_context(rest, keys, book.context)
    elif root == "traits" and subject.types <= _IDENTIFY:
        yield from _trait(rest, keys, book.traits)
    elif root == "traits" and subject.types <= _GROUP:
        yield from _trait(rest, keys, book.group_traits)
    elif root == "traits":
        yield from _identifier("spec.trait", rest[0], keys)


def _identifier(rule: str, name: str, keys: Keys) -> Iterator[Complaint]:
    """A name that is nearly an identifier, where nothing else is known of names."""
    near = identifier_meant(name)
    if near is not None:
        message = f"`{name}` is almost `{near}`; names must match exactly"
        yield Complaint(rule, keys, message, f"write {near}, unless your events have {name}", instead=(name, near))


def _property(subject: Subject, name: str, keys: Keys, read: Read | None, book: Specification) -> Iterator[Complaint]:
    meant = {_near_event(event) or event for event in subject.names or ()}
    known = _properties(meant, book)
    if known is None:
        yield from _identifier("spec.property", name, keys)
    if known is None or name in known or name in _OWN:
        return
    near = same_but_written_otherwise(name, sorted(known)) or _slip(name, known)
    if near is None and name == "id":
        near = _id_of(read, known)
    if near is not None:
        events = " and ".join(f'"{event}"' for event in sorted(meant))
        message = f"Segment's specification of {events} has `{near}`, not `{name}`"
        yield Complaint(
            "spec.property", keys, message, f"write {near}, unless your events have {name}", instead=(name, near)
        )
    else:
        yield from _identifier("spec.property", name, keys)


def _page(name: str, keys: Keys, book: Specification) -> Iterator[Complaint]:
    near = (
        None if name in book.page else same_but_written_otherwise(name, sorted(book.page)) or _slip(name, book.page)
    )
    if near is not None:
        message = f"Segment's libraries give a page `{near}`; `{name}` is a different property"
        advice = f"write {near}, unless your pages have {name}"
        yield Complaint("spec.property", keys, message, advice, instead=(name, near))
    elif name not in book.page:
        yield from _identifier("spec.property", name, keys)


def _properties(events: Iterable[str], book: Specification) -> frozenset[str] | None:
    """The properties of events; None unless all of them are specified."""
    found = [book.events.get(name) for name in events]
    if not found:
        return None
    known = [properties for properties in found if properties]
    return frozenset().union(*known) if len(known) == len(found) else None


def _id_of(read: Read | None, known: frozenset[str]) -> str | None:
    """What a property `id` is called: that of the order where an order is named, else that of the product."""
    if read is not None and read.field == ("id",) and "order_id" in known:
        return "order_id"
    return "product_id" if "product_id" in known else None


def _slip(name: str, known: Iterable[str]) -> str | None:
    """The name of which this is a slip of a letter. A plural is another name, but for the list of products."""
    for item in () if is_its_own(name) else sorted(known):
        plural = name in {f"{item}s", item.removesuffix("s")}
        slip = min(len(name), len(item)) >= _SHORTEST and distance(name, item) == 1
        if slip and squeezed(name) != squeezed(item) and (item == "products" or not plural):
            return item
    return None


def check_products(subject: Subject) -> Iterator[Complaint]:
    """Events that Segment specifies without a list of products, of which a cart or an order is to be made."""
    if subject.slug not in COMMERCE or subject.is_reverse_etl or subject.is_audience:
        return
    read = next((read for read in subject.contents.of("items") if _is_of_products(read)), None)
    specified = {name: specification().events.get(name) for name in subject.names or ()}
    lacking = [name for name, properties in sorted(specified.items()) if properties and "products" not in properties]
    if read is not None and lacking:
        events = " and ".join(f'"{name}"' for name in lacking)
        message = (
            f"Segment's specification of {events} has no list of products, and an event without items is rejected"
        )
        advice = "track it as an event, unless yours carry all products of the cart or order"
        yield Complaint("spec.products", AT, message, advice)


def _is_of_products(read: Read) -> bool:
    return read.list.removeprefix("$.") == _PRODUCTS or ".".join(read.steps) == _PRODUCTS


def _product(subject: Subject, read: Read) -> Iterator[Complaint]:
    """A key of a product in the list of a specified event."""
    book = specification()
    name = read.steps[0]
    if not subject.names or read.list.removeprefix("$.") != _PRODUCTS:
        return
    lists = [book.products.get(event) for event in subject.names]
    known = frozenset().union(*(keys for keys in lists if keys))
    if not all(lists) or name in known:
        return
    near = same_but_written_otherwise(name, sorted(known)) or _slip(name, known)
    if near is None and name == "id":
        near = "product_id"
    if near is not None:
        message = f"products in Segment's specification have `{near}`, not `{name}`"
        advice = f"write $.{near}, unless your products have {name}"
        yield Complaint("spec.property", ("mapping", *read.keys), message, advice, instead=(name, near))


def _trait(rest: list[str], keys: Keys, names: Names) -> Iterator[Complaint]:
    name = rest[0]
    near = _written_otherwise(name, names.names)
    if near is None and name in names.members and len(rest) > 1:
        name = rest[1]
        near = _written_otherwise(name, names.members[rest[0]])
    if near is not None:
        message = f"Segment reserves `{near}`; `{name}` is a different trait"
        yield Complaint(
            "spec.trait", keys, message, f"write {near}, unless your events have {name}", instead=(name, near)
        )
    elif len(rest) == 1 and name not in names.names:
        yield from _identifier("spec.trait", name, keys)


def _written_otherwise(name: str, known: Iterable[str]) -> str | None:
    """The trait that is meant, by letter case, separators or a slip; camelCase and snake_case are both right."""
    if any(name in {item, snake_case(item)} for item in known):
        return None
    return same_but_written_otherwise(name, sorted(known)) or _slip(name, known)
