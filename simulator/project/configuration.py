"""How a project is set up before its first request."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from simulator.project.settings import ProjectSettings


class ProjectType(StrEnum):
    """What makes a person unique in a project, by the name that the command line uses."""

    EMAIL = "email"
    USER_ID = "userid"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class ProjectConfiguration:
    """A project's name, type, keys and settings.

    Attributes:
        name: Unique within a simulator.
        type: The project type.
        api_keys: Keys that reach the project; each is unique within a simulator.
        settings: The switches of the project, all with defaults.
    """

    name: str
    type: ProjectType
    api_keys: tuple[str, ...]
    settings: ProjectSettings = field(default_factory=ProjectSettings)


#: What `serve` offers when nothing else is asked for.
DEFAULT_PROJECTS = (
    ProjectConfiguration("email", ProjectType.EMAIL, ("email-key",)),
    ProjectConfiguration("userid", ProjectType.USER_ID, ("userid-key",)),
    ProjectConfiguration("hybrid", ProjectType.HYBRID, ("hybrid-key",)),
)
