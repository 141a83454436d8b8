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


def _as_the_app_saves_it(action: str, trigger: str, number: int) -> dict[str, Any]:
    """A preset as the Public API gives it once the app has saved it."""
    preset = subscription(action)
    mapping = preset["mapping"]
    if "items" in mapping:
        path_text, shape = mapping["items"]["@arrayPath"]
        shape = {key: path(f"$.{value['@path']}") for key, value in shape.items()}
        mapping["items"] = {"@arrayPath": [path(path_text), shape]}
    if action in {"updateUser", "trackEvent"}:
        mapping |= {"batch_size": 1001, "enable_batching": True}
    mapping["__segment_internal_sync_mode"] = "upsert"
    names = {
        "id": f"s{number}",
        "name": preset["name"],
        "actionSlug": action,
        "trigger": trigger,
        "settings": mapping,
    }
    return {**names, "enabled": True, "destinationId": "d", "modelId": None}


def presets_as_the_app_saves_them() -> str:
    """A reply of the Public API about a connection that began with the presets."""
    track = 'type = "track" and event != "Order Completed" and event != "Cart Updated"'
    saved = [
        _as_the_app_saves_it("trackEvent", track, 1),
        _as_the_app_saves_it("updateUser", 'type = "identify" and context.account_updated = false', 2),
        _as_the_app_saves_it("updateCart", 'type = "track" and event = "Cart Updated"', 3),
        _as_the_app_saves_it("trackPurchase", 'type = "track" and event = "Order Completed"', 4),
    ]
    pagination = {"current": "MA==", "totalEntries": len(saved)}
    return json.dumps({"data": {"pagination": pagination, "subscriptions": saved}})
