"""What came of the variants of an experiment, counted from sends and events: totals, and day by day.

Source: the schemas of @iterable/api 0.13.0 and the descriptions of @iterable/mcp 1.9.0; the names of the metrics are
assumed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from simulator.api.metric_counts import what_about
from simulator.api.operations.experiments.lookup import require_experiment
from simulator.api.operations.experiments.representation import named_variant
from simulator.api.query import Query
from simulator.api.replies import json_reply, refused
from simulator.project.dates import format_iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.experiments import Experiment

#: The metric of each type of event.
_METRICS: Final = {
    "emailOpen": "opens", "emailClick": "clicks", "emailBounce": "bounces", "pushOpen": "opens",
    "inAppOpen": "opens", "inAppClick": "clicks", "smsClick": "clicks", "webPushClick": "clicks",
    "purchase": "conversions",
}  # fmt: skip
_NAMES: Final = ("sends", "opens", "clicks", "bounces", "conversions")
_DAY: Final = 86_400_000
_LONGEST: Final = 31 * _DAY


def get_totals(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """How often each variant was sent, and what came of it."""
    experiment = require_experiment(project, names)
    counted = Counter((template, metric) for _, template, metric in _happenings(project, experiment))
    variants = [
        {
            **named_variant(experiment, variant),
            "metrics": {name: counted[variant.template_id, name] for name in _NAMES},
        }
        for variant in experiment.variants
    ]
    as_json = {"id": experiment.id, "status": experiment.status, "variants": variants}
    return json_reply(as_json, rules=("experiments.totals",))


def get_trends(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """The same day by day: in a span that is given, or while the experiment ran."""
    experiment = require_experiment(project, names)
    start, end = _span(Query(request), experiment, now)
    counted = Counter(
        (template, metric, (at - start) // _DAY)
        for at, template, metric in _happenings(project, experiment)
        if start <= at < end
    )
    days = range((end - start + _DAY - 1) // _DAY)
    variants = [
        {
            **named_variant(experiment, variant),
            "series": {
                name: [
                    {"time": format_iso(start + day * _DAY), "value": counted[variant.template_id, name, day]}
                    for day in days
                ]
                for name in _NAMES
            },
        }
        for variant in experiment.variants
    ]
    as_json: dict[str, Any] = {
        "id": experiment.id,
        "status": experiment.status,
        "interval": "day",
        "startDateTime": format_iso(start),
        "endDateTime": format_iso(end),
        "variants": variants,
    }
    return json_reply(as_json, rules=("experiments.trends",))


def _span(query: Query, experiment: Experiment, now: Instant) -> tuple[Instant, Instant]:
    start, end = query.seconds("startDateTime"), query.seconds("endDateTime")
    if (start is None) != (end is None):
        text = "Provide both startDateTime and endDateTime, or neither"
        raise refused("BadParams", text, rule="experiments.trends.span")
    if start is not None and end is not None:
        if not 0 < (end - start) * 1000 <= _LONGEST:
            text = "The span between startDateTime and endDateTime must be at most 31 days"
            raise refused("BadParams", text, rule="experiments.trends.span")
        return start * 1000, end * 1000
    last = now if experiment.finished_at is None else experiment.finished_at
    first = experiment.created_at if experiment.started_at is None else experiment.started_at
    return max(min(first, last), last + 1 - _LONGEST), last + 1


def _happenings(project: Project, experiment: Experiment) -> Iterator[tuple[Instant, int, str]]:
    """When, of which template, and which metric: every send and event of the campaign."""
    for message in project.sent:
        if message.campaign_id == experiment.campaign_id:
            yield message.at, message.template_id, "sends"
    for event in project.events:
        metric = _METRICS.get(event.type)
        if metric is not None:
            campaign, template = what_about(project, event)
            if campaign == experiment.campaign_id:
                yield event.created_at * 1000, template, metric
