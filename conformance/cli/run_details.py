"""How the run of a command came about, for its reports."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

import click

from conformance.cli import mapping as mapping_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.report import RunDetails

#: Options whose value nobody else is to see.
_SECRET: Final = ("--api-key",)
#: Parts of an address that may hold a password or a signature, each with what stands before it.
_PASSWORD: Final = re.compile(r"(\w://)[^/@?]+(?=@)")
_QUERY: Final = re.compile(r"(\w://[^?]*\?).+")
_HIDDEN: Final = "…"


def run_details(mapping: str | None = None, seed: int | None = None) -> RunDetails:
    """The details of the command that runs, from now on.

    Args:
        mapping: The mapping file; None for the presets.
        seed: The random seed, where there is one.
    """
    from datetime import UTC, datetime

    from conformance.report import RunDetails
    from iterable_harness import __version__

    # The program gives its arguments to the context.
    arguments = click.get_current_context().find_object(tuple) or ()
    command = " ".join(["iterable-harness", *_quoted(arguments)])
    return RunDetails(command, __version__, datetime.now(UTC), mapping or mapping_option.name(None), seed)


def _quoted(arguments: Sequence[str]) -> Iterator[str]:
    """The arguments as one types them, without secrets."""
    is_secret = False
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        if is_secret:
            yield _HIDDEN
        elif equals and name in _SECRET:
            yield f"{name}={_HIDDEN}"
        else:
            yield _with_signs(_QUERY.sub(rf"\1{_HIDDEN}", _PASSWORD.sub(rf"\1{_HIDDEN}", argument)))
        is_secret = not is_secret and argument in _SECRET


def _with_signs(argument: str) -> str:
    """An argument in quotes where a shell needs them; the sign for what is left out needs none."""
    return (
        argument
        if shlex.quote(argument.replace(_HIDDEN, "")) == argument.replace(_HIDDEN, "")
        else shlex.quote(argument)
    )
