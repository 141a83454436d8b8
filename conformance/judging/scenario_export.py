"""A finding as a scenario file, which `run` reproduces, and as a case of a report, told step by step."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from conformance.judging.runner import Finding
from conformance.strategies.history import PRESENT, Delivery
from destination import PRESETS, Subscription


def scenario_of(finding: Finding, subscriptions: Sequence[Subscription]) -> dict[str, Any]:
    """The scenario that shows a finding, as the document of a file: it expects what should have been.

    Args:
        finding: The finding.
        subscriptions: The mapping; the presets are not written out.
    """
    violation = finding.violation
    history = violation.history or finding.history
    steps = [_step(delivery) for delivery in history.deliveries]
    scenario: dict[str, Any] = {
        "name": finding.subject.sentence.rstrip("."),
        "description": f"{violation.detail[:1].upper()}{violation.detail[1:]}.",
        "source": finding.subject.source,
        "tags": ["conform", finding.subject.id, finding.theme],
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
