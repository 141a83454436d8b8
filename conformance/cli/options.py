"""Options that mean the same in every command that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import click

from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Callable

_Command = TypeVar("_Command", bound="Callable[..., Any]")

PROJECT_TYPES: Final = ("email", "userid", "hybrid")
LOCAL_SERVER: Final = "http://127.0.0.1:8585"
_EVERY: Final = "all"
_PATIENCE: Final = "conformance.cli.options.patience"
#: Where click keeps what `--preset` and `--liquidjs` say until the mapping is read.
CHOSEN: Final = "conformance.cli.options.presets"
LIQUIDJS: Final = "conformance.cli.options.liquidjs"


def _expand_types(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """The chosen types in the order of all types, each once; none chosen stays none."""
    return tuple(item for item in PROJECT_TYPES if item in value or _EVERY in value)


def _check_url(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise click.BadParameter(f"{value!r} is not an address such as {LOCAL_SERVER}")
    return value.rstrip("/")


def warn(message: str) -> None:
    """Say on stderr what the user should know, and go on."""
    print_note(f"warning: {message}")


def _take_former_name(context: click.Context, _: click.Parameter, value: float | None) -> None:
    if value is not None:
        warn("--patience is now called --wait-timeout")
        context.meta[_PATIENCE] = value


def _or_former_name(context: click.Context, _: click.Parameter, value: float | None) -> float | None:
    former: float | None = context.meta.get(_PATIENCE)
    return former if value is None else value


def _wait_timeout(command: _Command) -> _Command:
    """`--wait-timeout`, and `--patience`, its former name, which no help shows."""
    seconds = click.FloatRange(min=0, max=600)
    former = click.option(
        "--patience",
        type=seconds,
        hidden=True,
        expose_value=False,
        # Evaluated before the option that falls back on it.
        is_eager=True,
        callback=_take_former_name,
    )
    option = click.option(
        "--wait-timeout",
        type=seconds,
        metavar="SECONDS",
        callback=_or_former_name,
        help="With --sandbox: wait this long after each step (default: 15).",
    )
    return option(former(command))


def _take_presets(context: click.Context, _: click.Parameter, names: tuple[str, ...]) -> None:
    if not names:
        return
    from conformance.inputs.errors import nearest
    from destination import CHOSEN_PRESETS, PRESETS

    known = {preset.name.casefold(): preset for preset in (*PRESETS, *CHOSEN_PRESETS)}
    for name in names:
        if name.casefold() not in known:
            hint = nearest(name, [preset.name for preset in known.values()])
            raise click.BadParameter(f"there is no preset {name!r}, {hint}")
    context.meta[CHOSEN] = tuple(known[name] for name in dict.fromkeys(map(str.casefold, names)))


def _take_liquidjs(context: click.Context, _: click.Parameter, version: str | None) -> None:
    if version is not None:
        context.meta[LIQUIDJS] = version


_preset: Final = click.option(
    "--preset",
    metavar="NAME",
    multiple=True,
    expose_value=False,
    callback=_take_presets,
    help="Use a preset instead; repeatable.",
)
_liquidjs: Final = click.option(
    "--liquidjs",
    metavar="VERSION",
    type=click.Choice(["10.27.2", "10.30.1"]),
    expose_value=False,
    callback=_take_liquidjs,
    help="10.27.2, the default, or 10.30.1.",
)


def mapping_options(text: str) -> Callable[[_Command], _Command]:
    """A decorator that gives a command `--mapping`, and what goes with it.

    Args:
        text: What the help says of `--mapping`.
    """
    option = click.option("--mapping", metavar="FILE", help=text)
    return lambda command: option(_preset(_liquidjs(command)))


_OPTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "project_type": click.option(
        "--project-type",
        "project_types",
        # Iterable's own documents write userID.
        type=click.Choice([*PROJECT_TYPES, _EVERY], case_sensitive=False),
        multiple=True,
        callback=_expand_types,
        help="Only these project types; repeatable.",
    ),
    "mapping": mapping_options("A mapping in any form; else the presets."),
    "preset": _preset,
    "liquidjs": _liquidjs,
    "url": click.option(
        "--url",
        metavar="URL",
        callback=_check_url,
        help="Use a running `serve`.",
    ),
    "api_key": click.option("--api-key", metavar="KEY", help="The API key of the project there."),
    "sandbox": click.option(
        "--sandbox",
        metavar="NAME",
        help="Use the real project at --url, under this name.",
    ),
    "wait_timeout": _wait_timeout,
    "json": click.option("--json", "as_json", is_flag=True, help="Print the report as JSON."),
    "junit": click.option("--junit", metavar="FILE", help="Also write a JUnit XML report."),
    "tap": click.option("--tap", metavar="FILE", help="Also write a TAP report."),
    "github": click.option("--github", is_flag=True, help="Also write annotations and a summary for GitHub."),
    "html": click.option("--html", metavar="FILE", help="Also write an HTML report."),
    "quiet": click.option("-q", "--quiet", is_flag=True, help="Print only failures and the summary."),
    "verbose": click.option("-v", "--verbose", is_flag=True, help="Print all details."),
}


#: Options of the commands that play something in projects and report on it, in the order of the help.
JUDGING: Final = (
    "project_type",
    "mapping",
    "url",
    "api_key",
    "sandbox",
    "wait_timeout",
    "json",
    "junit",
    "html",
    "tap",
    "github",
)


def shared_options(*names: str, **helps: str) -> Callable[[_Command], _Command]:
    """A decorator that gives a command the named options, and always `-q` and `-v`.

    Args:
        names: Of `project_type`, `mapping` (which has `preset` and `liquidjs` with it), `preset`, `url`, `api_key`,
            `sandbox`, `wait_timeout`, `json`, `junit`, `html`, `tap` and `github`, in the order of the help.
        helps: Texts for options whose usual one does not say what they do here.
    """

    def decorate(command: _Command) -> _Command:
        for name in reversed((*names, "quiet", "verbose")):
            command = _OPTIONS[name](command)
            if name in helps:
                parameters: list[click.Option] = command.__click_params__  # type: ignore[attr-defined]  # click's own place for them
                parameters[-1].help = helps[name]
        return command

    return decorate


def examples(*lines: str) -> str:
    """The end of a help text: commands to copy."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
