"""The state that a simulator begins with: what it follows from, and as plain data."""

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
class InitialState:
    """What the first state of a simulator follows from.

    Attributes:
        projects: The projects, all of them empty.
        seed: The random seed of faults.
        clock: Where the clock stands, None when it runs, and how far it is ahead of the machine's, in milliseconds.
    """

    projects: tuple[ProjectConfiguration, ...]
    seed: int
    clock: tuple[Instant | None, Instant]

    def to_json(self) -> dict[str, Any]:
        """It as plain data; `from_json` reads that."""
        return {
            "projects": [_configuration_to_json(project) for project in self.projects],
            "seed": self.seed,
            "clock": list(self.clock),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> InitialState:
        """It from plain data.

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
