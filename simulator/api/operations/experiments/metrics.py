"""Metrics of experiments as CSV: a line for each variant, counted from its sends and what came of them.

Source: replies recorded on 6 October 2017 by mtchavez/iterable-api-client b62800f, under
spec/cassettes/Iterable_Experiments: the columns, the lines of variants that nobody was sent, and that all experiments
come where none is named. How rates are written is assumed. Only emails have such metrics: Iterable's API description.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from simulator.api.metric_counts import Counts, what_about
from simulator.api.query import Query
from simulator.api.replies import text_reply
from simulator.project.dates import format_iso
from simulator.project.events import EMAIL_UNSUBSCRIBE, PURCHASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.experiments import Experiment, Variant

_DESCRIBED: Final = (
    "Campaign ID", "Experiment ID", "Template ID", "Name", "Type", "Created by", "Creation Date", "Last modified",
    "Subject", "Improvement", "Confidence",
)  # fmt: skip
_COUNTED: Final = (
    "Total Email Sends", "Email Delivery Rate", "Total Emails Delivered", "Total Email Opens",
    "Unique Email Opens Or Clicks", "Email Open Rate", "Total Emails Clicked", "Unique Email Clicks",
    "Clicks / Opens", "Email Click Rate", "Total Hosted Unsubscribe Clicks", "Unique Hosted Unsubscribe Clicks",
    "Total Complaints", "Complaint Rate", "Total Emails Bounced", "Unique Emails Bounced", "Email Bounce Rate",
    "Total Unsubscribes", "Unique Unsubscribes", "Email Unsubscribe Rate", "Revenue", "Total Purchases",
    "Unique Purchases", "Average Order Value", "Purchases / M", "Revenue / M",
)  # fmt: skip
_SENT: Final = "emailSend"


def get_experiment_metrics(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """A line for each variant of the experiments that are named, or of all."""
    query = Query(request)
    experiments, campaigns = query.numbers("experimentId"), query.numbers("campaignId")
    period = query.given_seconds("startDateTime"), query.given_seconds("endDateTime")
    chosen = [
        experiment
        for experiment in project.experiments
        if (not experiments or experiment.id in experiments)
        and (not campaigns or experiment.campaign_id in campaigns)
        and _is_email(project, experiment)
    ]
    counts = _count(project, {experiment.campaign_id for experiment in chosen}, period)
    rows = [
        _line(project, experiment, variant, counts.get((experiment.campaign_id, variant.template_id)))
        for experiment in chosen
        for variant in experiment.variants
    ]
    return text_reply(_csv([(*_DESCRIBED, *_COUNTED), *rows]), "experiments.metrics")


def _is_email(project: Project, experiment: Experiment) -> bool:
    campaign = project.campaigns.get(experiment.campaign_id)
    return campaign is None or campaign.message_medium == "Email"


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().removesuffix("\r\n")


def _count(
    project: Project, campaigns: set[int], period: tuple[int | None, int | None]
) -> dict[tuple[int, int], Counts]:
    """What happened for each template of each campaign; both ends of the period belong to it."""
    counts: dict[tuple[int, int], Counts] = {}
    start, end = period
    for seconds, campaign, template, kind, person, total in _happenings(project) if campaigns else ():
        if campaign in campaigns and (start is None or seconds >= start) and (end is None or seconds <= end):
            counts.setdefault((campaign, template), Counts()).add(kind, person, total)
    return counts


def _happenings(project: Project) -> Iterator[tuple[int, Any, Any, str, int, Any]]:
    """When, for which campaign and template, what, to whom and what was paid: every send and every event."""
    for message in project.sent:
        yield message.at // 1000, message.campaign_id, message.template_id, _SENT, message.person.number, None
    for event in project.events:
        campaign, template = what_about(project, event)
        yield event.created_at, campaign, template, event.type, event.person.number, event.members.get("total")


def _line(project: Project, experiment: Experiment, variant: Variant, counts: Counts | None) -> list[Any]:
    template = project.templates.get(variant.template_id)
    is_control = variant is experiment.variants[0]
    texts: list[Any] = ["", "", "", ""]
    if template is not None:
        dates = (format_iso(template.created_at), format_iso(template.updated_at))
        texts = [template.creator_user_id, *dates, template.locales.get("", {}).get("subject", "")]
    return [
        experiment.campaign_id,
        experiment.id,
        variant.template_id,
        template.name if is_control and template is not None else variant.name,
        "Control" if is_control else "-",
        *texts,
        "N/A",
        "N/A" if is_control else "NaN",
        *("" if counts is None else value for value in _values(counts or Counts())),
    ]


def _values(counts: Counts) -> Iterator[float]:
    """The values of the counted columns, in their order."""
    sends, bounced = counts.total(_SENT), counts.total("emailBounce")
    delivered, purchases = sends - bounced, counts.total(PURCHASE)
    opened, clicked = counts.unique("emailOpen", "emailClick"), counts.unique("emailClick")
    yield from (sends, _rate(delivered, sends), delivered)
    yield from (counts.total("emailOpen"), opened, _rate(opened, delivered))
    yield from (counts.total("emailClick"), clicked, _rate(clicked, opened), _rate(clicked, delivered))
    yield from (counts.total("hostedUnsubscribeClick"), counts.unique("hostedUnsubscribeClick"))
    yield from (counts.total("emailComplaint"), _rate(counts.total("emailComplaint"), delivered))
    yield from (bounced, counts.unique("emailBounce"), _rate(bounced, sends))
    unsubscribed = counts.unique(EMAIL_UNSUBSCRIBE)
    yield from (counts.total(EMAIL_UNSUBSCRIBE), unsubscribed, _rate(unsubscribed, delivered))
    yield from (counts.revenue, purchases, counts.unique(PURCHASE), _rate(counts.revenue, purchases))
    yield from (1000 * _rate(purchases, sends), 1000 * _rate(counts.revenue, sends))


def _rate(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
