"""Kept messages as JSON: what came in, what Segment made of it, and what became of it in each project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.explanation.conditions import compile_reasons
from conformance.tracking_api.instants import write_instant
from conformance.tracking_api.messages import PassedOn
from conformance.tracking_service.kept_messages import NOT_SUBSCRIBED
from simulator.journal import entry_to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import JsonValue

    from conformance.explanation.conditions import Reasons
    from conformance.tracking_service.kept_messages import KeptMessage, ProjectResult, SubscriptionResult
    from destination import CompiledSubscription
    from simulator.journal import Journal

#: What a message says of a request to Iterable; its headers are in the journal.
_OF_ENTRY = ("number", "method", "path", "body", "status", "outcome", "reply", "rules", "users", "fault", "changes")
#: What stands in the place of a request that the journal has forgotten.
_FORGOTTEN = "the journal no longer has this request"


def messages_to_json(messages: Iterable[KeptMessage], journal: Journal) -> list[dict[str, Any]]:
    """Messages as the control surface shows them.

    Args:
        messages: The messages.
        journal: Where their requests to Iterable are.
    """
    reasons: dict[int, Reasons] = {}
    return [_message(message, journal, reasons) for message in messages]


def whole_message_to_json(message: KeptMessage, journal: Journal) -> dict[str, Any]:
    """A message with everything that is known, also the trigger and the mapping of each subscription."""
    document = messages_to_json([message], journal)[0]
    for shown, result in zip(document["projects"], message.results, strict=True):
        by_name = {compiled.subscription.name: compiled.subscription for compiled in result.compiled}
        for row in shown["subscriptions"]:
            subscription = by_name.get(row["subscription"])
            if subscription is not None:
                row |= {"subscribe": subscription.subscribe, "mapping": subscription.mapping}
    return document


def _message(message: KeptMessage, journal: Journal, reasons: dict[int, Reasons]) -> dict[str, Any]:
    carrier, ingested = message.carrier, message.ingested
    passed_on = ingested.message if ingested is not None else None
    return {
        "number": message.number,
        "receivedAt": write_instant(message.at),
        "writeKey": message.write_key,
        "outcome": message.outcome,
        "reason": message.why,
        "rule": message.rule or None,
        "repeats": message.repeats,
        "request": {
            "number": carrier.number,
            "method": carrier.method,
            "path": carrier.path,
            "status": carrier.status,
            "retryCount": carrier.retry_count,
            "index": message.index,
        },
        "received": message.received,
        "passedOn": passed_on,
        "added": list(added_fields(ingested)) if isinstance(ingested, PassedOn) else [],
        "projects": [_project(message, result, journal, reasons) for result in message.results],
    }


def added_fields(passed_on: PassedOn) -> Iterator[dict[str, JsonValue]]:
    """What Segment added and changed."""
    for change in passed_on.changes:
        yield {"field": change.field, "rule": change.rule, "before": change.before, "after": change.after}


def _project(
    message: KeptMessage, result: ProjectResult, journal: Journal, reasons: dict[int, Reasons]
) -> dict[str, Any]:
    by_name = {item.subscription: item for item in result.subscriptions}
    rows = [_subscription(item, journal) for item in result.subscriptions if not item.subscription]
    for compiled in result.compiled:
        item = by_name.get(compiled.subscription.name)
        if item is not None:
            rows.append(_subscription(item, journal))
        elif not any(row["subscription"] is None for row in rows):
            rows.append(_not_subscribed(message, compiled, reasons))
    return {"project": result.project, "outcome": result.outcome, "subscriptions": rows}


def _subscription(item: SubscriptionResult, journal: Journal) -> dict[str, Any]:
    return {
        "subscription": item.subscription or None,
        "action": item.action or None,
        "outcome": item.outcome,
        "reason": item.reason,
        "tries": item.tries,
        "uncertain": item.uncertain,
        "requests": [request_of_entry(journal, number) for number in item.requests],
    }


def _not_subscribed(
    message: KeptMessage, compiled: CompiledSubscription, reasons: dict[int, Reasons]
) -> dict[str, Any]:
    subscription = compiled.subscription
    because = reasons.setdefault(id(compiled), compile_reasons(compiled))
    event = message.ingested.message if message.ingested is not None else None
    return {
        "subscription": subscription.name,
        "action": subscription.partner_action,
        "outcome": NOT_SUBSCRIBED,
        "reason": "; ".join(because(event)),
        "tries": 0,
        "uncertain": False,
        "requests": [],
    }


def request_of_entry(journal: Journal, number: int) -> dict[str, Any]:
    """A request to Iterable with its reply, as messages show it."""
    entry = journal.entry(number)
    if entry is None:
        return {"number": number, "note": _FORGOTTEN}
    shown = entry_to_json(entry)
    return {name: shown[name] for name in _OF_ENTRY}
