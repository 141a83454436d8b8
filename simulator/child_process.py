"""Work in a copy of this process: it sees everything as it is at one instant, however long it takes.

A server that went through everybody itself would answer nobody meanwhile; a thread would hold the interpreter's lock
just as long inside `pickle` and `json`. So the process forks, as Redis does for its snapshots: the copy shares the
memory until one of the two writes to it. What makes forking risky is left out. The copy runs one function, and ends
without leaving it: no event loop, no thread, no lock of another thread, no connection to SQLite (whose locks do not
survive a fork), and no descriptor but its two pipes and stderr, so that neither sockets nor the lock of a directory
stay open in it.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import struct
import traceback
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NoReturn

from simulator.pieces import cut_off

if TYPE_CHECKING:
    from collections.abc import Callable

#: Bytes that are read of a result at once: as many as a pipe holds.
_PIECE: Final = 64 * 1024
_NICENESS: Final = 5
#: Seconds between looks whether a copy has ended.
_PATIENCE: Final = 0.005
#: Whether the work has failed, and how long what it gives is: less than that is no result.
_HEAD: Final = struct.Struct("!?Q")
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

#: Whether this machine can do it; Windows cannot.
CAN_FORK: Final = hasattr(os, "fork")


class ChildError(Exception):
    """A copy has not done its work; the text says why, without any value."""


class Child:
    """A copy of this process, made when this is called; it begins to work with `result`.

    Args:
        work: What it does; the bytes that it gives come back. It must not use what belongs to another thread, an
            open file or a connection.

    Raises:
        OSError: The system has no room for another process.
    """

    def __init__(self, work: Callable[[], bytes]) -> None:
        begin, self._begin = os.pipe()
        self._result, result = os.pipe()
        try:
            self._number = _forked(work, begin, result)
        except OSError:
            os.close(self._begin)
            os.close(self._result)
            raise
        finally:
            os.close(begin)
            os.close(result)
        os.set_blocking(self._result, False)
        self._status: int | None = None

    async def result(self) -> list[bytes]:
        """Let it do its work; gives what that gives, in pieces.

        Raises:
            ChildError: The work has failed, or something has ended the copy.
        """
        with suppress(BrokenPipeError):  # it is gone, which the end of its result shows
            os.write(self._begin, b"\n")
        pieces = await self._read()
        size = sum(map(len, pieces)) - _HEAD.size
        head = cut_off(pieces, _HEAD.size) if size >= 0 else b""
        if not head or _HEAD.unpack(head)[1] != size:
            raise ChildError(_end_of(await self._ended()))
        if _HEAD.unpack(head)[0]:
            raise ChildError(b"".join(pieces).decode("utf-8", "replace"))
        return pieces

    async def close(self) -> None:
        """End it, whatever it is doing, and wait until it is gone."""
        os.close(self._begin)
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self._number, signal.SIGKILL)
        try:
            await asyncio.shield(asyncio.ensure_future(self._ended()))
        finally:
            os.close(self._result)

    async def _read(self) -> list[bytes]:
        loop = asyncio.get_running_loop()
        whole: asyncio.Future[None] = loop.create_future()
        pieces: list[bytes] = []
        loop.add_reader(self._result, self._take, pieces, whole)
        try:
            await whole
        finally:
            loop.remove_reader(self._result)
        return pieces

    def _take(self, pieces: list[bytes], whole: asyncio.Future[None]) -> None:
        piece = os.read(self._result, _PIECE)
        if piece:
            pieces.append(piece)
        elif not whole.done():
            whole.set_result(None)

    async def _ended(self) -> int:
        """How it ended, as soon as it has."""
        while self._status is None:
            try:
                number, status = os.waitpid(self._number, os.WNOHANG)  # noqa: ASYNC222  # it does not wait
            except ChildProcessError:  # whoever started the server has the system forget ended processes
                number, status = self._number, 0
            if number:
                self._status = status
            else:
                # To give back its memory takes a while, in which others are to be answered.
                await asyncio.sleep(_PATIENCE)
        return self._status


def _forked(work: Callable[[], bytes], begin: int, result: int) -> int:
    """The number of a copy that does some work and ends."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        with warnings.catch_warnings():
            # Python warns of threads that may hold a lock; the work waits for none of theirs.
            warnings.simplefilter("ignore", DeprecationWarning)
            number = os.fork()
        if number == 0:
            _work(work, begin, result)
        return number
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(work: Callable[[], bytes], begin: int, result: int) -> NoReturn:
    """Do it when told to, say what came of it, and end, whatever happens."""
    try:
        # A look for garbage would write to all memory, which would then be there twice.
        gc.disable()
        # Whoever is answered meanwhile comes first.
        os.nice(_NICENESS)
        begin, result = _with_own_streams(begin, result)
        _leave_the_rest(begin, result)
        if os.read(begin, 1):
            _write(result, *_outcome(work))
    finally:
        os._exit(0)


def _with_own_streams(begin: int, result: int) -> tuple[int, int]:
    """Read from nowhere and print nowhere; gives where the two pipes are then."""
    from fcntl import F_DUPFD, fcntl  # not on Windows

    # A process that was started with closed streams has its pipes there.
    pipes = fcntl(begin, F_DUPFD, 3), fcntl(result, F_DUPFD, 3)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return pipes


def _leave_the_rest(begin: int, result: int) -> None:
    """Have nothing to do with the signals of the process that this is a copy of, nor with what it has open."""
    signal.set_wakeup_fd(-1)
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    first, last = sorted((begin, result))
    os.closerange(3, first)
    os.closerange(first + 1, last)
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))


def _outcome(work: Callable[[], bytes]) -> tuple[bytes, bytes]:
    try:
        content, has_failed = work(), False
    except BaseException as error:  # noqa: BLE001  # nothing may leave the copy but by its pipe
        place = "".join(traceback.format_tb(error.__traceback__))
        content, has_failed = f"{type(error).__name__} at\n{place}".encode("utf-8", "replace"), True
    return _HEAD.pack(has_failed, len(content)), content


def _write(descriptor: int, *contents: bytes) -> None:
    for content in contents:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest[:_PIECE]) :]


def _end_of(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return f"it was killed by {signal.Signals(-code).name}"
    return f"it exited with code {code}"
