"""Runs the program in forked copies of one process, so that a trial costs no start; not a test itself.

Each line on standard input is a JSON object: `arguments`, `stdout` and `stderr` (files), and `signal` with `call`, to
have the process signal itself at that call of a function, counted from the first of its own. With `count`, the number
of calls is written beside the file for stdout. The answers are `{"pid": …}` at once and `{"status": …}` at the end.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from conformance.cli import main


class CallCounter:
    """Counts the calls of functions, and sends this process a signal at one of them."""

    def __init__(self, wanted: dict[str, int] | None) -> None:
        self.calls = 0
        self._wanted = wanted or {}

    def __call__(self, _frame: object, event: str, _argument: object) -> None:
        if event == "call":
            self.calls += 1
            if self.calls == self._wanted.get("call"):
                os.kill(os.getpid(), self._wanted["signal"])


def run(trial: dict[str, Any]) -> None:
    """Become the program; returns never."""
    for descriptor, name in ((1, trial["stdout"]), (2, trial["stderr"])):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    counter = CallCounter(trial.get("signal"))
    if trial.get("count"):
        sys.setprofile(counter)
    status = main(trial["arguments"])
    sys.setprofile(None)
    if trial.get("count"):
        with open(trial["stdout"] + ".calls", "w", encoding="ascii") as file:  # noqa: PTH123  # as small as can be
            file.write(str(counter.calls))
    os._exit(status)


def answer(name: str, value: int) -> None:
    """Tell the test a number."""
    sys.stdout.write(json.dumps({name: value}) + "\n")
    sys.stdout.flush()


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        run(json.loads(line))
    answer("pid", child)
    answer("status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
