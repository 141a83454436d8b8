"""A mapping judged by every property: the run, shrinking, baselines, findings as scenarios."""

from conformance.judging.baseline import (
    Accepted,
    Baseline,
    baseline_text,
    read_baseline,
    shipped_baseline,
    updated,
)
from conformance.judging.runner import DEFAULT_EXAMPLES, Finding, Judgement, Result, judge, plays
from conformance.judging.scenario_export import scenario_of, scenario_text

__all__ = [
    "DEFAULT_EXAMPLES",
    "Accepted",
    "Baseline",
    "Finding",
    "Judgement",
    "Result",
    "baseline_text",
    "judge",
    "plays",
    "read_baseline",
    "scenario_of",
    "scenario_text",
    "shipped_baseline",
    "updated",
]
