"""Campaigns on their way to the people of their lists: each message is recorded as sent, and nothing leaves.

Sources: Iterable's API description, for time zones the members of campaigns/create; Iterable support article
204780579.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from simulator.api.operations.messages.delivery import deliver
from simulator.api.operations.messages.recipients import recipients_of
from simulator.project.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from simulator.message import Instant
    from simulator.project import Project
    from simulator.project.content import Campaign, RecipientTimeZone
    from simulator.project.person import Person

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_DAY: Final = 86_400_000
#: Runs of a recurring campaign that are made up for, when the clock has leapt over them.
_MOST_MISSED: Final = 1000
#: Campaigns whose messages do not go out any more.
_STOPPED: Final = frozenset({"Aborted", "Archived"})


def send_to(
    project: Project, campaign: Campaign, recipients: Iterable[Person], at: Instant, fields: Mapping[str, Any]
) -> bool:
    """Record a message to each recipient as sent, or as scheduled for those whose time comes later.

    Gives whether there is anybody for whom it comes later.
    """
    any_later = False
    for person, template in _shares(project, campaign, recipients):
        its_time = max(at, _time_of(person, campaign.recipient_time_zone, at))
        message = Message(project.new_id(), campaign.message_medium, person, campaign.id, template, its_time, fields)
        if its_time > at:
            any_later = True
            project.scheduled.put(project.scheduled.next_number(), message)
        else:
            deliver(project, message)
    return any_later


def _shares(project: Project, campaign: Campaign, recipients: Iterable[Person]) -> list[tuple[Person, int]]:
    """Who gets which template: that of the campaign, or by turns those of the experiment that runs on it.

    Who is held out gets none.
    """
    found = (part for part in project.experiments if part.campaign_id == campaign.id and part.is_under_way)
    experiment = next(found, None)
    if experiment is None or not experiment.variants:
        return [(person, campaign.template_id or 0) for person in recipients]
    first = sum(message.campaign_id == campaign.id for message in project.sent)
    left = [person for place, person in enumerate(recipients) if not experiment.is_held_out(place)]
    return [(person, experiment.template_at(place)) for place, person in enumerate(left, first)]


def start_due_campaign(project: Project, campaign: Campaign, now: Instant) -> None:
    """Start a campaign whose time has come, as of that time; of one that recurs, the next run."""
    at = campaign.next_start
    if at is None:
        return
    project.begin()
    if campaign.campaign_state != "Recurring":
        start_campaign(project, campaign, at)
        return
    period = (campaign.recurrence_days or 1) * _DAY
    at += max(0, (now - at) // period - _MOST_MISSED) * period
    _start_run(project, campaign, at)
    project.campaigns.put(campaign.id, campaign.model_copy(update={"start_at": at + period, "updated_at": at}))


def _start_run(project: Project, recurring: Campaign, at: Instant) -> None:
    """Make the campaign that is one run of a recurring one, and start it."""
    number = project.campaigns.next_number()
    about = {"id": number, "recurring_campaign_id": recurring.id, "recurrence_days": None, "created_at": at}
    run = recurring.model_copy(update={**about, "campaign_state": "Ready"})
    start_campaign(project, run, at)


def start_campaign(project: Project, campaign: Campaign, at: Instant) -> list[Person]:
    """Send a campaign to its lists, which ends it once everybody has it; gives who gets it."""
    recipients = recipients_of(project, campaign, campaign.list_ids, campaign.suppression_list_ids)
    any_later = send_to(project, campaign, recipients, at, {})
    started = {"start_at": at, "send_size": len(recipients), "updated_at": at}
    ended = {"campaign_state": "Running"} if any_later else {"campaign_state": "Finished", "ended_at": at}
    project.campaigns.put(campaign.id, campaign.model_copy(update={**started, **ended}))
    return recipients


def _time_of(person: Person, zones: RecipientTimeZone | None, start: Instant) -> Instant:
    """When it is for a person as late as it is in the first zone at the start."""
    if zones is None:
        return start
    theirs = person.fields.get("timeZone")
    zone = _zone(theirs if isinstance(theirs, str) else None) or _zone(zones.default_time_zone)
    try:
        local = (_EPOCH + start * _MILLISECOND).astimezone(_zone(zones.start_time_zone))
        return (local.replace(tzinfo=zone or UTC) - _EPOCH) // _MILLISECOND
    except OverflowError:  # the first or the last day that a date can have
        return start


def _zone(name: str | None) -> tzinfo | None:
    """A time zone by its IANA name; None for none of that name."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def is_time_zone(name: str) -> bool:
    """Whether there is a time zone of a name."""
    return _zone(name) is not None


def send_due(project: Project, now: Instant) -> bool:
    """Count messages that are due as sent, but those of a campaign that was stopped; gives whether any was due.

    A blast is over with its last message.
    """
    due = [(number, message) for number, message in project.scheduled.items() if message.at <= now]
    for number, message in due:
        project.scheduled.remove(number)
        campaign = project.campaigns.get(message.campaign_id)
        if campaign is None or campaign.campaign_state not in _STOPPED:
            deliver(project, message)
    for campaign_id, at in {message.campaign_id: message.at for _, message in due}.items():
        _end_blast(project, campaign_id, at)
    return bool(due)


def _end_blast(project: Project, campaign_id: int, at: Instant) -> None:
    campaign = project.campaigns.get(campaign_id)
    if campaign is None or campaign.type != "Blast" or campaign.campaign_state != "Running":
        return
    if not any(message.campaign_id == campaign_id for message in project.scheduled):
        ended = {"campaign_state": "Finished", "ended_at": at, "updated_at": at}
        project.campaigns.put(campaign_id, campaign.model_copy(update=ended))


def already_sent(project: Project, campaign: Campaign) -> set[Person]:
    """Everybody who has had a message of a campaign."""
    return {message.person for message in project.sent if message.campaign_id == campaign.id}


def identifiers(people: Iterable[Person]) -> list[str]:
    """The identifiers of people, in their order."""
    return [identifier for person in people for identifier in person.identifiers]
