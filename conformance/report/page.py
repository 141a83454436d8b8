"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from conformance.report.model import CaseResult, Report, Verdict

if TYPE_CHECKING:
    from conformance.report.model import StepTrace

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; }
summary { cursor: pointer; padding: .3rem 0; }
details { border-bottom: 1px solid #8885; }
code, pre { font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.passed { color: light-dark(#136c2e, #7ddc98); } .failed, .error { color: light-dark(#b00020, #ff8a80); }
.accepted { color: light-dark(#7a5200, #e8b84a); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .3rem 0 .8rem 1rem; }
dd { margin: 0; } table { border-collapse: collapse; } td { vertical-align: top; padding: .1rem .6rem .1rem 0; }
"""


def to_html(report: Report) -> str:
    """The report as an HTML page; nothing in it is loaded from elsewhere."""
    cases = "".join(_case(case) for case in report.cases)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{report.summary}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{report.summary}</h1>{cases}</main></body></html>\n"
    )


def _case(case: CaseResult) -> str:
    opened = " open" if case.verdict in {Verdict.FAILED, Verdict.ERROR} else ""
    failures = "".join(
        f"<dl><dt>where</dt><dd>{_code(failure.where)}, line {failure.line}</dd>"
        f"<dt>what</dt><dd>{_code(failure.path)}</dd>"
        f"<dt>expected</dt><dd>{_code(failure.expected)}</dd>"
        f"<dt>actual</dt><dd>{_code(failure.actual)}</dd></dl>"
        for failure in case.failures
    )
    details = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in case.details)
    details = f"<dl>{details}</dl>" if details else ""
    message = f"<p>{html.escape(case.message)}</p>" if case.message else ""
    trace = "".join(_step(step) for step in case.trace)
    return (
        f'<details{opened}><summary><strong class="{case.verdict.value}">{case.verdict.value}</strong> '
        f"{html.escape(case.project_type)}: {html.escape(case.name)} <small>{html.escape(case.file)}</small>"
        f"</summary>{details}{failures}{message}{trace}</details>"
    )


def _step(step: StepTrace) -> str:
    rows = "".join(f"<tr><td>{html.escape(line.stage)}</td><td>{_code(line.text)}</td></tr>" for line in step.lines)
    return f"<h3>{html.escape(step.title)}</h3><table>{rows}</table>"


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"
