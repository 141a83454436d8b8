"""`iterable-harness serve`: the simulator over HTTP."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from conformance.cli.files import require_writable
from conformance.cli.options import examples, mapping_options
from conformance.cli.serve_listening import LARGEST_PORT, listening_options
from conformance.cli.streams import print_note, print_report
from conformance.serving.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.serving.listening import Listening
    from conformance.serving.simulator import ServedSimulator
    from simulator.project import ProjectConfiguration

#: The options that decide how a simulator begins.
_BEGINNING: Final = ("projects", "keys", "assignments", "clock", "seed")


class _DirectoryName(click.Path):
    """The name of a directory, which may not be there yet."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name; an empty one would be the working directory."""
        if not os.fspath(value):
            self.fail("the name is empty; name a directory", param, ctx)
        return super().convert(value, param, ctx)


@click.command(
    "serve",
    epilog=examples(
        "iterable-harness serve",
        "iterable-harness serve --project hybrid:my-key --set trackUnknownUserId=drop",
        "iterable-harness serve --data .harness/data --clock 2026-08-20T12:00:00Z",
        "iterable-harness serve --proxy 8586 --tls-ca iterable-ca.pem",
        "iterable-harness serve --source my-write-key:hybrid --mapping mapping.yaml",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The bind address.")
@click.option(
    "--port",
    type=click.IntRange(0, LARGEST_PORT),
    default=8585,
    show_default=True,
    help="The port; 0 for any free one.",
)
@click.option(
    "--project",
    "projects",
    metavar="TYPE:KEY",
    multiple=True,
    help="Serve this project instead of the three; repeatable.",
)
@click.option(
    "--key",
    "keys",
    metavar="PROJECT:TYPE:KEY[:SECRET]",
    multiple=True,
    help="Another key: server, mobile, web or read-only; with a secret it needs a JWT.",
)
@click.option(
    "--set",
    "assignments",
    metavar="NAME=VALUE",
    multiple=True,
    help="Change a setting of all projects; repeatable.",
)
@click.option(
    "--clock",
    default="real",
    metavar="real|INSTANT",
    show_default=True,
    help="Real or fixed time.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed of faults.")
@click.option(
    "--data",
    type=_DirectoryName(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Store everything in DIR; survives kill -9.",
)
@click.option(
    "--salvage",
    is_flag=True,
    help="Continue with what is intact in DIR.",
)
@click.option(
    "--import",
    "import_file",
    metavar="FILE",
    help="Start from a state document.",
)
@click.option("--export", "export_file", metavar="FILE", help="Write a state document on exit.")
@click.option(
    "--source",
    "sources",
    metavar="KEY[:PROJECT,…]",
    multiple=True,
    help="A Segment write key and its projects.",
)
@mapping_options("The mapping of all write keys.")
@click.option("--batch", is_flag=True, help="Deliver in bulk where the mapping says so.")
@listening_options
@click.option("-q", "--quiet", is_flag=True, help="Print only the line on stdout.")
@click.option("-v", "--verbose", is_flag=True, help="Also print changed settings, on stderr.")
def serve_command(  # noqa: PLR0913  # one for each option
    projects: tuple[str, ...],
    keys: tuple[str, ...],
    assignments: tuple[str, ...],
    clock: str,
    seed: int,
    listening: Listening,
    sources: tuple[str, ...],
    *,
    mapping: str | None,
    batch: bool,
    data: Path | None,
    salvage: bool,
    import_file: str | None,
    export_file: str | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Run the simulator over HTTP until SIGINT or SIGTERM.

    Serves three empty projects: `email` with the API key email-key, `userid` with userid-key, `hybrid` with
    hybrid-key, and in front of them Segment, with the write key write-key. When ready, it prints one line
    on stdout, `listening on http://127.0.0.1:8585`, and on stderr the inspector's address, the projects and their
    keys.
    """
    from conformance.cli.mapping import configuration_asked_for
    from conformance.serving.data_files import refuse_own_file
    from conformance.serving.projects import configured_projects
    from conformance.serving.segment import with_segment
    from conformance.serving.simulator import instant_of, open_simulator
    from conformance.serving.state_files import export_projects, import_projects, imported_configurations

    context = click.get_current_context()
    try:
        if import_file is None:
            asked_for = configured_projects(projects, keys, assignments)
        else:
            _refuse_beside_import(project=projects, key=keys, set=assignments)
            asked_for = imported_configurations(import_file)
        for option, file in (("--export", export_file), ("--tls-ca", listening.authority_file)):
            if data is not None and file is not None:
                refuse_own_file(option, file, data)
        if export_file is not None:
            require_writable("--export", export_file)
        required = any(context.get_parameter_source(name) is not ParameterSource.DEFAULT for name in _BEGINNING)
        served = open_simulator(
            asked_for, seed=seed, instant=instant_of(clock), directory=data, required=required, salvage=salvage
        )
    except OptionError as error:
        raise click.BadParameter(str(error), context, param_hint=error.option) from error
    if served.remark:
        click.echo(served.remark, err=True)
    if import_file is not None:
        import_projects(import_file, served.simulator, served.clock)
        _store(served)
    own = configuration_asked_for(mapping)
    served = with_segment(
        served,
        sources=sources,
        subscriptions=None if own is None else own.plain,
        in_batches=batch,
        directory=data,
    )
    _serve(served, listening, quiet=quiet, verbose=verbose)
    if export_file is not None:
        export_projects(export_file, served.simulator)
    return 0


def _store(served: ServedSimulator) -> None:
    """Store what was imported before anybody is told that it is there."""
    try:
        served.store()
    except OptionError as error:
        raise click.BadParameter(str(error), click.get_current_context(), param_hint=error.option) from error


def _serve(served: ServedSimulator, listening: Listening, *, quiet: bool, verbose: bool) -> None:
    """Serve until a signal comes, and say where."""
    import asyncio

    from conformance.serving.listening import listener
    from simulator.http.server import serve_until_signalled

    with listener(served, listening) as (listens, remarks):

        def announce(address: str) -> None:
            problem = print_report(f"listening on {address}")
            if problem:
                print_note(f"listening on {address}, which stdout did not take: {problem}")
            for line in [] if quiet else [*remarks(), *_what_is_served(served, address, verbose=verbose)]:
                print_note(line)

        try:
            asyncio.run(serve_until_signalled(listens, announce))
        except OSError as error:
            reason = "there is no such address" if error.errno is None else os.strerror(error.errno).lower()
            place = error.filename or f"{listening.host}:{listening.port}"
            message = f"cannot listen on {place}: {reason} (--port 0 takes any free port)"
            raise click.UsageError(message, click.get_current_context()) from error


def _what_is_served(served: ServedSimulator, address: str, *, verbose: bool) -> Iterator[str]:
    """What somebody who has just started it needs to know, line by line."""
    yield f"inspector at {address}/"
    for project in served.simulator.projects.values():
        yield _shown(project.configuration)
        for name, value in _changed_settings(project.configuration) if verbose else ():
            yield f"  {name}: {json.dumps(value)}"


def _shown(project: ProjectConfiguration) -> str:
    """A project with its keys, of which only the ends are shown unless everybody knows them."""
    from simulator.journal import mask
    from simulator.project import DEFAULT_PROJECTS

    known = {key for default in DEFAULT_PROJECTS for key in default.api_keys}
    keys = [key.key if key.key in known else mask(key.key) for key in project.keys]
    return f"project {project.name} ({project.type}), API key{'s' if len(keys) > 1 else ''} {', '.join(keys)}"


def _changed_settings(project: ProjectConfiguration) -> Iterator[tuple[str, Any]]:
    """The settings of a project that are not the defaults, by the names they have on the wire."""
    defaults = type(project.settings)().model_dump(mode="json", by_alias=True)
    for name, value in project.settings.model_dump(mode="json", by_alias=True).items():
        if value != defaults[name]:
            yield name, value


def _refuse_beside_import(**options: Sequence[str]) -> None:
    for name, given in options.items():
        if given:
            raise OptionError("--import", f"the file says which projects there are: leave out --{name}")
