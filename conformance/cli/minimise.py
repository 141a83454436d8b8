"""`run --minimise`: a failing scenario made small."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.files import require_writable, write_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.scenario import Backend, LoadedScenario
    from conformance.scenario.minimiser import Minimised


def minimise_file(
    loaded: LoadedScenario, project_types: Sequence[str], backend: Backend, output: str | None, *, quiet: bool
) -> int:
    """Make a failing scenario small, and write it beside its file or where it was said.

    Args:
        loaded: The scenario.
        project_types: The project types to look at.
        backend: What it is run against.
        output: Where to write to; beside its file when None.
        quiet: Show no progress.

    Raises:
        click.UsageError: It does not fail.
    """
    from conformance.cli.progress import Progress
    from conformance.recorder.writing import scenario_yaml
    from conformance.scenario.minimiser import NothingToShowError, minimise

    target = output or _beside(loaded.file)
    require_writable("--output", target)
    try:
        with Progress("running shorter scenarios", None, quiet=quiet) as progress:
            found = minimise(loaded, project_types, backend, progress.advance)
    except NothingToShowError as error:
        raise click.UsageError(f"{loaded.file}: {error}", click.get_current_context()) from error
    write_file("--output", target, scenario_yaml(found.scenario))
    _print(found, target)
    return 0


def _beside(file: str) -> str:
    """`bug.min.scenario.yaml` for `bug.scenario.yaml`."""
    path = Path(file)
    stem = path.name.split(".")[0]
    return str(path.with_name(f"{stem}.min.scenario.yaml"))


def _print(found: Minimised, target: str) -> None:
    (steps, events, people), (fewer_steps, fewer_events, fewer_people) = found.before, found.after
    failure = found.failure
    click.echo(f"{failure.where}: {failure.path} fails in {found.project_type}: {failure.expected} was expected")
    click.echo(
        f"from {events} to {fewer_events} events and calls, from {steps} to {fewer_steps} steps, "
        f"from {people} to {fewer_people} people at the start, in {found.runs} runs"
    )
    click.echo(f"written to {target}")
