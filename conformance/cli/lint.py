"""`iterable-harness lint`: mistakes in a configuration that show without an event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from conformance.cli import mapping as mapping_option
from conformance.cli.options import examples, shared_options
from conformance.cli.step_summary import summarise_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.lint import Finding

SOUND, HAS_ERRORS = 0, 1
_SEVERITIES: Final = ("error", "warning", "note")


@click.command(
    "lint",
    epilog=examples(
        "iterable-harness lint",
        "iterable-harness lint examples/mappings/all-three.yaml --project-type email",
        "iterable-harness lint subscriptions.tf --github",
    ),
)
@click.argument("mapping", required=False)
@shared_options(
    "project_type",
    "preset",
    "json",
    "github",
    project_type="Also check that the identifier of this project type is mapped; repeatable.",
    quiet="Print only errors and the summary.",
    verbose="Also print notes and sources.",
)
def lint_command(
    mapping: str | None,
    project_types: tuple[str, ...],
    *,
    as_json: bool,
    github: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Find mistakes in a mapping that show without an event.

    MAPPING is a configuration in any form: a list of subscriptions in JSON or YAML, a response of Segment's Public
    API, Terraform as .tf, state or `show -json`; - is standard input. Each finding says where it is, what to write
    instead, and how bad it is: an error does not do what it says, a warning is unlikely to be intended, a note is a
    trap.

    Exit code 1 if there are errors, 0 if there are only warnings, 2 if the file cannot be read.
    """
    from conformance.lint import lint

    configuration = _configuration(mapping, github=github)
    findings = lint(configuration, project_types)
    if as_json:
        from conformance.lint import to_json

        click.echo(json.dumps(to_json(findings, configuration), ensure_ascii=False, indent=2))
    else:
        _print(findings, configuration, github=github, quiet=quiet, verbose=verbose)
    return HAS_ERRORS if any(item.severity == "error" for item in findings) else SOUND


def _configuration(mapping: str | None, *, github: bool) -> Configuration:
    """The configuration in a file, or the presets; what was left out of the file is told on stderr.

    Raises:
        InputError: It cannot be read.
    """
    from conformance.lint import preset_configuration

    if mapping is None:
        return mapping_option.configuration_asked_for(None) or preset_configuration()
    return mapping_option.argument(mapping, github=github)


def _print(
    findings: Sequence[Finding], configuration: Configuration, *, github: bool, quiet: bool, verbose: bool
) -> None:
    from conformance.lint import format_annotations, format_lines, summary, to_markdown

    wanted = {"error"} if quiet else {"error", "warning"}
    shown = findings if verbose else [item for item in findings if item.severity in wanted]
    for line in format_annotations(shown) if github else format_lines(shown, sources=verbose):
        click.echo(line)
    figures = summary(findings, configuration)
    counts = ", ".join(
        _counted(figures[f"{name}s"], name) for name in _SEVERITIES if figures[f"{name}s"] or name != "note"
    )
    if github:
        summarise_step(to_markdown(shown, configuration, counts))
    them = "it" if figures["notes"] == 1 else "them"
    hidden = f" (-v shows {them})" if figures["notes"] and not verbose else ""
    click.echo(f"{counts}{hidden} in {_counted(figures['subscriptions'], 'subscription')}")


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
