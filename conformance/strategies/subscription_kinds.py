"""What a subscription takes: events of a source, rows of a Reverse ETL model, or an audience's comings and goings.

A row reaches a mapping as a track called `new`, `updated` or `deleted`, which the app's choice of records writes into
the trigger. Sources: Segment's documentation of Reverse ETL, setup, step 4; `createE2ERetlAudienceEvent` in
segmentio/action-destinations ("RETL-specific event names: 'new', 'updated', 'deleted'; only track events").
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from conformance.strategies.history import Event
from conformance.strategies.triggers import Trigger

NEW: Final = "new"
UPDATED: Final = "updated"
DELETED: Final = "deleted"
ROW_NAMES: Final = (NEW, UPDATED, DELETED)
ENTERED: Final = "Audience Entered"
EXITED: Final = "Audience Exited"
#: How an event of an audience is told by what a mapping reads, or by its trigger.
_OF_AUDIENCES: Final = re.compile(r"\baudience_(key|id)\b|\bcontext\.personas\b")
#: "Audience Entered" as people write it.
_AUDIENCE_NAME: Final = re.compile(r"audience\W*(entered|exited)", re.IGNORECASE)


class Kind(StrEnum):
    """What a subscription takes."""

    EVENTS = "events"
    ROWS = "rows"
    AUDIENCE = "audience"


def kind_of(trigger: Trigger, model: str | None, sources: tuple[str, ...]) -> Kind:
    """What a subscription takes.

    Args:
        trigger: Its trigger.
        model: Its Reverse ETL model; None where it has none, or where that is not known.
        sources: The paths that its mapping reads.
    """
    names = [name.lower() for name in trigger.names]
    if model is not None or (names and all(name in ROW_NAMES for name in names)):
        return Kind.ROWS
    if any(_AUDIENCE_NAME.fullmatch(name) for name in names):
        return Kind.AUDIENCE
    reads = any(_OF_AUDIENCES.search(text) for text in (trigger.text, *sources))
    return Kind.AUDIENCE if reads else Kind.EVENTS


def with_rows_intended(trigger: Trigger) -> Trigger:
    """The trigger of a subscription to rows, with the rows that its author has in mind, as Segment calls them.

    A trigger that names none of them was saved with a model: new and updated rows are what the app proposes.
    """
    named = [event for event in trigger.intended if str(event.get("event")).lower() in ROW_NAMES]
    rows: list[Event] = [{**event, "event": str(event["event"]).lower()} for event in named]
    rows = rows or [{"type": "track", "event": name} for name in (NEW, UPDATED)]
    return replace(trigger, intended=tuple(rows))


def is_row(event: Any) -> bool:
    """Whether an event is a row of a model, and not an event of a source that has the same name."""
    if not isinstance(event, dict) or event.get("type") != "track":
        return False
    return event.get("event") in ROW_NAMES and not {"userId", "anonymousId"} & event.keys()
