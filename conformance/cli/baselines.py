"""The options of `conform` about baselines: which files are read, what is accepted, and which files are written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.cli.files import write_file
from conformance.cli.options import warn
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.inputs.configuration import Configuration
    from conformance.judging import Baseline, Judgement

#: Named what ships, when that was in force for the presets alone.
_PRESETS: Final = "presets"
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class BaselineOptions:
    """What was asked for.

    Attributes:
        names: The values of `--baseline`.
        shipped: Whether what ships as accepted is accepted.
        update: Whether the one file is to be written anew, with what is found.
        prune: Whether entries that match nothing any more are removed.
    """

    names: Sequence[str]
    shipped: bool
    update: bool
    prune: bool

    @property
    def files(self) -> tuple[str, ...]:
        """The customer's own files."""
        return tuple(dict.fromkeys(name for name in self.names if name != _PRESETS))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The files that are read and never written."""
        return () if self.update or self.prune else self.files

    @property
    def outputs(self) -> list[tuple[str, str | None]]:
        """The files that are written, with their option."""
        return [("--baseline", file) for file in self.files] if self.update or self.prune else []

    def read(self) -> OwnBaselines:
        """What the customer accepts.

        Raises:
            InputError: A file cannot be read, or has problems.
            click.UsageError: There is not one file to update, or none to prune.
        """
        from conformance.judging import read_baseline

        if self.update and len(self.files) != 1:
            raise click.UsageError("--update-baseline needs one --baseline FILE", click.get_current_context())
        if self.prune and not self.files:
            raise click.UsageError("--prune-baseline goes with --baseline FILE", click.get_current_context())
        found = [file for file in self.files if not self.update or Path(file).exists()]
        return OwnBaselines({file: read_baseline(Path(file), warn) for file in found})

    def in_force(self, own: Baseline) -> Baseline:
        """All that is accepted: what the customer accepts, and what ships."""
        from conformance.judging import Baseline, shipped_baseline

        # A customer's own reason says more of a mapping than one that is true of all.
        return Baseline.joined([own, shipped_baseline()]) if self.shipped else own

    def accept(self, own: Baseline, judgement: Judgement, configuration: Configuration | None) -> Judgement:
        """Accept what was found: write the one file anew, and say how it changed; the judgement as it is then."""
        from conformance.judging import accepted_judgement, baseline_text, lint_to_accept, updated_baseline

        (file,) = self.files
        types = dict.fromkeys(result.project_type for result in judgement.results)
        linted = None if configuration is None else lint_to_accept(configuration, own, tuple(types))
        updated = updated_baseline(own, judgement, linted)
        write_file("--baseline", file, baseline_text(updated))
        _tell_update(file, own, updated, judgement)
        tell_unwritten(file, updated)
        return accepted_judgement(judgement, self.in_force(updated.read_from(file)))


@dataclass(frozen=True, slots=True)
class OwnBaselines:
    """What the customer accepts.

    Attributes:
        files: The baseline of each file, by its name.
    """

    files: Mapping[str, Baseline]

    @property
    def together(self) -> Baseline:
        """The entries of all files."""
        from conformance.judging import Baseline

        return Baseline.joined(self.files.values())

    def tell(self, judgement: Judgement, configuration: Configuration | None, *, prune: bool) -> None:
        """Say on stderr which entries match nothing any more, and which have no reason yet.

        Args:
            judgement: What was judged with them.
            configuration: What `lint` was asked about; None where it was not.
            prune: Whether what matches nothing is removed from the files.
        """
        from conformance.judging import Baseline, pruned_text, unmatched, unmatched_lint, without

        for file, baseline in self.files.items():
            linted = Baseline() if configuration is None else unmatched_lint(baseline, [configuration])
            gone = Baseline(unmatched(baseline, judgement).entries, linted.lint)
            left = without(baseline, gone)
            if prune and left != baseline:
                text = Path(file).read_text(encoding="utf-8")
                write_file("--baseline", file, pruned_text(text, baseline, left))
            tell_unmatched(file, gone, removed=prune)
            tell_unwritten(file, left)


def tell_unmatched(file: str, gone: Baseline, *, removed: bool = False, advice: str = "--prune-baseline") -> None:
    """Say which entries of a file match nothing any more, and what removes them, or that they are removed."""
    if names := _names(gone):
        what = f"match{'es' if len(names) == 1 else ''} nothing any more: {_listed(names)}"
        count = "1 entry" if len(names) == 1 else f"{len(names)} entries"
        if removed:
            print_note(f"{file}: removed {count}, which {what}")
        else:
            warn(f"{count} of {file} {what} ({advice} removes {'it' if len(names) == 1 else 'them'})")


def tell_unwritten(file: str, baseline: Baseline) -> None:
    """Say which entries of a file have no reason or no source yet."""
    from conformance.judging import Baseline, is_to_be_reviewed

    entries = tuple(filter(is_to_be_reviewed, baseline.entries))
    names = _names(Baseline(entries, tuple(filter(is_to_be_reviewed, baseline.lint))))
    if names:
        count = "1 entry" if len(names) == 1 else f"{len(names)} entries"
        warn(f"{count} of {file} still {'says' if len(names) == 1 else 'say'} TODO: {_listed(names)}")


def _names(baseline: Baseline) -> list[str]:
    return [entry.property_id for entry in baseline.entries] + [entry.rule for entry in baseline.lint]


def _listed(names: Iterable[str]) -> str:
    each = list(dict.fromkeys(names))
    more = f" and {len(each) - _MOST_NAMED} more" if len(each) > _MOST_NAMED else ""
    return f"{', '.join(each[:_MOST_NAMED])}{more}"


def _tell_update(file: str, own: Baseline, updated: Baseline, judgement: Judgement) -> None:
    """Say how a file changed: an entry accepts findings that share a reason, one for each theme and project type."""
    found = {signature for finding in judgement.findings for signature in finding.signatures()}
    rules = [entry for entry in updated.lint if entry not in own.lint]
    entries = sum(bool(entry.signatures & found) for entry in updated.entries) + len(rules)
    kept = sum(own.accepts(signature) for result in judgement.results for signature in result.accepted)
    kept += len(updated.lint) - len(rules)
    added = len(found) + len(rules)
    findings = "1 finding" if added == 1 else f"{added} findings"
    places = "1 entry" if entries == 1 else f"{entries} entries"
    print_note(f"{file}: {findings} added{f' in {places}' if added else ''}, {kept} kept")
