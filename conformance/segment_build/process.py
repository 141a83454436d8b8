"""Segment's build as a running Node process that answers cases, one after the other, without a network."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from typing import TYPE_CHECKING, Any, Final, Self

from conformance.segment_build.installation import NODE_FOLDER, find_node, install
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

#: Seconds after which a case counts as one that will never be answered.
ANSWER_TIMEOUT: Final = 60.0


class SegmentBuildFault(Exception):
    """Segment's build could not answer a case: it stopped, hung, or did not understand the case."""


class SegmentBuild:
    """Segment's build, to be used in a `with` statement; the process ends with it.

    The clock stands at 2026-08-20T12:00:00Z and the time zone is UTC, as in the recorded vectors. Every request is
    kept and answered as the case says; nothing reaches the network.

    Args:
        tell: Called with a sentence when the package must be installed first.
        answer_timeout: Seconds to wait for one answer.
    """

    def __init__(
        self, tell: Callable[[str], None] = lambda _: None, *, answer_timeout: float = ANSWER_TIMEOUT
    ) -> None:
        self._tell = tell
        self._answer_timeout = answer_timeout
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Start the process.

        Raises:
            InputError: There is no Node, or the package cannot be installed.
        """
        folder = install(self._tell)
        self._complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        self._process = subprocess.Popen(  # noqa: S603  # our own program, in the user's own Node
            [find_node(), str(NODE_FOLDER / "answer.js"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            encoding="utf-8",
            env={**os.environ, "TZ": "UTC"},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        process = self._running()
        process.kill()
        process.communicate()
        self._complaints.close()

    def answer(self, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the build makes of one case.

        Args:
            kind: `event`, `batch`, `auth`, `mapping`, `mapping_batch`, `fql` or `fql_generate`.
            given: The `in` of a vector of that kind.

        Returns:
            The `out` of the vector.

        Raises:
            SegmentBuildFault: The build has no answer to it.
        """
        line = self._exchange(json.dumps({"kind": kind, "in": given}))
        answered = json_text.parse(line)
        out = answered.get("out") if isinstance(answered, dict) else None
        if not isinstance(out, dict):
            raise SegmentBuildFault(f"Segment's build has no answer to {kind} {given}: {line.strip()}")
        return out

    def _exchange(self, line: str) -> str:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise SegmentBuildFault("the process of Segment's build has no pipes")
        overdue = threading.Timer(self._answer_timeout, process.kill)
        overdue.start()
        try:
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            answered = process.stdout.readline()
        except BrokenPipeError:
            answered = ""
        finally:
            overdue.cancel()
        if not answered:
            raise SegmentBuildFault(f"the process of Segment's build ended: {self._complained()}")
        return answered

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise SegmentBuildFault("Segment's build runs inside a `with` statement only")
        return self._process

    def _complained(self) -> str:
        self._complaints.seek(0)
        return self._complaints.read().strip()[-1000:] or f"no answer within {self._answer_timeout:g} seconds"
