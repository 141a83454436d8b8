"""Experiments made, set up, started, ended and deleted. Each call answers the experiment as it is then.

Source: the schemas of @iterable/api 0.13.0 and the descriptions of @iterable/mcp 1.9.0, which say in what state an
experiment takes which call; the texts of refusals are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.operations.experiments.lookup import require_experiment
from simulator.api.operations.experiments.representation import details
from simulator.api.replies import json_reply, refused
from simulator.message import read_json
from simulator.project.experiments import Experiment, Variant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_TYPES: Final = frozenset({"SubjectLine", "PreheaderText", "FromNameAndSender", "EmailBody", "WholeEmail"})
_CREATE: Final = ObjectSchema(
    {"campaignId": "integer", "experimentType": "string", "name": "string"},
    frozenset({"campaignId", "experimentType"}),
)
_COPY: Final = ObjectSchema({"copyFromTemplateId": "integer", "name": "string"}, frozenset({"copyFromTemplateId"}))
_WINNER: Final = ObjectSchema({"variantId": "integer"}, frozenset({"variantId"}))
_SETTINGS: Final = ObjectSchema(
    {
        "conversionEventSettings": "object",
        "holdoutSettings": "object",
        "explorationBlastSettings": "object",
        "explorationTriggerSettings": "object",
        "evenlySplitVariations": "boolean",
    }
)
_FEWEST_VARIANTS: Final = 2


def create_experiment(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Make an experiment on a campaign, whose template is the control."""
    body = read_body(request.path, request.body, _CREATE)
    campaign = project.campaigns.get(body["campaignId"])
    if campaign is None or campaign.template_id is None:
        raise refused("BadParams", f"Invalid campaignId: {body['campaignId']}", rule="experiments.create.campaign")
    if body["experimentType"] not in _TYPES:
        text = f"Invalid experimentType: {body['experimentType']}"
        raise refused("BadParams", text, rule="experiments.create.type")
    if any(found.campaign_id == campaign.id and not _is_over(found) for found in project.experiments):
        text = f"Campaign {campaign.id} already has an experiment"
        raise refused("BadParams", text, rule="experiments.create.exists")
    experiment = Experiment(
        id=project.experiments.next_number(),
        name=body.get("name", f"{campaign.name} Experiment"),
        campaign_id=campaign.id,
        experiment_type=body["experimentType"],
        created_at=now,
        variants=[Variant(id=1, name="Control", template_id=campaign.template_id)],
    )
    return _put(project, experiment, "experiments.create")


def _is_over(experiment: Experiment) -> bool:
    return experiment.status == "finished"


def copy_variant(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Make a variant of a copy of a template."""
    body = read_body(request.path, request.body, _COPY)
    experiment = _require_unstarted(project, names)
    template = project.templates.get(body["copyFromTemplateId"])
    if template is None:
        text = f"Invalid copyFromTemplateId: {body['copyFromTemplateId']}"
        raise refused("BadParams", text, rule="experiments.variants.template")
    number = project.templates.next_number()
    copied = {"template_id": number, "client_template_id": None, "created_at": now, "updated_at": now}
    project.templates.put(number, template.model_copy(update=copied))
    place = len(experiment.variants)
    variant = Variant(
        id=max(known.id for known in experiment.variants) + 1,
        name=body.get("name", f"Variant {place}"),
        template_id=number,
    )
    changed = experiment.model_copy(update={"variants": [*experiment.variants, variant], "status": "ready"})
    return _put(project, changed, "experiments.variants.copy")


def patch_settings(project: Project, request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Write the settings that are named; null removes one."""
    body = read_body(request.path, request.body, _SETTINGS)
    experiment = _require_unstarted(project, names)
    evenly = body.pop("evenlySplitVariations", None)
    if evenly is False:
        text = "evenlySplitVariations can only be true"
        raise refused("BadParams", text, rule="experiments.settings.malformed")
    as_json = experiment.to_json() | {name: value for name, value in body.items() if name in _SETTINGS.members}
    removed = set(_nulls(request.body))
    if evenly:
        removed |= {"explorationBlastSettings", "explorationTriggerSettings"}
    try:
        changed = Experiment.model_validate({name: part for name, part in as_json.items() if name not in removed})
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise refused("BadParams", f"Invalid {place}", rule="experiments.settings.malformed") from error
    return _put(project, changed, "experiments.settings")


def _nulls(body: bytes) -> list[str]:
    return [name for name, value in read_json(body).items() if value is None and name in _SETTINGS.members]


def start_experiment(project: Project, _request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """Let an experiment run: from now on its campaign goes out in all variants."""
    experiment = _require_unstarted(project, names)
    if len(experiment.variants) < _FEWEST_VARIANTS:
        text = f"Experiment {experiment.id} needs at least two variants"
        raise refused("BadParams", text, rule="experiments.start.variants")
    changed = experiment.model_copy(update={"status": "running", "started_at": now})
    return _put(project, changed, "experiments.start")


def cancel_experiment(project: Project, _request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """End an experiment without a winner."""
    experiment = _require_under_way(project, names)
    changed = experiment.model_copy(update={"status": "finished", "finished_at": now})
    return _put(project, changed, "experiments.cancel")


def declare_winner(project: Project, request: Request, now: Instant, names: Mapping[str, str]) -> Reply:
    """End an experiment with a winner, whose template the campaign has from now on."""
    number = read_body(request.path, request.body, _WINNER)["variantId"]
    experiment = _require_under_way(project, names)
    winner = next((variant for variant in experiment.variants if variant.id == number), None)
    if winner is None:
        raise refused("BadParams", f"Invalid variantId: {number}", rule="experiments.winner.unknown")
    variants = [variant.model_copy(update={"is_winner": variant is winner}) for variant in experiment.variants]
    campaign = project.campaigns.get(experiment.campaign_id)
    if campaign is not None:
        project.campaigns.put(campaign.id, campaign.model_copy(update={"template_id": winner.template_id}))
    update: dict[str, Any] = {"variants": variants, "status": "finished", "finished_at": now}
    return _put(project, experiment.model_copy(update=update), "experiments.winner")


def delete_experiment(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """Delete an experiment that was never started; answers what it was."""
    experiment = _require_unstarted(project, names)
    project.experiments.remove(experiment.id)
    return json_reply(details(project, experiment), rules=("experiments.delete",))


def _put(project: Project, experiment: Experiment, rule: str) -> Reply:
    project.experiments.put(experiment.id, experiment)
    return json_reply(details(project, experiment), rules=(rule,))


def _require_unstarted(project: Project, names: Mapping[str, str]) -> Experiment:
    experiment = require_experiment(project, names)
    if not experiment.can_be_changed:
        raise _wrong_state(experiment)
    return experiment


def _require_under_way(project: Project, names: Mapping[str, str]) -> Experiment:
    experiment = require_experiment(project, names)
    if not experiment.is_under_way:
        raise _wrong_state(experiment)
    return experiment


def _wrong_state(experiment: Experiment) -> Exception:
    text = f"Experiment {experiment.id} is {experiment.status}"
    return refused("BadParams", text, rule="experiments.state")
