"""A snapshot that a copy of the process saves is of the instant at which it was made, and of stored requests only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulator import Clock, Request, Simulator
from simulator.engine.snapshot import capture
from simulator.persistence import Directory, StoredJournal
from simulator.persistence import saving as saving_module
from simulator.persistence.saving import Saving
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Kept:
    """A simulator whose journal is in a directory."""

    def __init__(self, path: Path) -> None:
        self.directory = Directory(path)
        self.journal = StoredJournal(self.directory)
        self.clock = Clock(1_787_227_200_000)
        self.service = Service(Simulator(journal=self.journal), self.clock)

    def update(self, number: int) -> None:
        body = json.dumps({"email": f"person-{number}@example.com"}).encode()
        self.service.respond(Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, body))
        self.journal.write()

    def saving(self) -> Saving:
        return Saving(self.journal, self.service.simulator, self.clock, self.journal.next_number - 1)

    def state(self) -> bytes:
        return capture(self.service.simulator, self.clock)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    one = Kept(tmp_path / "data")
    yield one
    one.journal.close()
    one.directory.close()


async def test_what_happens_while_it_is_saved_is_not_in_it(kept: Kept) -> None:
    kept.update(1)
    state, saving = kept.state(), kept.saving()
    kept.journal.commit()
    kept.update(2)
    kept.journal.commit()
    assert not await saving.save()
    assert list(kept.journal.states(2)) == [(1, state)]


async def test_nothing_is_saved_of_what_could_not_be_stored(kept: Kept) -> None:
    kept.update(1)
    saving = kept.saving()
    kept.journal.rollback()
    await saving.give_up()
    assert list(kept.directory.snapshots.iterdir()) == []


async def test_a_disk_without_room_is_said_and_leaves_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    kept.update(1)
    kept.journal.commit()
    monkeypatch.setattr(type(kept.journal.snapshots), "save", refuse)
    assert "No space left" in await kept.saving().save()
    assert kept.journal.snapshots.numbers() == []


async def test_a_fault_in_the_copy_is_said(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise RecursionError

    kept.update(1)
    kept.journal.commit()
    monkeypatch.setattr(saving_module, "capture", fail)
    assert "RecursionError" in await kept.saving().save()
