"""`iterable-harness map`: what the destination would send, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from conformance.cli.files import sources_or_standard_input
from conformance.cli.options import examples, shared_options
from conformance.cli.segment_options import SegmentOptions, segment_options
from conformance.inputs.errors import InputError, nearest
from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.cli.event_input import EventInput
    from conformance.cli.progress import Progress
    from conformance.explanation import Explainer, Explanation, Summary
    from conformance.inputs.configuration import Configuration
    from conformance.inputs.events import EventSource
    from conformance.inputs.remarks import Remarks
    from destination import CompiledSubscription, Destination, Reply

#: Characters of a document that are printed at once.
_PART: Final = 1024 * 1024


@click.command(
    "map",
    epilog=examples(
        "iterable-harness map scenarios/events/shop-day.jsonl",
        "iterable-harness map events.jsonl --mapping my-mapping.yaml --explain dataFields.plan",
        """iterable-harness map '{"type": "identify", "traits": {"email": "ada@example.com"}}'""",
    ),
)
@click.argument("events", nargs=-1, metavar="[EVENT]...")
@shared_options("mapping", "json")
@click.option("--explain", "field", metavar="FIELD", help="Trace one payload field from event to request.")
@click.option(
    "--reply", metavar="FILE", help="With --batch: how Iterable answers, the JSON body of a reply with status 200."
)
@click.option("--batch", is_flag=True, help="Treat all events as one batch.")
@segment_options
def map_command(  # noqa: PLR0913  # one for each option
    events: tuple[str, ...],
    mapping: str | None,
    field: str | None,
    reply: str | None,
    segment: SegmentOptions,
    *,
    batch: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Show what would be sent for Segment events; send nothing.

    An EVENT is a JSON or JSON Lines file, compressed or not, a folder or glob of them, an address such as
    s3://bucket/day, - for standard input, or JSON text. For each event: which subscriptions matched, and why the
    others did not; the resolved payload; what was removed or coerced; the requests. With -q, a summary: counts by
    subscription, outcome and reason, with an example of each. Replies are assumed to be 200: run and send show
    whether Iterable accepts an event. With --reply and --batch, shows how Segment interprets a bulk reply, next to
    what the reply says.

    Exit code 1 if a matching subscription refuses an event, 2 if a line is not an event.
    """
    from conformance.cli.event_input import EventInput
    from conformance.cli.mapping import configuration_asked_for
    from conformance.inputs.mapping_file import load_compiled_subscriptions
    from destination import ANSWERED_WELL, Destination

    if reply is not None and not batch:
        message = "--reply goes with --batch: a single event is delivered whatever the body of a 200 says"
        raise click.UsageError(message, click.get_current_context())
    configured = configuration_asked_for(mapping)
    subscriptions = load_compiled_subscriptions(None) if configured is None else configured.compiled
    if field is not None:
        _require_field(field, subscriptions)
    given = EventInput(sources_or_standard_input(events, "an event"), segment)
    destination = Destination({"apiKey": "the API key"}, subscriptions)
    answer = ANSWERED_WELL if reply is None else _reply(reply)
    if quiet and not (as_json or batch or field):
        refused = _summarize(destination, given)
    else:
        from conformance.explanation import Explainer

        explainer = Explainer(destination, field=field, reply=answer)
        explained = _explained_batch(explainer, given) if batch else _explained(explainer, given)
        if as_json:
            refused = _print_document(explained, given, _mapping(configured))
        else:
            refused = _print_blocks(explained, given, quiet=quiet, verbose=verbose)
    return 2 if given.broken else int(refused)


def _explained(explainer: Explainer, given: EventInput) -> Iterator[Explanation]:
    return (explainer.explain(item.event, place=item.place) for item in given)


def _explained_batch(explainer: Explainer, given: EventInput) -> Iterator[Explanation]:
    events = [item.event for item in given]
    if events:
        yield explainer.explain_batch(events)


def _summarize(destination: Destination, given: EventInput) -> bool:
    """Print what becomes of the events, counted, and nothing of any single one; whether one is refused."""
    from conformance.cli.progress import Progress, followed
    from conformance.explanation.summary import Summary

    summary = Summary(destination)
    with Progress("mapping", None) as progress:
        if sources := given.separable:
            _summarize_apart(summary, destination, sources, given.remarks, progress)
        else:
            for item in followed(given, progress):
                summary.add(item.event, item.place)
    for line in summary.text_lines(broken=given.broken):
        click.echo(line)
    return summary.refused > 0


def _summarize_apart(
    summary: Summary, destination: Destination, sources: Sequence[EventSource], remarks: Remarks, progress: Progress
) -> None:
    """Count the events on all cores."""
    from conformance.explanation.part_summaries import summarize_sources
    from conformance.part_pool import cores

    subscriptions = [compiled.subscription for compiled in destination.subscriptions]
    summarize_sources(
        summary, sources, remarks, subscriptions=subscriptions, workers=cores(), progress=progress.advance
    )
    remarks.finish()


def _print_blocks(explained: Iterable[Explanation], given: EventInput, *, quiet: bool, verbose: bool) -> bool:
    """Print each explanation as soon as there is one, and the figures; whether one is of a refusal."""
    from conformance.explanation import text_blocks

    refused = _Refusals(explained)
    # Without a terminal, click removes the escape sequences.
    for block in text_blocks(refused, broken=lambda: given.broken, quiet=quiet, verbose=verbose, color=True):
        click.echo(block)
    return refused.count > 0


def _print_document(explained: Iterable[Explanation], given: EventInput, mapping: dict[str, Any]) -> bool:
    """Print everything as one JSON object; whether a refusal is in it.

    The figures stand before the events, so the events wait for them in a file.
    """
    import tempfile
    from textwrap import indent

    from conformance.explanation import event_to_json

    refused = _Refusals(explained)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as waiting:
        between = "\n"
        for item in refused:
            waiting.write(between + indent(json.dumps(event_to_json(item), indent=2), "    "))
            between = ",\n"
        waiting.write("\n  ]" if between != "\n" else "]")
        waiting.seek(0)
        head = f'{{\n  "harnessVersion": "{__version__}",\n  "broken": {given.broken},\n  "refused": {refused.count},'
        click.echo(f'{head}\n  "events": [', nl=False)
        while part := waiting.read(_PART):
            click.echo(part, nl=False)
    click.echo(f',\n  "mapping": {indent(json.dumps(mapping, indent=2), "  ").lstrip()}\n}}')
    return refused.count > 0


class _Refusals:
    """Explanations as they are made, and how many of them are of refusals."""

    def __init__(self, explained: Iterable[Explanation]) -> None:
        self._explained = explained
        self.count = 0

    def __iter__(self) -> Iterator[Explanation]:
        for item in self._explained:
            self.count += item.refused
            yield item


def _mapping(configured: Configuration | None) -> dict[str, Any]:
    """The mapping that was in force, in the harness's own form, so that it can be read again from the report."""
    if configured is None:
        from conformance.inputs.mapping_file import mapping_document
        from destination import PRESETS

        return {"file": None, "form": "presets", "subscriptions": mapping_document(PRESETS), "leftOut": []}
    from conformance.inputs.configuration import to_description

    return {**to_description(configured)}


def _reply(file: str) -> Reply:
    """The reply with status 200 whose body a file holds.

    Raises:
        InputError: It cannot be read, or is no JSON object.
    """
    from pathlib import Path

    from conformance.inputs.errors import InputProblem
    from conformance.inputs.yaml_file import read_document
    from destination import Reply

    document = read_document(Path(file))
    if not isinstance(document.value, dict):
        raise InputError([InputProblem(file, 1, 1, "", "is no JSON object", "give the body of a reply")])
    return Reply(200, "OK", json.dumps(document.value), {"content-type": "application/json"})


def _require_field(field: str, subscriptions: Sequence[CompiledSubscription]) -> None:
    """See to it that some action has the field that is to be followed, or some mapping a key of that name.

    Raises:
        click.BadParameter: None has.
    """
    from conformance.explanation.field_path import keys_named

    known = {key: None for item in subscriptions if item.action is not None for key in item.action.fields}
    first = field.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    is_nested = any(keys_named(item.subscription.mapping, field.split(".")) for item in subscriptions)
    if first not in known and not is_nested:
        raise click.BadParameter(
            f"no action of these subscriptions has a field {first!r}, {nearest(first, list(known))}",
            ctx=click.get_current_context(),
            param_hint="--explain",
        )
