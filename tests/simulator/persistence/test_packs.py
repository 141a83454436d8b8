"""Entries in packs are those that were stored, take little room, and of a damaged pack what is sound comes back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Clock, Request, Simulator
from simulator.persistence import Directory, StoredJournal
from simulator.persistence.checksums import checksum, data_of
from simulator.persistence.packs import (
    LENGTH,
    EntryWriter,
    entries_of,
    is_sound,
    packed,
    pieces,
    sound_entries_of,
)
from simulator.persistence.schema import VERSION, connect, create, tables_of_version
from simulator.persistence.stored_entries import StoredEntries
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulator.persistence.packs import Checked
    from simulator.persistence.rows import Row

NOON = 1_787_227_200_000
#: What docs/durability.md promises for an ordinary request, beside the log and the snapshots.
BYTES_OF_REQUEST = 250

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
ROWS = st.builds(
    lambda at, texts, body, answered, status: (1, at, *texts[:4], texts[4], body, status, *answered, texts[5]),
    st.integers(0, 2**53),
    st.tuples(*[TEXTS] * 6),
    st.binary(max_size=60),
    st.tuples(st.sampled_from([0, 1]), st.sampled_from([0, 1]), st.none() | st.binary(max_size=60)),
    st.none() | st.integers(100, 599),
)


def checked(rows: list[Row]) -> list[Checked]:
    numbered: list[Row] = [(number, *row[1:]) for number, row in enumerate(rows, 1)]
    return [(row, checksum(data_of(row))) for row in numbered]


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_what_is_packed_comes_back_as_it_was(rows: list[Row]) -> None:
    entries = checked(rows)
    pack = packed(entries)
    assert is_sound(pack)
    assert list(entries_of(pack)) == entries


def row(number: int) -> Checked:
    body = json.dumps({"email": f"person-{number}@example.com", "dataFields": {"n": number * 7919}}).encode()
    values = (
        number,
        NOON,
        "p",
        "POST",
        "/api/users/update",
        "",
        "[{},null]",
        body,
        200,
        0,
        0,
        b"{}",
        "[{},[],[],[]]",
    )
    return values, checksum(data_of(values))


def test_of_a_damaged_pack_what_is_sound_comes_back() -> None:
    entries = [row(number) for number in range(1, LENGTH + 1)]
    first, last, count, data, own = packed(entries)
    for place in range(len(data) // 2, len(data), 7):
        damaged = (first, last, count, data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :], own)
        assert not is_sound(damaged)
        found = sound_entries_of(damaged)
        assert [entry for entry in entries if entry in found] == found
        assert len(found) > LENGTH // 4


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    create(tmp_path / "journal.sqlite")
    with closing(connect(tmp_path / "journal.sqlite")) as connection:
        yield connection


def numbers(connection: sqlite3.Connection, first: int, last: int, *, newest: bool = False) -> list[int]:
    stored = StoredEntries(connection)
    return [entry.number for entry in stored.between(first, last, newest=newest)]


# Rows of a journal of before packs, packs, a gap that a salvage left, packs, and rows that are no pack yet.
PRESENT = [*range(1, 31), *range(101, 251), *range(263, 477), *range(1001, 1040)]


def write_present(connection: sqlite3.Connection) -> None:
    writer = EntryWriter(connection)
    writer.write([row(number) for number in PRESENT[:30]])
    EntryWriter(connection).write([row(number) for number in PRESENT[30:]])


@given(st.integers(1, 1100), st.integers(1, 1100))
def test_entries_are_found_wherever_they_are_in_both_orders(first: int, last: int) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        copy_of_present().backup(connection)
        wanted = [number for number in PRESENT if first <= number <= last]
        assert numbers(connection, first, last) == wanted
        assert numbers(connection, first, last, newest=True) == wanted[::-1]


@cache
def copy_of_present() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in tables_of_version(VERSION).values():
        connection.execute(statement)
    write_present(connection)
    return connection


def test_what_is_in_a_pack_is_no_row_any_more(journal: sqlite3.Connection) -> None:
    writer = EntryWriter(journal)
    for number in range(1, LENGTH * 2 + 5):
        writer.write([row(number)])
    assert journal.execute("SELECT number FROM entries").fetchall() == [(number,) for number in range(101, 105)]
    assert [(first, last) for first, last, _ in pieces(journal, 1, 104)] == [(1, 50), (51, 100), (101, 104)]


def test_an_ordinary_request_takes_no_more_room_than_is_promised(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "data")
    journal = StoredJournal(directory)
    service = Service(Simulator(journal=journal), Clock(NOON))
    headers = {
        "host": "127.0.0.1:8585",
        "api-key": "hybrid-key",
        "content-type": "application/json",
        "user-agent": "python-httpx/0.28.1",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
    }
    count = 3_000
    for number in range(count):
        who = {"email": f"person-{number * 7919 % 1500}@example.com", "userId": f"user-{number * 7919 % 1500}"}
        fields = {"plan": "gold", "logins": number, "city": "London", "since": "2024-01-02", "tags": ["vip", "beta"]}
        body = json.dumps({**who, "dataFields": fields}).encode()
        service.respond(Request("POST", "/api/users/update", "", headers, body))
        if number % 30 == 0:
            journal.write()
            journal.commit()
    journal.write()
    journal.commit()
    journal.close()
    directory.close()
    assert directory.journal.stat().st_size < count * BYTES_OF_REQUEST
