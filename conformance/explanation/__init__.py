"""What a destination would send for an event, and why: what `map` shows, callable.

An explanation has one route for each subscription: whether its trigger matches and, if not, which conditions do not
hold; what the mapping gave and what validation changed in it; the requests; and the error, if there is one. It is
plain data, which `to_json` and `format_text` render as `map` does. A `Summary` counts what becomes of many events.
"""

from conformance.explanation.changes import Change
from conformance.explanation.explanation import (
    Explainer,
    Explanation,
    Route,
    explain_batch,
    explain_event,
)
from conformance.explanation.field_path import FieldStep
from conformance.explanation.report import event_to_json, format_text, text_blocks, to_json
from conformance.explanation.summary import Summary, SummaryRow

__all__ = [
    "Change",
    "Explainer",
    "Explanation",
    "FieldStep",
    "Route",
    "Summary",
    "SummaryRow",
    "event_to_json",
    "explain_batch",
    "explain_event",
    "format_text",
    "text_blocks",
    "to_json",
]
