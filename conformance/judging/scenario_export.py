"""Findings as scenario files, which `run` reproduces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from conformance.inputs.files import write_output
from conformance.judging.model import Finding
from conformance.strategies.history import PRESENT, Delivery
from destination import PRESETS, Subscription

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


def save_finding(finding: Finding, subscriptions: Sequence[Subscription], folder: Path | str) -> Path:
    """Save a finding as a scenario, and give its file; findings alike are saved in the same file.

    Args:
        finding: The finding.
        subscriptions: The mapping.
        folder: Where scenarios are saved; it is made when it is not there.

    Raises:
        InputError: The file cannot be written.
    """
    file = Path(folder) / file_name(finding)
    write_output(file, scenario_text(scenario_of(finding, subscriptions)))
    return file


def file_name(finding: Finding) -> str:
    """The name of the file that a finding is saved in: the same for findings alike."""
    words = f"{finding.theme} {finding.violation.about}".lower()
    slug = _NOT_IN_NAMES.sub("-", words).strip("-")
    return f"{finding.property.id}.{finding.project_type}.{slug}.scenario.yaml"


def scenario_of(finding: Finding, subscriptions: Sequence[Subscription]) -> dict[str, Any]:
    """The scenario that shows a finding, as the document of a file: it expects what should have been.

    Args:
        finding: The finding.
        subscriptions: The mapping; the presets are not written out.
    """
    violation = finding.violation
    steps = [_step(delivery) for delivery in finding.minimal_history().deliveries]
    scenario: dict[str, Any] = {
        "name": finding.property.description.rstrip("."),
        "description": f"{violation.detail[:1].upper()}{violation.detail[1:]}.",
        "source": finding.property.source,
        "tags": ["conform", finding.property.id, finding.theme],
        "clock": PRESENT,
        "project": {"type": finding.project_type},
    }
    if tuple(subscriptions) != PRESETS:
        scenario["destination"] = {"mapping": [_entry(item) for item in subscriptions]}
    scenario["steps"] = steps
    if violation.step is None:
        scenario["expect"] = violation.expect
    else:
        steps[violation.step]["expect"] = violation.expect
    return scenario


def scenario_text(scenario: dict[str, Any]) -> str:
    """The text of a scenario file."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # its annotation is that of the default
    yaml.width = 110
    yaml.representer.ignore_aliases = lambda _: True
    stream = StringIO()
    yaml.dump(scenario, stream)
    return stream.getvalue()


def _step(delivery: Delivery) -> dict[str, Any]:
    return {"batch": delivery.events} if delivery.is_batch else {"send": delivery.events[0]}


def _entry(subscription: Subscription) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": subscription.name,
        "partnerAction": subscription.partner_action,
        "subscribe": subscription.subscribe,
    }
    return entry if subscription.mapping is None else {**entry, "mapping": subscription.mapping}
