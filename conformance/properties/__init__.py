"""Properties that a mapping should have: what a customer takes for granted, whatever the mapping.

A property is an id, a description, a source, a severity, the family of histories that it is judged on, and a check.
The modules are called as the ids begin (`identity.person-exists` is in `identity`). A check looks at an `Execution`,
which is a history delivered through the destination to a simulated project with the state after each delivery, and
yields a `Violation` for each place where the property does not hold.

    model            what a property and a violation are
    state            profiles and events of a project
    execution        histories executed, step by step
    stored_records   what was stored of an event, and what the mapping says should be
    taken_rows       rows of a Reverse ETL model, and what became of each
    expectations     what should have been, as a scenario file says it
    catalogue        all properties by id, and the choice of some
    renamed_ids      former ids
"""

from conformance.properties.catalogue import GROUPS, PROPERTIES, UnknownPropertyError, select_properties
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.renamed_ids import RENAMED_IDS

__all__ = [
    "GROUPS",
    "PROPERTIES",
    "RENAMED_IDS",
    "Property",
    "Severity",
    "UnknownPropertyError",
    "Violation",
    "select_properties",
]
