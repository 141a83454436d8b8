"""A configuration written back in the forms in which it exists, so that a mended mapping goes where it came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from conformance.inputs.configuration.actions import IDS
from conformance.inputs.configuration.entries import TERRAFORM_JSON, TERRAFORM_STATE
from conformance.inputs.configuration.hcl_writer import hcl, quoted
from conformance.inputs.configuration.model import Configuration, ConfiguredSubscription, Expression
from conformance.inputs.configuration.terraform_form import RESOURCE
from conformance.inputs.configuration.yaml_writer import to_yaml
from destination.javascript import json_text
from destination.mapping import DEFAULT_LIQUIDJS

if TYPE_CHECKING:
    from pydantic import JsonValue

#: What stands for the connection where the configuration does not say which it is.
UNKNOWN_DESTINATION: Final = Expression("segment_destination.iterable.id")
_MANAGED: Final = frozenset({TERRAFORM_STATE.id, TERRAFORM_JSON.id})
_WIDEST: Final = len("destination_id")


def public_api_update(item: ConfiguredSubscription) -> dict[str, JsonValue]:
    """The body of `PATCH /destinations/{destinationId}/subscriptions/{id}` that makes Segment's this.

    Source: `UpdateSubscriptionForDestinationAlphaInput` in npm `@segment/public-api-sdk-typescript` 47.0.0-b8398.
    """
    subscription = item.subscription
    return {
        "input": {
            "name": item.name,
            "trigger": subscription.subscribe,
            "enabled": item.enabled,
            "settings": _mapping(item),
        }
    }


def to_public_api(configuration: Configuration) -> dict[str, JsonValue]:
    """What `GET /destinations/{destinationId}/subscriptions` answers about a connection so configured."""
    subscriptions: list[JsonValue] = [_api_subscription(item) for item in configuration.subscriptions]
    pagination: JsonValue = {"current": "MA==", "totalEntries": len(subscriptions)}
    return {"data": {"pagination": pagination, "subscriptions": subscriptions}}


def to_terraform(configuration: Configuration, destination: str | Expression = UNKNOWN_DESTINATION) -> str:
    """The resources of a `.tf`, one for each subscription, with `settings = jsonencode({…})`.

    A subscription that Segment has and Terraform does not manage yet gets an `import` block too: without it
    `terraform apply` would make a second one. What comes from a state is managed.

    Args:
        configuration: What to write.
        destination: The connection of those that do not say to which they belong.
    """
    labels: set[str] = set()
    blocks = []
    for item in configuration.subscriptions:
        label = _label(item, labels)
        labels.add(label)
        if configuration.form not in _MANAGED:
            blocks += _import(item, label, item.destination_id or destination)
        blocks.append(_resource(item, label, destination))
    return "\n".join(blocks)


def to_own(configuration: Configuration, style: Literal["yaml", "json"] = "yaml") -> str:
    """The harness's own list of subscriptions."""
    items = own_items(configuration)
    return to_yaml(items) if style == "yaml" else f"{json_text.stringify(items, '  ')}\n"


def own_items(configuration: Configuration) -> list[dict[str, JsonValue]]:
    """The harness's own list of subscriptions, as data."""
    return [_own_subscription(item) for item in configuration.subscriptions]


def to_description(configuration: Configuration) -> dict[str, JsonValue]:
    """What was read from where: the form, the subscriptions in the harness's own, and what was left out."""
    left_out: list[JsonValue] = [
        {"name": item.name, "reason": item.reason, "line": item.place[0], "column": item.place[1]}
        for item in configuration.left_out
    ]
    subscriptions: list[JsonValue] = [*own_items(configuration)]
    return {
        "file": configuration.file,
        "form": configuration.form,
        "subscriptions": subscriptions,
        "leftOut": left_out,
    }


def _mapping(item: ConfiguredSubscription) -> JsonValue:
    return {} if item.subscription.mapping is None else item.subscription.mapping


def _text(value: str | Expression | None) -> str | None:
    return value.text if isinstance(value, Expression) else value


def _schedule(item: ConfiguredSubscription) -> JsonValue:
    """The schedule of the model; None without one, and for one that only Terraform can evaluate."""
    return None if isinstance(item.schedule, Expression) else item.schedule


def _terraform_schedule(schedule: JsonValue | Expression) -> Any:
    """The schedule with its `config` as JSON text, as Segment's provider takes it.

    Source: segmentio/terraform-provider-segment, docs/resources/destination_subscription.md (0f352cd6).
    """
    if not isinstance(schedule, dict) or schedule.get("config") is None:
        return schedule
    return {**schedule, "config": Expression(f"jsonencode({hcl(schedule['config'], '    ')})")}


def _api_subscription(item: ConfiguredSubscription) -> dict[str, JsonValue]:
    subscription = item.subscription
    found: dict[str, JsonValue] = {
        "id": item.id,
        "name": item.name,
        "actionId": IDS[subscription.partner_action],
        "actionSlug": subscription.partner_action,
        "destinationId": _text(item.destination_id) or "",
        "enabled": item.enabled,
        "settings": _mapping(item),
        "trigger": subscription.subscribe,
    }
    beside: dict[str, JsonValue] = {"modelId": _text(item.model_id), "reverseETLSchedule": _schedule(item)}
    return {**found, **{key: value for key, value in beside.items() if value is not None}}


def _own_subscription(item: ConfiguredSubscription) -> dict[str, JsonValue]:
    subscription = item.subscription
    found: dict[str, JsonValue] = {
        "name": item.name,
        "partnerAction": subscription.partner_action,
        "subscribe": subscription.subscribe,
        "mapping": _mapping(item),
    }
    beside: dict[str, JsonValue] = {
        "id": item.id or None,
        "destinationId": _text(item.destination_id),
        "modelId": _text(item.model_id),
        "reverseETLSchedule": _schedule(item),
        "enabled": None if item.enabled else False,
        "liquidjs": None if subscription.liquidjs == DEFAULT_LIQUIDJS else subscription.liquidjs,
    }
    return {**found, **{key: value for key, value in beside.items() if value is not None}}


def _resource(item: ConfiguredSubscription, label: str, destination: str | Expression) -> str:
    subscription = item.subscription
    settings = Expression(f"jsonencode({hcl(_mapping(item), '  ')})")
    attributes: Sequence[tuple[str, Any]] = (
        ("action_id", IDS[subscription.partner_action]),
        ("destination_id", item.destination_id or destination),
        ("enabled", item.enabled),
        ("model_id", item.model_id),
        ("reverse_etl_schedule", _terraform_schedule(item.schedule)),
        ("name", item.name),
        ("trigger", subscription.subscribe),
        ("settings", settings),
    )
    lines = [f"  {key:{_WIDEST}} = {hcl(value, '  ')}\n" for key, value in attributes if value is not None]
    return f"resource {quoted(RESOURCE)} {quoted(label)} {{\n{''.join(lines)}}}\n"


def _import(item: ConfiguredSubscription, label: str, destination: str | Expression) -> list[str]:
    # The form of the id is that of ImportState in segmentio/terraform-provider-segment at 0f352cd6,
    # internal/provider/destination_subscription_resource.go.
    if not item.id or isinstance(destination, Expression):
        return []
    return [f"import {{\n  to = {RESOURCE}.{label}\n  id = {quoted(f'{destination}:{item.id}')}\n}}\n"]


def _label(item: ConfiguredSubscription, taken: set[str]) -> str:
    """The name of the resource that it came from, or one made from its own name."""
    words = re.sub(r"[^a-z0-9]+", "_", item.name.lower()).strip("_")
    label = item.label or (words if words[:1].isalpha() else f"subscription_{words}".rstrip("_"))
    number, candidate = 1, label
    while candidate in taken:
        number += 1
        candidate = f"{label}_{number}"
    return candidate
