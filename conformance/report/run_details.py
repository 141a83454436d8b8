"""What a report says of its run: the command, when, with which version, of which mapping and seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

#: What the mapping is called where a connection has none of its own.
PRESETS_NAME: Final = "the destination's own presets"
_SEVERAL: Final = "several: see each scenario"


@dataclass(frozen=True, slots=True)
class RunDetails:
    """How a run came about.

    Attributes:
        command: The command, as one types it; keys in it are left out.
        version: The version of the harness.
        started: When it started.
        mapping: What the mapping is called, mostly its file; empty for the presets.
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

    def with_mapping_of(self, names: Iterable[str]) -> RunDetails:
        """The same with the mapping that was used, which scenarios may name themselves.

        Args:
            names: What the mapping of each scenario is called; where there is none, nothing changes.
        """
        used = {name for name in names if name}
        if not used:
            return self
        return replace(self, mapping=used.pop() if len(used) == 1 else _SEVERAL)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Each as a name and a text, for a person."""
        yield "mapping", self.mapping or PRESETS_NAME
        if self.seed is not None:
            yield "seed", str(self.seed)
        yield "version", f"iterable-harness {self.version}"
        yield "command", self.command
        yield "date", self.timestamp
