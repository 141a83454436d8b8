"""One result model, four views of it: terminal, JSON, JUnit and HTML."""

from conformance.report.documents import failure_text, to_json, to_junit
from conformance.report.model import CaseResult, Failure, Report, StepTrace, TraceLine, Verdict
from conformance.report.page import to_html
from conformance.report.terminal import write_terminal

__all__ = [
    "CaseResult",
    "Failure",
    "Report",
    "StepTrace",
    "TraceLine",
    "Verdict",
    "failure_text",
    "to_html",
    "to_json",
    "to_junit",
    "write_terminal",
]
