"""What became of a request follows from its entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Reply, Request
from simulator.journal import EntryOutcome, MemoryJournal, Selection
from simulator.journal.outcome import outcome_of
from simulator.persistence.rows import from_row, to_row
from simulator.project.profile_changes import ABSENT, ProfileChange
from simulator.rulebook import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

APPLIED, NOTHING_CHANGED, DROPPED, REFUSED = EntryOutcome
A = "a@x.test"
UPDATE = "users.update.hybrid.known-email"
WRITTEN = ProfileChange(1, "updated", A, None, {"plan": "free"}, {"plan": "gold"}, {})
SAME = WRITTEN._replace(after={"plan": "free"})


def reply(*rules: str, status: int = 200, users: tuple[str, ...] = (A,)) -> Reply:
    return Reply(status, b"{}", rules=rules, users=users)


@pytest.mark.parametrize(
    ("answer", "changes", "outcome"),
    [
        (reply(UPDATE), [WRITTEN], APPLIED),
        (reply(UPDATE), [SAME], NOTHING_CHANGED),
        (reply(UPDATE), [SAME, WRITTEN], APPLIED),
        (reply(UPDATE), [SAME._replace(what="created")], APPLIED),
        (reply(UPDATE), [SAME._replace(what="removed")], APPLIED),
        (reply(UPDATE), [SAME._replace(events={"e1": "Seen"})], APPLIED),
        (reply(UPDATE), [WRITTEN._replace(before={"plan": ABSENT})], APPLIED),
        (reply(UPDATE), [], APPLIED),
        (reply(UPDATE), [SAME, WRITTEN._replace(asked=1)], NOTHING_CHANGED),
        (reply(UPDATE, "dropped"), [], DROPPED),
        (reply(UPDATE, "dropped"), [WRITTEN._replace(asked=1)], DROPPED),
        (reply(UPDATE, "bulk.some-dropped", "bulk.some-refused"), [WRITTEN], APPLIED),
        (reply(UPDATE, "bulk.all-refused"), [], DROPPED),
        (reply("bulk.empty", users=()), [], NOTHING_CHANGED),
        (reply("lists.create", users=()), [], APPLIED),
        (reply("catalogs.items.put", status=202, users=()), [], APPLIED),
        (reply("users.merge.same-user"), [], NOTHING_CHANGED),
        (reply(UPDATE, status=400), [], REFUSED),
        (reply("fault", status=302), [], REFUSED),
        (reply("fault", status=503), [], REFUSED),
        (reply("fault"), [], DROPPED),
        (reply(UPDATE, "fault.delay"), [WRITTEN], APPLIED),
        (reply(UPDATE, "fault.lost-reply"), [SAME], NOTHING_CHANGED),
        (None, [], REFUSED),
    ],
)
def test_the_outcome_of_a_write(
    answer: Reply | None, changes: Sequence[ProfileChange], outcome: EntryOutcome
) -> None:
    assert outcome_of("POST", answer, changes) is outcome


def test_what_only_reads_changes_nothing_whatever_came_due_meanwhile() -> None:
    assert outcome_of("GET", reply("lists.list"), [WRITTEN._replace(asked=1)]) is NOTHING_CHANGED


@pytest.mark.parametrize(
    ("rule", "users", "outcome"),
    [
        ("events.track.email-based.unknown-email", (), DROPPED),
        ("events.track.email-based.known-email", (A,), APPLIED),
        ("campaigns.change", (), APPLIED),
    ],
)
def test_an_entry_from_before_the_rule_of_drops_has_its_outcome(
    rule: str, users: tuple[str, ...], outcome: EntryOutcome
) -> None:
    assert rule in RULES
    assert outcome_of("POST", reply(rule, users=users), []) is outcome


def filled() -> MemoryJournal:
    journal = MemoryJournal()
    request = Request("POST", "/api/users/update")
    journal.append(1, "p", request, reply(UPDATE), changes=(WRITTEN,))
    journal.append(2, "p", request, None, fault=True, named=(A, "u1"))
    journal.append(3, "p", request, reply(UPDATE, "dropped", users=("u1",)))
    return journal


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(outcome=APPLIED), [1]),
        (Selection(outcome=NOTHING_CHANGED), []),
        (Selection(outcome=DROPPED), [3]),
        (Selection(outcome=REFUSED), [2]),
        (Selection(users=("u1",)), [2, 3]),
        (Selection(users=(A, "u1")), [1, 2, 3]),
        (Selection(text="U1"), [2, 3]),
        (Selection(users=(A,), outcome=REFUSED), [2]),
    ],
)
def test_entries_are_chosen_by_outcome_and_by_one_of_some_users(selection: Selection, numbers: list[int]) -> None:
    assert [entry.number for entry in filled().select(selection)] == numbers


def test_outcome_and_those_who_were_named_come_back_from_a_directory() -> None:
    for entry in filled().select(Selection()):
        stored = from_row(to_row(entry))
        assert (stored, stored.outcome, stored.users) == (entry, entry.outcome, entry.users)


def test_a_row_without_those_who_were_named_is_read() -> None:
    [_, closed, _] = filled().select(Selection())
    row: tuple[Any, ...] = to_row(closed)
    assert from_row((*row[:-1], "[null,[],[],[]]")) == replace(closed, named=())
