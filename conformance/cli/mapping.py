"""What `--mapping` names, read for a command, with a word on stderr about what was left out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from conformance.inputs.configuration import Configuration
    from destination import CompiledSubscription, Subscription


def compiled_subscriptions(file: str | None) -> tuple[CompiledSubscription, ...]:
    """The subscriptions of a mapping file, or the presets without one, compiled.

    Raises:
        InputError: The file cannot be read, has problems, or leaves no subscription in force.
    """
    from conformance.inputs.mapping_file import load_compiled_subscriptions

    return load_compiled_subscriptions(None) if file is None else _read(file).compiled


def subscriptions(file: str | None) -> tuple[Subscription, ...]:
    """The subscriptions of a mapping file, or the presets without one.

    Raises:
        InputError: As `compiled_subscriptions` raises it.
    """
    from conformance.inputs.mapping_file import load_subscriptions

    return load_subscriptions(None) if file is None else _read(file).plain


def _read(file: str) -> Configuration:
    # The readers of YAML and Terraform take their time; the presets do without.
    from conformance.inputs.configuration import read_configuration

    configuration = read_configuration(Path(file))
    for remark in (configuration.left_out_sentence, *configuration.remarks):
        if remark:
            print_note(f"note: {file}: {remark}")
    return configuration
