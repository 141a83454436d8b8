"""Recordings: a part of what a simulator has seen, made into a scenario that passes."""

from conformance.recorder.recording import Recording, record, record_text
from conformance.recorder.writing import scenario_yaml

__all__ = ["Recording", "record", "record_text", "scenario_yaml"]
