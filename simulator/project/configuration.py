"""How a project is set up before its first request."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.project.keys import ApiKey
from simulator.project.project_type import ProjectType
from simulator.project.settings import ProjectSettings


@dataclass(frozen=True, slots=True)
class ProjectConfiguration:
    """A project's name, type, keys and settings.

    Attributes:
        name: Unique within a simulator.
        type: The project type.
        api_keys: Server-side keys that reach the project; each is unique within a simulator.
        settings: The switches of the project, all with defaults.
        client_keys: Keys of other types, or with a JWT secret.
        id: What Iterable calls the project in its messages, and what the ids that it makes up begin with; None for
            one that follows from the name.
    """

    name: str
    type: ProjectType
    api_keys: tuple[str, ...]
    settings: ProjectSettings = field(default_factory=ProjectSettings)
    client_keys: tuple[ApiKey, ...] = ()
    id: int | None = None

    @property
    def keys(self) -> tuple[ApiKey, ...]:
        """Every key, the server-side ones first."""
        return (*(ApiKey(key) for key in self.api_keys), *self.client_keys)


#: What `serve` offers when nothing else is asked for.
DEFAULT_PROJECTS = (
    ProjectConfiguration("email", ProjectType.EMAIL, ("email-key",)),
    ProjectConfiguration("userid", ProjectType.USER_ID, ("userid-key",)),
    ProjectConfiguration("hybrid", ProjectType.HYBRID, ("hybrid-key",)),
)
