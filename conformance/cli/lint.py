"""`iterable-harness lint`: mistakes in a configuration that show without an event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from conformance.cli import mapping as mapping_option
from conformance.cli.options import examples, shared_options
from conformance.cli.step_summary import summarise_step
from conformance.workflow_commands import markdown_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.inputs.errors import InputProblem
    from conformance.lint import Finding

SOUND, HAS_ERRORS = 0, 1
_SEVERITIES: Final = ("error", "warning", "note")


@click.command(
    "lint",
    epilog=examples(
        "iterable-harness lint",
        "iterable-harness lint examples/mappings/all-three.yaml --project-type email",
        "iterable-harness lint subscriptions.tf mapping.yaml --github",
    ),
)
@click.argument("mappings", nargs=-1, metavar="[MAPPING]...")
@click.option("--mapping", "named", multiple=True, metavar="FILE", help="The same as MAPPING; repeatable.")
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
    mappings: tuple[str, ...],
    named: tuple[str, ...],
    project_types: tuple[str, ...],
    *,
    as_json: bool,
    github: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Find mistakes in a mapping that show without an event.

    MAPPING is a configuration in any form: a list of subscriptions in JSON or YAML, a response of Segment's Public
    API, Terraform as .tf, state or `show -json`; - is standard input. Without one, the presets are checked. Each
    finding says where it is, what to write instead, and how bad it is: an error does not do what it says, a warning
    is unlikely to be intended, a note is a trap.

    Exit code 1 if there are errors, 0 if there are only warnings, 2 if a file cannot be read.
    """
    from conformance.inputs.errors import InputError
    from conformance.lint import lint

    if github and as_json:
        raise click.UsageError("--github does not go with --json", click.get_current_context())
    configurations, problems = _configurations(tuple(dict.fromkeys((*mappings, *named))), github=github)
    found = [(configuration, lint(configuration, project_types)) for configuration in configurations]
    if as_json and not problems:
        _print_json(found)
    for configuration, findings in () if as_json else found:
        _print(findings, configuration, alone=len(found) == 1, github=github, quiet=quiet, verbose=verbose)
    if problems:
        raise InputError(problems)
    return HAS_ERRORS if any(item.severity == "error" for _, findings in found for item in findings) else SOUND


def _configurations(names: Sequence[str], *, github: bool) -> tuple[list[Configuration], list[InputProblem]]:
    """The configurations in files, or the presets, and what keeps others of the files from being read.

    What was left out of a file is told on stderr.
    """
    from conformance.inputs.errors import InputError
    from conformance.lint import preset_configuration

    if not names:
        return [mapping_option.configuration_asked_for(None) or preset_configuration()], []
    configurations: list[Configuration] = []
    problems: list[InputProblem] = []
    for name in names:
        try:
            configurations.append(mapping_option.argument(name, github=github))
        except InputError as error:
            problems.extend(error.problems)
    if github and problems:
        lines = "".join(f"* {markdown_text(str(problem))}\n" for problem in problems)
        summarise_step(f"### Lint: a mapping cannot be read\n\n{lines}")
    return configurations, problems


def _print_json(found: Sequence[tuple[Configuration, Sequence[Finding]]]) -> None:
    """The document of one mapping, or one with those of all."""
    from conformance.lint import to_json

    documents = [to_json(findings, configuration) for configuration, findings in found]
    document = documents[0] if len(documents) == 1 else {"version": 1, "files": documents}
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _print(
    findings: Sequence[Finding],
    configuration: Configuration,
    *,
    alone: bool,
    github: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    from conformance.lint import format_annotations, format_lines, on_a_line, summary, to_markdown

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
    about = "" if alone and configuration.file else f"{on_a_line(configuration.file) or 'presets'}: "
    click.echo(f"{about}{counts}{hidden} in {_counted(figures['subscriptions'], 'subscription')}")


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
