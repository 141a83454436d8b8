"""`iterable-harness send`: Segment events delivered to a server through the destination."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from conformance.cli.files import require_outputs, sources_or_standard_input
from conformance.cli.options import LOCAL_SERVER, PROJECT_TYPES, examples, shared_options
from conformance.cli.segment_options import SegmentOptions, segment_options
from conformance.cli.streams import print_note
from conformance.cli.target_contents import warn_of_contents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.cli.sending import Sending

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def _warn_of_old_name(_: click.Context, __: click.Parameter, value: int | None) -> int | None:
    if value is not None:
        print_note("warning: --in-flight is now called --concurrency")
    return value


@click.command(
    "send",
    epilog=examples(
        "iterable-harness send scenarios/events/shop-day.jsonl --project-type hybrid",
        "iterable-harness send events.jsonl --url https://api.iterable.com --api-key KEY --failed failed.jsonl",
    ),
)
@click.argument("events", nargs=-1, metavar="[EVENTS]...")
@shared_options(
    "url",
    "api_key",
    "project_type",
    "mapping",
    "json",
    url=f"The server: a running `serve`, or Iterable itself.  [default: {LOCAL_SERVER}]",
    project_type="The project of a local `serve`, by its type; repeatable.",
)
@click.option("--batch", is_flag=True, help="Send in bulk where the mapping says enable_batching, as Segment does.")
@click.option("--failed", metavar="FILE", help="Write what did not arrive to this file, to send it again.")
@click.option(
    "--record", "recording", metavar="FILE", help="Write a scenario of the events and their effects to this file."
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    default=16,
    show_default=True,
    help="Maximum number of concurrent requests.",
)
@click.option("--in-flight", type=click.IntRange(1, 256), hidden=True, callback=_warn_of_old_name)
@click.option(
    "--attempts", type=click.IntRange(1, 100), default=5, show_default=True, help="Total attempts per event."
)
@click.option(
    "--retry-delay",
    type=click.FloatRange(0, 3600),
    default=0.5,
    show_default=True,
    metavar="SECONDS",
    help="Before the second attempt; doubles each time, and Retry-After extends it, up to 60 s.",
)
@segment_options
def send_command(  # noqa: PLR0913, PLR0917  # one parameter an option
    events: tuple[str, ...],
    url: str | None,
    api_key: str | None,
    project_types: tuple[str, ...],
    mapping: str | None,
    failed: str | None,
    recording: str | None,
    concurrency: int,
    in_flight: int | None,
    attempts: int,
    retry_delay: float,
    segment: SegmentOptions,
    *,
    batch: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Deliver Segment events to a server.

    EVENTS are files, folders, globs, s3://bucket/day, or - for standard input. Without --api-key and --project-type,
    they go to all three projects of a local `serve`. Each person's events keep their order. The report accounts for
    every event, even after SIGINT, SIGTERM or SIGHUP; events that did not arrive are in the --failed file, which is
    written completely or not at all.

    Exit code 1 if something did not arrive, 2 if a line is not an event (the others are still sent).
    """
    from conformance.cli.event_input import EventInput
    from conformance.cli.interruption import Interruption
    from conformance.cli.mapping import compiled_subscriptions, is_own
    from conformance.cli.sending import Sending, send_to_each
    from conformance.delivery import RetryPolicy

    address = url or LOCAL_SERVER
    keys = _keys(address, api_key, project_types)
    sources = sources_or_standard_input(events, "an event file")
    inputs = (*sources, *([] if mapping is None else [mapping]))
    require_outputs([("--failed", failed), ("--record", recording)], inputs)
    if recording is not None and len(keys) != 1:
        raise click.UsageError("--record is for one project: name it with --api-key", click.get_current_context())
    if not quiet:
        warn_of_contents(address, keys.values())
    try:
        with Interruption() as interruption:
            subscriptions = compiled_subscriptions(mapping)
            sending = Sending(
                address,
                subscriptions,
                EventInput(sources, segment, kept=True),
                RetryPolicy(attempts=attempts, base_delay=retry_delay),
                in_flight or concurrency,
                batch=batch,
                quiet=quiet or as_json,
                verbose=verbose,
                inputs=inputs,
            )
            with _recorded(sending, keys, recording, own_mapping=is_own(mapping)):
                return send_to_each(sending, keys, interruption, failed=failed, as_json=as_json)
    except KeyboardInterrupt:
        print_note("interrupted before anything was sent")
        return 1


def _recorded(
    sending: Sending, keys: Mapping[str, str], recording: str | None, *, own_mapping: bool
) -> AbstractContextManager[None]:
    """Records what is sent while it is open, where a recording is wanted."""
    from conformance.cli.record import recorded

    if recording is None:
        return nullcontext()
    return recorded(sending, next(iter(keys.values())), recording, own_mapping=own_mapping)


def _keys(address: str, api_key: str | None, project_types: Sequence[str]) -> dict[str, str]:
    """The API keys to deliver with, by what to call their project."""
    context = click.get_current_context()
    if api_key is not None and project_types:
        message = "--api-key names the project already; leave out --project-type"
        raise click.UsageError(message, context)
    if api_key is not None:
        return {"": api_key}
    if urlsplit(address).hostname not in _LOOPBACK:
        raise click.UsageError(f"--api-key is needed for {address}", context)
    return {kind: f"{kind}-key" for kind in project_types or PROJECT_TYPES}
