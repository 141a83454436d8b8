"""Scaffolds of scenarios: from a template, from events, or from the shipped scenario that is most similar."""

from conformance.scenario.scaffold.from_events import scenario_of_events
from conformance.scenario.scaffold.from_library import NothingAlikeError, copy_of_nearest
from conformance.scenario.scaffold.from_template import TEMPLATES, template_text

__all__ = ["TEMPLATES", "NothingAlikeError", "copy_of_nearest", "scenario_of_events", "template_text"]
