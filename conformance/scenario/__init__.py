"""Scenario files: their format, how they are read, and how they are run."""

from conformance.scenario.backend import SimulatorBackend
from conformance.scenario.loader import (
    SUFFIXES,
    LoadedScenario,
    json_schema,
    json_schema_text,
    load_mapping,
    load_scenario,
    load_scenarios,
    scenario_in,
)
from conformance.scenario.model import PROJECT_TYPES, Scenario
from conformance.scenario.runner import Play, play_scenario, project_types, run_scenario
from conformance.scenario.stage import MAIN, Backend, BackendError, NotPlayableError, World

__all__ = [
    "MAIN",
    "PROJECT_TYPES",
    "SUFFIXES",
    "Backend",
    "BackendError",
    "LoadedScenario",
    "NotPlayableError",
    "Play",
    "Scenario",
    "SimulatorBackend",
    "World",
    "json_schema",
    "json_schema_text",
    "load_mapping",
    "load_scenario",
    "load_scenarios",
    "play_scenario",
    "project_types",
    "run_scenario",
    "scenario_in",
]
