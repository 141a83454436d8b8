"""`iterable-harness serve`: the simulator over HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from conformance.cli.files import require_writable
from conformance.cli.options import examples
from conformance.cli.serve_listening import LARGEST_PORT, Listening, listener, listening_options
from conformance.cli.serve_projects import configurations, settings, with_keys
from conformance.cli.state_files import imported_configurations, state_options, take_in, write_projects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.journal import InitialState
    from simulator.persistence.durable_simulator import Durable
    from simulator.project import ProjectConfiguration

_REAL: Final = "real"
#: The options that decide how a simulator begins.
_BEGINNING: Final = ("projects", "keys", "assignments", "clock", "seed")


@click.command(
    "serve",
    epilog=examples(
        "iterable-harness serve",
        "iterable-harness serve --port 0 --clock 2026-08-20T12:00:00Z",
        "iterable-harness serve --project hybrid:my-key --set trackUnknownUserId=drop",
        "iterable-harness serve --data .harness/data",
        "iterable-harness serve --proxy 8586 --tls-ca iterable-ca.pem",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, LARGEST_PORT),
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
@click.option("--seed", type=int, default=0, show_default=True, help="Decides what chance does in faults.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep everything in this directory: what was answered survives a kill.",
)
@state_options
@listening_options
@click.option("-q", "--quiet", is_flag=True, help="Print the line of stdout only.")
@click.option("-v", "--verbose", is_flag=True, help="Also print the projects, on stderr.")
def serve_command(  # noqa: PLR0913, PLR0917  # one for each option
    host: str,
    port: int,
    projects: tuple[str, ...],
    keys: tuple[str, ...],
    assignments: tuple[str, ...],
    clock: str,
    seed: int,
    listening: Listening,
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

    from simulator.http.server import serve_until_signalled
    from simulator.journal import InitialState

    if import_file is None:
        asked_for = with_keys(configurations(projects, settings(assignments)), keys)
    else:
        _refuse_beside_import(project=projects, key=keys, set=assignments)
        asked_for = imported_configurations(import_file)
    if export_file is not None:
        require_writable("--export", export_file)
    simulator, at, durable = _begun(InitialState(tuple(asked_for), seed, (_fixed(clock), 0)), data)
    if import_file is not None:
        take_in(import_file, simulator, at)
    with listener(simulator, at, durable, (host, port), listening) as (listens, remarks):

        def announce(address: str) -> None:
            click.echo(f"listening on {address}")
            served = [project.configuration for project in simulator.projects.values()]
            for line in [] if quiet else [*remarks(), *(_shown(project) for project in served if verbose)]:
                click.echo(line, err=True)

        try:
            asyncio.run(serve_until_signalled(listens, announce))
        except OSError as error:
            reason = "there is no such address" if error.errno is None else os.strerror(error.errno).lower()
            message = (
                f"cannot listen on {error.filename or f'{host}:{port}'}: {reason} (--port 0 takes any free port)"
            )
            raise click.UsageError(message, click.get_current_context()) from error
    if export_file is not None:
        write_projects(export_file, simulator)
    return 0


def _shown(project: ProjectConfiguration) -> str:
    """A project with its keys, of which only the ends are shown unless everybody knows them."""
    from simulator.journal import mask
    from simulator.project import DEFAULT_PROJECTS

    known = {key for default in DEFAULT_PROJECTS for key in default.api_keys}
    keys = [key.key if key.key in known else mask(key.key) for key in project.keys]
    return f"project {project.name} ({project.type}): {', '.join(keys)}"


def _refuse_beside_import(**options: Sequence[str]) -> None:
    for name, given in options.items():
        if given:
            message = f"the file says which projects there are: leave out --{name}"
            raise click.BadParameter(message, click.get_current_context(), param_hint="--import")


def _begun(initial_state: InitialState, data: Path | None) -> tuple[Simulator, Clock, Durable | None]:
    """A simulator as it was asked for, or as it was left in a directory."""
    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.persistence import UnusableDirectoryError
    from simulator.persistence.durable_simulator import Durable

    if data is None:
        return Simulator(initial_state.projects, seed=initial_state.seed), Clock(initial_state.clock[0]), None
    context = click.get_current_context()
    asked = any(context.get_parameter_source(name) is not ParameterSource.DEFAULT for name in _BEGINNING)
    try:
        durable = Durable(data, initial_state, asked=asked)
    except UnusableDirectoryError as error:
        raise click.BadParameter(str(error), ctx=context, param_hint="--data") from error
    return durable.simulator, durable.clock, durable


def _fixed(clock: str) -> int | None:
    from simulator.clock import parse_instant

    if clock == _REAL:
        return None
    try:
        return parse_instant(clock)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx=click.get_current_context(), param_hint="--clock") from error
