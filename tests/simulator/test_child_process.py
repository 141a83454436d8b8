"""Work in a copy of this process: of one instant, with nothing of what the process has open, and never without an end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket

import pytest

from simulator.child_process import Child, ChildError


async def result_of(child: Child) -> bytes:
    try:
        return b"".join(await child.result())
    finally:
        await child.close()


def is_there(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def never() -> bytes:
    signal.pause()
    return b""


async def test_the_copy_sees_what_was_there_when_it_was_made() -> None:
    seen = ["before"]
    child = Child(lambda: " ".join(seen).encode())
    seen.append("after")
    assert await result_of(child) == b"before"


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 3_000_000])
async def test_a_result_comes_back_whole_whatever_its_length(size: int) -> None:
    assert await result_of(Child(lambda: b"x" * size)) == b"x" * size


async def test_work_for_which_nobody_waits_any_more_ends() -> None:
    child = Child(never)
    waiting = asyncio.ensure_future(result_of(child))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not is_there(child._number)


async def test_work_that_fails_says_where_and_holds_no_value() -> None:
    def fail() -> bytes:
        raise ValueError("ada@example.com")

    with pytest.raises(ChildError) as raised:
        await result_of(Child(fail))
    assert "ValueError" in str(raised.value)
    assert "in fail" in str(raised.value)
    assert "ada@" not in str(raised.value).replace('raise ValueError("ada@example.com")', "")


async def test_a_copy_that_something_ends_says_so() -> None:
    def end() -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b"never"

    with pytest.raises(ChildError, match="SIGKILL"):
        await result_of(Child(end))


async def test_a_copy_that_is_closed_before_it_began_is_gone() -> None:
    child = Child(lambda: b"")
    await child.close()
    assert not is_there(child._number)


async def test_a_connection_that_is_closed_while_the_copy_works_is_closed() -> None:
    ours, theirs = socket.socketpair()
    child = Child(never)
    working = asyncio.ensure_future(child.result())
    await asyncio.sleep(0)
    ours.close()
    theirs.settimeout(10)
    assert await asyncio.to_thread(theirs.recv, 1) == b""
    working.cancel()
    await child.close()
    theirs.close()
