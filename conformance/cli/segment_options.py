"""The options that let events go through Segment first: `--as-segment` and `--received-at`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_Command = TypeVar("_Command", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class SegmentOptions:
    """What is asked for.

    Attributes:
        wanted: Whether events go through Segment first.
        received_at: When they come in, in milliseconds since 1970; None for when they say, or now.
    """

    wanted: bool
    received_at: int | None


def segment_options(command: _Command) -> _Command:
    """A decorator that gives a command the options; they arrive as one `segment`."""

    @functools.wraps(command)
    def gathered(*, as_segment: bool, received_at: int | None, **values: Any) -> Any:
        if received_at is not None and not as_segment:
            raise click.UsageError("--received-at goes with --as-segment", click.get_current_context())
        return command(segment=SegmentOptions(as_segment, received_at), **values)

    # The same command for click, which calls it by keyword.
    flag: Callable[[Any], Any] = click.option(
        "--as-segment", is_flag=True, help="Put events through Segment first: it adds fields and drops some."
    )
    instant = click.option(
        "--received-at",
        metavar="INSTANT",
        callback=_instant,
        help="With --as-segment: when Segment receives the events.",
    )
    return flag(instant(gathered))  # type: ignore[no-any-return]  # what click's options give is what they were given


def _instant(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    from conformance.tracking_api.instants import read_instant

    instant = read_instant(value)
    if instant is None:
        raise click.BadParameter(f"{value!r} is not a date and time such as 2026-08-20T12:00:00Z")
    return instant
