"""Experiments listed and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.api.operations.experiments.lookup import require_experiment
from simulator.api.operations.experiments.representation import details, list_item, listed_state, variant_content
from simulator.api.query import Query
from simulator.api.replies import json_reply, refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.experiments import Experiment

_USUAL_COUNT: Final = 20
_LARGEST_COUNT: Final = 1000
_STATES: Final = frozenset({"draft", "running", "finished"})


def list_experiments(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The experiments, of a campaign or of a state, from an offset on."""
    query = Query(request)
    limit, offset = query.number("limit"), query.number("offset")
    limit = _USUAL_COUNT if limit is None else limit
    if not 1 <= limit <= _LARGEST_COUNT or (offset or 0) < 0:
        raise refused("BadParams", f"Invalid limit or offset: {limit}, {offset or 0}", rule="query.malformed")
    chosen = [experiment for experiment in project.experiments if _is_asked_for(query, experiment)]
    page = chosen[(offset or 0) : (offset or 0) + limit]
    listed = [list_item(project, experiment) for experiment in page]
    return json_reply({"experiments": listed, "totalCount": len(chosen)}, rules=("experiments.list",))


def _is_asked_for(query: Query, experiment: Experiment) -> bool:
    campaign, state = query.number("campaignId"), query.text("state")
    if state is not None and state not in _STATES:
        raise refused("BadParams", f"Invalid state: {state}", rule="query.malformed")
    start, end = query.seconds("startDateTime"), query.seconds("endDateTime")
    began = experiment.created_at if experiment.started_at is None else experiment.started_at
    return (
        campaign in {None, experiment.campaign_id}
        and state in {None, listed_state(experiment)}
        and (start is None or began >= start * 1000)
        and (end is None or began < end * 1000)
    )


def get_experiment(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """One experiment."""
    return json_reply(details(project, require_experiment(project, names)), rules=("experiments.get",))


def get_variants(project: Project, _request: Request, _now: Instant, names: Mapping[str, str]) -> Reply:
    """The variants of an experiment, with what they say."""
    experiment = require_experiment(project, names)
    variants = [variant_content(project, experiment, variant) for variant in experiment.variants]
    as_json = {"experimentId": experiment.id, "variants": variants}
    return json_reply(as_json, rules=("experiments.variants",))
