"""`iterable-harness new`: a scenario file from a scaffold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.cli import mapping as mapping_option
from conformance.cli.files import standard_input, write_file
from conformance.cli.options import PROJECT_TYPES, examples, shared_options
from conformance.cli.segment_options import SegmentOptions, segment_options
from conformance.cli.streams import announced, print_note
from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The templates by name, the usual one first; repeated here because the scaffold takes a while to import.
TEMPLATES: Final = ("bug", "call", "mapping")


@click.command(
    "new",
    epilog=examples(
        "iterable-harness new bug.scenario.yaml",
        "iterable-harness new bug.scenario.yaml --events events.jsonl --project-type email",
        'iterable-harness new bug.scenario.yaml --error "No user exists with userId 8f2c"',
    ),
)
@click.argument("file", required=False)
@click.option(
    "--template", type=click.Choice(TEMPLATES), help=f"Start from this template.  [default: {TEMPLATES[0]}]"
)
@click.option("--events", metavar="FILE", help="Start from these Segment events and their outcome.")
@click.option("--error", metavar="TEXT", help="Start from the shipped scenario that best matches this message.")
@shared_options("mapping", "project_type", mapping="With --events: the mapping; else the presets.")
@segment_options
def new_command(  # noqa: PLR0913  # one parameter an option
    file: str | None,
    template: str | None,
    events: str | None,
    error: str | None,
    mapping: str | None,
    project_types: tuple[str, ...],
    segment: SegmentOptions,
    *,
    quiet: bool,
    verbose: bool,
) -> int:
    """Start a scenario from a template, events or an error.

    Writes FILE, or prints the scenario, ready to edit and run. An existing file is never overwritten.
    """
    _check_options(template, events, error, mapping, project_types)
    if segment.wanted and events is None:
        raise click.UsageError("--as-segment goes with --events", click.get_current_context())
    if file is not None and Path(file).exists():
        raise InputError([InputProblem(file, 0, 0, "", "is there already", "name another file, or remove it first")])
    if events is not None:
        folder = Path(file or ".").parent
        with announced("playing the events", quiet=quiet):
            text = _of_events(events, mapping, project_types or PROJECT_TYPES, folder, segment)
    elif error is not None:
        with announced("searching the scenarios", quiet=quiet):
            text = _of_error(error, quiet=quiet)
    else:
        text = _of_template(template)
    if file is None:
        click.echo(text, nl=False)
        return 0
    write_file("FILE", file, text)
    if not quiet:
        print_note(f"written to {file}; iterable-harness run {file}{' -v' if verbose else ''} plays it")
    return 0


def _check_options(
    template: str | None, events: str | None, error: str | None, mapping: str | None, project_types: Sequence[str]
) -> None:
    given = [name for name, value in (("--template", template), ("--events", events), ("--error", error)) if value]
    context = click.get_current_context()
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} do not go together: choose one", context)
    if events is None and (mapping_option.is_own(mapping) or project_types):
        raise click.UsageError("--mapping and --project-type go with --events", context)


def _of_template(name: str | None) -> str:
    from conformance.scenario.scaffold import template_text

    return template_text(name or TEMPLATES[0])


def _of_error(text: str, *, quiet: bool) -> str:
    from conformance.scenario.scaffold import NothingAlikeError, copy_of_nearest

    try:
        copy = copy_of_nearest(text)
    except NothingAlikeError as error:
        raise InputError([InputProblem("--error", 0, 0, "", str(error))]) from error
    if not quiet:
        print_note(f"copied from {copy.file}" + ("; similar scenarios:" if copy.others else ""))
        for other in copy.others:
            print_note(f"    {other}")
    return copy.text


def _of_events(
    events: str,
    mapping: str | None,
    project_types: Sequence[str],
    folder: Path,
    segment: SegmentOptions,
) -> str:
    from conformance.cli.event_input import report_doubts
    from conformance.inputs.events import read_events
    from conformance.inputs.mapping_file import mapping_document
    from conformance.recorder.writing import scenario_yaml
    from conformance.scenario.scaffold import scenario_of_events

    read = read_events((events,), standard_input)
    if read.broken:
        raise InputError(read.broken)
    report_doubts(read)
    own = mapping_option.configuration_asked_for(mapping)
    subscriptions = None if own is None else mapping_document(own.plain)
    if segment.wanted:
        from conformance.tracking_api.single_messages import with_envelope

        sent = [with_envelope(item) for item in read.events]
    else:
        sent = [item.event for item in read.events]
    scenario = scenario_of_events(
        sent, project_types, subscriptions, folder, segment=segment.wanted, clock=segment.received_at
    )
    return scenario_yaml(scenario)
