"""What `--mapping` names, read for a command, with a word on stderr about what was left out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.files import standard_input
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.inputs.configuration import Configuration
    from destination import CompiledSubscription, Subscription


def compiled_subscriptions(file: str | None) -> tuple[CompiledSubscription, ...]:
    """The subscriptions of a mapping file, or the presets without one, compiled.

    Raises:
        InputError: The file cannot be read, has problems, or leaves no subscription in force.
    """
    from conformance.inputs.mapping_file import load_compiled_subscriptions

    return load_compiled_subscriptions(None) if file is None else configuration(file).compiled


def subscriptions(file: str | None) -> tuple[Subscription, ...]:
    """The subscriptions of a mapping file, or the presets without one.

    Raises:
        InputError: As `compiled_subscriptions` raises it.
    """
    from conformance.inputs.mapping_file import load_subscriptions

    return load_subscriptions(None) if file is None else configuration(file).plain


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

    return _with_annotations(lambda: read_configuration(Path(file)), github=github)


def argument(file: str, *, github: bool = False) -> Configuration:
    """Like `configuration`, of a command that reads its mapping from standard input as well, where `-` is named.

    Raises:
        InputError: As `compiled_subscriptions` raises it.
    """
    if file != "-":
        return configuration(file, github=github)
    from conformance.inputs.configuration import configuration_of_bytes

    content = standard_input()
    return _with_annotations(lambda: configuration_of_bytes("standard input", content), github=github)


def _with_annotations(read: Callable[[], Configuration], *, github: bool) -> Configuration:
    from conformance.inputs.errors import InputError

    try:
        return with_notes(read())
    except InputError as error:
        if github:
            from conformance.lint import format_annotations

            for line in format_annotations(error.problems):
                click.echo(line)
        raise


def with_notes(read: Configuration) -> Configuration:
    """The configuration, once what was left out of it, and what is odd about it, has been said on stderr."""
    for remark in (read.left_out_sentence, *read.remarks):
        if remark:
            print_note(f"note: {read.file}: {remark}")
    return read
