"""What to ask both implementations: families of cases, each searched by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from conformance.segment_build.events import events, paths_of, words_of
from conformance.segment_build.mappings import NEWER_FIELDS, directives, mappings
from conformance.segment_build.templates import inputs, templates
from conformance.segment_build.triggers import triggers
from destination import PRESETS
from destination.actions import ACTIONS
from destination.mapping import DEFAULT_LIQUIDJS, LIQUIDJS_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

    from destination import Subscription
    from destination.mapping import LiquidjsVersion

_MOST_IN_A_BATCH: Final = 4


@dataclass(frozen=True, slots=True)
class Case:
    """One input for both implementations, in the form of the recorded vectors.

    Attributes:
        kind: `event`, `batch`, `mapping` or `fql`.
        given: The `in` of a vector of that kind.
    """

    kind: str
    given: Mapping[str, Any]


def families(subscriptions: Sequence[Subscription] | None) -> dict[str, SearchStrategy[Case]]:
    """Strategies for cases, by the name of the family.

    Args:
        subscriptions: A customer's, whose triggers and mappings stay as they are while the events vary with what
            they read. With None the presets are taken so, and then mappings and triggers vary as well.
    """
    if subscriptions is not None:
        return _customer(subscriptions)
    return {**_customer(PRESETS), **_varied()}


def try_cases(strategy: SearchStrategy[Case], examples: int, seed: int, look: Callable[[Case], object]) -> None:
    """Call `look` with cases; the first error that it raises is raised again for the smallest case that has it.

    Args:
        strategy: Where the cases come from.
        examples: How many there are, unless `look` raises an error.
        seed: Where the search begins; the same seed, the same cases.
        look: What is done with each.
    """

    @seeded(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(case: Case) -> None:
        look(case)

    each()


def _customer(subscriptions: Sequence[Subscription]) -> dict[str, SearchStrategy[Case]]:
    found: dict[str, SearchStrategy[Case]] = {}
    for subscription in subscriptions:
        words = words_of([subscription]) or ("track",)
        drawn = events(paths_of([subscription]), types=words, names=words)
        entry = _entry(subscription)
        version = subscription.liquidjs
        found[f"{subscription.name}, single events"] = _singles(st.just(entry), drawn, version)
        found[f"{subscription.name}, batches"] = _batches(st.just(entry), drawn, version)
    return found


def _varied() -> dict[str, SearchStrategy[Case]]:
    found: dict[str, SearchStrategy[Case]] = {}
    for action in ACTIONS:
        varied = st.builds(_subscription, st.just(action), mappings(action))
        found[f"{action} with any mapping, single events"] = _singles(varied, events(types=("track",)))
        found[f"{action} with any mapping, batches"] = _batches(varied, events(types=("track",)))
    found["mapping kit"] = st.builds(_mapping, directives(), events())
    found["triggers"] = st.builds(_trigger, triggers(), events())
    return {**found, **template_families()}


def template_families() -> dict[str, SearchStrategy[Case]]:
    """Liquid templates, rendered by each LiquidJS."""
    found: dict[str, SearchStrategy[Case]] = {}
    for version in LIQUIDJS_VERSIONS:
        found[f"templates of LiquidJS {version}"] = st.builds(_template, st.just(version), templates(), inputs())
    return found


def _singles(
    subscription: SearchStrategy[Any], event: SearchStrategy[Any], version: LiquidjsVersion = DEFAULT_LIQUIDJS
) -> SearchStrategy[Case]:
    return st.builds(lambda one, item: _delivery("event", version, one, [item]), subscription, event)


def _batches(
    subscription: SearchStrategy[Any], event: SearchStrategy[Any], version: LiquidjsVersion = DEFAULT_LIQUIDJS
) -> SearchStrategy[Case]:
    batch = st.lists(event, min_size=1, max_size=_MOST_IN_A_BATCH)
    return st.builds(lambda one, items: _delivery("batch", version, one, items), subscription, batch)


def _delivery(kind: str, version: LiquidjsVersion, subscription: Any, items: list[Any]) -> Case:
    given = {"settings": {"apiKey": "key"}, "subscriptions": [subscription], "events": items}
    return Case(kind, given if version == DEFAULT_LIQUIDJS else {"liquidjs": version, **given})


def _mapping(directive: Any, event: Any) -> Case:
    return Case("mapping", {"mapping": {"value": directive}, "input": event})


def _template(version: str, template: str, event: Any) -> Case:
    return Case("mapping", {"liquidjs": version, "mapping": {"value": {"@liquid": template}}, "input": event})


def _trigger(text: str, event: Any) -> Case:
    return Case("fql", {"fql": text, "event": event})


def _subscription(action: str, mapping: Any) -> dict[str, Any]:
    return {"partnerAction": action, "subscribe": 'type = "track"', "mapping": mapping}


def _entry(subscription: Subscription) -> dict[str, Any]:
    mapping = subscription.mapping
    if subscription.partner_action == "updateUser" and isinstance(mapping, dict):
        mapping = {key: value for key, value in mapping.items() if key not in NEWER_FIELDS}
    entry = {
        "name": subscription.name,
        "partnerAction": subscription.partner_action,
        "subscribe": subscription.subscribe,
    }
    return entry if mapping is None else {**entry, "mapping": mapping}
