"""What `conform --against segment` does: our destination held against Segment's own build."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from conformance.cli.files import require_writable, write_file
from conformance.cli.progress import Progress
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.segment_build import SearchResult
    from destination import Subscription

_FILE_NAME: Final = "against-segment.jsonl"


def judge_against_segment(  # one parameter an option
    examples: int,
    seed: int,
    subscriptions: Sequence[Subscription] | None,
    *,
    save: str | None = None,
    as_json: bool = False,
    quiet: bool = False,
) -> int:
    """Search for differences and print them; the exit code.

    Args:
        examples: How many cases to try in each family of cases.
        seed: Where the search begins.
        subscriptions: A customer's subscriptions, or None for the presets and generated mappings and triggers.
        save: A folder in which a file of vectors keeps what was found, for `vectors` to replay; None for no file.
        as_json: Print a JSON document instead of sentences.
        quiet: Show no progress, and of sentences only the figures and what differs.

    Raises:
        InputError: There is no Node, the package cannot be installed, or the folder cannot be written.
    """
    from conformance.segment_build import SegmentBuild, case_count, search_differences

    if save is not None:
        require_writable("--save", _saved(save))
    total = case_count(examples, subscriptions)
    with SegmentBuild(tell=print_note) as build, Progress("against Segment's build", total, quiet=quiet) as progress:
        result = search_differences(examples, seed, subscriptions, advance=progress.advance, build=build)
    if save is not None and result.found:
        write_file("--save", _saved(save), result.vectors_text())
    _print(result, as_json=as_json)
    return int(bool(result.found))


def _saved(folder: str) -> str:
    return f"{folder}/{_FILE_NAME}"


def _print(result: SearchResult, *, as_json: bool) -> None:
    from conformance.segment_build import VERSION

    if as_json:
        click.echo(json.dumps(result.to_json(), indent=2))
        return
    for item in result.found:
        click.echo(f"DIFFERS {item}")
    click.echo(
        f"{result.tried} cases tried against Segment's build {VERSION}, seed {result.seed}: "
        f"{len(result.found)} found that differ"
    )
