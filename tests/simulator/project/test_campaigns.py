"""Which campaigns wait for their time."""

from __future__ import annotations

from simulator import Clock, ProjectConfiguration, ProjectType, Simulator
from simulator.engine.snapshot import capture, restore
from simulator.project.campaigns import Campaigns
from simulator.project.changes import Changes
from simulator.project.content import Campaign

NOW = 1_787_227_200_000


def scheduled(number: int, start: int) -> Campaign:
    return Campaign(id=number, name="Sale", campaign_state="Scheduled", start_at=start)


def waiting(campaigns: Campaigns) -> int | None:
    found = campaigns.next_start()
    return None if found is None else found.id


def test_the_one_that_starts_first_is_next_whatever_their_order() -> None:
    campaigns = Campaigns(Changes())
    assert not campaigns.await_start
    for number, start in ((1, 30), (2, 10), (3, 10)):
        campaigns.put(number, scheduled(number, start))
    assert waiting(campaigns) == 2
    campaigns.put(2, scheduled(2, 50))
    assert waiting(campaigns) == 3
    campaigns.remove(3)
    assert waiting(campaigns) == 1
    campaigns.replace({4: scheduled(4, 5)})
    assert waiting(campaigns) == 4
    campaigns.put(4, Campaign(id=4, name="Sale", campaign_state="Ready"))
    assert not campaigns.await_start


def test_what_is_undone_is_undone_for_what_waits_as_well() -> None:
    changes = Changes()
    campaigns = Campaigns(changes)
    campaigns.put(1, scheduled(1, 10))
    changes.begin_undo_log()
    campaigns.remove(1)
    campaigns.put(2, scheduled(2, 5))
    campaigns.replace({3: scheduled(3, 1)})
    changes.rollback()
    assert (waiting(campaigns), len(campaigns)) == (1, 1)


def test_a_snapshot_keeps_what_waits() -> None:
    simulator = Simulator([ProjectConfiguration("p", ProjectType("email"), ("key",))])
    simulator.projects["p"].campaigns.put(1, scheduled(1, NOW))
    other, clock = Simulator([]), Clock(NOW)
    restore(capture(simulator, clock), other, clock)
    assert waiting(other.projects["p"].campaigns) == 1
    assert other.apply_due(NOW)
    assert other.projects["p"].campaigns.get(1) != scheduled(1, NOW)
