"""The three types of project."""

from __future__ import annotations

from enum import StrEnum


class ProjectType(StrEnum):
    """What makes a person unique in a project, by the name that the command line uses."""

    EMAIL = "email"
    USER_ID = "userid"
    HYBRID = "hybrid"

    @property
    def based(self) -> str:
        """The name inside rule ids: `email-based`, `userid-based` or `hybrid`."""
        return "hybrid" if self is ProjectType.HYBRID else f"{self.value}-based"
