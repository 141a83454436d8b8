"""Checks of what an event is called and told apart by, and of texts that come out empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from conformance.lint.event_space import OTHER, holds
from conformance.lint.fields import meant_fields
from conformance.lint.model import Complaint
from conformance.lint.people import people_at
from conformance.lint.reads import directive_of, has_directive
from conformance.lint.specification import specification
from conformance.lint.subject import Subject
from conformance.lint.texts import looks_like_path, looks_like_template

#: A template that is nothing but variables, so that nothing is left where they are not there.
_VARIABLES: Final = re.compile(r"(\s*\{\{\{?[^{}]+\}?\}\}\s*)+")
#: What an event has in common with others: its person, its kind, its source.
_SHARED: Final = frozenset(
    {
        *("userId", "anonymousId", "groupId", "previousId", "traits"),
        *("event", "type", "name", "category", "channel", "version", "writeKey", "projectId", "integrations"),
    }
)
#: Properties that say who an event is about.
_IDENTIFIERS: Final = frozenset({"email", "userId", "user_id", "phone"})
_EMPTY: Final = {
    "email": "gets the event rejected",
    "userId": "sends an empty userId, which Iterable rejects",
    "phoneNumber": "erases the number",
}


def check_events(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the name and the id of an event, and with texts that may be empty."""
    if subject.action is None or not subject.is_field_by_field:
        return
    yield from _empty(subject)
    if subject.slug == "trackEvent":
        yield from _name(subject)
        yield from _type_as_name(subject)
    if subject.slug in {"trackEvent", "trackPurchase"}:
        yield from _id(subject)


def _empty(subject: Subject) -> Iterator[Complaint]:
    at = people_at(subject)
    for text in subject.contents.texts:
        whole = text.keys == (*at, text.field[-1] if text.field else "", "@template")
        effect = _EMPTY.get(text.field[-1]) if text.field else None
        if whole and text.directive == "@template" and effect and _VARIABLES.fullmatch(text.text):
            that = "that" if at else "in a batch that"
            message = f"if the event has no value there, the template yields an empty string; {that} {effect}"
            path = text.text.strip().strip("{} ")
            yield Complaint("template.empty", ("mapping", *text.keys), message, f'write {{"@path": "$.{path}"}}')


def _name(subject: Subject) -> Iterator[Complaint]:
    value = subject.fields.get("eventName")
    if isinstance(value, dict) and directive_of(value) == "@literal":
        value = value["@literal"]
    anything = {"type": "track", "event": OTHER}
    if not isinstance(value, str) or subject.trigger is None or subject.is_reverse_etl:
        return
    if looks_like_path(value) or looks_like_template(value):
        return
    if subject.types == {"track"} and holds(subject.trigger.tree, anything):
        message = f'every track event is stored as "{value}"'
        yield Complaint("event.one-name", ("mapping", "eventName"), message, 'write {"@path": "$.event"}')


def _type_as_name(subject: Subject) -> Iterator[Complaint]:
    reads = subject.contents.of("eventName")
    if [(read.steps, read.directive) for read in reads] == [(("type",), "@path")]:
        names = " or ".join(f'"{kind}"' for kind in sorted(subject.types))
        advice = 'write {"@path": "$.event"}' if subject.types == {"track"} else 'write {"@path": "$.name"}'
        yield Complaint("event.one-name", ("mapping", *reads[0].keys), f"every event is called {names}", advice)


def _id(subject: Subject) -> Iterator[Complaint]:
    if not subject.maps("id") and "id" in meant_fields(subject, subject.action.fields if subject.action else {}):
        return
    if not subject.maps("id"):
        what = "an event" if subject.slug == "trackEvent" else "an order"
        message = f"without `id`, {what} that is delivered twice is stored twice"
        advice = "map it to {}".format("$.messageId" if subject.slug == "trackEvent" else "the id of the order")
        yield Complaint("event.no-id", ("mapping", "id"), message, advice)
    elif not subject.is_reverse_etl:
        yield from _shared_id(subject)


def _shared_id(subject: Subject) -> Iterator[Complaint]:
    """An id that several events have: of two with the same id, Iterable keeps the later one."""
    is_event = subject.slug == "trackEvent"
    events = "events" if is_event else "purchases"
    advice = "write $.messageId" if is_event else "map it to the id of the order"
    value = subject.fields["id"]
    if _is_constant(value):
        message = f"`id` is the same for every event, so all {events} of a project overwrite each other"
        yield Complaint("event.shared-id", ("mapping", "id"), message, advice, "error")
    reads = [read for read in subject.contents.of("id") if read.input == "event"]
    steps = [read.steps for read in reads]
    if steps and all(map(_is_of_several_events, steps)):
        message = f"{events} that share `{reads[0].path}` overwrite each other"
        yield Complaint("event.shared-id", ("mapping", *reads[0].keys), message, advice, "error")
    elif is_event and len(steps) == 1 and steps[0][:1] == ("properties",) and steps[0][-1] in specification().texts:
        message = f"events that share `{reads[0].path}` overwrite each other"
        yield Complaint("event.shared-id", ("mapping", *reads[0].keys), message, advice)


def _is_constant(value: Any) -> bool:
    as_it_stands = isinstance(value, dict) and directive_of(value) == "@literal"
    if as_it_stands:
        return not has_directive(value["@literal"])
    return isinstance(value, (str, int, float)) and not (
        isinstance(value, str) and (looks_like_path(value) or looks_like_template(value))
    )


def _is_of_several_events(steps: tuple[str, ...]) -> bool:
    """Whether a path leads to what says who, where or what kind, and not which event."""
    root, *rest = steps or ("",)
    if root == "context":
        # A key of one's own may well tell events apart.
        return rest[:1] == [] or rest[0] in specification().context.names
    if root == "properties":
        return len(rest) == 1 and rest[0] in _IDENTIFIERS
    return root in _SHARED
