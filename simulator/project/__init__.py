"""The state machine of a project: no I/O, no clock, no chance."""

from simulator.project.configuration import DEFAULT_PROJECTS, ProjectConfiguration, ProjectType
from simulator.project.project import Project
from simulator.project.settings import ProjectSettings
from simulator.project.state import StateError

__all__ = [
    "DEFAULT_PROJECTS",
    "Project",
    "ProjectConfiguration",
    "ProjectSettings",
    "ProjectType",
    "StateError",
]
