"""Findings as scenario files, which `run` reproduces."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.files import write_output
from conformance.judging.model import Finding
from conformance.properties import PROPERTIES, RENAMED_IDS
from conformance.properties.model import EVERY_TYPE
from conformance.scenario.loader import load_mapping, named_file
from conformance.strategies.history import PRESENT, Delivery
from destination import PRESETS, Subscription

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")
#: What `file_name` gives: the id of a property, also a former one, a project type, and words.
_IDS: Final = "|".join(map(re.escape, [*PROPERTIES, *RENAMED_IDS]))
_FINDING: Final = re.compile(rf"({_IDS})\.({'|'.join(EVERY_TYPE)})\.[a-z0-9-]*\.scenario\.yaml")


def save_finding(
    finding: Finding, subscriptions: Sequence[Subscription], folder: Path | str, *, reference: str | None = None
) -> Path:
    """Save a finding as a scenario, and give its file; findings alike are saved in the same file.

    Args:
        finding: The finding.
        subscriptions: The mapping.
        folder: Where scenarios are saved; it is made when it is not there.
        reference: How a scenario in the folder names the file of the mapping; the scenario holds the mapping
            itself without it.

    Raises:
        InputError: The file cannot be written.
    """
    file = Path(folder) / file_name(finding)
    write_output(file, scenario_text(scenario_of(finding, subscriptions, reference=reference)))
    return file


def mapping_reference(
    mapping_file: Path | str, folder: Path | str, subscriptions: Sequence[Subscription]
) -> str | None:
    """How a scenario in a folder names the file of a mapping.

    None where it may not name the file, or would read another mapping in it.
    """
    name = Path(os.path.relpath(Path(mapping_file).resolve(), Path(folder).resolve())).as_posix()
    try:
        named_file(Path(folder), name)
        found = load_mapping(Path(mapping_file))
    except (InputError, ValueError):
        return None
    return name if found == tuple(subscriptions) else None


def remove_findings(folder: Path | str) -> None:
    """Remove the scenarios of an earlier report from a folder, and leave everything else there.

    Raises:
        InputError: One of them cannot be removed.
    """
    for file in sorted(Path(folder).glob("*.scenario.yaml")):
        if _FINDING.fullmatch(file.name) and file.is_file():
            try:
                file.unlink()
            except OSError as error:
                problem = InputProblem(str(file), 0, 0, "", f"cannot be removed: {error.strerror}")
                raise InputError([problem]) from error


def file_name(finding: Finding) -> str:
    """The name of the file that a finding is saved in: the same for findings alike."""
    words = f"{finding.theme} {finding.violation.about}".lower()
    slug = _NOT_IN_NAMES.sub("-", words).strip("-")
    return f"{finding.property.id}.{finding.project_type}.{slug}.scenario.yaml"


def scenario_of(
    finding: Finding, subscriptions: Sequence[Subscription], *, reference: str | None = None
) -> dict[str, Any]:
    """The scenario that shows a finding, as the document of a file: it expects what should have been.

    Args:
        finding: The finding.
        subscriptions: The mapping; the presets are not written out.
        reference: How the scenario names the file of the mapping; it holds the mapping itself without it.
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
    if known := finding.minimal_history().known_in(finding.project_type):
        scenario["project"]["users"] = known
    if reference is not None:
        scenario["destination"] = {"mapping": reference}
    elif tuple(subscriptions) != PRESETS:
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
