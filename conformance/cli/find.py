"""`iterable-harness find`: scenarios by what a customer says, or by an error message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.options import PROJECT_TYPES, examples, shared_options
from conformance.cli.streams import announced, print_note
from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.scenario import LoadedScenario
    from conformance.scenario.library import Finding

FOUND, NOTHING_FOUND = 0, 1


@click.command(
    "find",
    epilog=examples(
        "iterable-harness find duplicate profiles",
        'iterable-harness find "since last week our orders are gone"',
        'iterable-harness find "No user exists with userId 8f2c"',
        "iterable-harness run $(iterable-harness find -q cart)",
    ),
)
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@shared_options("project_type", "json", quiet="Print only file names, one a line.")
@click.option("--in", "folders", metavar="PATH", multiple=True, help="Search here instead of the shipped library.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Print at most this many.")
def find_command(
    words: tuple[str, ...],
    project_types: tuple[str, ...],
    folders: tuple[str, ...],
    limit: int,
    *,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Search the shipped scenarios by words or by error message.

    Searches titles, tags, error texts, expectations and descriptions. WORDS can be a whole error message or a
    sentence of a ticket: words such as "our" and "since", and parts that occur in no scenario, such as names and
    numbers, are ignored. Endings do not matter, and some synonyms are known: "gone" also finds "lost". The best
    matches come first.

    Exit code 1 if no word is found.
    """
    text = " ".join(words)
    with announced("searching the scenarios", quiet=quiet):
        from conformance.scenario.library import Library

        library = Library.of([Path(folder) for folder in folders], project_types or PROJECT_TYPES)
        findings = library.find(text)
    if as_json:
        _print_json(findings[:limit])
    elif quiet:
        from conformance.scenario.library import shortest_path

        for finding in findings[:limit]:
            click.echo(shortest_path(finding.loaded.file))
    else:
        _print_text(findings, limit, verbose=verbose)
    if findings:
        return FOUND
    print_note("; ".join([*(library.advice(text) or ["nothing found"]), "try fewer or more common words"]))
    return NOTHING_FOUND


def _print_text(findings: Sequence[Finding], limit: int, *, verbose: bool) -> None:
    for finding in findings[:limit]:
        scenario = finding.loaded.scenario
        click.echo(scenario.name)
        for label, value in _lines(finding.loaded, verbose=verbose):
            if value:
                click.echo(f"    {label:<9} {value}")
    if len(findings) > limit:
        click.echo(f"and {len(findings) - limit} more; --limit {len(findings)} shows all")


def _lines(loaded: LoadedScenario, *, verbose: bool) -> list[tuple[str, str]]:
    """What is shown of a scenario, each with its label."""
    from conformance.scenario.library import shortest_path

    scenario = loaded.scenario
    types = ", ".join(scenario.project.types)
    if scenario.wanted is not None and scenario.known_issue is not None:
        types += f"; works as expected in: {', '.join(scenario.works_as_expected_in) or 'none'}"
    lines = [
        ("file", shortest_path(loaded.file)),
        ("types", types),
        ("expected", "" if scenario.wanted is None else scenario.wanted.says),
        ("known", scenario.known_issue or ""),
        ("fixed", scenario.fixed_in or ""),
    ]
    if verbose:
        lines += [
            ("why", " ".join(scenario.description.split())),
            ("source", scenario.source),
            ("tags", ", ".join(scenario.tags)),
        ]
    return lines


def _print_json(findings: Sequence[Finding]) -> None:
    import json

    document = {"version": 1, "harnessVersion": __version__, "found": [finding.to_json() for finding in findings]}
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
