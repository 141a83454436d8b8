"""`iterable-harness lint`: mistakes in a configuration that show without an event."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.cli import mapping as mapping_option
from conformance.cli.files import require_outputs
from conformance.cli.options import examples, shared_options, warn
from conformance.cli.reporting_command import ReportingCommand, write_report, write_summary
from conformance.cli.run_details import run_details
from conformance.workflow_commands import markdown_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.inputs.errors import InputProblem
    from conformance.judging import Baseline
    from conformance.lint import Finding, Severity

SOUND, HAS_ERRORS = 0, 1
_SEVERITIES: Final = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class _Linted:
    """What was found in a configuration, and what of it is accepted."""

    configuration: Configuration
    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]

    def failing(self, *, strict: bool) -> list[Finding]:
        """What makes the exit code 1."""
        severities: set[Severity] = {"error", "warning"} if strict else {"error"}
        return [item for item in self.findings if item.severity in severities]


@click.command(
    "lint",
    cls=ReportingCommand,
    epilog=examples(
        "iterable-harness lint",
        "iterable-harness lint examples/mappings/all-three.yaml --project-type email",
        "iterable-harness lint subscriptions.tf mapping.yaml --github",
        "iterable-harness lint mapping.yaml --strict --junit reports/lint.xml --baseline accepted.yaml",
    ),
)
@click.argument("mappings", nargs=-1, metavar="[MAPPING]...")
@click.option("--mapping", "named", multiple=True, metavar="FILE", help="The same as MAPPING; repeatable.")
@shared_options(
    "project_type",
    "preset",
    "json",
    "junit",
    "github",
    junit="Also write a JUnit XML report, with a test case for each subscription.",
    project_type="Also check that the identifier of this project type is mapped; repeatable.",
    quiet="Print only errors and the summary.",
    verbose="Also print notes and sources.",
)
@click.option("--strict", is_flag=True, help="Warnings count as errors: exit code 1.")
@click.option(
    "--baseline",
    "baseline_files",
    multiple=True,
    metavar="FILE",
    help="Accept the findings in this file, as conform does; repeatable.",
)
def lint_command(  # noqa: PLR0913  # one parameter an option
    mappings: tuple[str, ...],
    named: tuple[str, ...],
    project_types: tuple[str, ...],
    baseline_files: tuple[str, ...],
    *,
    as_json: bool,
    junit: str | None,
    github: bool,
    strict: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Find mistakes in a mapping that show without an event.

    MAPPING is a configuration in any form: a list of subscriptions in JSON or YAML, a response of Segment's Public
    API, Terraform as .tf, state or `show -json`; - is standard input. Without one, the presets are checked. Each
    finding says where it is, what to write instead, and how bad it is: an error does not do what it says, a warning
    is unlikely to be intended, a note is a trap.

    Exit code 1 if there are errors, or with --strict warnings; 0 if there are only warnings; 2 if a file cannot be
    read. conform counts warnings as problems, so --strict agrees with it.
    """
    from conformance.inputs.errors import InputError

    if github and as_json:
        raise click.UsageError("--github does not go with --json", click.get_current_context())
    names = tuple(dict.fromkeys((*mappings, *named)))
    require_outputs([("--junit", junit)], [*names, *baseline_files])
    baseline = _baseline(baseline_files)
    configurations, problems = _configurations(names, github=github)
    found = [_lint(configuration, project_types, baseline) for configuration in configurations]
    _tell_unmatched(baseline_files, configurations, problems)
    if junit is not None:
        _write_junit(junit, found, problems, baseline, strict=strict)
    if as_json and not problems:
        _print_json(found)
    for linted in () if as_json else found:
        _print(linted, alone=len(found) == 1, github=github, quiet=quiet and not strict, verbose=verbose)
    if problems:
        raise InputError(problems)
    return HAS_ERRORS if any(linted.failing(strict=strict) for linted in found) else SOUND


def _lint(configuration: Configuration, project_types: Sequence[str], baseline: Baseline | None) -> _Linted:
    from conformance.lint import lint

    findings = lint(configuration, project_types)
    accepted = tuple(item for item in findings if baseline is not None and baseline.lint_entry_for(item) is not None)
    return _Linted(configuration, tuple(item for item in findings if item not in accepted), accepted)


def _baseline(files: Sequence[str]) -> Baseline | None:
    """What is accepted; None without a file, as properties are slow to import."""
    if not files:
        return None
    from conformance.judging import Baseline, read_baseline

    return Baseline((), tuple(entry for file in files for entry in read_baseline(Path(file), warn).lint))


def _tell_unmatched(
    files: Sequence[str], configurations: Sequence[Configuration], problems: Sequence[InputProblem]
) -> None:
    """Say on stderr which entries match nothing any more, unless they may be about what cannot be read."""
    if not files or problems:
        return
    from conformance.cli.baselines import tell_unmatched
    from conformance.judging import read_baseline, unmatched_lint

    for file in files:
        gone = unmatched_lint(read_baseline(Path(file), lambda _: None), configurations)
        tell_unmatched(file, gone, advice="conform --prune-baseline")


def _write_junit(
    name: str,
    found: Sequence[_Linted],
    problems: Sequence[InputProblem],
    baseline: Baseline | None,
    *,
    strict: bool,
) -> None:
    from conformance.cli.lint_cases import lint_cases
    from conformance.report import Report, to_junit

    cases = [
        case
        for linted in found
        for case in lint_cases(linted.configuration, linted.failing(strict=strict), linted.accepted, baseline)
    ]
    mapping = found[0].configuration.file if found else None
    write_report("--junit", name, to_junit(Report(tuple(cases), mistakes=tuple(problems)), run_details(mapping)))


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
        write_summary(f"### Lint: a mapping cannot be read\n\n{lines}")
    return configurations, problems


def _print_json(found: Sequence[_Linted]) -> None:
    """The document of one mapping, or one with those of all."""
    from conformance.lint import to_json

    documents = [to_json(linted.findings, linted.configuration) for linted in found]
    document = documents[0] if len(documents) == 1 else {"version": 1, "files": documents}
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _print(
    linted: _Linted,
    *,
    alone: bool,
    github: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    from conformance.lint import format_annotations, format_lines, on_a_line, summary, to_markdown

    configuration, findings = linted.configuration, linted.findings
    wanted = {"error"} if quiet else {"error", "warning"}
    shown = findings if verbose else [item for item in findings if item.severity in wanted]
    for line in format_annotations(shown) if github else format_lines(shown, sources=verbose):
        click.echo(line)
    figures = summary(findings, configuration)
    counts = ", ".join(
        _counted(figures[f"{name}s"], name) for name in _SEVERITIES if figures[f"{name}s"] or name != "note"
    )
    if linted.accepted:
        counts += f", {len(linted.accepted)} accepted"
    if github:
        write_summary(to_markdown(shown, configuration, counts))
    them = "it" if figures["notes"] == 1 else "them"
    hidden = f" (-v shows {them})" if figures["notes"] and not verbose else ""
    about = "" if alone and configuration.file else f"{on_a_line(configuration.file) or 'presets'}: "
    click.echo(f"{about}{counts}{hidden} in {_counted(figures['subscriptions'], 'subscription')}")


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
