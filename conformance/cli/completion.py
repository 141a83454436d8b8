"""`iterable-harness completion`: a script that lets a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from conformance.cli.options import examples


@click.command(
    "completion",
    epilog=examples(
        'eval "$(iterable-harness completion bash)"',
        'eval "$(iterable-harness completion zsh)"',
        "iterable-harness completion fish > ~/.config/fish/completions/iterable-harness.fish",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> int:
    """Print the completion script for a shell."""
    from conformance.cli.program import NAME, program

    kind = get_completion_class(shell)
    if kind is None:
        raise click.BadParameter(f"click has no completion for {shell!r}", param_hint="SHELL")
    variable = f"_{NAME.replace('-', '_').upper()}_COMPLETE"
    click.echo(kind(program, {}, NAME, variable).source())
    return 0
