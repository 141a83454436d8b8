"""Runs mutmut with the tests collected once: `make mutants`.

mutmut starts pytest anew for each mutant, which takes longer than most of the tests. Here a process has loaded the code
and collected the tests, and a fork of it runs those that a mutant is tried with. Where the mutated function is called
while modules load, a fork comes too late: such a mutant that nothing noticed is tried again in a process of its own.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import mutmut.__main__ as mutmut_command
import pytest
from _pytest.config import _prepareconfig
from _pytest.runner import runtestprotocol
from load_time import CALLED_WHILE_LOADING
from mutmut.configuration import config
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.utils.file_utils import change_cwd
from mutmut.workers.isolation import ForkServerRunner, MutantRunner

NOTICED, NOT_NOTICED = 1, 0
#: How many tests are run in a process of its own, which takes seconds.
MOST_TESTS_ALONE = 120


class CollectedOnce(PytestRunner):  # type: ignore[misc]  # mutmut is installed by `make mutants` alone
    """Runs tests that have been collected before the process was forked."""

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, pytest.Item] = {}

    def warm_up(self) -> None:
        """Load the code and collect every test."""
        with change_cwd("mutants"):
            arguments = ["--rootdir=.", *self._pytest_add_cli_args, *self._pytest_add_cli_args_test_selection]
            configuration = _prepareconfig(arguments)
            configuration._do_configure()
            session = pytest.Session.from_config(configuration)
            configuration.hook.pytest_sessionstart(session=session)
            configuration.hook.pytest_collection(session=session)
            self._items = {item.nodeid: item for item in session.items}

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """Whether one of the tests fails: 1, else 0."""
        if not self._items or mutant_name is None:
            return int(super().run_tests(mutant_name=mutant_name, tests=tests))
        quickest_first = sorted(tests, key=lambda test: float(state().duration_by_test.get(test, 0)))
        with change_cwd("mutants"):
            if self._one_fails([self._items[test] for test in quickest_first if test in self._items]):
                return NOTICED
        if mutant_name.rpartition("__mutmut_")[0] not in called_while_loading():
            return NOT_NOTICED
        every = sorted(tests)
        some = random.Random(0).sample(every, min(len(every), MOST_TESTS_ALONE))  # noqa: S311  # nothing is secret
        return self._in_a_process_of_its_own(some)

    def _one_fails(self, items: list[pytest.Item]) -> bool:
        for item, following in zip(items, [*items[1:], None], strict=True):
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                return True
        return False

    def _in_a_process_of_its_own(self, tests: list[str]) -> int:
        arguments = [*self._pytest_add_cli_args, "--rootdir=.", *tests]
        with change_cwd("mutants"):
            finished = subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False, capture_output=True)
        return (
            NOT_NOTICED
            if finished.returncode in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
            else NOTICED
        )


def called_while_loading() -> set[str]:
    """The functions that are called while modules load, as mutmut calls them."""
    return set(json.loads(Path("mutants", CALLED_WHILE_LOADING).read_text(encoding="utf-8")))


def runner(max_workers: int = 1) -> MutantRunner:
    """What mutmut is to run mutants with."""
    return ForkServerRunner(
        max_workers, CollectedOnce, {}, debug=config().debug, max_restarts=config().max_forkserver_restarts
    )


def main(arguments: list[str]) -> Any:
    """Run mutmut's command."""
    mutmut_command.get_mutant_runner = runner
    return mutmut_command.cli(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
