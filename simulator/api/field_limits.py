"""How many fields a project may have: of profiles, and of all its events together.

Source: a reply of 2023 in rudderlabs/rudder-server 7cb775b1, enterprise/reporting/error_reporting_test.go. It names
new fields with their event before them, the bare name of the event and every object among them, and counts over all
events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api.replies import fields_limit_exceeded
from simulator.project.field_types import USER

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from simulator.project import Project


def refuse_beyond_profile_limit(project: Project, new: Collection[str]) -> None:
    """Hold new fields of profiles against the limit.

    Raises:
        RefusedError: There would be too many.
    """
    limit = project.settings.max_profile_fields
    if new and len(project.field_types.known(USER)) + len(new) > limit:
        raise fields_limit_exceeded(project.id, sorted(new), len(project.field_types.known(USER)) + len(new), limit)


def refuse_beyond_event_limit(project: Project, new: Mapping[str, Collection[str]]) -> None:
    """Hold new fields of events against the limit.

    Args:
        project: The project.
        new: The fields that a request would add, by the name of their event; none of an event that has been seen.

    Raises:
        RefusedError: There would be too many.
    """
    categories = project.field_types.categories
    if not any(fields or event not in categories for event, fields in new.items()):
        return
    added = [event for event in new if event not in categories]
    added += [f"{event}.{name}" for event, fields in new.items() for name in fields]
    total = len(added) + sum(1 + len(types) for category, types in categories.items() if category != USER)
    limit = project.settings.max_event_fields
    if total > limit:
        raise fields_limit_exceeded(project.id, sorted(added), total, limit)
