"""A group whose commands are imported when they are used, so that help, completion and each command start fast."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.shell_completion import CompletionItem


class _GivenText(click.types.StringParamType):
    """Text that is not empty: an empty name would be that of the working directory, an empty host all addresses."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The text."""
        text = super().convert(value, param, ctx)
        if not text:
            self.fail("it is empty (a variable that is not set?)", param, ctx)
        return text


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command is, and what is said of it without importing it.

    Attributes:
        module: The module; its variable `<name>_command` is the command.
        summary: The first sentence of the command's help.
    """

    module: str
    summary: str


class LazyGroup(click.Group):
    """A group of commands that are imported one at a time.

    Args:
        lazy: The commands by name.
        settings: What `click.Group` takes.
    """

    def __init__(self, *, lazy: Mapping[str, LazyCommand], **settings: Any) -> None:
        super().__init__(**settings)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in alphabetical order."""
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name, imported, that takes no empty text; None when there is none."""
        if cmd_name in self._lazy and cmd_name not in self.commands:
            command = getattr(import_module(self._lazy[cmd_name].module), f"{cmd_name}_command")
            for parameter in command.params:
                if parameter.type is click.STRING:
                    parameter.type = _GivenText()
            self.add_command(command, cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, of which none is imported for it."""
        names = self.list_commands(ctx)
        limit = formatter.width - 6 - max(map(len, names))
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._described(name).get_short_help_str(limit)) for name in names])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What a shell offers after the program's name: commands, and options of the group."""
        from click.shell_completion import CompletionItem

        matching = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=self._described(name).get_short_help_str()) for name in matching]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def _described(self, name: str) -> click.Command:
        """A command that says what the one of this name is for, and does nothing."""
        return click.Command(name, help=self._lazy[name].summary)
