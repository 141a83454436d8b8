"""The options of `conform` about baselines: which files are read, what is accepted, and which file is updated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.cli.files import write_file
from conformance.cli.options import warn
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.judging import Baseline, Judgement

#: Named what ships, when that was in force for the presets alone.
_PRESETS: Final = "presets"


@dataclass(frozen=True, slots=True)
class BaselineOptions:
    """What was asked for.

    Attributes:
        names: The values of `--baseline`.
        shipped: Whether what ships as accepted is accepted.
        update: Whether the one file is to be written anew.
    """

    names: Sequence[str]
    shipped: bool
    update: bool

    @property
    def files(self) -> tuple[str, ...]:
        """The customer's own files."""
        return tuple(name for name in self.names if name != _PRESETS)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The files that are read and never written."""
        return () if self.update else self.files

    @property
    def outputs(self) -> list[tuple[str, str | None]]:
        """The files that are written, with their option."""
        return [("--baseline", file) for file in self.files] if self.update else []

    def read(self) -> Baseline:
        """What the customer accepts: the entries of all files.

        Raises:
            InputError: A file cannot be read, or has problems.
            click.UsageError: There is not one file to update.
        """
        from conformance.judging import Baseline, read_baseline

        if self.update and len(self.files) != 1:
            raise click.UsageError("--update-baseline needs one --baseline FILE", click.get_current_context())
        found = [read_baseline(Path(file), warn) for file in self.files if not self.update or Path(file).exists()]
        return Baseline.joined(found)

    def in_force(self, own: Baseline) -> Baseline:
        """All that is accepted: what the customer accepts, and what ships."""
        from conformance.judging import Baseline, shipped_baseline

        # A customer's own reason says more of a mapping than one that is true of all.
        return Baseline.joined([own, shipped_baseline()]) if self.shipped else own

    def write(self, own: Baseline, judgement: Judgement) -> None:
        """Accept what was found: write the one file anew, and say how it changed."""
        from conformance.judging import baseline_text, updated_baseline

        (file,) = self.files
        write_file("--baseline", file, baseline_text(updated_baseline(own, judgement)))
        added = sum(len(finding.signatures()) for finding in judgement.findings)
        kept = sum(own.accepts(signature) for result in judgement.results for signature in result.accepted)
        print_note(f"{file}: {added} added, {kept} kept")
