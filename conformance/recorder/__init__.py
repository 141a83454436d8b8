"""Recordings: a part of what a simulator has seen, made into a scenario that passes."""

from conformance.recorder.client import RecordingSelection, project_name, record
from conformance.recorder.recording import Recording, record_text, recording_of
from conformance.recorder.source_messages import select_source
from conformance.recorder.writing import scenario_yaml

__all__ = [
    "Recording",
    "RecordingSelection",
    "project_name",
    "record",
    "record_text",
    "recording_of",
    "scenario_yaml",
    "select_source",
]
