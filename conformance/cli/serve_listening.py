"""The options of `serve` that say how it is reached: by HTTPS, by a proxy, with a token, from pages."""

from __future__ import annotations

import functools
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from conformance.inputs.control_token import CONTROL_TOKEN_VARIABLE
from conformance.serving.listening import Listening

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_PORT: Final = 65535
_TOKEN: Final = re.compile(r"[!-~]+")
_Command = TypeVar("_Command", bound="Callable[..., Any]")


def _check_token(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _TOKEN.fullmatch(value):
        raise click.BadParameter("a token is made of printable ASCII characters, without spaces")
    return value


_OPTIONS: Final = (
    click.option("--tls", is_flag=True, help="Serve HTTPS."),
    click.option(
        "--proxy",
        metavar="PORT",
        type=click.IntRange(0, LARGEST_PORT),
        help="Also run an HTTP proxy for Iterable's hosts.",
    ),
    click.option("--tls-ca", "authority_file", metavar="FILE", help="Write the CA certificate here."),
    click.option(
        "--control-token",
        "token",
        metavar="TOKEN",
        envvar=CONTROL_TOKEN_VARIABLE,
        callback=_check_token,
        help=f"Guard the control surface; better set in ${CONTROL_TOKEN_VARIABLE}.",
    ),
    click.option("--no-cors", is_flag=True, help="Refuse pages from other origins."),
)


def listening_options(command: _Command) -> _Command:
    """A decorator that gives a command the options; with `--host` and `--port` they arrive as one `listening`."""

    @functools.wraps(command)
    def gathered(**values: Any) -> Any:
        values["cors"] = not values.pop("no_cors")
        listening = Listening(**{field.name: values.pop(field.name) for field in fields(Listening)})
        if listening.authority_file is not None and not listening.tls and listening.proxy is None:
            raise click.UsageError("--tls-ca goes with --tls or --proxy", click.get_current_context())
        return command(listening=listening, **values)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered  # type: ignore[return-value]  # the same command for click, which calls it by keyword
