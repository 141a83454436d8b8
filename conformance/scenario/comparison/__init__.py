"""One scenario in several project types, side by side: who exists, whose events, which replies."""

from conformance.scenario.comparison.compare import compare_paths, compare_plays, compare_scenario
from conformance.scenario.comparison.model import Cell, Comparison, Row, Section
from conformance.scenario.comparison.page import comparisons_to_html
from conformance.scenario.comparison.views import comparisons_to_json, comparisons_to_markdown, write_comparisons

__all__ = [
    "Cell",
    "Comparison",
    "Row",
    "Section",
    "compare_paths",
    "compare_plays",
    "compare_scenario",
    "comparisons_to_html",
    "comparisons_to_json",
    "comparisons_to_markdown",
    "write_comparisons",
]
