"""A message that somebody has looked at, as a scenario file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.inputs.mapping_file import mapping_document
from conformance.recorder import scenario_yaml
from conformance.scenario.scaffold import scenario_of_events
from conformance.tracking_api.settings import MessageSettings
from destination import PRESETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.tracking_service.preview import Preview


def scenario_text(preview: Preview, project_types: Sequence[str]) -> str:
    """The text of a scenario in which a message goes through Segment, and which expects what a run shows.

    Args:
        preview: The message with its source.
        project_types: The types of project that it is about.

    Raises:
        BackendError: It cannot be played.
    """
    subscriptions = preview.source.subscriptions
    mapping = None if subscriptions is PRESETS else mapping_document(subscriptions)
    settings = preview.source.settings.model_dump(
        by_alias=True, exclude_defaults=True, include=set(MessageSettings.model_fields)
    )
    scenario = scenario_of_events(
        [preview.message], project_types, mapping, Path(), segment=settings or True, clock=preview.received_at
    )
    return scenario_yaml(scenario)
