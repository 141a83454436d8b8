"""Histories that were written for one mapping, as another one reads them.

Columns of a model and keys of audiences have names that are the customer's own: what a changed mapping reads of a row
is taken to be there, as it is for the mapping that histories are written for.
"""

from __future__ import annotations

from dataclasses import replace

from conformance.strategies.audience_histories import AudienceWriter
from conformance.strategies.history import History, HistoryEvent, value_at
from conformance.strategies.mapping_analysis import MappingAnalysis
from conformance.strategies.row_writer import RowWriter, model_of
from conformance.strategies.subscription_kinds import Kind, is_row


def completed(history: History, analysis: MappingAnalysis) -> History:
    """A history with all that a mapping reads of rows and audiences.

    Args:
        history: As it was written for another mapping.
        analysis: The mapping.
    """
    deliveries = (
        replace(delivery, history_events=tuple(_completed(item, analysis) for item in delivery.history_events))
        for delivery in history.deliveries
    )
    return replace(history, deliveries=tuple(deliveries))


def _completed(item: HistoryEvent, analysis: MappingAnalysis) -> HistoryEvent:
    if is_row(item.event):
        return RowWriter(analysis, model_of(item.event)).completed(item)
    if value_at(item.event, "context.personas.computation_key") is not None and analysis.of_kind(Kind.AUDIENCE):
        return AudienceWriter(analysis, item.event["type"]).completed(item)
    return item
