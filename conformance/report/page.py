"""The report as one HTML file that needs nothing else, and the parts of which another page may be made."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.report.model import UNMET, CaseResult, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import JsonValue

    from conformance.report.model import StepTrace
    from conformance.report.run_details import RunDetails

#: The project types in their usual order.
PROJECT_TYPES: Final = ("email", "userid", "hybrid")

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; }
summary { cursor: pointer; padding: .3rem 0; overflow-wrap: anywhere; }
details { border-bottom: 1px solid #8885; }
code, pre { font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.passed { color: light-dark(#136c2e, #7ddc98); } .failed, .error { color: light-dark(#b00020, #ff8a80); }
.accepted { color: light-dark(#7a5200, #e8b84a); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .3rem 0 .8rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; } table { border-collapse: collapse; }
.run { margin: .3rem 0 1rem; color: light-dark(#5b6470, #a0a9b5); font-size: .9rem; }
.verdicts { width: 100%; font-size: .9rem; margin: .3rem 0 1rem; }
.verdicts th { text-align: left; font-weight: 600; }
.verdicts td, .verdicts th { padding: .15rem .5rem .15rem 0; border-bottom: 1px solid light-dark(#d5d9e0, #3b414b); }
.verdicts td:first-child { overflow-wrap: anywhere; } .verdicts a { color: inherit; }
.not-applicable, .skipped { color: light-dark(#5b6470, #a0a9b5); white-space: nowrap; }
td { vertical-align: top; padding: .1rem .6rem .1rem 0; }
@media print { :root { color-scheme: light; font-size: 11px; } code, pre { font-size: 9px; } }
"""


#: What is worth reading first.
_ORDER: Final = (
    *(Verdict.ERROR, Verdict.FAILED, Verdict.SKIPPED, Verdict.ACCEPTED, Verdict.PASSED, Verdict.NOT_APPLICABLE),
)
_WRONG: Final = frozenset({Verdict.ERROR, Verdict.FAILED})


_UNMET_IN_SEVERAL: Final = (
    "{} scenarios with a known issue: the customer's expectation is not met; the table says in which project types"
)

#: Its name and its file.
_Scenario = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table of verdicts.

    Attributes:
        label: What it is about, as HTML.
        cells: By project type, the verdict and where in the page that is explained; empty for nowhere.
    """

    label: str
    cells: Mapping[str, tuple[Verdict, str]]

    @property
    def worst(self) -> Verdict:
        """The verdict that is worth reading first."""
        return min((verdict for verdict, _ in self.cells.values()), key=_ORDER.index)


def to_html(report: Report, details: RunDetails | None = None) -> str:
    """The report as an HTML page, a table and the cases, failures first; nothing in it is loaded from elsewhere.

    Args:
        report: The report.
        details: How the run came about.
    """
    cases = sorted(report.cases, key=lambda case: _ORDER.index(case.verdict))
    unmet = _unmet(report.cases)
    tone = ("accepted" if unmet else "passed") if report.is_good else "failed"
    body = (
        f'<h1 class="{tone}">{html.escape(report.summary)}</h1>'
        + _unmet_html(unmet)
        + details_html(details)
        + problems_html(report)
        + table_html("scenario", _rows(cases, unmet))
        + _mapping_html(cases)
        + "".join(f'<div id="case-{number}">{case_html(case)}</div>' for number, case in enumerate(cases))
    )
    return page_html(report.summary, body)


def _mapping_html(cases: Sequence[CaseResult]) -> str:
    """The mapping, folded, on a page about one scenario."""
    scenarios = {(case.name, case.file) for case in cases}
    if len(scenarios) != 1 or cases[0].subscriptions is None:
        return ""
    return mapping_html(cases[0].mapping, cases[0].subscriptions)


def mapping_html(name: str, subscriptions: JsonValue) -> str:
    """A mapping, folded, as a part of a page.

    Args:
        name: What it is called.
        subscriptions: Its content.
    """
    text = json.dumps(subscriptions, ensure_ascii=False, indent=2)
    return f"<details><summary>mapping: {html.escape(name)}</summary><pre>{html.escape(text)}</pre></details>"


def problems_html(report: Report) -> str:
    """What could not be used, as a part of a page; nothing where all could."""
    if not report.mistakes:
        return ""
    items = "".join(f"<li>{code_html(str(problem))}</li>" for found in report.unusable.values() for problem in found)
    return f'<h2 class="failed">Could not be used</h2><ul>{items}</ul>'


def _unmet(cases: Sequence[CaseResult]) -> dict[_Scenario, list[str]]:
    """The scenarios with a known issue, each with the project types in which it is met with."""
    unmet: dict[_Scenario, list[str]] = {}
    for case in cases:
        if case.known_issue:
            unmet.setdefault((case.name, case.file), []).append(case.project_type)
    return unmet


def _unmet_html(unmet: Mapping[_Scenario, Sequence[str]]) -> str:
    """What must be known beside the figures: that a scenario passed does not mean that the customer is content."""
    if not unmet:
        return ""
    [text] = map(_unmet_in, unmet.values()) if len(unmet) == 1 else [_UNMET_IN_SEVERAL.format(len(unmet))]
    return f'<p class="accepted"><strong>{html.escape(text)}</strong></p>'


def _unmet_in(project_types: Sequence[str]) -> str:
    types = sorted(project_types, key=_position)
    return f"{UNMET} in {', '.join(types)}"


def _position(project_type: str) -> int:
    return PROJECT_TYPES.index(project_type) if project_type in PROJECT_TYPES else len(PROJECT_TYPES)


def _rows(cases: Sequence[CaseResult], unmet: Mapping[_Scenario, Sequence[str]]) -> list[TableRow]:
    """A row for each scenario; one with a known issue also has what its author says of it."""
    found: dict[_Scenario, dict[str, tuple[Verdict, str]]] = {}
    stories: dict[_Scenario, str] = {}
    for number, case in enumerate(cases):
        key = case.name, case.file
        found.setdefault(key, {})[case.project_type] = case.verdict, f"#case-{number}"
        if key in unmet and key not in stories:
            text = html.escape(_unmet_in(unmet[key]))
            stories[key] = f'<p class="accepted">{text}</p>{story_html(case.story)}'
    return [
        TableRow(f"{html.escape(name)} <small>{html.escape(file)}</small>{stories.get((name, file), '')}", cells)
        for (name, file), cells in found.items()
    ]


def table_html(heading: str, rows: Sequence[TableRow]) -> str:
    """A table with a column for each project type, failures first, and what is as it should be folded below them.

    Args:
        heading: What the rows are.
        rows: The rows.
    """
    types = list(dict.fromkeys(kind for kind in PROJECT_TYPES for row in rows if kind in row.cells))
    types += dict.fromkeys(kind for row in rows for kind in row.cells if kind not in types)
    wrong = sorted((row for row in rows if row.worst in _WRONG), key=lambda row: _ORDER.index(row.worst))
    others = sorted((row for row in rows if row.worst not in _WRONG), key=lambda row: _ORDER.index(row.worst))
    if not wrong:
        return _table(heading, types, others)
    count = f"{len(others)} without a failure"
    folded = f"<details><summary>{count}</summary>{_table(heading, types, others)}</details>" if others else ""
    return _table(heading, types, wrong) + folded


def _table(heading: str, types: Sequence[str], rows: Sequence[TableRow]) -> str:
    head = "".join(f"<th>{html.escape(kind)}</th>" for kind in types)
    body = "".join(
        f"<tr><td>{row.label}</td>{''.join(_cell(row.cells.get(kind)) for kind in types)}</tr>" for row in rows
    )
    return f'<table class="verdicts"><tr><th>{html.escape(heading)}</th>{head}</tr>{body}</table>'


def _cell(cell: tuple[Verdict, str] | None) -> str:
    if cell is None:
        return "<td></td>"
    verdict, link = cell
    text = f'<a href="{html.escape(link)}">{verdict.value}</a>' if link else verdict.value
    return f'<td class="{verdict.value.replace(" ", "-")}">{text}</td>'


def details_html(details: RunDetails | None) -> str:
    """How a run came about, as a part of a page; nothing where that is not known."""
    if details is None:
        return ""
    facts = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{code_html(text) if name == 'command' else html.escape(text)}</dd>"
        for name, text in details.facts()
    )
    return f'<dl class="run">{facts}</dl>'


def page_html(title: str, body: str, style: str = "") -> str:
    """A whole page.

    Args:
        title: Its title, as text.
        body: What it shows, as HTML.
        style: CSS beside that of cases.
    """
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}{style}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def case_html(case: CaseResult, *, is_open: bool | None = None) -> str:
    """A case as a part of a page.

    Args:
        case: The case.
        is_open: Whether its steps are shown at once; by default when it is not as it should be.
    """
    wanted = case.verdict in {Verdict.FAILED, Verdict.ERROR} if is_open is None else is_open
    opened = " open" if wanted else ""
    failures = "".join(
        f"<dl><dt>where</dt><dd>{code_html(failure.where)}, line {failure.line}</dd>"
        f"<dt>what</dt><dd>{code_html(failure.path)}</dd>"
        f"<dt>expected</dt><dd>{code_html(failure.expected)}</dd>"
        f"<dt>actual</dt><dd>{code_html(failure.actual)}</dd></dl>"
        for failure in case.failures
    )
    mapping = (("mapping", case.mapping),) if case.mapping else ()
    told = (*case.story, *mapping, *case.details)
    details = story_html(told)
    message = f"<p>{html.escape(case.message)}</p>" if case.message else ""
    trace = "".join(_step(step) for step in case.trace)
    if case.source_text:
        trace += f"<details><summary>scenario</summary><pre>{html.escape(case.source_text)}</pre></details>"
    return (
        f'<details{opened}><summary><strong class="{case.verdict.value}">{case.verdict.value}</strong> '
        f"{html.escape(case.project_type)}: {html.escape(case.name)} <small>{html.escape(case.file)}</small>"
        f"</summary>{details}{failures}{message}{trace}</details>"
    )


def story_html(told: Sequence[tuple[str, str]]) -> str:
    """Names and texts as a part of a page; nothing where there are none."""
    items = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in told)
    return f"<dl>{items}</dl>" if items else ""


def _step(step: StepTrace) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(stage)}</td><td>{code_html(text)}</td></tr>"
        for line in step.lines
        for stage, text in line.shown
    )
    return f"<h3>{html.escape(step.title)}</h3><table>{rows}</table>"


def code_html(text: str) -> str:
    """A text as code in a page."""
    return f"<code>{html.escape(text)}</code>"
