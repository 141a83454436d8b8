"""Going on with what is sound of a damaged directory; the damaged files are kept beside it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from simulator.clock import Clock
from simulator.engine.simulator import Simulator
from simulator.engine.snapshot import SnapshotError, restore
from simulator.journal import InitialState
from simulator.persistence.checksums import checksum, data_of, facts_digest, segment_checksum
from simulator.persistence.commit_record import Committed
from simulator.persistence.directory import UnusableDirectoryError
from simulator.persistence.findings import merged
from simulator.persistence.packs import EntryWriter
from simulator.persistence.reasons import reason_of
from simulator.persistence.rows import from_row
from simulator.persistence.schema import VERSION, connect, connect_for_reading, create
from simulator.persistence.search_index import Segment
from simulator.persistence.snapshot_files import Snapshots
from simulator.persistence.sound_entries import UNREADABLE, sound_rows
from simulator.persistence.whole_files import put_in_place, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from simulator.persistence.directory import Directory
    from simulator.persistence.findings import Findings
    from simulator.persistence.rows import Row


def salvage(directory: Directory, findings: Findings, initial_state: InitialState) -> str:
    """Make a journal of what is sound, in place of the damaged one.

    Args:
        directory: The directory.
        findings: What is wrong with it.
        initial_state: How the projects began, where that is lost as well.

    Returns:
        What is lost, and where the damaged files are, in a sentence.

    Raises:
        UnusableDirectoryError: There is no room for that; every file is as it was.
    """
    unfinished = directory.unfinished
    try:
        directory.remove_unfinished()
        remark = _write_journal(unfinished, directory, findings, initial_state)
        kept = _keep_damaged(directory, findings)
        directory.log.unlink(missing_ok=True)
        directory.journal.with_name(f"{directory.journal.name}-shm").unlink(missing_ok=True)
        put_in_place(unfinished, directory.journal)
        last = Committed(VERSION, findings.generation, findings.last, findings.snapshot)
        write_whole(directory.record, directory.record.with_suffix(".unfinished"), last.to_bytes())
    except (OSError, sqlite3.Error) as error:
        raise UnusableDirectoryError(f"{directory.path} cannot be salvaged: {reason_of(error)}") from error
    return f"salvaged {directory.path}: {findings.losses()}{remark}; the damaged files are in {kept}"


def _write_journal(path: Path, directory: Directory, findings: Findings, initial_state: InitialState) -> str:
    """Write the new journal; what is to be said of it, if anything is."""
    create(path)
    with closing(connect(path)) as new:
        new.execute("BEGIN IMMEDIATE")
        facts, hidden = _copied(directory, findings, new)
        begun = facts.get("origin")
        remark = ""
        if not _is_beginning(begun):
            begun, remark = _other_beginning(directory, findings, initial_state)
        beginning = facts.get("beginning")
        kept = {
            "origin": begun,
            "beginning": beginning if _is_beginning(beginning) else begun,
            "generation": str(findings.generation),
            "lost": json.dumps(merged([*findings.known_lost, *findings.lost])),
        }
        new.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", kept.items())
        new.executemany("INSERT INTO hidden VALUES (?, ?)", hidden)
        new.execute("INSERT OR REPLACE INTO facts VALUES ('digest', ?)", (facts_digest(new),))
        new.execute("COMMIT")
        new.execute("PRAGMA journal_mode = DELETE")
    return remark


def _copied(
    directory: Directory, findings: Findings, new: sqlite3.Connection
) -> tuple[dict[str, str], list[tuple[str, int]]]:
    """Copy the sound entries; what is beside them, as far as it can be read."""
    facts: dict[str, str] = {}
    hidden: list[tuple[str, int]] = []
    with suppress(*UNREADABLE), closing(connect_for_reading(directory.journal)) as old:
        with suppress(*UNREADABLE):
            facts = dict(old.execute("SELECT name, value FROM facts"))
        if facts.get("digest") not in {None, _digest(old)}:
            facts = _agreeing(facts)
        with suppress(*UNREADABLE):
            rows = old.execute("SELECT project, number FROM hidden").fetchall()
            hidden = [(str(project), int(number)) for project, number in rows]
        if findings.is_of_generation(facts):
            _copy(sound_rows(old, findings.last), new)
    return facts, hidden


def _digest(connection: sqlite3.Connection) -> str:
    with suppress(*UNREADABLE):
        return facts_digest(connection)
    return ""


def _agreeing(facts: dict[str, str]) -> dict[str, str]:
    """Of facts that are not as they were stored, those that say the same twice."""
    if facts.get("origin") != facts.get("beginning"):
        return {}
    return {name: facts[name] for name in ("origin", "beginning") if name in facts}


def _copy(rows: Iterable[Row], new: sqlite3.Connection) -> None:
    writer, segment = EntryWriter(new), Segment()
    for row in rows:
        writer.write([(row, checksum(data_of(row)))])
        segment.add(from_row(row))
        if segment.is_whole:
            written = segment.to_row()
            new.execute("INSERT INTO segments VALUES (?, ?, ?, ?)", (*written, segment_checksum(*written)))
            segment = Segment()


def _is_beginning(text: Any) -> bool:
    try:
        InitialState.from_json(json.loads(text))
    except UNREADABLE:
        return False
    return True


def _other_beginning(directory: Directory, findings: Findings, initial_state: InitialState) -> tuple[str, str]:
    """How the projects began, from a snapshot or from the options, and what is to be said of that."""
    snapshots = Snapshots(directory.snapshots)
    snapshots.keep_only(findings.generation)
    simulator, clock = Simulator(()), Clock()
    for _, content in snapshots.newest_first(findings.snapshot, lambda _: None):
        with suppress(SnapshotError):
            restore(content, simulator, clock)
            state = simulator.state()
            begun = InitialState(state.first, state.seed, initial_state.clock)
            return json.dumps(begun.to_json()), "; the initial clock is lost"
    return json.dumps(initial_state.to_json()), "; the initial projects are lost, and start as the options say"


def _keep_damaged(directory: Directory, findings: Findings) -> Path:
    """Keep the files that are replaced in a folder of their own; the folder."""
    folder = next(path for path in (directory.path / f"damaged-{number}" for number in count(1)) if not path.exists())
    folder.mkdir(mode=0o700)
    for path in (directory.journal, directory.log, directory.record):
        if path.exists():
            _keep(path, folder / path.name)
    for generation, number in findings.unreadable:
        path = Snapshots(directory.snapshots).path_of(generation, number)
        path.rename(folder / path.name)
    return folder


def _keep(path: Path, kept: Path) -> None:
    try:
        os.link(path, kept)
    except OSError:  # a file system without such links
        shutil.copy2(path, kept)
