"""What `--mapping` names, read for a command, with a word on stderr about what was left out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.cli.files import or_shipped, standard_input
from conformance.cli.options import CHOSEN, LIQUIDJS
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.scenario import LoadedScenario
    from destination import CompiledSubscription, Subscription

#: Files that a note names; the rest is counted.
_MOST_FILES: Final = 5


def compiled_subscriptions(file: str | None) -> tuple[CompiledSubscription, ...]:
    """The subscriptions of a mapping file, or the presets without one, compiled.

    Raises:
        InputError: The file cannot be read, has problems, or leaves no subscription in force.
    """
    from conformance.inputs.mapping_file import load_compiled_subscriptions

    asked_for = configuration_asked_for(file)
    return load_compiled_subscriptions(None) if asked_for is None else asked_for.compiled


def subscriptions(file: str | None) -> tuple[Subscription, ...]:
    """The subscriptions of a mapping file, or the presets without one.

    Raises:
        InputError: As `compiled_subscriptions` raises it.
    """
    from conformance.inputs.mapping_file import load_subscriptions

    asked_for = configuration_asked_for(file)
    return load_subscriptions(None) if asked_for is None else asked_for.plain


def configuration_asked_for(file: str | None, *, github: bool = False) -> Configuration | None:
    """The configuration in a mapping file, or the presets that `--preset` names; None where there is neither.

    Raises:
        InputError: As `compiled_subscriptions` raises it.
        click.UsageError: There are both.
    """
    context = click.get_current_context()
    chosen = context.meta.get(CHOSEN)
    if chosen is None:
        return None if file is None else configuration(file, github=github)
    if file is not None:
        raise click.UsageError("--preset stands instead of a mapping", context)
    from conformance.inputs.configuration import configuration_of_presets

    return configuration_of_presets(chosen)


def is_own(file: str | None) -> bool:
    """Whether something else is asked for than the presets of a new connection."""
    return file is not None or CHOSEN in click.get_current_context().meta


def name(file: str | None) -> str:
    """What a report calls the mapping: its file, or the presets that are asked for; empty where neither is."""
    if file is not None:
        return file
    chosen = click.get_current_context().meta.get(CHOSEN) or ()
    return f"preset {', '.join(preset.name for preset in chosen)}" if chosen else ""


def note_unused(scenarios: Sequence[LoadedScenario], file: str | None) -> None:
    """Say on stderr which scenarios do not use the mapping that is asked for, as they name their own."""
    if not is_own(file):
        return
    having = [item.file for item in scenarios if all(part.mapping is not None for part in item.scenario.connections)]
    if not having:
        return
    option = "--preset" if file is None else "--mapping"
    whose = "which names its own mapping" if len(having) == 1 else "which name their own mapping"
    more = f" and {len(having) - _MOST_FILES} more" if len(having) > _MOST_FILES else ""
    files = f"{', '.join(having[:_MOST_FILES])}{more}"
    print_note(f"note: {option} is not used by {len(having)} of {len(scenarios)} scenarios, {whose}: {files}")


def configuration(file: str, *, github: bool = False) -> Configuration:
    """The configuration in a mapping file, with a word on stderr about what was left out.

    Args:
        file: The file.
        github: Whether its problems are also printed as annotations for a GitHub workflow.

    Raises:
        InputError: As `compiled_subscriptions` raises it.
    """
    # The readers of YAML and Terraform take their time; the presets do without.
    from conformance.inputs.configuration import read_configuration

    path = Path(or_shipped(file))
    return _with_annotations(lambda: read_configuration(path), github=github)


def argument(file: str, *, github: bool = False) -> Configuration:
    """Like `configuration`, of a command that reads its mapping from standard input as well, where `-` is named.

    Raises:
        InputError: As `compiled_subscriptions` raises it.
        click.UsageError: `--preset` stands beside it.
    """
    if is_own(None):
        raise click.UsageError("--preset stands instead of a mapping", click.get_current_context())
    if file != "-":
        return configuration(file, github=github)
    from conformance.inputs.configuration import configuration_of_bytes

    content = standard_input()
    return _with_annotations(lambda: configuration_of_bytes("standard input", content), github=github)


def _with_annotations(read: Callable[[], Configuration], *, github: bool) -> Configuration:
    from conformance.inputs.errors import InputError

    try:
        configured = with_notes(read())
    except InputError as error:
        if github:
            from conformance.workflow_commands import problem_annotation

            for problem in error.problems:
                click.echo(problem_annotation(problem))
        raise
    version = click.get_current_context().meta.get(LIQUIDJS)
    return configured if version is None else configured.with_liquidjs(version)


def with_notes(read: Configuration) -> Configuration:
    """The configuration, once what was left out of it, and what is odd about it, has been said on stderr."""
    for remark in (read.left_out_sentence, *read.remarks):
        if remark:
            print_note(f"note: {read.file}: {remark}")
    return read
