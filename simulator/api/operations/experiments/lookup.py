"""The experiment that a path names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api.replies import refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.project import Project
    from simulator.project.experiments import Experiment


def require_experiment(project: Project, names: Mapping[str, str]) -> Experiment:
    """The experiment.

    Raises:
        RefusedError: There is none of that number.
    """
    experiment = project.experiments.get(int(names["experimentId"]))
    if experiment is None:
        text = f"Experiment not found: {names['experimentId']}"
        raise refused("NotFound", text, 404, rule="experiments.unknown")
    return experiment
