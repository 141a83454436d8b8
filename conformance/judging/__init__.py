"""Mappings judged by properties: what `conform` does, to be called from Python.

`judge` runs every property on generated histories and gives a `Judgement`. `build_report` saves its findings as
scenarios, runs them again and gives a report, of which `judgement_json` makes JSON, and `conformance.report` JUnit,
HTML and text.

    runner            histories generated, executed and judged; findings minimised by `shrinker`
    model             findings, results, the judgement
    baseline          violations that are accepted; `baseline_update` after a run
    scenario_export   findings as scenario files
    problems          what is to be mended, each with the findings that show it
    judgement_report  the report, its counts, and its JSON document
    report            the report made; its cases are made in `case_results`
    terminal          the table, and text for a terminal
"""

from conformance.judging.baseline import Baseline, Signature, baseline_text, read_baseline, shipped_baseline
from conformance.judging.baseline_update import updated_baseline
from conformance.judging.judgement_report import JudgementReport, judgement_json
from conformance.judging.model import Finding, Judgement, Result
from conformance.judging.problems import Problem, ShownFinding
from conformance.judging.report import build_report, count_shared_with_presets
from conformance.judging.runner import DEFAULT_EXAMPLES, case_count, judge
from conformance.judging.scenario_export import save_finding, scenario_of, scenario_text
from conformance.judging.terminal import format_table, write_judgement

__all__ = [
    "DEFAULT_EXAMPLES",
    "Baseline",
    "Finding",
    "Judgement",
    "JudgementReport",
    "Problem",
    "Result",
    "ShownFinding",
    "Signature",
    "baseline_text",
    "build_report",
    "case_count",
    "count_shared_with_presets",
    "format_table",
    "judge",
    "judgement_json",
    "read_baseline",
    "save_finding",
    "scenario_of",
    "scenario_text",
    "shipped_baseline",
    "updated_baseline",
    "write_judgement",
]
