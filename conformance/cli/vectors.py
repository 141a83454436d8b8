"""`iterable-harness vectors`: recorded behaviour replayed and compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from conformance.cli.files import require_outputs, require_writable, write_file
from conformance.cli.options import examples, shared_options
from conformance.cli.streams import print_note
from conformance.inputs.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from conformance.segment_build.replay_report import ReplayedVector, ReplayReport, ReplayTally
    from conformance.segment_build.vectors import Vector


@click.command(
    "vectors",
    epilog=examples(
        "iterable-harness vectors tests/vectors/",
        "iterable-harness vectors tests/vectors/mapping.jsonl --show mapping-v00012",
        "iterable-harness vectors tests/vectors/ --record again.jsonl",
        "iterable-harness vectors --record new.jsonl --generate 50 --seed 7",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--show", "wanted", metavar="ID", help="Print one vector and its differences, path by path.")
@click.option("--record", "recording", metavar="FILE", help="Record new vectors from Segment's own build.")
@click.option(
    "--generate",
    "examples",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --record: also N new cases per preset, action and so on.",
)
@click.option("--seed", default=0, show_default=True, metavar="N", help="With --generate: the seed of the cases.")
@shared_options("json", "junit")
def vectors_command(  # noqa: PLR0913  # one parameter an option
    paths: tuple[str, ...],
    wanted: str | None,
    recording: str | None,
    examples: int | None,
    seed: int,
    junit: str | None,
    *,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Replay recordings of Segment's own build and compare.

    PATH is a .jsonl file or a folder of them; vectors are compared field by field. The report ends with one line per
    kind, then `N passed, M failed`. Exit code 1 if any vector differs.

    With --record nothing is compared: Segment's published build runs the cases in the files (their `out` is ignored
    and may be missing), and FILE gets the cases with its results. This needs Node.js; the build is installed once
    into the user's cache directory, or into $ITERABLE_HARNESS_CACHE.
    """
    from conformance.segment_build.replay_report import ReplayTally, replay_vectors
    from conformance.segment_build.vectors import load_vectors, vector_files

    if not paths and examples is None:
        raise click.UsageError("name files of vectors, or folders of them", click.get_current_context())
    if recording is None and examples is not None:
        raise click.UsageError("--generate needs --record", click.get_current_context())
    files = vector_files(paths)
    # What comes through a pipe is there once; to be checked before it is replayed, it has to be kept.
    if not (recording or wanted or junit or as_json) and all(file.is_file() for file in files):
        return _replay_as_read(files, quiet=quiet, verbose=verbose)
    vectors = load_vectors(files, recorded=recording is None)
    if wanted is not None:
        vectors = [_find(vectors, wanted)]
    if recording is not None:
        return _record(recording, vectors, examples or 0, seed)
    require_outputs([("--junit", junit)], map(str, files))
    report = replay_vectors(vectors)
    if junit is not None:
        _write_junit(junit, report)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    else:
        tally = ReplayTally()
        for line in _lines(report.results, tally, show=wanted is not None, quiet=quiet, verbose=verbose):
            click.echo(line)
    return int(report.failed > 0)


def _replay_as_read(files: Sequence[Path], *, quiet: bool, verbose: bool) -> int:
    """Replay vectors one after the other, and show at once where ours differs."""
    from conformance.cli.progress import Progress, followed
    from conformance.segment_build.replay_report import ReplayTally, replay_each
    from conformance.segment_build.vectors import Vector, read_vectors, require_vectors

    require_vectors(files)
    tally = ReplayTally()
    with Progress("replaying", None, quiet=quiet) as progress:
        vectors = (item for item in read_vectors(files) if isinstance(item, Vector))
        results = followed(replay_each(vectors), progress)
        for line in _lines(results, tally, show=False, quiet=quiet, verbose=verbose):
            click.echo(line)
    return int(tally.failed > 0)


def _record(file: str, vectors: Sequence[Vector], examples: int, seed: int) -> int:
    from itertools import chain

    from conformance.segment_build import SegmentBuild, record, record_generated

    require_writable("--record", file)
    with SegmentBuild(tell=print_note) as build:
        generated = record_generated(examples, seed, build) if examples else ()
        lines = [json.dumps(vector) for vector in chain(record(vectors, build), generated)]
    write_file("--record", file, "".join(f"{line}\n" for line in lines))
    click.echo(f"{len(lines)} recorded in {file}")
    return 0


def _find(vectors: Sequence[Vector], wanted: str) -> Vector:
    for vector in vectors:
        if vector.id == wanted:
            return vector
    hint = nearest(wanted, [vector.id for vector in vectors]) if len(vectors) < 10_000 else ""  # noqa: PLR2004
    raise click.BadParameter(
        f"there is no vector {wanted!r} in these files, {hint[:60]}",
        param_hint="--show",
        ctx=click.get_current_context(),
    )


def _lines(
    results: Iterable[ReplayedVector], tally: ReplayTally, *, show: bool, quiet: bool, verbose: bool
) -> Iterable[str]:
    for result in results:
        tally.add(result)
        if show:
            yield from _shown(result.vector)
        if result.differences and not quiet:
            yield from _failed(result, 3 if not (show or verbose) else None)
    for kind, (passed, failed) in tally.kinds.items():
        yield f"{kind}: {passed} passed, {failed} failed"
    yield f"{tally.passed} passed, {tally.failed} failed"


def _shown(vector: Vector) -> Iterable[str]:
    yield f"{vector.id} ({vector.kind}, family {vector.family or 'none'}), {vector.file}:{vector.line}"
    for title, value in (("in", vector.given), ("out", vector.observed)):
        yield f"{title}:"
        yield json.dumps(value, indent=2, ensure_ascii=False)


def _failed(result: ReplayedVector, most: int | None) -> Iterable[str]:
    vector, differences = result.vector, result.differences
    yield f"FAILED {vector.id} ({vector.kind}, {vector.file}:{vector.line})"
    shown = differences[:most]
    for difference in shown:
        yield f"  {difference.path}"
        yield f"    recorded  {difference.recorded}"
        yield f"    ours      {difference.ours}"
    if len(shown) < len(differences):
        yield f"  and {len(differences) - len(shown)} more: --show {vector.id}"


def _write_junit(file: str, report: ReplayReport) -> None:
    from conformance.cli.run_details import run_details
    from conformance.report import to_junit

    write_file("--junit", file, to_junit(report.to_report(), run_details()))
