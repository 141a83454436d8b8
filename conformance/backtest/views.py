"""A report for people: text for a terminal, Markdown for a comment on a pull request, and a page."""

from __future__ import annotations

import html
import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from conformance.backtest.losses import losses
from conformance.backtest.project_sentences import project_sentences
from conformance.backtest.sentences import figures_sentence, tables, verdict
from conformance.report.page import code_html, details_html, page_html
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.backtest.cells import Cell, Table
    from conformance.report import RunDetails

Json = Any

#: Rows of a table in a comment, which GitHub limits to 65,536 characters in all.
_MOST_ROWS: Final = 25
#: What means something in Markdown outside code, mentions of people included.
_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|~@&])")
_BREAKS: Final = re.compile(r"\s+")
_STYLE: Final = "th { text-align: left; padding: .1rem .6rem .1rem 0; } h2 { font-size: 1.1rem; }"


def format_text(document: Json, *, quiet: bool = False, verbose: bool = False) -> Iterator[str]:
    """The lines of a report for a terminal; the last one is the verdict.

    Args:
        document: The report as `to_json` gives it.
        quiet: Whether only figures and the verdict are wanted.
        verbose: Whether all examples are wanted.
    """
    if not quiet:
        for table in tables(document):
            yield table.title
            yield from _columns(table)
            yield ""
        if verbose:
            yield from _all_examples(document)
    if document["changes"] is not None:
        yield figures_sentence(document)
    compared = [*losses(document)] if quiet else []
    yield from map(str, compared) if compared else project_sentences(document)
    yield verdict(document)


def _all_examples(document: Json) -> Iterator[str]:
    changes = document["changes"] or {"found": [], "fields": []}
    titled = [
        *((f"{item['kind']}: {item['action']}", item) for item in changes["found"]),
        *((f"{item['action']} {item['field']}: {item['kind']}", item) for item in changes["fields"]),
        *((f"sent: {item['name']}", item) for item in document["subscriptions"]),
        *((reason["reason"], reason) for item in document["subscriptions"] for reason in item["reasons"]),
        *_examples_of_projects(document),
    ]
    for title, item in titled:
        if item["examples"]:
            yield title
            yield from (f"  {json_text.stringify(example)}" for example in item["examples"])
            yield ""


def _examples_of_projects(document: Json) -> Iterator[tuple[str, Json]]:
    for project in document["projects"] or ():
        kind = project["type"]
        yield from ((f"{kind}: {item['what']}: {item['rule']}", item) for item in project["notCarriedOut"])
        yield from ((f"{kind}: {item['category']} {item['field']}", item) for item in project["otherTypes"])
        yield from ((f"{kind}: {item['what']}", item) for item in project["found"])


def _columns(table: Table) -> Iterator[str]:
    rows = [table.head, *(tuple(_one_line(cell.text) for cell in row) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    for row in rows:
        yield "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def to_markdown(document: Json, *, title: str = "Backtest") -> str:
    """The report as a comment: the verdict first, then tables of which the long ones are cut.

    Args:
        document: The report as `to_json` gives it.
        title: Its heading.
    """
    parts = [f"### {_escaped(title)}: {_escaped(verdict(document))}", ""]
    if document["changes"] is not None:
        parts += [_escaped(figures_sentence(document)), ""]
    for sentence in project_sentences(document):
        parts += [_escaped(sentence), ""]
    for table in tables(document):
        parts += [f"**{table.title}**", "", *_markdown_table(table), ""]
    return "\n".join(parts)


def _markdown_table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(table.head)} |"
    yield f"|{' --- |' * len(table.head)}"
    for row in table.rows[:_MOST_ROWS]:
        yield f"| {' | '.join(map(_markdown_cell, row))} |"
    if len(table.rows) > _MOST_ROWS:
        yield ""
        yield f"and {len(table.rows) - _MOST_ROWS:,} more"


def _markdown_cell(cell: Cell) -> str:
    text = _one_line(cell.text)
    if not cell.code or not text:
        return _escaped(text)
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    space = " " if "`" in text else ""
    # A bar ends a cell, even in code.
    return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|")


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text)


def to_html(document: Json, *, title: str = "Backtest", details: RunDetails | None = None) -> str:
    """The report as a page that needs nothing else.

    Args:
        document: The report as `to_json` gives it.
        title: Its heading.
        details: How the run came about.
    """
    sentence = verdict(document)
    said = [*([] if document["changes"] is None else [figures_sentence(document)]), *project_sentences(document)]
    figures = "".join(f"<p>{html.escape(text)}</p>" for text in said)
    shown = "".join(map(_html_table, tables(document)))
    heading = f"{title}: {sentence}"
    body = f"<h1>{html.escape(heading)}</h1>{details_html(details)}{figures}{shown}"
    return page_html(heading, body, _STYLE)


def _html_table(table: Table) -> str:
    head = "".join(f"<th>{html.escape(name)}</th>" for name in table.head)
    rows = "".join(f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in table.rows)
    return f"<h2>{html.escape(table.title)}</h2><table><tr>{head}</tr>{rows}</table>"


def _html_cell(cell: Cell) -> str:
    return f"<td>{code_html(cell.text) if cell.code and cell.text else html.escape(cell.text)}</td>"
