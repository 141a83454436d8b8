"""Properties that a mapping should have, and the judgement of a mapping by them."""

from conformance.properties.baseline import (
    Accepted,
    Baseline,
    baseline_text,
    read_baseline,
    shipped_baseline,
    updated,
)
from conformance.properties.catalogue import PROPERTIES
from conformance.properties.judgement import DEFAULT_EXAMPLES, Finding, Judgement, Result, judge, plays
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.scenarios import scenario_of, scenario_text

__all__ = [
    "DEFAULT_EXAMPLES",
    "PROPERTIES",
    "Accepted",
    "Baseline",
    "Finding",
    "Judgement",
    "Property",
    "Result",
    "Severity",
    "Violation",
    "baseline_text",
    "judge",
    "plays",
    "read_baseline",
    "scenario_of",
    "scenario_text",
    "shipped_baseline",
    "updated",
]
