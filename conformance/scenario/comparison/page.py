"""Comparisons as one HTML page that needs nothing else."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Final

from conformance.report.page import details_html, mapping_html, page_html, story_html
from conformance.scenario.comparison.views import TITLES, agreement, remarks, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.report import RunDetails
    from conformance.scenario.comparison.model import Cell, Comparison, Row

_STYLE: Final = """
.comparison { width: 100%; font-size: .9rem; margin: .3rem 0 1rem; }
.comparison th { text-align: left; padding: .15rem .6rem .15rem 0; }
.comparison td { padding: .15rem .6rem; border-bottom: 1px solid light-dark(#d5d9e0, #3b414b); }
.comparison td { overflow-wrap: anywhere; }
.comparison th.what, .comparison td.what { padding-left: 0; width: 34%; }
.comparison .section th { padding-top: .7rem; }
.comparison td.differs { background: light-dark(#fff1c9, #4a3c10); font-weight: 600; }
.comparison th.type { padding-left: .6rem; }
h2 { font-size: 1.1rem; margin-bottom: .2rem; } h2 small { font-weight: 400; overflow-wrap: anywhere; }
"""


def comparisons_to_html(comparisons: Sequence[Comparison], details: RunDetails | None = None) -> str:
    """Comparisons as an HTML page, one column a project type; scenarios that differ come first.

    In a row that differs, what most project types have is plain and the rest is marked; all of it is where no value
    is that of most.

    Args:
        comparisons: The comparisons.
        details: How the run came about.
    """
    heading = summary(comparisons)
    body = (
        f"<h1>{escape(heading)}</h1>"
        + details_html(details)
        + "".join(map(_scenario, sorted(comparisons, key=lambda comparison: not comparison.differs)))
    )
    return page_html(heading, body, _STYLE)


def _scenario(comparison: Comparison) -> str:
    """A scenario: what differs, and folded below it what does not."""
    told = "".join(f"<p>{escape(text)}</p>" for text in remarks(comparison))
    word = "differs" if comparison.differs else "identical"
    heading = f"<h2>{escape(comparison.name)}: {word} <small>{escape(comparison.file)}</small></h2>"
    same = [row for row in comparison.rows if not row.differs]
    folded = f"<details><summary>{_counted(same)}</summary>{_table(comparison, same)}</details>" if same else ""
    differing = _table(comparison, comparison.differences) if comparison.differences else ""
    agreed = "" if comparison.differs else f"<p>{escape(agreement(comparison))}</p>"
    story = story_html((*comparison.story, *((("mapping", comparison.mapping),) if comparison.mapping else ())))
    return f"<section>{heading}{story}{_sent(comparison)}{agreed}{differing}{told}{folded}</section>"


def _sent(comparison: Comparison) -> str:
    """The events that were sent, each unfolding to its JSON, and the mapping."""
    events = "".join(
        f"<details><summary>{escape(text)}</summary>"
        f"<pre>{escape(json.dumps(event, ensure_ascii=False, indent=2))}</pre></details>"
        for text, event in comparison.events
    )
    if comparison.subscriptions is None:
        return events
    return events + mapping_html(comparison.mapping, comparison.subscriptions)


def _counted(rows: Sequence[Row]) -> str:
    return "1 identical row" if len(rows) == 1 else f"{len(rows)} identical rows"


def _table(comparison: Comparison, rows: Sequence[Row]) -> str:
    types = "".join(f'<th class="type">{escape(name)}</th>' for name in comparison.project_types)
    parts = [f'<tr><th class="what"></th>{types}</tr>']
    for section, title in TITLES.items():
        of_section = [row for row in rows if row.section is section]
        if of_section:
            width = len(comparison.project_types) + 1
            parts.append(f'<tr class="section"><th class="what" colspan="{width}">{title}</th></tr>')
        parts += map(_row, of_section)
    return f'<table class="comparison">{"".join(parts)}</table>'


def _row(row: Row) -> str:
    marks = (' class="differs"' if position in row.unusual else "" for position in range(len(row.cells)))
    cells = "".join(f"<td{mark}>{_cell(cell)}</td>" for mark, cell in zip(marks, row.cells, strict=True))
    return f'<tr><td class="what">{escape(row.what)}</td>{cells}</tr>'


def _cell(cell: Cell) -> str:
    """What one project type made of it, and what the reply says."""
    return f"{escape(cell.text)}<br><small>{escape(cell.said)}</small>" if cell.said else escape(cell.text)
