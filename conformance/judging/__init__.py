"""Mappings judged by properties: what `conform` does, to be called from Python.

`judge` runs every property on generated histories and gives a `Judgement`. `build_report` saves its findings as
scenarios, runs them again and gives a report, of which `judgement_json` makes JSON, `judgement_html` a page,
and `conformance.report` JUnit.

    runner            histories generated, executed and judged; findings minimised by `shrinker`
    model             findings, results, the judgement
    baseline          violations that are accepted; `baseline_update` after a run, `baseline_use` in one
    scenario_export   findings as scenario files
    verdict           findings by their causes: what is a problem, and what no change of the mapping mends
    problems          what is to be mended, each with the findings that show it
    judgement_report  the report, its counts, and its JSON document, whose schema is `report.schema.json`
    report            the report made; its cases are made in `case_results`
    accepted          why things are accepted, and `assumptions` about events
    terminal          the table, and text for a terminal
    page              the page in HTML; what it draws of the mapping is found in `flows`
    annotations       problems on the lines of the mapping, and a summary, for GitHub
"""

from conformance.judging.annotations import NOTHING_TESTED, judgement_markdown, problem_annotations
from conformance.judging.baseline import (
    Baseline,
    Signature,
    baseline_text,
    is_to_be_reviewed,
    pruned_text,
    read_baseline,
    shipped_baseline,
)
from conformance.judging.baseline_update import accepted_judgement, updated_baseline
from conformance.judging.baseline_use import lint_to_accept, unmatched, unmatched_lint, without
from conformance.judging.judgement_report import JudgementReport, judgement_json, judgement_schema, problems_json
from conformance.judging.model import Finding, Judgement, Result
from conformance.judging.page import judgement_html
from conformance.judging.problems import Problem, ShownFinding, problems_of_lint
from conformance.judging.report import build_report, count_shared_with_presets
from conformance.judging.runner import DEFAULT_EXAMPLES, case_count, judge
from conformance.judging.scenario_export import save_finding, scenario_of, scenario_text
from conformance.judging.terminal import format_table, write_judgement, write_problems

__all__ = [
    "DEFAULT_EXAMPLES",
    "NOTHING_TESTED",
    "Baseline",
    "Finding",
    "Judgement",
    "JudgementReport",
    "Problem",
    "Result",
    "ShownFinding",
    "Signature",
    "accepted_judgement",
    "baseline_text",
    "build_report",
    "case_count",
    "count_shared_with_presets",
    "format_table",
    "is_to_be_reviewed",
    "judge",
    "judgement_html",
    "judgement_json",
    "judgement_markdown",
    "judgement_schema",
    "lint_to_accept",
    "problem_annotations",
    "problems_json",
    "problems_of_lint",
    "pruned_text",
    "read_baseline",
    "save_finding",
    "scenario_of",
    "scenario_text",
    "shipped_baseline",
    "unmatched",
    "unmatched_lint",
    "updated_baseline",
    "without",
    "write_judgement",
    "write_problems",
]
