"""The calls that send a campaign to lists: scheduled, at once, or triggered.

Sources: Iterable's API description; Iterable/api-client 981eeb5 (2026-07-09), integration tests of campaigns;
block/iterable-go ae11307 (2026-01-19), api/campaigns_test.go, for the refusal of a trigger. Texts of the other
refusals are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.operations.messages.delivery import skip
from simulator.api.operations.messages.recipients import recipients_of
from simulator.api.operations.messages.sending import (
    already_sent,
    identifiers,
    is_time_zone,
    send_to,
    start_campaign,
)
from simulator.api.replies import refused, success
from simulator.project.content import RecipientTimeZone
from simulator.project.dates import parse_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.content import Campaign
    from simulator.project.person import Person

_ZONES: Final = ObjectSchema(
    {"startTimeZone": "string", "defaultTimeZone": "string"}, frozenset({"startTimeZone", "defaultTimeZone"})
)
_SCHEDULE: Final = ObjectSchema({"sendAt": "string", "recipientTimeZone": _ZONES}, frozenset({"sendAt"}))
_TRIGGER: Final = ObjectSchema(
    {
        "campaignId": "integer",
        "listIds": ["integer"],
        "suppressionListIds": ["integer"],
        "dataFields": "object",
        "allowRepeatMarketingSends": "boolean",
    },
    frozenset({"campaignId", "listIds"}),
)
#: How far ahead a campaign is scheduled at the most. Source: Iterable's API description.
_FARTHEST: Final = 365 * 86_400_000
_NOT_BEGUN: Final = frozenset({"Draft", "Ready", "Scheduled"})


def schedule_campaign(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Let a blast campaign start at a given time; one that is scheduled gets the new time."""
    body = read_body(request.path, request.body, _SCHEDULE)
    campaign = _require_blast(project, int(names["campaignId"]), "campaigns.schedule.not-ready")
    start = _instant(request.path, body["sendAt"])
    if start - now > _FARTHEST:
        text = "sendAt must be within the next 365 days"
        raise refused("BadParams", text, rule="campaigns.schedule.too-far")
    scheduled = {
        "campaign_state": "Scheduled",
        "start_at": start,
        "recipient_time_zone": time_zones(body.get("recipientTimeZone")),
        "updated_at": now,
    }
    project.campaigns.put(campaign.id, campaign.model_copy(update=scheduled))
    return success("campaigns.schedule")


def send_campaign(project: Project, _request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Start a blast campaign now, whether it is scheduled or not."""
    campaign = _require_blast(project, int(names["campaignId"]), "campaigns.send.not-ready")
    return success("campaigns.send", identifiers(start_campaign(project, campaign, now)))


def trigger_campaign(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Send a triggered campaign that runs to the people of lists."""
    body = read_body(request.path, request.body, _TRIGGER)
    campaign = _require_campaign(project, body["campaignId"])
    if campaign.type != "Triggered":
        text = "Campaign is not a triggered campaign"
        raise refused("BadParams", text, rule="campaigns.trigger.not-triggered")
    if campaign.campaign_state != "Running":
        text = f"Campaign {campaign.id} is not running"
        raise refused("BadParams", text, rule="campaigns.trigger.not-running")
    suppressed = body.get("suppressionListIds", [])
    _refuse_unknown_lists(project, body["listIds"], suppressed)
    recipients = recipients_of(project, campaign, body["listIds"], [*campaign.suppression_list_ids, *suppressed])
    if body.get("allowRepeatMarketingSends") is False:
        recipients = _without_repeats(project, campaign, recipients, now)
    send_to(project, campaign, recipients, now, body.get("dataFields", {}))
    return success("campaigns.trigger", identifiers(recipients))


def _without_repeats(
    project: Project, campaign: Campaign, recipients: Iterable[Person], now: Instant
) -> list[Person]:
    """Those who have had no message of the campaign; the others get an event that they were left out."""
    had = already_sent(project, campaign)
    left = []
    for person in recipients:
        if person not in had:
            left.append(person)
        else:
            skip(project, campaign, person, now, "DuplicateMarketingMessage")
    return left


def _refuse_unknown_lists(project: Project, lists: list[int], suppressed: list[int]) -> None:
    if not lists:
        raise refused("BadParams", "listIds must not be empty", rule="campaigns.trigger.lists")
    unknown = [number for number in (*lists, *suppressed) if number not in project.lists]
    if unknown:
        raise refused("BadParams", f"Invalid listId: {unknown[0]}", rule="campaigns.trigger.lists")


def _require_campaign(project: Project, number: int) -> Campaign:
    campaign = project.campaigns.get(number)
    if campaign is None:
        raise refused("BadParams", f"Invalid campaignId: {number}", rule="campaigns.unknown")
    return campaign


def _require_blast(project: Project, number: int, rule: str) -> Campaign:
    """A blast campaign with lists that has not begun."""
    campaign = _require_campaign(project, number)
    if campaign.type != "Blast" or not campaign.list_ids:
        raise refused("BadParams", f"Campaign {number} is not a blast campaign with lists", rule=rule)
    if campaign.campaign_state not in _NOT_BEGUN:
        text = f"Campaign {number} cannot be sent: its state is {campaign.campaign_state}"
        raise refused("BadParams", text, rule=rule)
    return campaign


def time_zones(given: Mapping[str, str] | None) -> RecipientTimeZone | None:
    """The time zones of a campaign.

    Raises:
        RefusedError: There is none of a name.
    """
    if given is None:
        return None
    for name in ("startTimeZone", "defaultTimeZone"):
        if not is_time_zone(given[name]):
            raise refused("BadParams", f"Invalid {name}: {given[name]}", rule="campaigns.schedule.time-zone")
    return RecipientTimeZone(start_time_zone=given["startTimeZone"], default_time_zone=given["defaultTimeZone"])


def planned_start(path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What campaigns/create says about the start: nothing for a triggered campaign, or one that is not scheduled yet.

    Raises:
        RefusedError: An instant or a time zone that is none.
    """
    if not body.get("listIds") or not body.get("sendAt") or body.get("scheduleSend") is False:
        return {"campaignState": "Ready"}
    plan: dict[str, Any] = {"campaignState": "Scheduled", "startAt": _instant(path, body["sendAt"])}
    if body.get("sendMode") == "RecipientTimeZone":
        zones = {name: body.get(name, "UTC") for name in ("startTimeZone", "defaultTimeZone")}
        plan["recipientTimeZone"] = time_zones(zones)
    return plan


def _instant(path: str, text: str) -> Instant:
    try:
        return parse_seconds(text.strip()) * 1000
    except (ValueError, OverflowError) as error:
        raise refused(
            "BadJsonBody", f'[{path}] Invalid format: "{text}"', rule="campaigns.schedule.send-at"
        ) from error
