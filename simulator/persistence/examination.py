"""What of a directory is damaged, missing, or contradicts the rest; looking leaves every file as it is.

Every entry is held against its checksum, which takes about as long as reading the file. A missing entry shows by its
number, the end of the journal by what `committed` and the snapshots know, and SQLite checks its own structure.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

from simulator.persistence.checksums import facts_digest, segment_checksum
from simulator.persistence.commit_record import DamagedRecordError, read_record
from simulator.persistence.directory import UnusableDirectoryError
from simulator.persistence.findings import Findings, merged, without
from simulator.persistence.packs import pieces, sound_entries_of
from simulator.persistence.reasons import reason_of
from simulator.persistence.schema import VERSION, connect_for_reading, has_packs, has_tables, newer_version, tables_of
from simulator.persistence.snapshot_files import Snapshots, agree
from simulator.persistence.sound_entries import UNREADABLE, checked_numbers, sound_rows
from simulator.persistence.stored_entries import lost_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.persistence.directory import Directory

_SQLITE: Final = b"SQLite format 3\0"
#: Where the header says who may write and read: with a log (2) or without (1), and nobody who knows neither.
_MODES: Final = slice(18, 20)


def examine(directory: Directory) -> Findings:
    """What is wrong with a directory; nothing is when it is new.

    Raises:
        UnusableDirectoryError: It is of a newer version, or the journal is a file of something else.
    """
    findings = Findings()
    _examine_record(directory, findings)
    snapshots = Snapshots(directory.snapshots)
    record = findings.record
    known = record is not None and (record.number, record.generation) != (0, 0)
    has_past = known or bool(snapshots.names()) or bool(findings.problems)
    if record is not None:
        findings.generation = record.generation
    version = _examine_journal(directory, findings, has_past=has_past)
    _examine_snapshots(snapshots, directory if version else None, findings)
    if record is not None and record.generation == findings.generation:
        _compare_end(findings, record.number, "the journal ends before the last commit")
    _compare_end(findings, findings.snapshot, "the journal ends before a snapshot")
    if version == VERSION and record is None and not findings.problems:
        findings.problems.append(f"{directory.record.name} is missing")
    findings.is_uncertain |= record is None
    findings.lost = merged(findings.lost)
    return findings


def _examine_record(directory: Directory, findings: Findings) -> None:
    try:
        findings.record = read_record(directory.record)
    except DamagedRecordError:
        findings.problems.append(f"{directory.record.name} is damaged")
    if findings.record is not None and findings.record.version > VERSION:
        raise newer_version(directory.path, findings.record.version)


def _examine_journal(directory: Directory, findings: Findings, *, has_past: bool) -> int:
    """Examine the database with its log; the version of its tables, 0 for none."""
    name = directory.journal.name
    try:
        with directory.journal.open("rb") as file:
            head = file.read(_MODES.stop)
    except FileNotFoundError:
        head = b""
    if not head and (has_past or (directory.log.exists() and directory.log.stat().st_size)):
        findings.problems.append(f"{name} is missing or empty")
    elif head and not head.startswith(_SQLITE):
        if not has_past:
            raise _foreign(directory)
        findings.problems.append(f"{name} is damaged")
        _find_lost(directory, findings)
    elif head:
        try:
            with closing(connect_for_reading(directory.journal)) as connection:
                version = _examine_database(directory, connection, findings, has_past=has_past)
            if head[_MODES] not in {b"\1\1", b"\2\2"}:
                findings.problems.append(f"{name} has a damaged header")
            return version  # noqa: TRY300  # what follows is for what cannot be read
        except UNREADABLE as error:
            _refuse_unreadable(directory, error)
            findings.problems.append(f"{name} is damaged")
            _find_lost(directory, findings)
    return 0


def _foreign(directory: Directory) -> UnusableDirectoryError:
    return UnusableDirectoryError(f"{directory.journal} is not a journal of iterable-harness; use another directory")


def _find_lost(directory: Directory, findings: Findings) -> None:
    """Find out what can still be read of a database that cannot be read as a whole."""
    known = findings.record.number if findings.record is not None else 0
    findings.lost, expected = [], 1
    with suppress(*UNREADABLE), closing(connect_for_reading(directory.journal)) as connection:
        for row in sound_rows(connection, known):
            if row[0] > expected:
                findings.lost.append((expected, row[0] - 1))
            expected = row[0] + 1
    findings.last = expected - 1


def _refuse_unreadable(directory: Directory, error: Exception) -> None:
    """What the system refuses is no damage."""
    if getattr(error, "sqlite_errorname", "").startswith(
        (
            "SQLITE_CANTOPEN",
            "SQLITE_PERM",
            "SQLITE_BUSY",
            "SQLITE_READONLY",
            "SQLITE_FULL",
            "SQLITE_IOERR",
            "SQLITE_NOMEM",
        )
    ):
        raise UnusableDirectoryError(f"{directory.path} cannot be used for data: {reason_of(error)}") from error


def _examine_database(
    directory: Directory, connection: sqlite3.Connection, findings: Findings, *, has_past: bool
) -> int:
    name = directory.journal.name
    [version] = connection.execute("PRAGMA user_version").fetchone()
    tables = tables_of(connection)
    if not tables and version == 0:
        if has_past:
            findings.problems.append(f"{name} is empty")
        return 0
    if not has_past and not {"entries", "facts"} & tables.keys():
        raise _foreign(directory)
    if version > VERSION and findings.record is None:
        raise newer_version(directory.path, version)
    if not has_tables(tables, version):
        raise sqlite3.DatabaseError("tables that its version does not have")
    [structure] = connection.execute("PRAGMA quick_check(1)").fetchone()
    facts = dict(connection.execute("SELECT name, value FROM facts"))
    are_facts_sound = version == 1 or facts.get("digest") == facts_digest(connection)
    findings.known_lost = lost_ranges(facts) if are_facts_sound else []
    are_entries_sound = _examine_entries(checked_numbers(connection, version), findings)
    is_index_sound = version == 1 or _is_index_sound(connection, findings)
    if not (structure == "ok" and are_facts_sound and are_entries_sound and is_index_sound):
        findings.problems.append(f"{name} is damaged")
    _compare_with_record(connection, findings, int(facts.get("generation", "0")), version)
    return int(version)


def _examine_entries(numbers: Iterable[tuple[int, int, bool]], findings: Findings) -> bool:
    """Find the requests that are lost; whether there are none, and no damaged entry.

    Nothing of a damaged entry is believed, not even its number.
    """
    expected, holes = 1, []
    damaged = damaged_at_end = 0
    for first, end, is_sound in numbers:
        if not is_sound:
            damaged += end - first + 1
            damaged_at_end += end - first + 1
            continue
        if first > expected:
            holes.append((expected, first - 1))
        expected, damaged_at_end = end + 1, 0
    last = max(expected - 1 + damaged_at_end, *(end for _, end in [(0, 0), *findings.known_lost]))
    if last >= expected:
        holes.append((expected, last))
    findings.last = last
    findings.lost += without(holes, findings.known_lost)
    return not damaged and not findings.lost


def _is_index_sound(connection: sqlite3.Connection, findings: Findings) -> bool:
    end = 0
    for first, last, words, stored in connection.execute("SELECT * FROM segments ORDER BY first"):
        gap = [(end + 1, first - 1)] if first > end + 1 else []
        if stored != segment_checksum(first, last, words) or without(gap, findings.known_lost):
            return False
        end = last
    return True


def _compare_with_record(connection: sqlite3.Connection, findings: Findings, generation: int, version: int) -> None:
    record = findings.record
    if record is not None and record.generation > generation:
        findings.problems.append("the journal is older than its last reset")
        findings.lost, findings.known_lost, findings.last = [], [], 0
        return
    findings.generation = max(generation, findings.generation)
    if record is None or record.generation < generation or record.checksum is None or version == 1:
        return
    is_lost = any(first <= record.number <= last for first, last in findings.lost)
    if not is_lost and _checksum_of(connection, record.number) not in {None, record.checksum}:
        findings.problems.append("the journal is not the one of the last commit")
        findings.is_uncertain = True


def _examine_snapshots(snapshots: Snapshots, directory: Directory | None, findings: Findings) -> None:
    """Examine the snapshots, and hold the newest against the journal, if that can be read."""
    names = snapshots.names()
    newest_generation = max((generation for generation, _ in names), default=0)
    if newest_generation > findings.generation:
        findings.problems.append("the journal is older than a snapshot")
        findings.lost, findings.known_lost, findings.last = [], [], 0
        findings.generation = newest_generation
    numbers = [number for generation, number in names if generation == findings.generation]
    record = findings.record
    if record is not None and record.generation == findings.generation and record.snapshot > max(numbers, default=0):
        findings.problems.append(f"the snapshot of request {record.snapshot} is missing")
    for number in reversed(numbers):
        entries = snapshots.entries_before(findings.generation, number)
        known = {} if entries is None or directory is None else _sound_checksums(directory, findings, entries)
        if entries is not None and agree(entries, known.get):
            findings.snapshot = number
            break
        findings.unreadable.append((findings.generation, number))
        what = "is damaged" if entries is None else "does not belong to the journal"
        findings.problems.append(f"the snapshot of request {number} {what}")
        # Either of the two can be the one that was put here.
        findings.is_uncertain |= entries is not None


def _sound_checksums(directory: Directory, findings: Findings, numbers: Iterable[int]) -> dict[int, int]:
    """The checksums of those entries of some numbers that are there and sound, by number."""
    wanted = [number for number in numbers if not any(first <= number <= last for first, last in findings.lost)]
    found: dict[int, int] = {}
    with suppress(*UNREADABLE), closing(connect_for_reading(directory.journal)) as connection:
        for number in wanted:
            own = _checksum_of(connection, number)
            if own is not None:
                found[number] = own
    return found


def _checksum_of(connection: sqlite3.Connection, number: int) -> int | None:
    """The checksum of an entry that is sound, as stored; None where there is no such entry."""
    for _, _, pack in pieces(connection, number, number) if has_packs(connection) else [(number, number, None)]:
        if pack is not None:
            return next((own for row, own in sound_entries_of(pack) if row[0] == number), None)
    row = connection.execute("SELECT checksum FROM entries WHERE number = ?", (number,)).fetchone()
    return None if row is None else int(row[0])


def _compare_end(findings: Findings, number: int, problem: str) -> None:
    if number > findings.last:
        findings.problems.append(problem)
        findings.lost.append((findings.last + 1, number))
        findings.last = number
