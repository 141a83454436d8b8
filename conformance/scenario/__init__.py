"""Scenario files: their format, how they are read, and how they are run; `run_paths` is `run` for Python."""

from conformance.scenario.backend import SimulatorBackend
from conformance.scenario.files import SUFFIXES
from conformance.scenario.loader import (
    LoadedScenario,
    load_mapping,
    load_scenario,
    load_scenarios,
    require_expectations,
    scenario_in,
)
from conformance.scenario.model import PROJECT_TYPES, Scenario
from conformance.scenario.protocols import MAIN, Backend, BackendError, Environment, NotPlayableError
from conformance.scenario.runner import Play, play_scenario, project_types, run_scenario
from conformance.scenario.schema import json_schema, json_schema_text
from conformance.scenario.suite import Case, Suite, cases_of, load_suite, read_suite, run_cases, run_paths

__all__ = [
    "MAIN",
    "PROJECT_TYPES",
    "SUFFIXES",
    "Backend",
    "BackendError",
    "Case",
    "Environment",
    "LoadedScenario",
    "NotPlayableError",
    "Play",
    "Scenario",
    "SimulatorBackend",
    "Suite",
    "cases_of",
    "json_schema",
    "json_schema_text",
    "load_mapping",
    "load_scenario",
    "load_scenarios",
    "load_suite",
    "play_scenario",
    "project_types",
    "read_suite",
    "require_expectations",
    "run_cases",
    "run_paths",
    "run_scenario",
    "scenario_in",
]
