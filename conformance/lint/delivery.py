"""Checks of how events are delivered: batches, rows of a warehouse, and times."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from conformance.lint.event_space import conditions, holds
from conformance.lint.model import Complaint
from conformance.lint.people import people_at
from conformance.lint.reads import directive_of, has_directive
from conformance.lint.single_conditions import AT
from conformance.lint.subject import ROW_EVENTS, Subject

#: What Segment's own presets ask for; more is not known to be taken.
LARGEST_BATCH: Final = 1001
#: Below it Segment does not form the large batches of a sync.
_BULK: Final = 1000
#: What other tools call what happened to a row.
_OTHER_WORDS: Final = {
    "insert": "new",
    "inserted": "new",
    "added": "new",
    "created": "new",
    "changed": "updated",
    "removed": "deleted",
}
_SEGMENT_ID: Final = ("__segment_id",)


def check_batching(subject: Subject, project_types: Sequence[str]) -> Iterator[Complaint]:
    """What is wrong with batches; an action that cannot batch is told of among its fields."""
    if subject.action is None or subject.action.perform_batch is None:
        return
    batches = _truth(subject.fields.get("enable_batching"))
    yield from _size(subject.fields.get("batch_size"), batches=batches is not False)
    if subject.slug != "updateUser":
        return
    if subject.maps("newEmail") and batches is not False and set(project_types) != {"hybrid"}:
        message = "in batches, `newEmail` works only in hybrid projects; elsewhere the old address stays"
        at = ("mapping", "newEmail")
        severity = "error" if project_types and batches else "warning"
        yield Complaint("batching.new-email", at, message, "set enable_batching to false", severity)  # type: ignore[arg-type]  # one of two
    yield from _update_only(subject, batches=batches)


def _truth(value: Any) -> bool | None:
    """Whether a switch is on; None where the event decides."""
    if directive_of(value) == "@literal":
        value = value["@literal"]
    return None if has_directive(value) else value in (True, "true", 1)


def _size(size: Any, *, batches: bool) -> Iterator[Complaint]:
    if isinstance(size, bool) or not isinstance(size, (int, float)):
        return
    at = ("mapping", "batch_size")
    if size > LARGEST_BATCH:
        message = (
            f"batches of {size:,} are larger than in Segment's presets; Iterable documents no maximum number, "
            "only a body limit of 4 MB, and rejects a larger body as a whole"
        )
        yield Complaint("batching.size", at, message, f"write {LARGEST_BATCH}")
    elif size < 1 or size != int(size):
        yield Complaint("batching.size", at, f"a batch cannot have {size} events", f"write {LARGEST_BATCH}")
    elif batches and size < _BULK:
        message = (
            f"with {size:,} events, Segment does not form bulk batches, "
            "and small ones run into the limit of 5 per second"
        )
        yield Complaint("batching.size", at, message, f"write {LARGEST_BATCH}", "note")


def _update_only(subject: Subject, *, batches: bool | None) -> Iterator[Complaint]:
    value = subject.fields.get("updateOnly")
    only = _truth(value)
    at = ("mapping", "updateOnly")
    if value is None or only is False:
        return
    if batches is False:
        message = "`updateOnly` only works in batches, so people are created anyway"
        yield Complaint("batching.update-only", at, message, "set enable_batching to true", "error")
    elif only is None:
        message = "the first event of a batch decides `updateOnly` for the whole batch"
        yield Complaint("batching.update-only", at, message, "write true or false")


def check_rows(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with a subscription to the rows of a model, and with times."""
    reads = subject.contents.of("createdAt")
    received = next((read for read in reads if read.steps == ("receivedAt",)), None)
    if received is not None and len(reads) == 1:
        rows = subject.is_reverse_etl
        late = "every row gets the time of the sync" if rows else "a late event gets the time it arrived"
        advice = "map a column that has the time" if rows else "write $.timestamp"
        yield Complaint("created-at.received", ("mapping", *received.keys), late, advice)
    if subject.is_reverse_etl:
        yield from _row_events(subject)
        yield from _segment_id(subject)
        yield from _deleted(subject)


def _row_events(subject: Subject) -> Iterator[Complaint]:
    """Names in the trigger of a model's subscription that no row comes as, or a trigger that takes no row at all."""
    trigger = subject.trigger
    if trigger is None or not subject.item.is_reverse_etl:
        return
    about = [item for item in conditions(trigger.tree) if item.type == "event" and item.operator == "="]
    names = [str(item.value) for item in about if item.value not in ROW_EVENTS and item.value != "="]
    kinds = 'rows come as the events "new", "updated" and "deleted"'
    for name in dict.fromkeys(names):
        near = difflib.get_close_matches(name.casefold(), sorted(ROW_EVENTS), n=1)
        meant = near[0] if near else _OTHER_WORDS.get(name.casefold())
        advice = f'write "{meant}"' if meant else "remove the condition"
        instead = (name, meant) if meant else None
        message = f'{kinds}, not "{name}"'
        yield Complaint("reverse-etl.event", AT, message, advice, instead=instead)
    taken = any(holds(trigger.tree, {"type": "track", "event": name}) for name in ROW_EVENTS)
    if not names and not taken and not any(item.value == "=" for item in about):
        advice = 'write event = "new" or event = "updated"'
        yield Complaint("reverse-etl.event", AT, f"{kinds}, and the trigger matches none of them", advice)


def _segment_id(subject: Subject) -> Iterator[Complaint]:
    at = people_at(subject)
    emails = [read for read in subject.contents.of(*at, "email") if read.steps == _SEGMENT_ID]
    ids = [read for read in subject.contents.of(*at, "userId") if read.steps == _SEGMENT_ID]
    if emails and ids:
        message = "`email` and `userId` both read `__segment_id`, which can be only one of them"
        yield Complaint("reverse-etl.segment-id", ("mapping", *emails[0].keys), message, "map a column for the other")
    elif emails:
        message = "`__segment_id` is an email address only if the model's identifier column has email addresses"
        advice = "check which column identifies the model's rows"
        yield Complaint("reverse-etl.segment-id", ("mapping", *emails[0].keys), message, advice, "note")


def _deleted(subject: Subject) -> Iterator[Complaint]:
    trigger = subject.trigger
    if trigger is None or not holds(trigger.tree, {"type": "track", "event": "deleted"}):
        return
    at = people_at(subject)
    identifiers = [read for name in ("email", "userId") for read in subject.contents.of(*at, name)]
    if any(read.steps == ("properties", *_SEGMENT_ID) for read in identifiers):
        return  # which is told as what it is
    if identifiers and all(read.steps[:1] == ("properties",) for read in identifiers):
        message = "in a deleted row every column is null, so it identifies nobody and is rejected"
        advice = "map an identifier to $.__segment_id, or only match new and updated rows"
        yield Complaint("reverse-etl.deleted-identifier", ("mapping", *identifiers[0].keys), message, advice)
    elif subject.slug == "updateUser" and any(
        read.steps[:1] == ("properties",)
        for name in ("dataFields", "phoneNumber")
        for read in subject.contents.of(name)
    ):
        message = "in a deleted row every column is null, and the nulls overwrite the profile"
        yield Complaint("reverse-etl.deleted-row", AT, message, 'only match event = "new" or event = "updated"')
