"""The requests of a part of an archive, played in a project of one type, and counted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from conformance.backtest.figures import Figures, LargestTally, NotCarriedOut, OtherType, Played, Tally, tally
from conformance.backtest.projects.fates import Fate, conflicts_of, fate_of, rule_of, worst
from conformance.backtest.projects.observed_project import ObservedProject
from conformance.backtest.projects.people import People

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.backtest.projects.fates import Conflict
    from conformance.backtest.projects.field_types import Fixing
    from conformance.backtest.projects.observed_project import Result
    from conformance.backtest.projects.requests import PlannedEvent, Share

Json = Any


class Numbered(NamedTuple):
    """An event, and the number of its first request among those of the whole archive."""

    number: int
    event: PlannedEvent


class Outcome(NamedTuple):
    """What came of a part.

    Attributes:
        figures: Its figures.
        fixed: The types of fields that its requests fixed.
        met: The fields that they brought before there was a type, by category and name.
    """

    figures: Figures
    fixed: tuple[Fixing, ...]
    met: frozenset[tuple[str, str]]


def _ignore(_: int, __: Result) -> None:
    pass


def play(
    events: Iterable[Numbered],
    mapping: str,
    project_type: str,
    fixings: Iterable[Fixing] = (),
    observe: Callable[[int, Result], None] = _ignore,
) -> Outcome:
    """What comes of requests in a project in which there is nobody yet.

    Args:
        events: The events with their requests, in the order in which they come.
        mapping: Which mapping made them, `new` or `old`.
        project_type: `email`, `userid` or `hybrid`.
        fixings: The types that requests of other parts fix.
        observe: Called with the number of each request, and what came of it.
    """
    player = _Player(mapping, project_type, fixings, observe)
    for numbered in events:
        player.take(*numbered)
    return player.outcome()


class _Player:
    def __init__(
        self, mapping: str, project_type: str, fixings: Iterable[Fixing], observe: Callable[[int, Result], None]
    ) -> None:
        self._mapping = mapping
        self._project_type = project_type
        self._observe = observe
        self._project = ObservedProject(project_type, fixings)
        self._people = People()
        self._figures = Figures()

    def take(self, number: int, event: PlannedEvent) -> None:
        """Play the requests of an event."""
        fates: list[Fate] = []
        profiles: dict[int, None] = {}
        for share in event.shares:
            fates.append(self._deliver(share, event, number, profiles))
            number += len(share.calls)
        tally(self._figures.fates, self._played(worst(fates))).add(event.position, dict, event.shown)
        self._people.add(event.position, event.user_ids, event.emails, profiles)

    def _deliver(self, share: Share, event: PlannedEvent, number: int, profiles: dict[int, None]) -> Fate:
        """Make the requests of a subscription, of which each wants the one before it to have succeeded."""
        fates: list[Fate] = []
        for path, body in share.calls:
            result = self._project.send(path, body, event.instant, number)
            self._observe(number, result)
            fates.append(fate_of(result))
            profiles.update(dict.fromkeys(result.profiles))
            if fates[-1] != "carried out":
                self._count(share, (path, body), event, fates[-1], result)
            if not 200 <= result.reply.status < 300:  # noqa: PLR2004
                break
            number += 1
        return worst(fates)

    def _count(self, share: Share, call: tuple[str, bytes], event: PlannedEvent, fate: Fate, result: Result) -> None:
        """Count a request that was not carried out."""
        played = self._played(fate)
        key = NotCarriedOut(played, share.action, share.subscription, rule_of(result))
        tally(self._figures.not_carried_out, key).add(event.position, _shown, event, *call, result)
        for conflict in conflicts_of(result) if fate == "other type" else ():
            other = OtherType(played, *conflict[:4])
            tally(self._figures.other_types, other).add(event.position, _value, event, conflict)

    def _played(self, what: str) -> Played:
        return Played(self._mapping, self._project_type, what)

    def outcome(self) -> Outcome:
        """What came of all of it."""
        figures, project = self._figures, self._project
        for finding in self._people.findings():
            key = self._played(finding.what)
            figures.people.setdefault(key, LargestTally()).add(finding.position, dict, finding.shown)
        counts = {
            "profiles": project.profiles,
            "events": project.stored_events,
            **{f"replaced, {whose}": count for whose, count in project.replaced.items()},
        }
        figures.people.update({self._played(what): Tally(count) for what, count in counts.items() if count})
        return Outcome(figures, tuple(project.fixed), frozenset(project.met))


def _shown(event: PlannedEvent, path: str, body: bytes, result: Result) -> dict[str, Json]:
    return {**event.shown, "path": path, "body": json.loads(body), "status": result.reply.status}


def _value(event: PlannedEvent, conflict: Conflict) -> dict[str, Json]:
    return {**event.shown, "value": conflict.value}
