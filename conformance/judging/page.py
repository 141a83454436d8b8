"""The verdict as one HTML file: the table, problems, what is accepted, the mapping as a picture, the histories."""

from __future__ import annotations

from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Final

from conformance.judging.accepted import AcceptedReasons, accepted_reasons
from conformance.judging.flows import Flow, Outcome, SubscriptionFlows, flows_of
from conformance.report import Verdict
from conformance.report.page import TableRow, case_html, code_html, details_html, page_html, table_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.judging.judgement_report import JudgementReport
    from conformance.judging.problems import Problem
    from conformance.report import RunDetails

_PRESETS: Final = "the destination's own presets"


def judgement_html(report: JudgementReport, details: RunDetails | None = None) -> str:
    """The report as an HTML page; nothing in it is loaded from elsewhere.

    Args:
        report: The report.
        details: How the run came about.
    """
    style = (resources.files("conformance.judging") / "page.css").read_text(encoding="utf-8")
    name = report.configuration.file if report.configuration is not None else ""
    types = ", ".join(dict.fromkeys(result.project_type for result in report.judgement.results))
    tone = "good" if report.is_good else "bad"
    body = (
        f'<h1 class="{tone}">{escape(report.summary)}</h1>'
        f'<p class="dim">{escape(name or _PRESETS)}, in projects of the type {escape(types)}</p>'
        + "".join(f"<p>{escape(remark[:1].upper())}{escape(remark[1:])}.</p>" for remark in report.remarks())
        + details_html(details)
        + _table(report)
        + _problems(report)
        + _accepted(report)
        + _mapping(report)
        + _histories(report)
    )
    return page_html(f"{name or 'presets'}: {report.summary}", body, style)


def _problems(report: JudgementReport) -> str:
    if not report.problems:
        return ""
    return "<h2>What to fix</h2>" + "".join(
        _problem(number, problem) for number, problem in enumerate(report.problems, start=1)
    )


def _problem(number: int, problem: Problem) -> str:
    colon = ":" if problem.patches else ""
    consequence = f"<p>{escape(problem.consequence)}</p>" if problem.consequence else ""
    place = f"{code_html(problem.place)}; " if problem.place else ""
    replay = f"; replayed by {code_html(f'iterable-harness run {problem.replay}')}" if problem.replay else ""
    return (
        f'<article class="problem {problem.severity.value}" id="problem-{number}">'
        f'<h3>{number}. {escape(problem.sentence)} <span class="severity">{problem.severity.value}</span></h3>'
        f"{consequence}<p>{escape(problem.advice)}{colon}</p>{_patches(problem)}"
        f'<p class="dim"><small>{place}in {escape(", ".join(problem.project_types))}; '
        f"shown by {escape(', '.join(problem.shown))}{replay}</small></p></article>"
    )


def _patches(problem: Problem) -> str:
    return "".join(
        f'<pre class="patch">{_lines("del", "-", patch.removed)}{_lines("ins", "+", patch.added)}</pre>'
        for patch in problem.patches
    )


def _lines(element: str, sign: str, text: str) -> str:
    lines = "\n".join(f"{sign} {line}" for line in text.splitlines())
    return f"<{element}>{escape(lines)}</{element}>" if lines else ""


def _accepted(report: JudgementReport) -> str:
    opened = "" if report.problems else " open"
    return "".join(
        _accepted_group(group, opened) for group in accepted_reasons(report.judgement, report.accepted_lint)
    )


def _accepted_group(group: AcceptedReasons, opened: str) -> str:
    items = "".join(
        f'<li>{escape(reason)} <small class="dim">({escape(source)})</small></li>' for reason, source in group.reasons
    )
    count = "1 reason" if len(group.reasons) == 1 else f"{len(group.reasons)} reasons"
    details = f"<details{opened}><summary>{count}</summary><ul>{items}</ul></details>"
    return f"<h2>{escape(group.heading)}</h2>{details}"


def _mapping(report: JudgementReport) -> str:
    added = "".join(
        f'<section class="subscription wrong"><p><a href="#problem-{number}">problem {number}</a>: '
        f"{escape(problem.sentence)}</p></section>"
        for number, problem in enumerate(report.problems, start=1)
        if problem.change is not None and not problem.change.keys
    )
    found = "".join(map(_subscription, flows_of(report)))
    return (
        "<h2>What the mapping does</h2>"
        '<p class="dim"><small>Left: what is read from an event. Right: the field that it reaches.</small></p>'
        f'<div class="subscriptions">{found}{added}</div>'
    )


def _subscription(flows: SubscriptionFlows) -> str:
    trigger = flows.trigger
    note = f'<span class="note">{_note(trigger)}</span>' if trigger.note else ""
    items = "".join(map(_flow, flows.flows))
    action = f'<small class="dim">{escape(flows.action)}</small>'
    return (
        f'<section class="subscription"><h3>{escape(flows.name)} {action}</h3>'
        f'<p class="{trigger.outcome.value}">{code_html(trigger.target)} {note}</p>'
        f'<ul class="flows">{items}</ul></section>'
    )


def _flow(flow: Flow) -> str:
    sources = "".join(map(_path, flow.sources)) or "<small>nothing</small>"
    note = f'<span class="note">{_note(flow)}</span>' if flow.note else ""
    return (
        f'<li class="{flow.outcome.value}"><span class="source">{sources}</span>'
        f'<span class="arrow" role="img" aria-label="{flow.outcome.value}"></span>'
        f'<span class="target">{_path(flow.target)}</span>{note}</li>'
    )


def _path(text: str) -> str:
    """A path as code that is broken behind its dots first."""
    return code_html(text).replace(".", ".<wbr>")


def _note(flow: Flow) -> str:
    text = escape(flow.note)
    kind = f"{flow.outcome.value}: " if flow.outcome in {Outcome.LOST, Outcome.REFUSED} else ""
    return f'<a href="#problem-{flow.problem}">{kind}{text}</a>' if flow.problem else f"{kind}{text}"


def _table(report: JudgementReport) -> str:
    """A row for each property, and first one for what shows without an event, where that is wrong."""
    problems = {
        (item.finding.property.id, item.finding.project_type): f"#problem-{number}"
        for number, problem in enumerate(report.problems, start=1)
        for item in problem.shown_by
    }
    rows: dict[str, dict[str, tuple[Verdict, str]]] = {}
    sentences = {result.property.id: result.property.description for result in report.judgement.results}
    for result in report.judgement.results:
        key = (result.property.id, result.project_type)
        rows.setdefault(result.property.id, {})[result.project_type] = result.verdict(), problems.get(key, "")
    labelled = [
        TableRow(f"{code_html(name)} <small>{escape(sentences[name])}</small>", cells) for name, cells in rows.items()
    ]
    return "<h2>Every property</h2>" + table_html("property", [*_linted(report), *labelled])


def _linted(report: JudgementReport) -> Iterator[TableRow]:
    for number, problem in enumerate(report.problems, start=1):
        if problem.linted and not problem.shown_by:
            label = f"{code_html(problem.shown[0])} <small>{escape(problem.sentence)}</small>"
            yield TableRow(label, dict.fromkeys(problem.project_types, (Verdict.FAILED, f"#problem-{number}")))


def _histories(report: JudgementReport) -> str:
    shown = [case for case in report.cases if case.verdict in {Verdict.FAILED, Verdict.ERROR}]
    if not shown:
        return ""
    replays = {problem.replay for problem in report.problems}
    cases = "".join(case_html(case, is_open=case.file in replays) for case in shown)
    return f"<h2>The histories that show it, step by step</h2>{cases}"
