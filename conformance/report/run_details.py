"""What a report says of its run: the command, when, with which version, of which mapping and seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class RunDetails:
    """How a run came about.

    Attributes:
        command: The command, as one types it; keys in it are left out.
        version: The version of the harness.
        started: When it started.
        mapping: The mapping file; empty for the presets.
        seed: The random seed; None where nothing is random.
    """

    command: str
    version: str
    started: datetime
    mapping: str = ""
    seed: int | None = None

    @property
    def timestamp(self) -> str:
        """When it started, in UTC, to the second."""
        return self.started.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"

    def facts(self) -> Iterator[tuple[str, str]]:
        """Each as a name and a text, for a person."""
        yield "mapping", self.mapping or "the destination's own presets"
        if self.seed is not None:
            yield "seed", str(self.seed)
        yield "version", f"iterable-harness {self.version}"
        yield "command", self.command
        yield "date", self.timestamp
