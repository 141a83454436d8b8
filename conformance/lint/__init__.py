"""What can be known of a configuration without an event: mistakes, each with its place and what to write instead."""

from conformance.lint.linter import lint, preset_configuration
from conformance.lint.model import Finding, Rule, Severity
from conformance.lint.report import format_annotations, format_lines, on_a_line, summary, to_json, to_markdown
from conformance.lint.rules import RULES

__all__ = [
    "RULES",
    "Finding",
    "Rule",
    "Severity",
    "format_annotations",
    "format_lines",
    "lint",
    "on_a_line",
    "preset_configuration",
    "summary",
    "to_json",
    "to_markdown",
]
