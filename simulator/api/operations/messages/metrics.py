"""Metrics of campaigns, as CSV: counted from the sends and the events that a project holds.

Sources: replies recorded in 2017 by mtchavez/iterable-api-client (the form; nothing asked for is a header alone);
columns by medium read from a real project in 2023, airbytehq/airbyte 35e9a736, source-iterable; those of SMS and
in-app messages are spelt by analogy from the seeds of fivetran/dbt_iterable 8838bc5 (2026-05-26), which have them in
snake case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.metric_counts import Counts, what_about
from simulator.api.query import Query
from simulator.api.replies import text_reply
from simulator.project.events import EMAIL_UNSUBSCRIBE, PURCHASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.content import Campaign

#: Columns that count events: in all, and the people who have any.
_TOTALS: Final[Mapping[str, Mapping[str, str]]] = {
    "": {"Total Purchases": PURCHASE, "Total Unsubscribes": EMAIL_UNSUBSCRIBE},
    "Email": {
        "Total Complaints": "emailComplaint",
        "Total Email Opens": "emailOpen",
        "Total Email Opens (filtered)": "emailOpen",
        "Total Email Send Skips": "emailSendSkip",
        "Total Email Sends": "emailSend",
        "Total Emails Bounced": "emailBounce",
        "Total Emails Clicked": "emailClick",
    },
    "Push": {
        "Total App Uninstalls": "pushUninstall",
        "Total Push Send Skips": "pushSendSkip",
        "Total Pushes Bounced": "pushBounce",
        "Total Pushes Opened": "pushOpen",
        "Total Pushes Sent": "pushSend",
    },
    "WebPush": {
        "Total Web Push Clicks": "webPushClick",
        "Total Web Push Send Skips": "webPushSendSkip",
        "Total Web Pushes Sent": "webPushSend",
    },
    "SMS": {
        "Total Inbound SMS": "smsReceived",
        "Total SMS Bounced": "smsBounce",
        "Total SMS Send Skips": "smsSendSkip",
        "Total SMS Sent": "smsSend",
    },
    "InApp": {
        "Total In-App Clicks": "inAppClick",
        "Total In-App Closes": "inAppClose",
        "Total In-App Deletes": "inAppDelete",
        "Total In-App Opens": "inAppOpen",
        "Total In-Apps Delivered": "inAppDelivery",
        "Total In-Apps Sent": "inAppSend",
        "Total Inbox Impressions": "inboxMessageImpression",
    },
}
_UNIQUES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "": {"Unique Purchases": (PURCHASE,), "Unique Unsubscribes": (EMAIL_UNSUBSCRIBE,)},
    "Email": {
        "Unique Email Clicks": ("emailClick",),
        "Unique Email Opens": ("emailOpen",),
        "Unique Email Opens (filtered)": ("emailOpen",),
        "Unique Email Opens Or Clicks": ("emailOpen", "emailClick"),
        "Unique Email Sends": ("emailSend",),
        "Unique Emails Bounced": ("emailBounce",),
    },
    "Push": {
        "Unique Pushes Bounced": ("pushBounce",),
        "Unique Pushes Opened": ("pushOpen",),
        "Unique Pushes Sent": ("pushSend",),
    },
    "WebPush": {"Unique Web Push Clicks": ("webPushClick",), "Unique Web Pushes Sent": ("webPushSend",)},
    "SMS": {
        "Unique SMS Bounced": ("smsBounce",),
        "Unique SMS Clicks": ("smsClick",),
        "Unique SMS Sent": ("smsSend",),
    },
    "InApp": {"Unique In-App Clicks": ("inAppClick",), "Unique In-App Opens": ("inAppOpen",)},
}
#: Columns of what is sent less what bounces, with the two types.
_DELIVERED: Final[Mapping[str, tuple[str, str, str]]] = {
    "Email": ("Emails Delivered", "emailSend", "emailBounce"),
    "Push": ("Pushes Delivered", "pushSend", "pushBounce"),
    "SMS": ("SMS Delivered", "smsSend", "smsBounce"),
}
_SENDS: Final[Mapping[str, str]] = {
    "Email": "emailSend",
    "Push": "pushSend",
    "SMS": "smsSend",
    "WebPush": "webPushSend",
    "InApp": "inAppSend",
}
#: Of what is not modelled there is nothing.
_ZEROS: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("Total Custom Conversions", "Unique Custom Conversions"),
    "Email": ("Total Email Holdout",),
    "Push": ("Total Push Holdout",),
    "WebPush": ("Total WebPush Holdout",),
    "SMS": ("Total SMS Holdout",),
}
_AMOUNTS_OF_NOTHING: Final = ("Average Custom Conversion Value", "Sum of Custom Conversions")
#: Media that have columns for a thousand messages.
_BY_THOUSAND: Final = frozenset({"Email", "Push", "SMS"})


def get_campaign_metrics(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """A line for each campaign that is named and there, under the columns of their media."""
    query = Query(request)
    period = query.given_seconds("startDateTime"), query.given_seconds("endDateTime")
    numbers = dict.fromkeys(query.numbers("campaignId"))
    campaigns = [campaign for number in numbers if (campaign := project.campaigns.get(number)) is not None]
    counts = _count(project, campaigns, period)
    rows = [(campaign.id, _row_of(campaign, counts[campaign.id])) for campaign in campaigns]
    columns = sorted({name for _number, row in rows for name in row})
    lines = [f"id,{','.join(columns)}\n"]
    lines.append("\n".join(",".join([str(number), *(_cell(row, name) for name in columns)]) for number, row in rows))
    return text_reply("".join(lines), "campaigns.metrics")


def _cell(row: Mapping[str, float], name: str) -> str:
    return str(row[name]) if name in row else ""


def _count(
    project: Project, campaigns: Iterable[Campaign], period: tuple[int | None, int | None]
) -> dict[int, Counts]:
    counts = {campaign.id: Counts() for campaign in campaigns}
    if not counts:
        return counts
    for seconds, campaign_id, kind, person, total in _happenings(project):
        start, end = period
        within = (start is None or seconds >= start) and (end is None or seconds < end)
        if within and campaign_id in counts:
            counts[campaign_id].add(kind, person, total)
    return counts


def _happenings(project: Project) -> Iterator[tuple[int, Any, str, int, Any]]:
    """When, for which campaign, what, to whom and what was paid: every send and every event."""
    for message in project.sent:
        kind = _SENDS.get(message.medium, "")
        yield message.at // 1000, message.campaign_id, kind, message.person.number, None
    for event in project.events:
        yield (
            event.created_at,
            what_about(project, event)[0],
            event.type,
            event.person.number,
            event.members.get("total"),
        )


def _row_of(campaign: Campaign, counts: Counts) -> dict[str, float]:
    row: dict[str, float] = dict.fromkeys(_AMOUNTS_OF_NOTHING, 0.0)
    for medium in ("", campaign.message_medium):
        row |= dict.fromkeys(_ZEROS.get(medium, ()), 0)
        row |= {name: counts.total(kind) for name, kind in _TOTALS.get(medium, {}).items()}
        row |= {name: counts.unique(*kinds) for name, kinds in _UNIQUES.get(medium, {}).items()}
    medium = campaign.message_medium
    if medium in _DELIVERED:
        name, sent, bounced = _DELIVERED[medium]
        row[f"Total {name}"] = counts.total(sent) - counts.total(bounced)
        row[f"Unique {name}"] = counts.unique(sent) - counts.unique(bounced)
    purchases = counts.total(PURCHASE)
    row["Revenue"] = counts.revenue
    row["Average Order Value"] = counts.revenue / purchases if purchases else 0.0
    if medium in _BY_THOUSAND:
        thousands = counts.total(_SENDS[medium]) / 1000
        row[f"Purchases / M ({medium})"] = purchases / thousands if thousands else 0.0
        row[f"Revenue / M ({medium})"] = counts.revenue / thousands if thousands else 0.0
    return row
