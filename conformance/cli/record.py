"""`iterable-harness record`: a part of what a running simulator has seen, as a scenario file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from conformance.cli import mapping as mapping_option
from conformance.cli.files import require_outputs, require_writable, standard_input, write_file
from conformance.cli.options import LOCAL_SERVER, examples, shared_options
from conformance.cli.streams import print_note
from conformance.inputs.control_token import control_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.cli.sending import Sending
    from conformance.recorder import Recording


@click.command(
    "record",
    epilog=examples(
        "iterable-harness record --project hybrid -o bug.scenario.yaml",
        "iterable-harness record --api-key hybrid-key --from 120 --to 160 --user ada@example.com",
        "iterable-harness record --source write-key --project email -o bug.scenario.yaml",
        "iterable-harness record --project email --events events.jsonl --mapping mapping.yaml -o bug.scenario.yaml",
    ),
)
@shared_options(
    "url",
    "api_key",
    "mapping",
    url=f"The running `serve`.  [default: {LOCAL_SERVER}]",
    api_key="An API key of the project.",
    mapping="With --events: the mapping they went through.",
)
@click.option("--project", metavar="NAME", help="The project, by name; not needed if only one was used.")
@click.option("--from", "first", type=click.IntRange(min=1), metavar="N", help="The first request, by number.")
@click.option("--to", "last", type=click.IntRange(min=1), metavar="M", help="The last request, by number.")
@click.option("--user", metavar="WHO", help="Only requests about this email or userId.")
@click.option("--events", metavar="FILE", help="The Segment events that were sent; they become the steps.")
@click.option("--source", metavar="KEY", help="Use the messages received with this Segment write key as the steps.")
@click.option("--name", metavar="TEXT", help="The name of the scenario.")
@click.option("--keep-personal-data", is_flag=True, help="Do not replace personal data; API keys are never written.")
@click.option("-o", "--output", metavar="FILE", help="Write to this file instead of stdout.")
def record_command(  # noqa: PLR0913, PLR0917  # one parameter an option
    url: str | None,
    api_key: str | None,
    mapping: str | None,
    project: str | None,
    first: int | None,
    last: int | None,
    user: str | None,
    events: str | None,
    source: str | None,
    name: str | None,
    output: str | None,
    *,
    keep_personal_data: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Turn what a running `serve` has seen into a scenario.

    It passes `run` without changes. It contains the initial state, the calls (or, with --events, the Segment events)
    with their times, the active faults, and the outcome as expectations. Personal data is replaced consistently.
    Requests are numbered as in the journal and the inspector.

    Anything that could not be recorded or did not reproduce is listed at the top of the file and on stderr.
    """
    from conformance.cli.progress import Progress
    from conformance.control_client import ControlClient
    from conformance.recorder import RecordingSelection, record, select_source

    if first is not None and last is not None and last < first:
        message = f"--from {first} comes after --to {last}"
        raise click.UsageError(message, click.get_current_context())
    if source is not None and (events is not None or api_key is not None):
        raise click.UsageError(
            "--source says which events: leave out --events, --mapping and --api-key", click.get_current_context()
        )
    if mapping_option.is_own(mapping) and events is None:
        raise click.UsageError("--mapping goes with --events", click.get_current_context())
    require_outputs([("--output", output)], [name for name in (events, mapping) if name is not None])
    selection = RecordingSelection(
        first=first,
        last=last,
        user=user,
        name=name,
        keep_personal_data=keep_personal_data,
        events=None if events is None else _events(events),
        subscriptions=mapping_option.subscriptions(mapping) if mapping_option.is_own(mapping) else None,
    )
    with (
        ControlClient(url or LOCAL_SERVER, token=control_token()) as control,
        Progress("recording", None, quiet=quiet),
    ):
        if source is not None:
            selection, project = select_source(control, source, selection, project)
        recording = record(control, selection, project=project, api_key=api_key)
    _write(recording, output, quiet=quiet or (not verbose and output is None))
    return 0


def _events(file: str) -> list[dict[str, Any]]:
    """The events of a file.

    Raises:
        InputError: Some line of it is not an event.
    """
    from conformance.inputs.errors import InputError
    from conformance.inputs.events import read_events

    read = read_events((file,), standard_input)
    if read.broken:
        raise InputError(read.broken)
    return [item.event for item in read.events]


def _write(recording: Recording, output: str | None, *, quiet: bool) -> None:
    """Write a recording to its file or to stdout; what is not in it is named on stderr as well."""
    for sentence in recording.lost:
        print_note(f"not recorded: {sentence}")
    if output is None:
        click.echo(recording.text, nl=False)
        return
    write_file("--output", output, recording.text)
    if not quiet:
        print_note(f"recorded in {output}; iterable-harness run {output} plays it")


@contextmanager
def recorded(sending: Sending, api_key: str, output: str, *, own_mapping: bool) -> Iterator[None]:
    """While open, events are sent to a simulator; what came of them is a scenario afterwards.

    Raises:
        InputError: There is no simulator, or nothing to record.
    """
    from conformance.cli.progress import Progress
    from conformance.control_client import ControlClient
    from conformance.recorder import RecordingSelection, project_name, record

    require_writable("--record", output)
    with ControlClient(sending.url, token=control_token()) as control:
        project = project_name(control, None, api_key)
        selection = RecordingSelection(
            first=control.last_request(project) + 1,
            events=[item.event for item in sending.events],
            subscriptions=sending.subscriptions if own_mapping else None,
        )
        yield
        with Progress("recording", None, quiet=sending.quiet):
            recording = record(control, selection, project=project)
        _write(recording, output, quiet=sending.quiet)
