"""Which projects a served simulator has, from texts such as `hybrid:my-key` and `trackCreates=never`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.inputs.errors import nearest
from conformance.serving.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from simulator.project import ProjectConfiguration, ProjectSettings


def configured_projects(
    projects: Sequence[str] = (), keys: Sequence[str] = (), assignments: Sequence[str] = ()
) -> list[ProjectConfiguration]:
    """The projects that texts ask for, as `serve` takes them.

    Args:
        projects: `TYPE:KEY` texts; with none there is one project of each type.
        keys: `PROJECT:TYPE:KEY[:SECRET]` texts: keys beside their own.
        assignments: `NAME=VALUE` texts: settings of each project.

    Raises:
        OptionError: A text is wrong.
    """
    return _with_keys(_configurations(projects, _settings(assignments)), keys)


def _configurations(projects: Sequence[str], chosen: ProjectSettings) -> list[ProjectConfiguration]:
    """The projects with their settings; those of one type are told apart by a number: `hybrid`, `hybrid-2`."""
    from dataclasses import replace

    from simulator.project import DEFAULT_PROJECTS, ProjectConfiguration, ProjectType

    if not projects:
        return [replace(project, settings=chosen) for project in DEFAULT_PROJECTS]
    configurations: list[ProjectConfiguration] = []
    keys: set[str] = set()
    for text in projects:
        kind, _, key = text.partition(":")
        if kind not in list(ProjectType) or not key:
            raise OptionError("--project", f"{text!r} is not TYPE:KEY with one of the types {', '.join(ProjectType)}")
        if key in keys:
            raise OptionError("--project", f"the key {key!r} is given to two projects")
        keys.add(key)
        number = sum(other.type == kind for other in configurations) + 1
        name = kind if number == 1 else f"{kind}-{number}"
        configurations.append(ProjectConfiguration(name, ProjectType(kind), (key,), chosen))
    return configurations


def _with_keys(projects: Sequence[ProjectConfiguration], keys: Sequence[str]) -> list[ProjectConfiguration]:
    from dataclasses import replace

    from simulator.project.keys import ApiKey, KeyType

    by_name = {project.name: project for project in projects}
    for text in keys:
        name, _, rest = text.partition(":")
        kind, _, rest = rest.partition(":")
        key, _, secret = rest.partition(":")
        if kind not in list(KeyType) or not key:
            message = f"{text!r} is not PROJECT:TYPE:KEY[:SECRET] with one of the types {', '.join(KeyType)}"
            raise OptionError("--key", message)
        if name not in by_name:
            raise OptionError("--key", f"there is no project {name!r}; there are {', '.join(by_name)}")
        if any(key == other.key for project in by_name.values() for other in project.keys):
            raise OptionError("--key", f"the key {key!r} is there already")
        project = by_name[name]
        added = (*project.client_keys, ApiKey(key, KeyType(kind), secret or None))
        by_name[name] = replace(project, client_keys=added)
    return list(by_name.values())


def _settings(assignments: Sequence[str]) -> ProjectSettings:
    from simulator.project import ProjectSettings

    known = [field.alias or name for name, field in ProjectSettings.model_fields.items()]
    values: dict[str, JsonValue] = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals:
            raise OptionError("--set", f"{text!r} is not NAME=VALUE")
        if name not in known:
            raise OptionError("--set", f"there is no setting {name!r}, {nearest(name, known)}")
        values[name] = _value(name, value)
    return ProjectSettings.model_validate(values)


def _value(name: str, text: str) -> JsonValue:
    """The value as JSON where the setting takes that, or as the text that it is.

    Raises:
        OptionError: The setting takes neither.
    """
    from pydantic import ValidationError

    from simulator.project import ProjectSettings

    try:
        candidates: list[JsonValue] = [json.loads(text), text]
    except (ValueError, RecursionError):
        candidates = [text]
    problem = ""
    for value in candidates:
        try:
            ProjectSettings.model_validate({name: value})
        except ValidationError as error:
            problem = error.errors()[0]["msg"].removeprefix("Input ")
        else:
            return value
    raise OptionError("--set", f"{name}: {problem}, not {text!r}")
