"""What became of the requests of an event in a project: whether they found somebody; pure.

What a reply means follows from the rules that it names, and what these do from the simulator's own table.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from simulator.journal import EntryOutcome
from simulator.project.identity import ROWS, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.backtest.projects.observed_project import Result

Json = Any

#: What becomes of an event, the worst first: what of its requests comes first here is what became of it.
Fate = Literal["dropped", "nobody found", "conflict", "other type", "refused", "carried out"]
FATES: Final[tuple[Fate, ...]] = ("dropped", "nobody found", "conflict", "other type", "refused", "carried out")
#: What a row of identity does that finds nobody.
_NOBODY: Final = frozenset(
    {
        Outcome.NO_IDENTIFIER,
        Outcome.UNKNOWN_EMAIL,
        Outcome.UNKNOWN_USER_ID,
        Outcome.PLACEHOLDER,
        Outcome.BY_USER_ID_IF_ASKED,
        Outcome.NOT_BY_EMAIL,
    }
)
_TRACK: Final = "events.track"
#: Rules beside those of identity by which nobody is found.
_NOBODY_TO_MOVE: Final = frozenset(
    {"users.update-email.unknown", "users.update-email.user-id-required", "users.update-email.no-identifier"}
)
_CONFLICTS: Final = frozenset({"users.update-email.taken", "rename.email-taken", "rename.user-id-taken"})
_MISMATCH: Final = "fields.mismatch"


class Conflict(NamedTuple):
    """A value that does not go into its field.

    Attributes:
        category: `user`, or the name of the event.
        field: The field.
        expected: The type of the field.
        incoming: The types that the value can go into, the first one first.
        value: The value.
    """

    category: str
    field: str
    expected: str
    incoming: str
    value: Json


def fate_of(result: Result) -> Fate:
    """What became of a request."""
    if result.outcome is EntryOutcome.DROPPED:
        return "dropped"
    if result.outcome is not EntryOutcome.REFUSED:
        return "carried out"
    rule = rule_of(result)
    if rule == _MISMATCH:
        return "other type"
    if rule in _NOBODY_TO_MOVE:
        return "nobody found"
    if rule in _CONFLICTS:
        return "conflict"
    row = ROWS.get(rule.split(".", 2)[-1])
    if row is None:
        return "refused"
    return "nobody found" if (row.track if rule.startswith(_TRACK) else row.write) in _NOBODY else "conflict"


def rule_of(result: Result) -> str:
    """The rule that decided a request."""
    return result.reply.rules[0] if result.reply.rules else ""


def worst(fates: Iterable[Fate]) -> Fate:
    """What became of an event, of whose requests that became."""
    return min(fates, key=FATES.index, default="carried out")


def conflicts_of(result: Result) -> Iterator[Conflict]:
    """The values for which a request was refused because they do not go into their fields."""
    errors: dict[str, Json] = json.loads(result.reply.body)["params"]["validationErrors"]
    for field, error in errors.items():
        incoming = ", ".join(error["incomingTypes"])
        yield Conflict(error["category"], field, error["expectedType"], incoming, error["offendingValue"])
