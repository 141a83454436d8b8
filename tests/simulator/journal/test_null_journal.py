"""The journal that keeps nothing."""

from __future__ import annotations

from simulator import Reply, Request, Simulator
from simulator.journal import Journal, NullJournal, Selection

NOW = 1_787_227_200_000


def test_nothing_that_is_appended_is_kept_or_counted() -> None:
    journal = NullJournal()
    kept: Journal = journal
    kept.append(NOW, "p", Request("GET", "/"), Reply(200, b""))
    assert (kept.select(Selection()), kept.entry(1), list(kept.of_person("p", 1))) == ([], None, [])
    assert (list(kept.inputs(0, 9)), list(kept.states(9)), kept.next_number) == ([], [], 1)


def test_a_simulator_goes_by_the_number_that_the_journal_is_set_to() -> None:
    journal = NullJournal()
    simulator = Simulator(journal=journal)
    journal.next_number = 7
    update = Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, b'{"email":"a@x.test"}')
    assert simulator.handle(update, NOW).status == 200
    assert simulator.projects["hybrid"].changes.number == 8
