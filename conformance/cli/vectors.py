"""`iterable-harness vectors`: recorded behaviour replayed and compared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from conformance.cli.files import require_outputs, require_writable, write_file
from conformance.cli.options import examples, shared_options
from conformance.cli.reporting_command import ReportingCommand, write_report
from conformance.cli.streams import announced, print_note
from conformance.inputs.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from conformance.inputs.errors import InputProblem
    from conformance.segment_build.replay_report import ReplayedVector, ReplayReport, ReplayTally
    from conformance.segment_build.vectors import Vector


@click.command(
    "vectors",
    cls=ReportingCommand,
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

    PATH is a .jsonl file or a folder of them; vectors are compared field by field. Differences are printed as they
    are found, and one line per file if there are several; at the end, one line per kind, then `N passed, M failed`.
    Exit code 1 if any vector differs, 2 if a line is not a vector (the others are still replayed).

    With --record nothing is compared: Segment's published build runs the cases in the files (their `out` is ignored
    and may be missing), and FILE gets the cases with its results. This needs Node.js; the build is installed once
    into the user's cache directory, or into $ITERABLE_HARNESS_CACHE.
    """
    if not paths and examples is None:
        raise click.UsageError("name files of vectors, or folders of them", click.get_current_context())
    if recording is None and examples is not None:
        raise click.UsageError("--generate needs --record", click.get_current_context())
    with announced("reading vectors", quiet=quiet):
        from conformance.segment_build.vectors import load_vectors, vector_files

        files = vector_files(paths)
    if recording is not None:
        given = load_vectors(files, recorded=False)
        return _record(recording, [_find(given, wanted)] if wanted else given, examples or 0, seed, quiet=quiet)
    require_outputs([("--junit", junit)], map(str, files))
    by_file = len(files) > 1 and not quiet and wanted is None
    return _replay(files, _View(wanted, junit, by_file=by_file, as_json=as_json, quiet=quiet, verbose=verbose))


@dataclass(frozen=True, slots=True)
class _View:
    """What to show of vectors that are replayed.

    Attributes:
        wanted: The one vector that is replayed and shown; None for all.
        junit: The file for JUnit.
        by_file: Whether there is a line for each file, as soon as that has been replayed.
        as_json: Whether stdout gets JSON.
        quiet: Whether only the figures are printed.
        verbose: Whether every difference is printed.
    """

    wanted: str | None
    junit: str | None
    by_file: bool
    as_json: bool
    quiet: bool
    verbose: bool


def _replay(files: Sequence[Path], view: _View) -> int:
    """Replay vectors as they are read, show at once where ours differs, and give the exit code."""
    with announced("reading vectors", quiet=view.quiet):
        from conformance.cli.progress import Progress, followed
        from conformance.segment_build.replay_report import ReplayReport, ReplayTally, replay_each

    reading = _Reading(files)
    tally = ReplayTally()
    with Progress("replaying", None, quiet=view.quiet) as progress:
        vectors = reading if view.wanted is None else [_find(reading, view.wanted)]
        results = followed(replay_each(vectors), progress)
        kept = [*results] if view.junit is not None or view.as_json else None
        if not view.as_json:
            for line in _lines(results if kept is None else kept, tally, view):
                click.echo(line)
    if kept is not None:
        report = ReplayReport(kept, tuple(reading.problems))
        if view.junit is not None:
            _write_junit(view.junit, report)
        if view.as_json:
            click.echo(json.dumps(report.to_json(), indent=2))
        return 2 if reading.problems else int(report.failed > 0)
    return 2 if reading.problems else int(tally.failed > 0)


class _Reading:
    """The vectors of files, one after the other; a line that is none is told on stderr.

    Attributes:
        problems: What was wrong with the lines so far.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self.problems: list[InputProblem] = []

    def __iter__(self) -> Iterator[Vector]:
        from conformance.segment_build.vectors import Vector, read_vectors

        for item in read_vectors(self._files):
            if isinstance(item, Vector):
                yield item
            else:
                self.problems.append(item)
                print_note(f"error: {item}")


def _record(file: str, vectors: Sequence[Vector], examples: int, seed: int, *, quiet: bool) -> int:
    from itertools import chain

    from conformance.cli.progress import Progress, followed
    from conformance.segment_build import SegmentBuild, record, record_generated

    require_writable("--record", file)
    total = None if examples else len(vectors)
    with SegmentBuild(tell=print_note) as build, Progress("recording", total, quiet=quiet) as progress:
        generated = record_generated(examples, seed, build) if examples else ()
        recorded = followed(chain(record(vectors, build), generated), progress, at_a_time=1)
        lines = [json.dumps(vector) for vector in recorded]
    write_file("--record", file, "".join(f"{line}\n" for line in lines))
    click.echo(f"{len(lines)} recorded in {file}")
    return 0


def _find(vectors: Iterable[Vector], wanted: str) -> Vector:
    others = []
    for vector in vectors:
        if vector.id == wanted:
            return vector
        others.append(vector.id)
    hint = nearest(wanted, others) if len(others) < 10_000 else ""  # noqa: PLR2004
    raise click.BadParameter(
        f"there is no vector {wanted!r} in these files, {hint[:60]}",
        param_hint="--show",
        ctx=click.get_current_context(),
    )


def _lines(results: Iterable[ReplayedVector], tally: ReplayTally, view: _View) -> Iterable[str]:
    """What to print of results, each as it comes, and the figures."""
    from itertools import groupby

    for file, of_file in groupby(results, lambda result: result.vector.file):
        count = differing = 0
        for result in of_file:
            tally.add(result)
            count += 1
            differing += bool(result.differences)
            if view.wanted is not None:
                yield from _shown(result.vector)
            if result.differences and not view.quiet:
                yield from _failed(result, 3 if view.wanted is None and not view.verbose else None)
        if view.by_file:
            yield f"{count} replayed from {file}, {differing} {'differs' if differing == 1 else 'differ'}"
    # Where nothing could be replayed, stderr has told why, and there are no figures.
    if tally.kinds:
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

    write_report("--junit", file, to_junit(report.to_report(), run_details()))
