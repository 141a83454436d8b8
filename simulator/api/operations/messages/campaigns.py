"""Campaigns and journeys: listed, made and put into another state. What sends them is `campaign_sends`.

Sources: Iterable's API description; for the texts of refused changes block/iterable-go ae11307 (2026-01-19),
api/campaigns_test.go, whose ids with thousands separators look recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.identifiers import identifiers_of
from simulator.api.operations.messages.campaign_sends import planned_start
from simulator.api.query import Query, sorted_by
from simulator.api.replies import dropped, json_reply, not_found_page, refused, success
from simulator.api.resolution import find_person
from simulator.project.content import Campaign
from simulator.project.dates import parse_seconds
from simulator.response import BROKEN_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_CREATE: Final = ObjectSchema(
    {
        "name": "string",
        "templateId": "integer",
        "listIds": ["integer"],
        "suppressionListIds": ["integer"],
        "sendAt": "string",
        "sendMode": "string",
        "startTimeZone": "string",
        "defaultTimeZone": "string",
        "dataFields": "object",
        "campaignDataFields": "object",
        "scheduleSend": "boolean",
    },
    frozenset({"name", "templateId"}),
)
#: States in which a campaign can be taken back.
_NOT_BEGUN: Final = frozenset({"Draft", "Ready", "Scheduled", "Recurring"})
#: Source: API description.
_LARGEST_PAGE_OF_JOURNEYS: Final = 50
_ONE: Final = ObjectSchema({"campaignId": "integer"}, frozenset({"campaignId"}))
_MANY: Final = ObjectSchema({"campaignIds": ["integer"]}, frozenset({"campaignIds"}))
_TRIGGER_JOURNEY: Final = ObjectSchema(
    {"workflowId": "integer", "email": "string", "userId": "string", "listId": "integer", "dataFields": "object"},
    frozenset({"workflowId"}),
)


def list_campaigns(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The campaigns, by pages."""
    return _page(request, project.campaigns)


def list_child_campaigns(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """The runs of a recurring campaign, by pages."""
    parent = _require_campaign(project, int(names["id"]))
    children = [campaign for campaign in project.campaigns if campaign.recurring_campaign_id == parent.id]
    if not children and parent.campaign_state != "Recurring":
        text = f"Campaign {parent.id} is not a recurring campaign"
        raise refused("BadParams", text, rule="campaigns.children.not-recurring")
    return _page(request, children)


def _page(request: Request, campaigns: Iterable[Campaign]) -> Reply:
    query = Query(request)
    states = query.texts("campaignState")
    listed = [_to_json(part) for part in campaigns if not states or part.campaign_state in states]
    page, links = query.page(sorted_by(query.text("sort"), listed, "id"), default_size=20, lenient=True)
    return json_reply({"campaigns": page, "totalCampaignsCount": len(listed), **links}, rules=("campaigns.list",))


def _to_json(campaign: Campaign) -> dict[str, Any]:
    """A campaign as it is listed: one that is triggered has no lists. Source: rows of a real project, 2023."""
    as_json = campaign.to_json()
    if campaign.type == "Triggered" and not campaign.list_ids:
        del as_json["listIds"]
    return as_json


def get_campaign(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """One campaign."""
    campaign = project.campaigns.get(int(names["id"]))
    if campaign is None:
        if project.settings.unknown_campaign == "page":
            return not_found_page("campaigns.unknown")
        raise refused("NotFound", f"Campaign not found: {names['id']}", 404, rule="campaigns.unknown")
    return json_reply(_to_json(campaign), rules=("campaigns.get",))


def create_campaign(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Make a campaign: one with lists is a blast, one without is triggered."""
    body = read_body(request.path, request.body, _CREATE)
    _refuse_malformed_instant(request.path, body.get("sendAt"))
    template = project.templates.get(body["templateId"])
    if template is None:
        raise refused("BadParams", f"Invalid templateId: {body['templateId']}", rule="campaigns.create.template")
    unknown = [number for number in body.get("listIds", []) if number not in project.lists]
    if unknown:
        raise refused("BadParams", f"Invalid listId: {unknown[0]}", rule="campaigns.create.list")
    number = project.campaigns.next_number()
    campaign = Campaign.model_validate(
        {
            "id": number,
            "name": body["name"],
            "templateId": template.template_id,
            "type": "Blast" if body.get("listIds") else "Triggered",
            **planned_start(request.path, body),
            "campaignDataFields": body.get("campaignDataFields", {}),
            "messageMedium": template.message_medium,
            "createdAt": now,
            "updatedAt": now,
            "listIds": body.get("listIds", []),
            "suppressionListIds": body.get("suppressionListIds", []),
        }
    )
    project.campaigns.put(number, campaign)
    return json_reply({"campaignId": number}, rules=("campaigns.create",))


def _refuse_malformed_instant(path: str, text: str | None) -> None:
    """Hold a `sendAt` to the form of an instant.

    Raises:
        RefusedError: It has another.
    """
    if text is None:
        return
    try:
        parse_seconds(text.strip())
    except (ValueError, OverflowError) as error:
        raise refused("BadJsonBody", f'[{path}] Invalid format: "{text}"', rule="campaigns.create.send-at") from error


def abort_campaign(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """End a campaign that is not over."""
    campaign = _named_campaign(project, request)
    if not campaign.is_active:
        text = f"Campaign abort failed. Id: {campaign.id}"
        raise refused("GenericError", text, rule="campaigns.abort.over")
    _put(project, campaign, "Aborted", now)
    return success("campaigns.change", (), f"Aborted campaign. Id: {campaign.id}")


def cancel_campaign(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Take back a campaign that has not begun."""
    campaign = _named_campaign(project, request)
    if campaign.campaign_state not in _NOT_BEGUN:
        reason = " It's already scheduled to go out. Please abort the campaign." if campaign.is_active else ""
        text = f"Could not cancel campaign {_shown(campaign)}.{reason}"
        raise refused("BadParams", text, rule="campaigns.cancel.begun")
    _put(project, campaign.model_copy(update={"start_at": None}), "Ready", now)
    return success("campaigns.change", (), f"Canceled campaign. Id: {campaign.id}")


def activate_campaign(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Let a triggered campaign run."""
    campaign = _named_campaign(project, request)
    if campaign.type != "Triggered":
        text = f"Cannot activate a non-triggered campaign {_shown(campaign)}"
        raise refused("BadParams", text, rule="campaigns.activate.not-triggered")
    _put(project, campaign, "Running", now)
    return success("campaigns.change")


def deactivate_campaign(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """End a triggered campaign."""
    _put(project, _named_campaign(project, request), "Finished", now)
    return success("campaigns.change")


def _shown(campaign: Campaign) -> str:
    return f"'{campaign.name}' (Id: {campaign.id:,})"


def _named_campaign(project: Project, request: Request) -> Campaign:
    return _require_campaign(project, read_body(request.path, request.body, _ONE)["campaignId"])


def archive_campaigns(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Put campaigns away."""
    numbers = list(dict.fromkeys(read_body(request.path, request.body, _MANY)["campaignIds"]))
    found = [campaign for number in numbers if (campaign := project.campaigns.get(number)) is not None]
    for campaign in found:
        _put(project, campaign, "Archived", now)
    archived = [campaign.id for campaign in found]
    failed = [number for number in numbers if number not in archived]
    return json_reply({"success": archived, "failed": failed}, rules=("campaigns.archive",))


def _put(project: Project, campaign: Campaign, state: str, now: Instant) -> None:
    update: dict[str, object] = {"campaign_state": state, "updated_at": now}
    if state == "Ready":
        update["start_at"] = None
    project.campaigns.put(campaign.id, campaign.model_copy(update=update))


def _require_campaign(project: Project, number: int) -> Campaign:
    campaign = project.campaigns.get(number)
    if campaign is None:
        raise refused("BadParams", f"Invalid campaignId: {number}", rule="campaigns.unknown")
    return campaign


def list_journeys(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The journeys, by pages; archived ones where they are asked for."""
    query = Query(request)
    size = query.number("pageSize")
    if size is not None and size > _LARGEST_PAGE_OF_JOURNEYS:
        text = f"pageSize must be between 1 and {_LARGEST_PAGE_OF_JOURNEYS}"
        raise refused("BadParams", text, rule="journeys.list.page-size")
    wants_archived = "Archived" in query.texts("state")
    listed = [part.to_json() for part in project.journeys if part.is_archived == wants_archived]
    page, links = query.page(sorted_by(query.text("sort"), listed, "id"))
    return json_reply({"journeys": page, "totalJourneysCount": len(listed), **links}, rules=("journeys.list",))


def trigger_journey(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Start a journey for a user or a list: it is taken and nothing of it happens."""
    body = read_body(request.path, request.body, _TRIGGER_JOURNEY)
    email, user_id = identifiers_of(body)
    if email is None and user_id is None and "listId" not in body:
        text = "Must provide either an email or list id"
        raise refused("GenericError", text, rule="journeys.trigger.nobody")
    if body["workflowId"] not in project.journeys:
        raise refused("BadParams", f"Invalid workflowId: {body['workflowId']}", rule="journeys.trigger.unknown")
    if "listId" in body and body["listId"] not in project.lists:
        raise refused("GenericError", BROKEN_TEXT, 500, rule="journeys.trigger.unknown-list")
    if email is None and user_id is None:
        return success("journeys.trigger")
    person, _rule = find_person(project, email, user_id, "journeys.trigger")
    if person is not None:
        return success("journeys.trigger", person.identifiers)
    return success("journeys.trigger") if "listId" in body else dropped("journeys.trigger")
