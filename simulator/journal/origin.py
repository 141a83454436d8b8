"""Where a simulator begins: what its first state follows from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from simulator.project import ProjectConfiguration, ProjectSettings, ProjectType
from simulator.project.keys import ApiKey, KeyType
from simulator.project.settings import STORED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant


@dataclass(frozen=True, slots=True)
class Origin:
    """What a first state follows from.

    Attributes:
        projects: The projects, all of them empty.
        seed: Decides what faults with a probability do.
        clock: Where the clock stands, None when it runs, and how far it is ahead of the machine's, in milliseconds.
    """

    projects: tuple[ProjectConfiguration, ...]
    seed: int
    clock: tuple[Instant | None, Instant]

    def to_json(self) -> dict[str, Any]:
        """The origin as plain data; `from_json` takes it back."""
        return {
            "projects": [_configuration_to_json(project) for project in self.projects],
            "seed": self.seed,
            "clock": list(self.clock),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Origin:
        """The origin out of plain data.

        Raises:
            ValueError: It is of a harness that knows other project types, keys or settings.
        """
        fixed, ahead = value["clock"]
        return cls(tuple(map(_configuration_from_json, value["projects"])), value["seed"], (fixed, ahead))


def _configuration_to_json(project: ProjectConfiguration) -> dict[str, Any]:
    members = {member.name: getattr(project, member.name) for member in fields(project)}
    return {
        **members,
        "type": project.type.value,
        "settings": project.settings.model_dump(by_alias=True, mode="json"),
        "client_keys": [[key.key, key.type.value, key.jwt_secret] for key in project.client_keys],
    }


def _configuration_from_json(value: Mapping[str, Any]) -> ProjectConfiguration:
    members: dict[str, Any] = {
        **value,
        "type": ProjectType(value["type"]),
        "api_keys": tuple(value["api_keys"]),
        "settings": ProjectSettings.model_validate(value["settings"], context=STORED),
        "client_keys": tuple(ApiKey(key, KeyType(kind), secret) for key, kind, secret in value["client_keys"]),
    }
    return ProjectConfiguration(**members)
