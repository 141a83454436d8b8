"""Which decision of a mapping makes something go wrong: found by changing it, and seeing whether it goes right."""

from conformance.diagnosis.candidates import candidates
from conformance.diagnosis.causes import Broken, Cause, Symptom, find_causes, shows_with
from conformance.diagnosis.changes import Change, Likelihood, Removed
from conformance.diagnosis.patch import Patch, patches
from conformance.diagnosis.sentences import advice, decision, parts

__all__ = [
    "Broken",
    "Cause",
    "Change",
    "Likelihood",
    "Patch",
    "Removed",
    "Symptom",
    "advice",
    "candidates",
    "decision",
    "find_causes",
    "parts",
    "patches",
    "shows_with",
]
