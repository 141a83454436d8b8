"""A simulator kept in a directory, from start to stop; long, as what is answered, stored and undone is one order.

Nothing is answered before it is stored, and what is stored comes back.
Entries collect while those before them are being stored, so that one wait for the disk does for many replies.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from simulator.control import changes_state, is_control_path
from simulator.engine.snapshot import is_made
from simulator.history.replay import rebuilt
from simulator.inspector import is_inspector_path
from simulator.long_looks import LongLooks
from simulator.message import WireResult
from simulator.persistence import (
    DamagedDirectoryError,
    DamagedEntryError,
    Directory,
    NoRoomError,
    StoredJournal,
    UnusableDirectoryError,
)
from simulator.persistence.examination import examine
from simulator.persistence.reasons import reason_of
from simulator.persistence.salvage import salvage as salvage_directory
from simulator.persistence.saving import Saving, saved
from simulator.persistence.stored_entries import LongReadError
from simulator.response import code_reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator.engine.pipeline import Answer
    from simulator.journal import InitialState
    from simulator.message import Reply, Request
    from simulator.service import Service

#: Entries between snapshots at the least: to carry them out again takes about a second.
_EVERY: Final = 10_000
#: A snapshot of so many people and events takes about as long as so many entries divided by this.
_PEOPLE_PER_ENTRY: Final = 10
_LOG: Final = logging.getLogger(__name__)


class Durable:
    """A simulator, its clock, and the directory in which they are kept.

    Args:
        path: The directory; it is made where there is none.
        initial_state: How a new one begins.
        asked: Whether that was asked for; one that is there must have begun like that, then.
        salvage: Whether to go on with what is sound of a damaged one.

    Attributes:
        remark: What a salvage has to say; empty when nothing was damaged.

    Raises:
        UnusableDirectoryError: The directory is in use, cannot be written, began otherwise, or is of another version.
        DamagedDirectoryError: It is damaged, and nothing was changed.
    """

    def __init__(self, path: Path, initial_state: InitialState, *, asked: bool = True, salvage: bool = False) -> None:
        self._directory = Directory(path)
        try:
            self.remark = self._examine(initial_state) if salvage else self._require_sound()
            self._journal = StoredJournal(self._directory)
            self._begin(initial_state, asked=asked and not self.remark)
            self.simulator, self.clock = rebuilt(self._journal, self._journal.next_number - 1)
        except (sqlite3.Error, OSError, DamagedEntryError) as error:
            self._directory.close()
            raise UnusableDirectoryError(f"{path} cannot be used for data: {reason_of(error)}") from error
        except BaseException:
            self._directory.close()
            raise
        self.simulator.journal = self._journal
        self._snapshot_at = max(self._journal.snapshots.numbers(), default=0)
        self._thread = ThreadPoolExecutor(1, "commit")
        self._saving: asyncio.Future[None] | None = None
        self._looks = LongLooks()
        #: What the replies to entries that are still queued wait for.
        self._queued: asyncio.Future[None] | None = None
        #: What the replies to entries that are being stored wait for.
        self._stored: asyncio.Future[None] | None = None
        self._is_full = False
        #: Why the state cannot be made again from what is stored, if so: nothing is carried out any more.
        self._unreadable = ""

    def _require_sound(self) -> str:
        findings = examine(self._directory)
        if findings.problems:
            raise DamagedDirectoryError(
                f"{self._directory.path} is damaged: {findings.summary()}; nothing was changed; --salvage goes "
                "on with what is intact and keeps the damaged files next to it"
            )
        return ""

    def _examine(self, initial_state: InitialState) -> str:
        findings = examine(self._directory)
        return salvage_directory(self._directory, findings, initial_state) if findings.problems else ""

    def _begin(self, initial_state: InitialState, *, asked: bool) -> None:
        begun = self._journal.beginning
        if begun is None:
            self._journal.begin(initial_state)
            self.store()
        elif asked and begun != json.loads(json.dumps(initial_state.to_json())):
            raise UnusableDirectoryError(
                f"{self._directory.path} was created with other projects, keys, settings, seed or clock; omit these "
                "options, or use another directory"
            )

    def store(self) -> None:
        """Store what was carried out before the first request, so that it is there whatever ends the process.

        Raises:
            UnusableDirectoryError: That is impossible.
        """
        if not self._journal.is_waiting:
            return
        try:
            self._journal.write()
            self._journal.commit()
        except NoRoomError as error:
            raise UnusableDirectoryError(f"{self._directory.path} cannot be used for data: {error}") from error

    async def respond(self, service: Service, request: Request, answer: Answer | None = None) -> WireResult:
        """What goes over the wire for a request, as soon as all that the reply follows from is stored."""
        if answer is None and service.may_defer(request):
            return await self._deferring(service, request)
        if answer is None and is_control_path(request.path) and not changes_state(request):
            return await self._look(service, request)
        result, waited_for = self.carry_out(service, request, answer)
        if waited_for is not None:
            try:
                await asyncio.shield(waited_for)
            except NoRoomError as error:
                return WireResult(not_stored(error))
        return result

    async def _deferring(self, service: Service, request: Request) -> WireResult:
        """The same for a request of which a copy of this process makes what takes long."""

        def carry_out(request: Request) -> tuple[WireResult, asyncio.Future[None] | None]:
            result, waited_for = self.carry_out(service, request, deferring=True)
            return result, None if waited_for is None else asyncio.shield(waited_for)

        try:
            return await self._looks.result(carry_out, request)
        except NoRoomError as error:
            return WireResult(not_stored(error))

    def carry_out(
        self, service: Service, request: Request, answer: Answer | None = None, *, deferring: bool = False
    ) -> tuple[WireResult, asyncio.Future[None] | None]:
        """What goes over the wire for a request, and what is done when all that it follows from is stored.

        None for the latter when there is nothing to wait for. It fails with `NoRoomError` when that cannot be stored,
        and `not_stored` is the reply then; nobody but the simulator may cancel it.
        """
        if self._unreadable and not _looks(request):
            return _no_room(self._unreadable), None
        if self._is_full and not _looks(request):
            if self._is_busy or not self._journal.has_room():
                return _no_room(self._directory.problem_with_files() or "there is still no space"), None
            self._is_full = False
        try:
            result = service.respond_deferring(request) if deferring else service.respond(request, answer)
        except (sqlite3.Error, DamagedEntryError) as error:
            return WireResult(_cannot_read(error)), None
        # A reply can tell of what another request has just changed, so it waits for that as well.
        return result, self._next() if self._journal.is_waiting else self._stored

    async def _look(self, service: Service, request: Request) -> WireResult:
        """What goes over the wire for a request that only looks, by a copy of this process where that takes long."""
        try:
            reply = self._short_look(service, request)
            if reply is None:
                reply = await self._looks.reply(
                    partial(self._looking_in_copy, service, request), request, self._all_stored
                )
            else:
                await self._all_stored()
        except NoRoomError as error:
            return _no_room(str(error))
        except (sqlite3.Error, DamagedEntryError) as error:
            return WireResult(_cannot_read(error))
        return WireResult(reply)

    def _short_look(self, service: Service, request: Request) -> Reply | None:
        """The reply to a request that only looks; None where that takes longer than others can wait."""
        if service.takes_long(request, searches_journal_soon=True):
            return None
        with suppress(LongReadError), self._journal.only_short_reads():
            return service.looking(request)()
        return None

    def _looking_in_copy(self, service: Service, request: Request) -> Callable[[], Reply]:
        look = service.looking(request)

        def looked() -> Reply:
            try:
                with self._journal.in_copy():
                    return look()
            except (sqlite3.Error, DamagedEntryError) as error:
                return _cannot_read(error)

        return looked

    async def _all_stored(self) -> None:
        """Wait until all that was carried out by now is stored.

        A reply can tell of what another request has just changed, so it waits for that as well.

        Raises:
            NoRoomError: That is impossible.
        """
        waited_for = self._next() if self._journal.is_waiting else self._stored
        if waited_for is not None:
            await asyncio.shield(waited_for)

    async def close(self) -> None:
        """Store what is left, make a snapshot for the next start, and let others use the directory."""
        if self._journal.is_waiting:
            self._next()
        while self._is_busy:
            await asyncio.wait([future for future in (self._stored, self._queued) if future is not None])
        if self._saving is not None:
            await asyncio.wait([self._saving])
        if self._snapshot_at < self._journal.next_number - 1 and not self._unreadable and self._is_whole:
            self._save_last(self._journal.next_number - 1)
        self._thread.shutdown()
        self._journal.close()
        self._directory.close()

    @property
    def _is_busy(self) -> bool:
        return self._stored is not None or self._queued is not None

    def _next(self) -> asyncio.Future[None]:
        """What is done when all that is queued by now is stored."""
        if self._queued is None:
            loop = asyncio.get_running_loop()
            self._queued = loop.create_future()
            if self._stored is None:
                # Not before the requests that have come in together have all been carried out.
                loop.call_soon(self._write)
        return self._queued

    def _write(self) -> None:
        self._stored, self._queued = self._queued, None
        try:
            self._journal.write()
        except NoRoomError as error:
            self._go_back(error)
            return
        number = self._journal.next_number - 1
        saving = self._copy_for_snapshot(number) if self._is_due(number) else None
        storing = asyncio.get_running_loop().run_in_executor(self._thread, self._journal.commit)
        storing.add_done_callback(partial(self._finish, saving))

    def _finish(self, saving: Saving | None, storing: asyncio.Future[None]) -> None:
        error = storing.exception()
        if saving is not None:
            ending = saving.give_up() if error is not None else self._save(saving)
            self._saving = asyncio.ensure_future(ending)
        if error is not None:
            self._go_back(error)
            return
        if self._stored is not None:
            self._stored.set_result(None)
            self._stored = None
        if self._queued is not None:
            self._write()

    def _go_back(self, error: BaseException) -> None:
        """Let the state be what is stored, and tell those who wait that theirs is not."""
        self._is_full = True
        try:
            self._journal.rollback()
            simulator, clock = rebuilt(self._journal, self._journal.next_number - 1)
        except (sqlite3.Error, DamagedEntryError) as unreadable:
            self._unreadable = f"the stored data cannot be read ({reason_of(unreadable)}); restart the server"
        else:
            self.simulator.restore_from(simulator.state())
            self.clock.restore_from(clock.setting())
        waiting = (self._stored, self._queued)
        self._stored = self._queued = None
        for future in waiting:
            if future is not None:
                future.set_exception(NoRoomError(str(error)))
                # Those who waited may have gone.
                future.exception()
        _LOG.warning("nothing can be stored in %s: %s", self._directory.path, error)

    def _is_due(self, number: int) -> bool:
        if number < self._snapshot_at:
            # All entries have been forgotten meanwhile.
            self._snapshot_at = 0
        if number - self._snapshot_at < _EVERY or not (self._saving is None or self._saving.done()):
            return False
        if not self._is_whole:
            return False
        held = sum(len(project.people) + len(project.events) for project in self.simulator.projects.values())
        return number - self._snapshot_at >= held // _PEOPLE_PER_ENTRY

    @property
    def _is_whole(self) -> bool:
        """Whether all has been made that a snapshot of everything holds: named snapshots, and files of exports."""
        jobs = [job for project in self.simulator.projects.values() for job in project.jobs]
        return all(map(is_made, self.simulator.snapshots.values())) and all(job.content.is_made for job in jobs)

    def _copy_for_snapshot(self, number: int) -> Saving | None:
        """A copy of this process that saves the present state; None where that is impossible."""
        self._snapshot_at = number
        # What is there now may be somebody else's, whose journal does not go with this snapshot.
        problem = self._directory.problem_with_files()
        if not problem:
            try:
                return Saving(self._journal, self.simulator, self.clock, number)
            except OSError as error:
                problem = str(error)
        self._tell_of_no_snapshot(problem)
        return None

    async def _save(self, saving: Saving) -> None:
        self._tell_of_no_snapshot(await saving.save())

    def _save_last(self, number: int) -> None:
        """Save the present state, when nobody is answered any more."""
        journal = self._journal
        problem = self._directory.problem_with_files()
        problem = problem or saved(journal, self.simulator, self.clock, number, journal.generation)
        if not problem:
            journal.save_snapshot_number(number)
        self._tell_of_no_snapshot(problem)

    def _tell_of_no_snapshot(self, problem: str) -> None:
        # It can be made again: the requests are stored.
        if problem:
            _LOG.warning("no snapshot was saved in %s: %s", self._directory.path, problem)


def _looks(request: Request) -> bool:
    """Whether a request only looks, and is in no journal."""
    return is_inspector_path(request.path) or (is_control_path(request.path) and not changes_state(request))


def _cannot_read(error: Exception) -> Reply:
    message = f"The simulator cannot read its data directory ({reason_of(error)}); restart it to see what is lost"
    return code_reply(507, "InsufficientStorage", message)


def not_stored(error: BaseException) -> Reply:
    """The reply to a request that could not be stored, and of which therefore nothing was done."""
    message = f"Nothing was changed: the simulator cannot store requests in its data directory ({error})"
    return code_reply(507, "InsufficientStorage", message)


def _no_room(reason: str) -> WireResult:
    return WireResult(not_stored(NoRoomError(reason)))
