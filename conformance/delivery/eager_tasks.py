"""Coroutines that are begun at once: what never waits is done without a task, which costs more than its work.

Python 3.12 has this as `asyncio.eager_task_factory`. Until its first wait a coroutine runs in the task of its caller,
so it may not ask for the current task by then.
"""

from __future__ import annotations

import asyncio
import types
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator

ResultT = TypeVar("ResultT")


class Done(Generic[ResultT]):
    """What a coroutine that never waited gave.

    Attributes:
        result: The result.
    """

    __slots__ = ("result",)

    def __init__(self, result: ResultT) -> None:
        self.result = result


def begin(coroutine: Coroutine[Any, Any, ResultT]) -> Done[ResultT] | asyncio.Task[ResultT]:
    """The result of a coroutine, or a task for the rest of it where it has to wait.

    Whatever the coroutine raises before its first wait is raised here.
    """
    try:
        awaited = coroutine.send(None)
    except StopIteration as finished:
        return Done(finished.value)
    return asyncio.get_running_loop().create_task(_rest(coroutine, awaited))


async def _rest(coroutine: Coroutine[Any, Any, ResultT], awaited: Any) -> ResultT:
    return await _resumed(coroutine, awaited)


@types.coroutine
def _resumed(coroutine: Coroutine[Any, Any, ResultT], awaited: Any) -> Generator[Any, Any, ResultT]:
    """Hand on what the coroutine waits for, and what it is sent and thrown."""
    try:
        while True:
            try:
                sent = yield awaited
            except BaseException as error:  # noqa: BLE001  # a cancellation is for the coroutine to see
                awaited = coroutine.throw(error)
            else:
                awaited = coroutine.send(sent)
    except StopIteration as finished:
        result: ResultT = finished.value
        return result
    finally:
        coroutine.close()
