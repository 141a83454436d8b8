"""Subscriptions in Terraform's own syntax, in its state files, and in what `terraform show -json` prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from conformance.inputs.configuration.entries import (
    TERRAFORM,
    TERRAFORM_JSON,
    TERRAFORM_STATE,
    Entry,
    Form,
    Found,
    Unusable,
)
from conformance.inputs.configuration.hcl_syntax import Node, parse_terraform
from conformance.inputs.configuration.hcl_text import quoted_text
from conformance.inputs.configuration.hcl_values import WAY_OUT, Evaluation
from conformance.inputs.configuration.limits import check_terraform
from conformance.inputs.configuration.source_text import Place, Source
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.places import Location
from conformance.inputs.yaml_file import Document

RESOURCE: Final = "segment_destination_subscription"
_LABELS: Final = 2
_IMPORT_ID: Final = re.compile(r'"\w+:(\w+)"')


def terraform_entries(file: str, text: str) -> Found:
    """The subscriptions of a `.tf` file.

    Raises:
        InputError: It is not Terraform's syntax, too long, or python-hcl2 is missing.
    """
    check_terraform(file, text)
    source = Source(text)
    body = parse_terraform(file, text)
    blocks = [(label, block) for block in body.children for label in _labels(source, block)]
    evaluation = Evaluation(file, source)
    members: dict[str, dict[str, Any]] = {}
    repeated = []
    for label, block in blocks:
        location = (RESOURCE, label)
        place = source.place(block.start)
        if label in members:
            repeated.append(
                InputProblem(file, *place, f"{RESOURCE}.{label}", "this resource occurs twice", "rename one")
            )
            continue
        evaluation.places[location] = place
        members[label] = dict(_attributes(evaluation, block, location))
    for label, identifier, place in _imports(source, body):
        if label in members:
            members[label].setdefault(TERRAFORM.keys["id"], identifier)
            evaluation.places.setdefault((RESOURCE, label, TERRAFORM.keys["id"]), place)
    document = Document(file, {RESOURCE: members}, {(): (1, 1), **evaluation.places})
    entries = [Entry(TERRAFORM, document, (RESOURCE, label), item, label) for label, item in members.items()]
    return Found(TERRAFORM, document, tuple(entries), problems=tuple(repeated))


def _labels(source: Source, block: Node) -> Iterator[str]:
    """The label of the block, if it is a resource that is a subscription."""
    words = [_word(source, child) for child in block.children if child.kind in {"identifier", "string", "keyword"}]
    if block.kind == "block" and words[:2] == ["resource", RESOURCE] and len(words) == _LABELS + 1:
        yield words[2]


def _imports(source: Source, body: Node) -> Iterator[tuple[str, str, Place]]:
    """The ids of subscriptions that `import` blocks name: the label, the id, and where it stands.

    Terraform writes such blocks when it generates configuration: `to` names the resource, `id` the connection and the
    subscription.
    """
    for block in body.children:
        if block.kind != "block" or [_word(source, child) for child in block.children[:1]] != ["import"]:
            continue
        inside = block.first("body")
        values = {
            _word(source, child.children[0]): child.children[-1]
            for child in (inside.children if inside else ())
            if child.kind == "attribute"
        }
        if not {"to", "id"} <= values.keys():
            continue
        resource, _, label = source.text[values["to"].start : values["to"].end].strip().partition(".")
        written = _IMPORT_ID.fullmatch(source.text[values["id"].start : values["id"].end].strip())
        if resource == RESOURCE and written:
            yield label, written[1], source.place(values["id"].start)


def _word(source: Source, node: Node) -> str:
    if node.kind == "string":
        return quoted_text(source.text, node.start, node.end).excerpt.text
    return source.text[node.start : node.end]


def _attributes(evaluation: Evaluation, block: Node, location: Location) -> Iterator[tuple[str, Any]]:
    body = block.first("body")
    for child in body.children if body else ():
        if child.kind not in {"attribute", "block"}:
            continue
        key = _word(evaluation.source, child.children[0])
        here = (*location, key)
        evaluation.places[here] = evaluation.source.place(child.start)
        yield key, None if child.kind == "block" else _attribute(evaluation, key, child.children[-1], here)


def _attribute(evaluation: Evaluation, key: str, node: Node, location: Location) -> Any:
    before, evaluation.problems = evaluation.problems, []
    try:
        if key == TERRAFORM.keys["mapping"]:
            value = evaluation.encoded(node, location)
        else:
            value = evaluation.value(node, location)
        problems = tuple(evaluation.problems)
    except InputError as error:
        value, problems = None, error.problems
    evaluation.problems = before
    return Unusable(evaluation.source.text[node.start : node.end].strip(), problems) if problems else value


def state_entries(document: Document) -> Found:
    """The subscriptions of a state file of version 4."""
    entries = []
    for index, resource in enumerate(_objects(document.value.get("resources"))):
        if resource.get("type") != RESOURCE or resource.get("mode", "managed") != "managed":
            continue
        for number, instance in enumerate(_objects(resource.get("instances"))):
            if "deposed" not in instance:
                location = ("resources", index, "instances", number, "attributes")
                label = str(resource.get("name", ""))
                entries.append(Entry(TERRAFORM_STATE, document, location, instance.get("attributes"), label))
    return _found(TERRAFORM_STATE, document, entries)


def shown_entries(document: Document) -> Found:
    """The subscriptions of what `terraform show -json` prints of a state or of a plan."""
    part = "planned_values" if "planned_values" in document.value else "values"
    values = document.value.get(part)
    root = values.get("root_module") if isinstance(values, dict) else None
    entries = list(_module_entries(document, root, (part, "root_module")))
    return _found(TERRAFORM_JSON, document, entries)


def _module_entries(document: Document, module: object, location: Location) -> Iterator[Entry]:
    open_modules = [(module, location)]
    while open_modules:
        current, here = open_modules.pop(0)
        if not isinstance(current, dict):
            continue
        for index, resource in enumerate(_objects(current.get("resources"))):
            if resource.get("type") == RESOURCE and resource.get("mode", "managed") == "managed":
                place = (*here, "resources", index, "values")
                values = resource.get("values")
                if location[0] == "planned_values" and isinstance(values, dict):
                    values = _with_unknowns(document, place, values)
                yield Entry(TERRAFORM_JSON, document, place, values, str(resource.get("name", "")))
        children = enumerate(_objects(current.get("child_modules")))
        open_modules += [(child, (*here, "child_modules", index)) for index, child in children]


def _with_unknowns(document: Document, location: Location, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a plan, in which those that only `apply` will know are left out; what is not set is null there.

    Source: Terraform's documentation of its JSON output format, "Values Representation" and "Change Representation".
    """
    hint = "apply the plan, and use the output of `terraform show -json`"
    unknown = {
        key: Unusable(key, (document.problem(location, f"`{key}` is known only after `terraform apply`", hint),))
        for key in map(TERRAFORM_JSON.keys.__getitem__, ("action_id", "subscribe", "mapping", "enabled"))
        if key not in values
    }
    return {**values, **unknown}


def _objects(value: object) -> list[dict[str, Any]]:
    """The items of a list; empty objects in the place of what is none, so that the count stays."""
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []


def _found(form: Form, document: Document, entries: list[Entry]) -> Found:
    return Found(form, document, tuple(entries))


def needs_evaluation(entry: Entry) -> Iterator[InputProblem]:
    """Why a resource stands for other than one subscription, if it does."""
    for key in ("count", "for_each"):
        if entry.form is TERRAFORM and key in entry.members:
            message = f"only Terraform can evaluate how many subscriptions {key} makes"
            yield entry.document.problem((*entry.location, key), message, WAY_OUT)
