"""Experiments as the API shows them. Source: the schemas of @iterable/api 0.13.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.project.dates import format_iso

if TYPE_CHECKING:
    from simulator.project import Project
    from simulator.project.experiments import Experiment, Variant

_CHANNELS: Final = {"Email": "email", "Push": "push", "SMS": "sms", "InApp": "in_app", "WebPush": "web_push"}
#: The list knows three states only.
_LISTED_STATES: Final = {"ready": "draft", "winner_found": "running"}


def listed_state(experiment: Experiment) -> str:
    """The state of an experiment by the words of the list: draft, running or finished."""
    return _LISTED_STATES.get(experiment.status, experiment.status)


def _channel(project: Project, experiment: Experiment) -> str:
    campaign = project.campaigns.get(experiment.campaign_id)
    return _CHANNELS.get("Email" if campaign is None else campaign.message_medium, "email")


def list_item(project: Project, experiment: Experiment) -> dict[str, Any]:
    """An experiment as an item of the list."""
    started = {} if experiment.started_at is None else {"startDate": format_iso(experiment.started_at)}
    return {
        "id": experiment.id,
        "name": experiment.name,
        "status": listed_state(experiment),
        **started,
        "channelType": _channel(project, experiment),
        "author": experiment.author,
    }


def details(project: Project, experiment: Experiment) -> dict[str, Any]:
    """An experiment with all that is known of it."""
    campaign = project.campaigns.get(experiment.campaign_id)
    return {
        "id": experiment.id,
        "status": experiment.status,
        "creationDate": experiment.created_at,
        "startDate": experiment.started_at,
        "finishDate": experiment.finished_at,
        "channelType": _channel(project, experiment),
        "experimentType": experiment.experiment_type,
        "allocationMode": _allocation(experiment),
        "sizing": _sizing(experiment),
        "meta": _meta(project, experiment),
        "variants": [
            {"id": variant.id, **_shown(experiment, variant), **_roles(experiment, variant)}
            for variant in experiment.variants
        ],
        "constraints": {
            "targetSegment": None,
            "suppressionListIds": [] if campaign is None else list(campaign.suppression_list_ids),
        },
    }


def _allocation(experiment: Experiment) -> str:
    explores = experiment.exploration_blast_settings or experiment.exploration_trigger_settings
    return "winner_takes_all" if explores else "even_split"


def _sizing(experiment: Experiment) -> dict[str, Any]:
    holdout, blast = experiment.holdout_settings, experiment.exploration_blast_settings
    trigger = experiment.exploration_trigger_settings
    return {
        "holdoutPercentage": None if holdout is None else holdout.hold_out_group_size,
        "perVariantPercentage": experiment.percentage,
        "testGroupPercentage": None if blast is None else blast.test_size_percentage,
        "winnerGroupPercentage": None if blast is None else 100 - blast.test_size_percentage,
        "testDurationMinutes": None if blast is None else blast.test_duration_minutes,
        "sendsPerVariant": None if trigger is None else trigger.test_sends_per_variation,
        "attributionPeriodHours": None if holdout is None else holdout.attribution_period_hours,
    }


def _meta(project: Project, experiment: Experiment) -> dict[str, Any]:
    conversion = experiment.conversion_event_settings
    kind = None if conversion is None else conversion.system_conversion_event_type
    return {
        "name": experiment.name,
        "conversionMetrics": [] if kind is None else [kind.lower()],
        "campaignId": experiment.campaign_id,
        "projectId": project.id,
        "orgId": 1,
        "customConversionId": None if conversion is None else conversion.custom_conversion_id,
    }


def _shown(experiment: Experiment, variant: Variant) -> dict[str, Any]:
    return {
        "name": variant.name,
        "value": {"templateId": variant.template_id, "sendTime": None, "stoGroup": None},
        "currentPercentage": experiment.percentage,
    }


def _roles(experiment: Experiment, variant: Variant) -> dict[str, bool]:
    return {"isControl": variant is experiment.variants[0], "isWinner": variant.is_winner}


def named_variant(experiment: Experiment, variant: Variant) -> dict[str, Any]:
    """Which variant it is, and its part in the experiment."""
    return {"id": variant.id, "name": variant.name, **_roles(experiment, variant)}


def variant_content(project: Project, experiment: Experiment, variant: Variant) -> dict[str, Any]:
    """A variant with what its template says."""
    template = project.templates.get(variant.template_id)
    content = {} if template is None else template.locales.get("", {})
    return {
        "variantId": variant.id,
        **_shown(experiment, variant),
        "content": {
            "subject": content.get("subject"),
            "preheader": content.get("preheaderText"),
            "htmlSource": content.get("html"),
            "plainText": content.get("plainText"),
        },
    }
