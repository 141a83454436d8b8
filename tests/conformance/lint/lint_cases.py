"""Configurations for the tests of lint: the presets, each with one thing changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.configuration import configuration_of
from conformance.lint import lint
from destination import PRESETS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from conformance.lint import Finding

_PRESETS: Final = {preset.partner_action: preset for preset in PRESETS}


def path(text: str) -> dict[str, str]:
    """The mapping of a path."""
    return {"@path": text}


def subscription(
    action: str,
    changes: dict[str, Any] | None = None,
    trigger: str | None = None,
    *,
    without: Collection[str] = (),
    name: str = "",
    **beside: Any,
) -> dict[str, Any]:
    """The preset of an action as the harness's own form has it, with some fields changed and others left out."""
    preset = _PRESETS[action]
    mapping = {**json.loads(json.dumps(preset.mapping)), **(changes or {})}
    return {
        "name": name or preset.name,
        "partnerAction": action,
        "subscribe": trigger or preset.subscribe,
        "mapping": {key: value for key, value in mapping.items() if key not in without},
        **beside,
    }


def findings(*subscriptions: dict[str, Any], project_types: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What lint says of some subscriptions."""
    return lint(configuration_of("mapping.json", json.dumps(subscriptions, indent=1)), project_types)


def rules(*subscriptions: dict[str, Any], project_types: Sequence[str] = ()) -> list[str]:
    """The same, severity and rule alone, in alphabetical order."""
    return sorted(f"{item.severity} {item.rule}" for item in findings(*subscriptions, project_types=project_types))
