"""Histories that were written for one mapping, as another one reads them.

Columns of a model and keys of audiences have names that are the customer's own: what a changed mapping reads of a row
is taken to be there, as it is for the mapping that histories are written for.
"""

from __future__ import annotations

from dataclasses import replace

from conformance.strategies.audience_histories import AudienceWriter
from conformance.strategies.history import History, HistoryEvent, value_at, with_value
from conformance.strategies.mapping_analysis import MappingAnalysis, specified_paths
from conformance.strategies.row_writer import RowWriter, model_of
from conformance.strategies.subscription_kinds import Kind, is_row


def completed(history: History, analysis: MappingAnalysis, former: MappingAnalysis) -> History:
    """A history with all that a mapping reads of rows and audiences, and no identifiers where it looks for none.

    Args:
        history: As it was written for another mapping.
        analysis: The mapping.
        former: The mapping that it was written for.
    """
    read = {path for analysed in analysis.subscriptions for path in analysed.sources}
    gone = _own_identifiers(former) - read
    deliveries = (
        replace(
            delivery,
            history_events=tuple(_completed(_without(item, gone), analysis) for item in delivery.history_events),
        )
        for delivery in history.deliveries
    )
    return replace(history, deliveries=tuple(deliveries))


def as_specified(history: History, former: MappingAnalysis) -> History:
    """A history whose events carry emails and phone numbers where Segment's specification puts them, too.

    Args:
        history: As it was written for a mapping, which may look for them elsewhere.
        former: That mapping.
    """
    deliveries = (
        replace(delivery, history_events=tuple(_as_specified(item, former) for item in delivery.history_events))
        for delivery in history.deliveries
    )
    return replace(history, deliveries=tuple(deliveries))


def _as_specified(item: HistoryEvent, former: MappingAnalysis) -> HistoryEvent:
    event = item.event
    if is_row(event):
        return item
    for role, value in (("email", former.email_in(event)), ("phone", former.phone_in(event))):
        usual = specified_paths(role, event["type"])[:1] if former.assumed_paths(role, event["type"]) else ()
        for path in usual:
            if value is not None and value_at(event, path) is None:
                event = with_value(event, path, value)
    return HistoryEvent(item.persona, event)


def _own_identifiers(analysis: MappingAnalysis) -> frozenset[str]:
    """The paths of a userId that are the mapping's own, and no event has that is not written for it."""
    return frozenset(
        path
        for analysed in analysis.subscriptions
        if not analysed.takes_rows
        for leaf in analysed.leaves
        for path in leaf.sources
        if leaf.target[-1:] == ("userId",) and path.startswith(("traits.", "properties.", "context.traits."))
    )


def _without(item: HistoryEvent, paths: frozenset[str]) -> HistoryEvent:
    event = item.event
    for path in paths:
        holder, _, last = path.rpartition(".")
        there = value_at(event, holder)
        if isinstance(there, dict) and last in there:
            event = with_value(event, holder, {key: value for key, value in there.items() if key != last})
    return HistoryEvent(item.persona, event)


def _completed(item: HistoryEvent, analysis: MappingAnalysis) -> HistoryEvent:
    if is_row(item.event):
        return RowWriter(analysis, model_of(item.event)).completed(item)
    if value_at(item.event, "context.personas.computation_key") is not None and analysis.of_kind(Kind.AUDIENCE):
        return AudienceWriter(analysis, item.event["type"]).completed(item)
    return item
