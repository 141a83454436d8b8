"""Properties that a mapping should have."""

from conformance.properties.catalogue import PROPERTIES
from conformance.properties.model import Property, Severity, Violation

__all__ = ["PROPERTIES", "Property", "Severity", "Violation"]
