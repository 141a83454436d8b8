"""The parts of the documents that are written from the code: coverage, rules, settings, properties and what lint finds.

`make documents` writes them where the markers stand; a test holds them against the code.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conformance.lint import RULES as LINT_RULES
from conformance.properties import PROPERTIES
from conformance.pytest_plugin import SegmentSource, SimulatedProject, plugin
from conformance.tracking_api.settings import SourceSettings
from simulator.api import ROUTES
from simulator.project import ProjectSettings
from simulator.rulebook import RULES, Confidence
from simulator.rulebook.questions import QUESTIONS, question_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic import BaseModel

    from simulator.api import Route

#: The fixtures of the plugin that live as long as a test, each with what it gives.
FIXTURES: Final = {
    "iterable_simulator": "SimulatedProject",
    "iterable_server": "SimulatedProject",
    "segment_source": "SegmentSource",
    "iterable_project_type": "ProjectType",
}
_AREAS: Final = (
    ("users", ("users",)),
    ("events", ("events",)),
    ("commerce", ("commerce",)),
    ("lists and subscriptions", ("lists", "subscriptions")),
    ("channels and message types", ("channels", "messageTypes")),
    ("catalogs", ("catalogs",)),
    ("metadata", ("metadata",)),
    ("export", ("export",)),
    ("webhooks and tokens", ("webhooks", "auth")),
    ("campaigns, journeys, experiments", ("campaigns", "journeys", "workflows", "experiments")),
    ("messages", ("email", "push", "inApp", "sms", "webPush", "whatsApp", "embedded-messaging", "verify")),
    ("phones and unknown users", ("mobile", "unknownuser", "anonymoususer")),
    ("templates and snippets", ("templates", "snippets")),
)


def coverage() -> str:
    """The coverage table: every operation, by area, and those that answer 501."""
    rows = ["| area | operations answered | answered 501 |", "| --- | --- | --- |"]
    for area, roots in _AREAS:
        routes = [route for route in ROUTES if route.path.split("/")[2] in roots]
        answered = _operations(route for route in routes if route.modelled)
        rows.append(f"| {area} | {answered} | {_operations(route for route in routes if not route.modelled)} |")
    modelled = sum(route.modelled for route in ROUTES)
    rows.append("")
    rows.append(f"{modelled} of {len(ROUTES)} operations are answered; the others say 501 and what is missing.")
    return "\n".join(rows)


def _operations(routes: Iterable[Route]) -> str:
    by_path: dict[str, list[str]] = {}
    for route in routes:
        by_path.setdefault(route.path, []).append(route.method)
    return ", ".join(f"{' '.join(methods)} `{path}`" for path, methods in by_path.items())


def rules() -> str:
    """Every rule: its id, what it says, how sure it is and where it is from."""
    rows = ["| rule | what it says | how sure | source |", "| --- | --- | --- | --- |"]
    rows += [f"| `{rule.id}` | {rule.statement} | {rule.confidence} | {rule.source} |" for rule in RULES.values()]
    return "\n".join(rows)


def rule_counts() -> str:
    """How many rules there are, how sure they are, and how many questions the assumed ones come to."""
    rows = ["| how sure | rules | share |", "| --- | --- | --- |"]
    for confidence in Confidence:
        count = sum(rule.confidence is confidence for rule in RULES.values())
        rows.append(f"| {confidence} | {count} | {count / len(RULES):.0%} |")
    assumed = [rule.id for rule in RULES.values() if rule.confidence is Confidence.ASSUMED]
    asked = {question.id for rule in assumed if (question := question_of(rule)) is not None}
    total = f"{len(RULES)} rules in all. The {len(assumed)} assumed ones come to {len(asked)} questions"
    rows += [
        "",
        f"{total}; with those about texts and codes of rules that are better known, {len(QUESTIONS)} are open.",
    ]
    return "\n".join(rows)


def questions() -> str:
    """Every open question: how many rules depend on it, what would answer it, and how it is asked."""
    rows = ["| question | rules, assumed | what would answer it | asked by |", "| --- | --- | --- | --- |"]
    for question in QUESTIONS:
        decided = list(question.decided())
        assumed = sum(RULES[rule].confidence is Confidence.ASSUMED for rule in decided)
        link = f"[{question.id}](../scenarios/questions/{question.id}.scenario.yaml)"
        asked = f"by hand: {question.by_hand}" if question.by_hand else link
        rows.append(f"| {question.text} | {len(decided)}, {assumed} | {question.settles} | {asked} |")
    return "\n".join(rows)


def settings() -> str:
    """Every setting of a project: its values, its default, what it decides and where the default is from."""
    return _settings_of(ProjectSettings)


def source_settings() -> str:
    """The same of a source of Segment in front."""
    return _settings_of(SourceSettings)


def _settings_of(model: type[BaseModel]) -> str:
    schema = model.model_json_schema(by_alias=True)
    rows = ["| setting | default | other values | what it decides | source |", "| --- | --- | --- | --- | --- |"]
    for name, field in schema["properties"].items():
        statement, _, source = field["description"].rpartition(" [")
        default = _shown(field.get("default"))
        others = ", ".join(_shown(value) for value in field.get("enum", ()) if value != field.get("default"))
        rows.append(f"| `{name}` | {default} | {others or _type_of(field)} | {statement} | {source[:-1]} |")
    return "\n".join(rows)


def _type_of(field: dict[str, Any]) -> str:
    """The JSON type of a setting, of those that may be null the other one."""
    kinds: list[str] = [field["type"]] if "type" in field else [one["type"] for one in field["anyOf"]]
    return " or ".join(kind for kind in kinds if kind != "null")


def properties() -> str:
    """Every property of a mapping: what holds, how bad it is when not, and the source."""
    rows = ["| property | what holds | severity | source |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{item.id}` | {item.description} | {item.severity} | {item.source} |" for item in PROPERTIES.values()
    ]
    return "\n".join(rows)


def lint_rules() -> str:
    """Every rule of lint: how bad it is, what is wrong, and the source."""
    rows = ["| rule | severity | what is wrong | source |", "| --- | --- | --- | --- |"]
    rows += [f"| `{rule.id}` | {rule.severity} | {rule.statement} | {rule.source} |" for rule in LINT_RULES.values()]
    return "\n".join(rows)


def pytest_fixtures() -> str:
    """Every fixture of the plugin that lives as long as a test: its name, what it gives, and what that is."""
    rows = ["| fixture | type | |", "| --- | --- | --- |"]
    for name, kind in FIXTURES.items():
        definition = getattr(plugin, name)
        rows.append(f"| `{name}` | `{kind}` | {_first_sentence(definition)} |")
    return "\n".join(rows)


def simulated_project() -> str:
    """The attributes and methods of what the fixtures of projects give."""
    return _members(SimulatedProject)


def segment_source() -> str:
    """The same of a source of Segment."""
    return _members(SegmentSource)


def _members(described: type) -> str:
    text = inspect.getdoc(described) or ""
    attributes = re.findall(r"^    (\w+): (.*(?:\n {8,}.*)*)", text.partition("Attributes:")[2], re.MULTILINE)
    kinds = inspect.get_annotations(described)
    lines = [f"* `{name}: {kinds[name]}`: {' '.join(words.split())}" for name, words in attributes]
    for name, member in vars(described).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            signature = re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(member)))
            signature = signature.replace("(self, ", "(").replace("(self)", "()")
            lines.append(f"* `{name}{signature}`: {_first_sentence(member)}")
    return "\n".join(lines)


def _first_sentence(described: object) -> str:
    return " ".join((inspect.getdoc(described) or "").partition("\n\n")[0].split())


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{value}`" if value != "" else "empty"


#: Which document holds which parts, between `<!-- begin NAME -->` and `<!-- end NAME -->`.
PARTS: Final = {
    "docs/operations.md": {"coverage": coverage},
    "docs/conformance.md": {"properties": properties},
    "docs/lint.md": {"lint-rules": lint_rules},
    "docs/pytest.md": {
        "pytest-fixtures": pytest_fixtures,
        "simulated-project": simulated_project,
        "segment-source": segment_source,
    },
    "docs/rules.md": {"rule-counts": rule_counts, "questions": questions, "rules": rules},
    "docs/segment-in-front.md": {"source-settings": source_settings},
    "docs/settings.md": {"settings": settings},
}


def rewritten(document: str, text: str) -> str:
    """The text of a document with its generated parts as the code has them now.

    Raises:
        ValueError: A marker is missing.
    """
    for name, write in PARTS[document].items():
        pattern = re.compile(f"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{document} has no part {name}")
        text = pattern.sub(_between_markers(write()), text)
    return text


def _between_markers(part: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f"{found[1]}{part}\n{found[2]}"


def main() -> int:
    """Write the generated parts of every document in the current directory."""
    for document in PARTS:
        path = Path(document)
        path.write_text(rewritten(document, path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
