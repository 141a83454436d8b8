"""Findings as lines, JSON and annotations; the rules; and configurations as Segment's app saves them."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from lint_cases import findings, path, presets_as_the_app_saves_them, subscription

import conformance.lint
from conformance.inputs.configuration import configuration_of, read_configuration
from conformance.inputs.errors import InputProblem
from conformance.lint import RULES, Finding, format_annotations, format_lines, lint, preset_configuration, summary
from conformance.lint import to_json as lint_json
from conformance.lint.specification import specification
from conformance.workflow_commands import problem_annotation

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "tests/conformance/inputs/configuration/examples"


def test_the_presets_have_no_mistake() -> None:
    assert lint(preset_configuration(), ["email", "userid", "hybrid"]) == ()


def test_the_presets_as_the_app_saves_them_have_no_mistake() -> None:
    assert lint(configuration_of("reply.json", presets_as_the_app_saves_them()), ["email", "userid", "hybrid"]) == ()


@pytest.mark.parametrize("file", ["examples/mappings/all-three.yaml", "examples/pytest_suite/mapping.yaml"])
def test_the_mappings_that_are_examples_have_no_mistake(file: str) -> None:
    assert lint(read_configuration(ROOT / file), ["email", "userid", "hybrid"]) == ()


@pytest.mark.parametrize(
    ("name", "line", "column", "rule"),
    [
        ("hotel.tf", 39, 5, "fields.other-action"),
        ("public_api.json", 40, 38, "identifier.anonymous-id"),
        ("show.json", 0, 0, ""),
        ("terraform.tfstate", 0, 0, ""),
        ("own.yaml", 0, 0, ""),
    ],
)
def test_a_finding_stands_where_its_form_has_the_field(name: str, line: int, column: int, rule: str) -> None:
    found = lint(read_configuration(EXAMPLES / name))
    text = (EXAMPLES / name).read_text(encoding="utf-8").split("\n")
    assert all(0 < item.line <= len(text) and 0 < item.column <= len(text[item.line - 1]) + 1 for item in found)
    if rule:
        assert (line, column) in [(item.line, item.column) for item in found if item.rule == rule]


def one() -> Finding:
    (finding,) = findings(subscription("updateUser", {"colour": path("$.userId")}))
    return finding


def test_a_finding_is_a_line_with_its_place_and_one_with_what_to_write() -> None:
    first, second, third = format_lines([one()], sources=True)
    assert first.startswith("mapping.json:")
    assert 'error: "Identify Calls" [0].mapping.colour: updateUser has no field `colour`' in first
    assert first.endswith("[fields.unknown]")
    assert second.startswith("    updateUser has email, ")
    assert third == f"    source: {RULES['fields.unknown'].source}"


def test_a_name_that_a_terminal_would_obey_is_written_out() -> None:
    (finding,) = findings(subscription("updateUser", {"a\n\x1b[2J": 1}))
    assert "[0].mapping.a\\n\\x1b[2J: updateUser has no field" in next(format_lines([finding]))


def test_an_annotation_says_where_and_escapes_what_github_would_read() -> None:
    (finding,) = findings(subscription("updateUser", {"a:b,c\n%": path("$.userId")}))
    (line,) = format_annotations([finding])
    assert line.startswith("::error file=mapping.json,line=")
    assert ',title=fields.unknown::"Identify Calls" [0].mapping.' in line
    assert "a:b,c%0A%25" in line
    assert "\n" not in line
    broken = problem_annotation(InputProblem("a,b:c.json", 0, 0, "", "cannot be read"))
    assert broken == "::error file=a%2Cb%3Ac.json,title=configuration::cannot be read"


def test_the_json_has_all_of_a_finding_and_the_figures() -> None:
    configuration = configuration_of("mapping.json", json.dumps([subscription("updateUser", {"colour": 1})]))
    document = lint_json(lint(configuration), configuration)
    assert document["summary"] == {"errors": 1, "warnings": 0, "notes": 0, "subscriptions": 1, "leftOut": 0}
    assert document["summary"] == summary(lint(configuration), configuration)
    assert document["findings"] == [item.to_json() for item in lint(configuration)]


def test_every_rule_is_said_somewhere_and_every_rule_that_is_said_is_listed() -> None:
    package = Path(conformance.lint.__file__).parent
    said = {
        node.value
        for file in package.glob("*.py")
        if file.name != "rules.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in RULES
    }
    assert said == set(RULES)
    assert list(RULES) == sorted(RULES)
    assert all(rule.source and rule.statement.endswith(".") for rule in RULES.values())


def test_the_specification_is_read_once() -> None:
    assert specification() is specification()
