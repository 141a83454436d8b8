"""The state machine of a project: no I/O, no clock, no chance."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.project.configuration import DEFAULT_PROJECTS, ProjectConfiguration
    from simulator.project.project import Project
    from simulator.project.project_type import ProjectType
    from simulator.project.settings import ProjectSettings
    from simulator.project.state import StateError
else:

    def __getattr__(name: str) -> object:
        """A public name, imported when it is first used: the rules need the identity table and no pydantic model."""
        from importlib import import_module

        places = {
            "DEFAULT_PROJECTS": "configuration",
            "Project": "project",
            "ProjectConfiguration": "configuration",
            "ProjectSettings": "settings",
            "ProjectType": "project_type",
            "StateError": "state",
        }
        if name not in places:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{places[name]}"), name)
        return found


__all__ = [
    "DEFAULT_PROJECTS",
    "Project",
    "ProjectConfiguration",
    "ProjectSettings",
    "ProjectType",
    "StateError",
]
