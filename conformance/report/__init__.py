"""One result model, four views of it (terminal, JSON, JUnit, HTML), and the events that they listen to."""

from conformance.report.documents import case_document, failure_text, to_json, to_junit
from conformance.report.events import (
    CaseFinished,
    CaseStarted,
    Dispatcher,
    Event,
    Listener,
    RunFinished,
    RunStarted,
)
from conformance.report.listeners import DocumentReport, TerminalReport
from conformance.report.model import CaseResult, Failure, Report, StepTrace, TraceLine, Verdict
from conformance.report.page import to_html
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
    "RunFinished",
    "RunStarted",
    "StepTrace",
    "TerminalReport",
    "TraceLine",
    "Verdict",
    "case_document",
    "failure_text",
    "to_html",
    "to_json",
    "to_junit",
    "write_case",
    "write_summary",
    "write_terminal",
]
