"""Entries in memory: small, out of the collector's way, and as they were when somebody looks at them."""

from __future__ import annotations

import gc
import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Clock, Request, Simulator
from simulator.journal import MemoryJournal, Selection
from simulator.journal.record import pack, unpack
from simulator.project.profile_changes import ABSENT, ProfileChange
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_787_227_200_000
#: Half of what an entry took when each was a score of objects.
MOST_BYTES = 2048
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.dictionaries(st.text(), VALUES | st.just(ABSENT), max_size=3)
CHANGES = st.builds(
    ProfileChange,
    st.integers(1),
    st.sampled_from(["created", "updated", "removed"]),
    st.none() | st.text(),
    st.none() | st.text(),
    FIELDS,
    FIELDS,
    st.dictionaries(st.text(), st.text(), max_size=2),
    st.dictionaries(st.text(), st.lists(st.text(), max_size=2).map(tuple), max_size=2),
    st.none() | st.integers(1),
)


@given(st.lists(CHANGES, max_size=3).map(tuple))
def test_changes_come_back_as_they_were(changes: tuple[ProfileChange, ...]) -> None:
    found = unpack(pack(changes))
    assert found == changes
    assert repr(found) == repr(changes)


def test_numbers_and_truth_values_are_told_apart_afterwards() -> None:
    before = {"a": 1, "b": 1.0, "c": True, "d": "\ud800", "e": 10**40}
    [found] = unpack(pack((ProfileChange(1, "updated", None, None, before, before, {}),)))
    assert repr(found.before) == repr(before)


@pytest.fixture
def service() -> Iterator[Service]:
    yield Service(Simulator(journal=MemoryJournal(most=100_000)), Clock(NOW))
    tracemalloc.stop()


def update(number: int) -> Request:
    """As it comes from a socket: of all that it consists of, it shares the path with others at the most."""
    fields = {"plan": "gold", "logins": number, "city": "London", "since": "2024-01-02", "tags": ["vip", "beta"]}
    who = {"email": f"person-{number % 100}@example.com", "userId": f"user-{number % 100}"}
    body = json.dumps({**who, "dataFields": fields}).encode()
    return Request("POST", "/api/users/update", "", dict(HEADERS), body)


HEADERS = {"api-key": "hybrid-key", "host": "127.0.0.1:8585", "content-type": "application/json"}


def test_an_entry_takes_half_of_what_it_took_and_is_no_work_for_the_collector(service: Service) -> None:
    entries = 2_000
    for number in range(200):
        service.respond(update(number))
    gc.collect()
    before = len(gc.get_objects())
    tracemalloc.start()
    for number in range(entries):
        service.respond(update(number))
    gc.collect()
    assert tracemalloc.get_traced_memory()[0] / entries < MOST_BYTES
    gc.collect()
    assert (len(gc.get_objects()) - before) / entries < 0.1
    newest = service.simulator.journal.select(Selection(newest=True, limit=1))[0]
    assert newest.changes[0].after["logins"] == entries - 1


def test_headers_are_kept_as_they_were_sent_whoever_changes_the_dict_afterwards(service: Service) -> None:
    headers = dict(HEADERS)
    for host in ("one.test", "other.test"):
        headers["host"] = host
        service.respond(Request("GET", "/api/lists", "", headers))
    kept = service.simulator.journal.select(Selection())
    assert [entry.request.headers["host"] for entry in kept] == ["one.test", "other.test"]
