"""What a project would lose under each of two mappings, figure by figure, from the JSON document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any


@dataclass(frozen=True, slots=True)
class Loss:
    """One figure of a project, of which more is worse.

    Attributes:
        project_type: `email`, `userid` or `hybrid`.
        what: What is counted.
        before: How much of it there is under the old mapping.
        after: The same under the new one.
    """

    project_type: str
    what: str
    before: int
    after: int

    @property
    def is_more(self) -> bool:
        """Whether there is more of it under the new mapping."""
        return self.after > self.before

    def __str__(self) -> str:
        """`email: events that find nobody: 3 → 5`."""
        return f"{self.project_type}: {self.what}: {self.before:,} → {self.after:,}"


def losses(document: Json) -> Iterator[Loss]:
    """What each project would lose under both mappings; nothing where there is only one.

    Args:
        document: The report as `to_json` gives it.
    """
    for project in document["projects"] or ():
        if project["before"] is None:
            continue
        for (what, before), (_, after) in zip(_figures(project["before"]), _figures(project), strict=True):
            yield Loss(project["type"], what, before, after)


def _figures(summary: Json) -> Iterator[tuple[str, int]]:
    events, people = summary["events"], summary["people"]
    yield "events that find nobody", events["dropped"] + events["nobodyFound"]
    yield "events that meet another type", events["otherType"]
    yield "fields that meet another type", summary["fields"]["otherType"]
    yield "people who are split", people["split"]
    yield "people who are joined", people["joined"]
    yield "people without a profile", people["withoutProfile"]
