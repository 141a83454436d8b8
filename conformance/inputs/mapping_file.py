"""What `--mapping` names, as the destination takes it: a customer's configuration, or the presets without one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from destination import PRESETS, CompiledSubscription, Subscription
from destination.mapping import DEFAULT_LIQUIDJS

if TYPE_CHECKING:
    from collections.abc import Iterable


def load_subscriptions(file: str | Path | None) -> tuple[Subscription, ...]:
    """The subscriptions of a file in any form of `inputs.configuration`, or the presets without one.

    Raises:
        InputError: The file cannot be read, is in none of the forms, has triggers or mappings that Segment would
            refuse, or leaves no subscription in force; every problem is named.
    """
    return PRESETS if file is None else tuple(item.subscription for item in load_compiled_subscriptions(file))


def load_compiled_subscriptions(file: str | Path | None) -> tuple[CompiledSubscription, ...]:
    """Like `load_subscriptions`, and compiled, as the check of a file has to compile them anyway.

    Raises:
        InputError: As `load_subscriptions` raises it.
    """
    if file is None:
        return tuple(map(CompiledSubscription, PRESETS))
    # The readers of YAML and Terraform are imported only for a file: `map` and `send` with the presets do without.
    from conformance.inputs.configuration import read_configuration

    return read_configuration(Path(file)).compiled


def mapping_document(subscriptions: Iterable[Subscription]) -> list[dict[str, Any]]:
    """Subscriptions as the harness's own form holds them."""
    return [
        {
            "name": item.name,
            "partnerAction": item.partner_action,
            "subscribe": item.subscribe,
            **({} if item.mapping is None else {"mapping": item.mapping}),
            **({} if item.liquidjs == DEFAULT_LIQUIDJS else {"liquidjs": item.liquidjs}),
        }
        for item in subscriptions
    ]
