"""`iterable-harness find`: scenarios by what a customer says, or by an error message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from conformance.cli.options import PROJECT_TYPES, examples, shared_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.scenario import LoadedScenario
    from conformance.scenario.library import Finding, Library

FOUND, NOTHING_FOUND = 0, 1


@click.command(
    "find",
    epilog=examples(
        "iterable-harness find duplicate profiles",
        'iterable-harness find "No user exists with userId 8f2c"',
        "iterable-harness run $(iterable-harness find -q cart)",
    ),
)
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@shared_options("project_type", "json", quiet="Print only the files, one a line.")
@click.option(
    "--in", "folders", metavar="PATH", multiple=True, help="Search there instead of in the shipped library."
)
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Print so many at the most.")
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
    """Find scenarios by words: in titles, tags, error texts, what customers expected, and descriptions.

    WORDS may be a whole error message: what is in no scenario, such as names and numbers, is passed over. The
    best come first.

    Exit code 1 when nothing is found.
    """
    text = " ".join(words)
    library = _library(folders, project_types or PROJECT_TYPES)
    findings = library.find(text)
    if as_json:
        _print_json(findings[:limit])
    elif quiet:
        for finding in findings[:limit]:
            click.echo(_file(finding.loaded))
    else:
        _print_text(findings, limit, verbose=verbose)
    if findings:
        return FOUND
    click.echo(_nothing(library, text), err=True)
    return NOTHING_FOUND


def _library(folders: Sequence[str], wanted: Sequence[str]) -> Library:
    """The scenarios of some folders, or those that are shipped, that are about the project types."""
    from pathlib import Path

    from conformance.scenario import load_scenarios, project_types
    from conformance.scenario.library import Library, shipped_library

    paths = [Path(folder) for folder in folders] or [shipped_library()]
    return Library([loaded for loaded in load_scenarios(paths) if project_types(loaded, wanted)])


def _nothing(library: Library, text: str) -> str:
    """What to say when nothing is found: which words no scenario has, and words that look like them."""
    hints = [
        f"{word!r} is in no scenario{f', but {close} is' if close else ''}"
        for word, alike in library.unknown(text).items()
        if (close := " or ".join(repr(other) for other in alike)) or len(text.split()) == 1
    ]
    return "; ".join(["nothing found", *hints, "fewer and more common words find more"])


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
    scenario = loaded.scenario
    types = ", ".join(scenario.project.types)
    if scenario.wanted is not None and scenario.known_issue is not None:
        types += f"; works as expected in: {', '.join(scenario.works_as_expected_in) or 'no project type'}"
    lines = [
        ("file", _file(loaded)),
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

    document = {"version": 1, "found": [_document(finding.loaded) for finding in findings]}
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _document(loaded: LoadedScenario) -> dict[str, Any]:
    scenario = loaded.scenario
    return {
        "file": _file(loaded),
        "name": scenario.name,
        "description": scenario.description.strip(),
        "source": scenario.source,
        "tags": scenario.tags,
        "projectTypes": list(scenario.project.types),
        "expected": None if scenario.wanted is None else scenario.wanted.says,
        "metIn": list(scenario.works_as_expected_in),
        "knownIssue": scenario.known_issue,
        "fixedIn": scenario.fixed_in,
    }


def _file(loaded: LoadedScenario) -> str:
    """The file as it is shortest to type from here."""
    from pathlib import Path

    path = Path(loaded.file).resolve()
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
