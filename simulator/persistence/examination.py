"""What of a directory is damaged, missing, or contradicts the rest; looking leaves every file as it is.

Every entry is held against its checksum, which takes about as long as reading the file. A missing entry shows by its
number, the end of the journal by what `committed` and the snapshots know, and SQLite checks its own structure.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from simulator.persistence.checksums import DATA, TYPES, checksum, facts_digest, segment_checksum
from simulator.persistence.commit_record import Committed, DamagedRecordError, read_record
from simulator.persistence.directory import UnusableDirectoryError
from simulator.persistence.schema import VERSION, connect_for_reading, expected_tables, newer_version, tables_of
from simulator.persistence.snapshot_files import Snapshots
from simulator.persistence.sound_entries import sound_rows
from simulator.persistence.stored_entries import lost_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.persistence.directory import Directory

Ranges = list[tuple[int, int]]
_SQLITE: Final = b"SQLite format 3\0"


@dataclass
class Findings:
    """What an examination found.

    Attributes:
        problems: What is wrong, each as the part of a sentence, with nothing that is stored in it.
        lost: The numbers of the requests that are lost.
        record: What was committed last, as far as a file says so.
        generation: How often the journal had been emptied, by whatever knows it best.
        snapshot: The number of the newest sound snapshot; 0 for none.
        last: The number of the last request that is known of.
        unreadable: Snapshots that are damaged, by generation and number.
    """

    problems: list[str] = field(default_factory=list)
    lost: Ranges = field(default_factory=list)
    record: Committed | None = None
    generation: int = 0
    snapshot: int = 0
    last: int = 0
    unreadable: Ranges = field(default_factory=list)

    def is_of_generation(self, facts: Mapping[str, str]) -> bool:
        """Whether the entries beside these facts are of the journal as it was last; unknown is taken for yes."""
        return int(facts.get("generation", self.generation)) == self.generation

    def summary(self) -> str:
        """What is wrong, what is lost, and what is not, in one sentence."""
        return f"{'; '.join(self.problems)}; {self.losses()}"

    def losses(self) -> str:
        """What is lost, and what is not."""
        if not self.lost:
            return "no request is lost"
        told = f"lost: {_shown(self.lost)} of {self.last}"
        if self.snapshot >= self.lost[-1][1]:
            return f"{told}, of which a snapshot still has what they did"
        if self.snapshot >= self.lost[0][0]:
            return f"{told}; what those up to {self.snapshot} did is in a snapshot"
        return told


def examine(directory: Directory) -> Findings:
    """What is wrong with a directory; nothing is when it is new.

    Raises:
        UnusableDirectoryError: It is of a newer version, or the journal is a file of something else.
    """
    findings = Findings()
    _examine_record(directory, findings)
    snapshots = Snapshots(directory.snapshots)
    names = snapshots.names()
    known = findings.record is not None and (findings.record.number, findings.record.generation) != (0, 0)
    has_past = known or bool(names) or bool(findings.problems)
    if findings.record is not None:
        findings.generation = findings.record.generation
    is_there = _examine_journal(directory, findings, has_past=has_past)
    _examine_snapshots(snapshots, findings)
    record = findings.record
    if record is not None and record.generation == findings.generation:
        _compare_end(findings, record.number, "the journal ends before what was committed last")
    _compare_end(findings, findings.snapshot, "the journal ends before a snapshot")
    if is_there and record is None and not findings.problems and _version(directory) == VERSION:
        findings.problems.append(f"{directory.record.name} is missing, without which a loss at the end does not show")
    findings.lost = merged(findings.lost)
    return findings


def _examine_record(directory: Directory, findings: Findings) -> None:
    try:
        findings.record = read_record(directory.record)
    except DamagedRecordError:
        findings.problems.append(f"{directory.record.name} is damaged")
    if findings.record is not None and findings.record.version > VERSION:
        raise newer_version(directory.path, findings.record.version)


def _examine_journal(directory: Directory, findings: Findings, *, has_past: bool) -> bool:
    """Examine the database with its log; whether there is one."""
    name = directory.journal.name
    try:
        with directory.journal.open("rb") as file:
            head = file.read(len(_SQLITE))
    except FileNotFoundError:
        head = b""
    if not head and (has_past or (directory.log.exists() and directory.log.stat().st_size)):
        findings.problems.append(f"{name} is missing or empty")
    elif head and head != _SQLITE:
        if not has_past:
            raise UnusableDirectoryError(
                f"{directory.journal} is no journal of iterable-harness; use another directory"
            )
        findings.problems.append(f"{name} is damaged")
    elif head:
        try:
            with closing(connect_for_reading(directory.journal)) as connection:
                return _examine_database(directory, connection, findings, has_past=has_past)
        except (sqlite3.Error, UnicodeDecodeError, ValueError, TypeError) as error:
            _refuse_unreadable(directory, error)
            findings.problems.append(f"{name} is damaged")
            _find_lost(directory, findings)
    return False


def _find_lost(directory: Directory, findings: Findings) -> None:
    """Find out what can still be read of a database that cannot be read as a whole."""
    known = findings.record.number if findings.record is not None else 0
    findings.lost, expected = [], 1
    with suppress(sqlite3.Error), closing(connect_for_reading(directory.journal)) as connection:
        for row in sound_rows(connection, known):
            if row[0] > expected:
                findings.lost.append((expected, row[0] - 1))
            expected = row[0] + 1
    findings.last = expected - 1


def _refuse_unreadable(directory: Directory, error: Exception) -> None:
    """What the system refuses is no damage."""
    if isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorname", "").startswith(
        ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_BUSY", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR")
    ):
        raise UnusableDirectoryError(f"{directory.path} cannot be used for data: {error}") from error


def _examine_database(
    directory: Directory, connection: sqlite3.Connection, findings: Findings, *, has_past: bool
) -> bool:
    name = directory.journal.name
    [version] = connection.execute("PRAGMA user_version").fetchone()
    tables = tables_of(connection)
    if not tables and version == 0:
        if has_past:
            findings.problems.append(f"{name} is empty")
        return False
    if not has_past and not {"entries", "facts"} & tables.keys():
        raise UnusableDirectoryError(f"{directory.journal} is no journal of iterable-harness; use another directory")
    if version > VERSION and findings.record is None:
        raise newer_version(directory.path, version)
    if version not in range(1, VERSION + 1) or tables != expected_tables(version):
        findings.problems.append(f"{name} is damaged")
        return True
    [structure] = connection.execute("PRAGMA quick_check(1)").fetchone()
    facts = dict(connection.execute("SELECT name, value FROM facts"))
    is_sound = structure == "ok" and (version == 1 or facts.get("digest") == facts_digest(connection))
    _examine_entries(connection, facts, findings, version)
    is_sound = is_sound and not findings.lost and (version == 1 or _is_index_sound(connection, facts))
    if not is_sound:
        findings.problems.append(f"{name} is damaged")
    _compare_with_record(connection, findings, int(facts.get("generation", "0")))
    return True


def _examine_entries(connection: sqlite3.Connection, facts: dict[str, str], findings: Findings, version: int) -> None:
    known_lost = lost_ranges(facts)
    unchecked = int(facts.get("unchecked", "0"))
    expected, holes = 1, []
    statement = (
        f"SELECT number, checksum, {TYPES}, {DATA} FROM entries ORDER BY number"  # noqa: S608  # fixed pieces
        if version > 1
        else f"SELECT number, NULL, {TYPES}, NULL FROM entries ORDER BY number"  # noqa: S608  # the same
    )
    for number, stored, has_types, data in connection.execute(statement):
        if number > expected:
            holes.append((expected, number - 1))
        expected = number + 1
        is_unchecked = stored is None and (version == 1 or number <= unchecked)
        if not has_types or not (is_unchecked or stored == checksum(data)):
            findings.lost.append((number, number))
    last = max((end for _, end in known_lost), default=0)
    if last >= expected:
        holes.append((expected, last))
    findings.last = max(expected - 1, last)
    findings.lost += without(holes, known_lost)


def _is_index_sound(connection: sqlite3.Connection, facts: dict[str, str]) -> bool:
    unchecked = int(facts.get("unchecked", "0"))
    lost = lost_ranges(facts)
    end = 0
    for first, last, words, stored in connection.execute("SELECT * FROM segments ORDER BY first"):
        if stored is None and last <= unchecked:
            end = last
            continue
        if stored != segment_checksum(first, last, words) or (
            first > end + 1 and without([(end + 1, first - 1)], lost)
        ):
            return False
        end = last
    return True


def _compare_with_record(connection: sqlite3.Connection, findings: Findings, generation: int) -> None:
    record = findings.record
    if record is not None and record.generation > generation:
        findings.problems.append("the journal is older than its last reset")
        findings.lost, findings.last = [], 0
        return
    findings.generation = max(generation, findings.generation)
    if record is None or record.generation < generation or record.checksum == "-":
        return
    row = connection.execute("SELECT checksum FROM entries WHERE number = ?", (record.number,)).fetchone()
    is_lost = any(first <= record.number <= last for first, last in findings.lost)
    if row is not None and not is_lost and (row[0] is None or bytes(row[0]).hex() != record.checksum):
        findings.problems.append("the journal is another than the one that was committed last")


def _examine_snapshots(snapshots: Snapshots, findings: Findings) -> None:
    names = snapshots.names()
    newest_generation = max((generation for generation, _ in names), default=0)
    if newest_generation > findings.generation:
        findings.problems.append("the journal is older than a snapshot")
        findings.generation, findings.lost, findings.last = newest_generation, [], 0
    numbers = [number for generation, number in names if generation == findings.generation]
    record = findings.record
    if record is not None and record.generation == findings.generation and record.snapshot > max(numbers, default=0):
        findings.problems.append(f"the snapshot of request {record.snapshot} is missing")
    for number in reversed(numbers):
        if snapshots.is_sound(findings.generation, number):
            findings.snapshot = number
            break
        findings.unreadable.append((findings.generation, number))
        findings.problems.append(f"the snapshot of request {number} is damaged")


def _compare_end(findings: Findings, number: int, problem: str) -> None:
    if number > findings.last:
        findings.problems.append(problem)
        findings.lost.append((findings.last + 1, number))
        findings.last = number


def _version(directory: Directory) -> int:
    with closing(connect_for_reading(directory.journal)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same numbers in as few ranges as can be, ascending."""
    result: Ranges = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def without(ranges: Ranges, taken: Ranges) -> Ranges:
    """The numbers of ranges that are in none of others."""
    result = ranges
    for first, last in taken:
        pieces = [
            piece for low, high in result for piece in ((low, min(high, first - 1)), (max(low, last + 1), high))
        ]
        result = merged((low, high) for low, high in pieces if low <= high)
    return result


def _shown(ranges: Ranges) -> str:
    """Ranges in words; of many, the first ones."""
    most = 5
    shown = [str(first) if first == last else f"{first} to {last}" for first, last in ranges[:most]]
    more = sum(last - first + 1 for first, last in ranges[most:])
    text = ", ".join(shown) + (f" and {more} more" if more else "")
    is_one = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
    return f"{'request' if is_one else 'requests'} {text}"
