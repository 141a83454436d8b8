"""The library of scenarios that comes with the harness: where it is, and how to search it."""

from conformance.scenario.library.folder import shipped_library, shortest_path
from conformance.scenario.library.search import Finding, Library

__all__ = ["Finding", "Library", "shipped_library", "shortest_path"]
