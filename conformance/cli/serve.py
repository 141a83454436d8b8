"""`iterable-harness serve`: the simulator over HTTP."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from conformance.cli.files import require_writable
from conformance.cli.options import PROJECT_TYPES, examples, nearest
from conformance.cli.state_files import imported_configurations, state_options, take_in, write_projects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from simulator.clock import Clock
    from simulator.durable import Durable
    from simulator.origin import Origin
    from simulator.project import ProjectConfiguration, ProjectSettings
    from simulator.recording import RecordingRequest
    from simulator.simulator import Simulator

_REAL: Final = "real"
_LARGEST_PORT: Final = 65535
#: The options that decide how a simulator begins.
_BEGINNING: Final = ("projects", "keys", "assignments", "clock", "seed")


@click.command(
    "serve",
    epilog=examples(
        "iterable-harness serve",
        "iterable-harness serve --port 0 --clock 2026-08-20T12:00:00Z",
        "iterable-harness serve --project hybrid:my-key --set trackUnknownUserId=drop",
        "iterable-harness serve --data .harness/data",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, _LARGEST_PORT),
    default=8585,
    show_default=True,
    help="The port; 0 for any that is free.",
)
@click.option(
    "--project",
    "projects",
    metavar="TYPE:KEY",
    multiple=True,
    help="A project of this type with this API key, instead of the three; may be repeated.",
)
@click.option(
    "--key",
    "keys",
    metavar="PROJECT:TYPE:KEY[:SECRET]",
    multiple=True,
    help="One more API key of a project: server, mobile, web or read-only, with a secret one that wants a JWT.",
)
@click.option(
    "--set",
    "assignments",
    metavar="NAME=VALUE",
    multiple=True,
    help="A setting of every project, its value in JSON or as text; may be repeated.",
)
@click.option(
    "--clock", default=_REAL, metavar="real|INSTANT", show_default=True, help="The time that the simulator goes by."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Decides what faults with a probability do.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep everything in this directory: what was answered survives a kill.",
)
@state_options
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but the line that says where it listens.")
@click.option("-v", "--verbose", is_flag=True, help="Also print the projects and their keys, on stderr.")
def serve_command(  # noqa: PLR0913  # one for each option
    host: str,
    port: int,
    projects: tuple[str, ...],
    keys: tuple[str, ...],
    assignments: tuple[str, ...],
    clock: str,
    seed: int,
    *,
    data: Path | None,
    import_file: str | None,
    export_file: str | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Run the simulator over HTTP until SIGINT or SIGTERM.

    Serves three empty projects: `email` with the API key email-key, `userid` with userid-key, `hybrid` with
    hybrid-key. Prints one line on stdout as soon as it answers: `listening on http://127.0.0.1:8585`.
    """
    import asyncio

    from simulator.origin import Origin
    from simulator.server import Server, serve_until_signalled

    if import_file is None:
        configurations = _with_keys(_configurations(projects, _settings(assignments)), keys)
    else:
        _refuse_beside_import(projects=projects, key=keys, set=assignments)
        configurations = imported_configurations(import_file)
    if export_file is not None:
        require_writable("--export", export_file)
    origin = Origin(tuple(configurations), seed, (_fixed(clock), 0))
    simulator, at, durable = _begun(origin, data)
    if import_file is not None:
        take_in(import_file, simulator, at)
    server = Server(simulator, at, host=host, port=port, durable=durable, recorder=_record)

    def announce(address: str) -> None:
        click.echo(f"listening on {address}")
        if verbose and not quiet:
            for project in (project.configuration for project in simulator.projects.values()):
                click.echo(
                    f"project {project.name} ({project.type}): {', '.join(key.key for key in project.keys)}", err=True
                )

    try:
        asyncio.run(serve_until_signalled(server, announce))
    except OSError as error:
        reason = "there is no such address" if error.errno is None else os.strerror(error.errno).lower()
        message = f"cannot listen on {host}:{port}: {reason} (--port 0 takes any free port)"
        raise click.UsageError(message, click.get_current_context()) from error
    if export_file is not None:
        write_projects(export_file, simulator)
    return 0


def _refuse_beside_import(**options: Sequence[str]) -> None:
    for name, given in options.items():
        if given:
            raise _wrong("--import", f"the file says which projects there are: leave out --{name.removesuffix('s')}")


def _record(request: RecordingRequest) -> str:
    # Imported here: the format of scenarios takes a while to load, and most servers record nothing.
    from conformance.recorder import record_text

    return record_text(request)


def _begun(origin: Origin, data: Path | None) -> tuple[Simulator, Clock, Durable | None]:
    """A simulator as it was asked for, or as it was left in a directory."""
    from simulator.clock import Clock
    from simulator.durable import Durable
    from simulator.simulator import Simulator
    from simulator.store import UnusableDirectoryError

    if data is None:
        return Simulator(origin.projects, seed=origin.seed), Clock(origin.clock[0]), None
    context = click.get_current_context()
    asked = any(context.get_parameter_source(name) is not ParameterSource.DEFAULT for name in _BEGINNING)
    try:
        durable = Durable(data, origin, asked=asked)
    except UnusableDirectoryError as error:
        raise _wrong("--data", str(error)) from error
    return durable.simulator, durable.clock, durable


def _wrong(option: str, message: str) -> click.BadParameter:
    return click.BadParameter(message, ctx=click.get_current_context(), param_hint=option)


def _fixed(clock: str) -> int | None:
    from simulator.clock import parse_instant

    if clock == _REAL:
        return None
    try:
        return parse_instant(clock)
    except ValueError as error:
        raise _wrong("--clock", str(error)) from error


def _configurations(projects: Sequence[str], settings: ProjectSettings) -> list[ProjectConfiguration]:
    """The projects to serve; those of one type are told apart by a number: `hybrid`, `hybrid-2`."""
    from dataclasses import replace

    from simulator.project import DEFAULT_PROJECTS, ProjectConfiguration, ProjectType

    if not projects:
        return [replace(project, settings=settings) for project in DEFAULT_PROJECTS]
    configurations: list[ProjectConfiguration] = []
    keys: set[str] = set()
    for text in projects:
        kind, _, key = text.partition(":")
        if kind not in PROJECT_TYPES or not key:
            raise _wrong("--project", f"{text!r} is not TYPE:KEY with one of the types {', '.join(PROJECT_TYPES)}")
        if key in keys:
            raise _wrong("--project", f"the key {key!r} is given to two projects")
        keys.add(key)
        number = sum(other.type == kind for other in configurations) + 1
        name = kind if number == 1 else f"{kind}-{number}"
        configurations.append(ProjectConfiguration(name, ProjectType(kind), (key,), settings))
    return configurations


def _with_keys(configurations: Sequence[ProjectConfiguration], keys: Sequence[str]) -> list[ProjectConfiguration]:
    """The projects with the keys that were asked for beside their own."""
    from dataclasses import replace

    from simulator.project.keys import ApiKey, KeyType

    by_name = {project.name: project for project in configurations}
    for text in keys:
        name, _, rest = text.partition(":")
        kind, _, rest = rest.partition(":")
        key, _, secret = rest.partition(":")
        if kind not in list(KeyType) or not key:
            message = f"{text!r} is not PROJECT:TYPE:KEY[:SECRET] with one of the types {', '.join(KeyType)}"
            raise _wrong("--key", message)
        if name not in by_name:
            raise _wrong("--key", f"there is no project {name!r}; there are {', '.join(by_name)}")
        if any(key == other.key for project in by_name.values() for other in project.keys):
            raise _wrong("--key", f"the key {key!r} is there already")
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
            raise _wrong("--set", f"{text!r} is not NAME=VALUE")
        if name not in known:
            raise _wrong("--set", f"there is no setting {name!r}, {nearest(name, known)}")
        values[name] = _value(name, value)
    return ProjectSettings.model_validate(values)


def _value(name: str, text: str) -> JsonValue:
    """The value as JSON where the setting takes that, or as the text that it is.

    Raises:
        click.BadParameter: The setting takes neither.
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
    raise _wrong("--set", f"{name}: {problem}, not {text!r}")
