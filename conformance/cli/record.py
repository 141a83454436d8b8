"""`iterable-harness record`: a part of what a running simulator has seen, as a scenario file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.files import require_writable, standard_input, write_file
from conformance.cli.options import LOCAL_SERVER, examples, shared_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.cli.sending import Sending
    from destination import Subscription


@click.command(
    "record",
    epilog=examples(
        "iterable-harness record --project hybrid -o bug.scenario.yaml",
        "iterable-harness record --api-key hybrid-key --from 120 --to 160 --user ada@example.com",
        "iterable-harness record --project email --events events.jsonl --mapping mapping.yaml -o bug.scenario.yaml",
    ),
)
@shared_options(
    "url",
    "api_key",
    "mapping",
    url=f"The running `serve`.  [default: {LOCAL_SERVER}]",
    api_key="The project, by one of its API keys.",
    mapping="With --events: the subscriptions that they went through.",
)
@click.option("--project", metavar="NAME", help="The project, by its name; not needed when only one was called.")
@click.option("--from", "first", type=click.IntRange(min=1), metavar="N", help="The number of the first request.")
@click.option("--to", "last", type=click.IntRange(min=1), metavar="M", help="The number of the last request.")
@click.option("--user", metavar="WHO", help="Only requests about this email or userId.")
@click.option("--events", metavar="FILE", help="The Segment events that were sent: they become the steps.")
@click.option("--name", metavar="TEXT", help="What the scenario is called.")
@click.option("--keep-personal-data", is_flag=True, help="Replace nobody's data; API keys are never written.")
@click.option("-o", "--output", metavar="FILE", help="Write it there instead of to stdout.")
def record_command(  # noqa: PLR0913, PLR0917  # one parameter an option
    url: str | None,
    api_key: str | None,
    mapping: str | None,
    project: str | None,
    first: int | None,
    last: int | None,
    user: str | None,
    events: str | None,
    name: str | None,
    output: str | None,
    *,
    keep_personal_data: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Make a scenario of a part of the journal of a running `serve`; `run` passes on it.

    It holds the state before, the calls (or with --events the Segment events) at their instants, the faults that
    were in the way, and what came of them as expectations. Personal data is replaced, everywhere in the same way.
    The numbers of requests are those of the journal and of the inspector.

    What could not be written, or did not come out again, is named at the top of the file and on stderr.
    """
    from conformance.recorder.client import RunningSimulator

    if first is not None and last is not None and last < first:
        message = f"--from {first} comes after --to {last}"
        raise click.UsageError(message, click.get_current_context())
    if mapping is not None and events is None:
        raise click.UsageError("--mapping goes with --events", click.get_current_context())
    if output is not None:
        require_writable("--output", output)
    simulator = RunningSimulator(url or LOCAL_SERVER)
    wish: dict[str, Any] = {
        "from": first,
        "to": last,
        "user": user,
        "name": name,
        "keepPersonalData": keep_personal_data,
        **_segment(events, mapping),
    }
    text = simulator.record(simulator.project_name(project, api_key), wish)
    give(text, output, quiet=quiet or (not verbose and output is None))
    return 0


def give(text: str, output: str | None, *, quiet: bool) -> None:
    """Write a recording to its file or to stdout; what is not in it is named on stderr as well."""
    lost = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("#   ")]
    for line in lost:
        click.echo(f"not recorded:{line[1:]}", err=True)
    if output is None:
        click.echo(text, nl=False)
        return
    write_file("--output", output, text)
    if not quiet:
        click.echo(f"recorded in {output}; iterable-harness run {output} plays it", err=True)


@contextmanager
def recorded(sending: Sending, api_key: str, output: str, *, own_mapping: bool) -> Iterator[None]:
    """While open, events are sent to a simulator; what came of them is a scenario afterwards.

    Raises:
        InputError: There is no simulator, or nothing to record.
    """
    from conformance.recorder.client import RunningSimulator

    require_writable("--record", output)
    simulator = RunningSimulator(sending.url)
    project = simulator.project_name(None, api_key)
    first = simulator.last_number(project) + 1
    yield
    mapping = mapping_document(sending.subscriptions) if own_mapping else None
    wish = {"from": first, "events": [item.event for item in sending.events], "mapping": mapping}
    give(simulator.record(project, wish), output, quiet=sending.quiet)


def _segment(events: str | None, mapping: str | None) -> dict[str, Any]:
    """Events and mapping as a wish names them."""
    if events is None:
        return {}
    from conformance.inputs.errors import InputError
    from conformance.inputs.events import read_events
    from conformance.inputs.mapping_file import load_subscriptions

    read = read_events((events,), standard_input)
    if read.broken:
        raise InputError(read.broken)
    subscriptions = None if mapping is None else mapping_document(load_subscriptions(mapping))
    return {"events": [item.event for item in read.events], "mapping": subscriptions}


def mapping_document(subscriptions: Sequence[Subscription]) -> list[dict[str, Any]]:
    """Subscriptions as a mapping file holds them."""
    return [
        {
            "name": item.name,
            "partnerAction": item.partner_action,
            "subscribe": item.subscribe,
            **({} if item.mapping is None else {"mapping": item.mapping}),
        }
        for item in subscriptions
    ]
