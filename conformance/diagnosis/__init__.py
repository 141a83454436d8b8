"""Which decision of a mapping makes something go wrong: found by changing it, and seeing whether it goes right."""

from conformance.diagnosis.causes import Cause, Symptom, find_causes
from conformance.diagnosis.changes import Change, Removed

__all__ = ["Cause", "Change", "Removed", "Symptom", "find_causes"]
