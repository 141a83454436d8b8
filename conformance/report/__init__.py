"""One result model, its views (terminal, JSON, JUnit, TAP, HTML), and the events that they listen to."""

from conformance.report.documents import case_document, failure_text, sentence_of, to_json
from conformance.report.events import (
    CaseFinished,
    CaseStarted,
    Dispatcher,
    Event,
    Listener,
    RunFinished,
    RunStarted,
)
from conformance.report.junit import to_junit
from conformance.report.listeners import DocumentReport, TerminalReport
from conformance.report.model import CaseResult, Failure, Report, StepTrace, TraceLine, Verdict
from conformance.report.page import to_html
from conformance.report.run_details import RunDetails
from conformance.report.tap import to_tap
from conformance.report.terminal import write_case, write_summary, write_terminal

__all__ = [
    "CaseFinished",
    "CaseResult",
    "CaseStarted",
    "Dispatcher",
    "DocumentReport",
    "Event",
    "Failure",
    "Listener",
    "Report",
    "RunDetails",
    "RunFinished",
    "RunStarted",
    "StepTrace",
    "TerminalReport",
    "TraceLine",
    "Verdict",
    "case_document",
    "failure_text",
    "sentence_of",
    "to_html",
    "to_json",
    "to_junit",
    "to_tap",
    "write_case",
    "write_summary",
    "write_terminal",
]
