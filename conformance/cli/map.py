"""`iterable-harness map`: what the destination would send, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.files import sources_or_standard_input, standard_input
from conformance.cli.options import examples, shared_options
from conformance.cli.segment_options import SegmentOptions, segment_options
from conformance.inputs.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.inputs.configuration import Configuration
    from destination import CompiledSubscription, Reply


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
@click.option("--explain", "field", metavar="FIELD", help="Follow one field of the payload from event to wire.")
@click.option("--reply", metavar="FILE", help="How Iterable answers: the JSON body of a reply with status 200.")
@click.option("--batch", is_flag=True, help="All events as one batch, in the bulk form.")
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
    """Show what the destination would send for Segment events; nothing is sent.

    An EVENT is a file of JSON lines or of one JSON value, - for standard input, or JSON text. For each event:
    which subscriptions matched, and why the others did not; the resolved payload; what was removed or coerced;
    the requests. Each reply is taken to be 200; with --reply and --batch, what Segment makes of a bulk reply
    stands beside what Iterable says in it.

    Exit code 1 when a subscription that matches refuses an event, 2 when a line is no event.
    """
    from conformance.cli.mapping import configuration_asked_for
    from conformance.cli.send import report_problems
    from conformance.explanation import Explainer, text_blocks, to_json
    from conformance.inputs.events import read_events
    from conformance.inputs.mapping_file import load_compiled_subscriptions
    from destination import ANSWERED_WELL, Destination

    configured = configuration_asked_for(mapping)
    subscriptions = load_compiled_subscriptions(None) if configured is None else configured.compiled
    if field is not None:
        _require_field(field, subscriptions)
    read = read_events(sources_or_standard_input(events, "an event"), standard_input)
    report_problems(read)
    read = segment.passed_on(read)
    destination = Destination({"apiKey": "the API key"}, subscriptions)
    explainer = Explainer(destination, field=field, reply=ANSWERED_WELL if reply is None else _reply(reply))
    if batch:
        explained = [explainer.explain_batch([item.event for item in read.events])] if read.events else []
    else:
        explained = [explainer.explain(item.event, place=item.place) for item in read.events]
    broken = len(read.broken)
    if as_json:
        document = {**to_json(explained, broken=broken), "mapping": _mapping(configured)}
        click.echo(json.dumps(document, indent=2))
    else:
        # Without a terminal, click removes the escape sequences.
        for block in text_blocks(explained, broken=broken, quiet=quiet, verbose=verbose, color=True):
            click.echo(block)
    return 2 if read.broken else int(any(item.refused for item in explained))


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
    """See to it that some action has the field that is to be followed.

    Raises:
        click.BadParameter: None has.
    """
    known = {key: None for item in subscriptions if item.action is not None for key in item.action.fields}
    first = field.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    if first not in known:
        raise click.BadParameter(
            f"no action of these subscriptions has a field {first!r}, {nearest(first, list(known))}",
            ctx=click.get_current_context(),
            param_hint="--explain",
        )
