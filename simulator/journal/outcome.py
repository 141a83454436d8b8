"""What became of a request: derived from what an entry holds, so that whatever brings the entry back brings this."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from simulator.project.identity import ROWS
from simulator.project.rules import ALL_REFUSED, DROPPED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.message import Reply
    from simulator.project.profile_changes import ProfileChange


class EntryOutcome(StrEnum):
    """What became of a request.

    Attributes:
        APPLIED: It was carried out, and something is otherwise than before; with a lag, is going to be.
        NOTHING_CHANGED: It succeeded, and everything is as it was: it only read, or wrote what was there.
        DROPPED: It was answered as a success, and nothing of it was carried out.
        REFUSED: It was refused, or the connection was closed before it was carried out.
    """

    APPLIED = "applied"
    NOTHING_CHANGED = "nothing changed"
    DROPPED = "dropped"
    REFUSED = "refused"


#: By these rules nothing was carried out, whatever the status; the last is that of a fault that answered.
_LOST: Final = frozenset({DROPPED, ALL_REFUSED, "fault"})
#: Calls that are no reads, and after which everything is as it was.
_WITHOUT_EFFECT: Final = frozenset(
    {
        "bulk.empty",
        "catalogs.items.delete.nothing",
        "gate.preflight",
        "metadata.delete.nothing",
        "unknown-users.consent",
        "users.delete.nobody",
        "users.forget.again",
        "users.merge.same-user",
    }
)


def outcome_of(method: str, reply: Reply | None, changes: Iterable[ProfileChange]) -> EntryOutcome:
    """What became of a request.

    A bulk call is what the best of its items is; one of which every item was refused is dropped, as its status says
    success.

    Args:
        method: The HTTP method of the request.
        reply: The reply, with the rules that decided; None when the connection was closed before anything happened.
        changes: What is told with the request, what earlier ones had asked for included.
    """
    if reply is None or is_refusal(reply.status):
        return EntryOutcome.REFUSED
    if not _LOST.isdisjoint(reply.rules):
        return EntryOutcome.DROPPED
    if method == "GET":
        return EntryOutcome.NOTHING_CHANGED
    own = [change for change in changes if change.asked is None]
    if own:
        return EntryOutcome.APPLIED if any(map(_differs, own)) else EntryOutcome.NOTHING_CHANGED
    if _concerned_nobody(reply):
        return EntryOutcome.DROPPED
    if reply.rules and _WITHOUT_EFFECT.issuperset(reply.rules):
        return EntryOutcome.NOTHING_CHANGED
    # No change tells of what is not on profiles (lists, catalogs, templates), nor of what a lag keeps back.
    return EntryOutcome.APPLIED


def is_refusal(status: int) -> bool:
    """Whether a status is that of a refused request: the one outcome that is known without looking at changes."""
    return not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def _differs(change: ProfileChange) -> bool:
    return change.what != "updated" or bool(change.events) or change.before != change.after


def _concerned_nobody(reply: Reply) -> bool:
    """Whether identity decided for nobody: how entries look that were dropped before a rule said so."""
    return not reply.users and bool(reply.rules) and all(_case(rule) in ROWS for rule in reply.rules)


def _case(rule: str) -> str:
    """What follows the operation in a rule of identity, such as `email-based.known-email`."""
    return rule.split(".", 2)[-1]
