"""A pytest plugin for mutmut: which tests a mutant is tried with.

mutmut notes which test calls which function, and tries a mutant with the tests that call its function. Calls that are
made while a module loads it would note for whichever test comes first; here they count for every test. Of thousands of
tests that call a function a few hundred are kept: what they do not notice counts as not noticed.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Final

import pytest
from mutmut.state import state

#: With how many tests a mutant is tried at the most; `MUTANT_TESTS` in the environment says another number.
MOST_TESTS = int(os.environ.get("MUTANT_TESTS", "400"))

#: Where, within the mutated copy of the project, the functions are listed that are called while modules load.
CALLED_WHILE_LOADING: Final = "called-while-loading.json"

_while_loading: set[str] = set()


def pytest_collection_finish() -> None:
    """Set apart the calls that were made before the first test."""
    _while_loading.update(state()._stats)
    state()._stats.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Count these calls for the test that ends."""
    if _is_noting():
        state()._stats.update(_while_loading)


def pytest_sessionfinish() -> None:
    """Keep some of the tests that call a function: those of its own package, drawn by chance, always the same."""
    if not _is_noting():
        return
    Path(CALLED_WHILE_LOADING).write_text(json.dumps(sorted(_while_loading)), encoding="utf-8")
    tests_of = state().tests_by_mangled_function_name
    for function, tests in tests_of.items():
        own = sorted(test for test in tests if test.startswith(f"tests/{function.partition('.')[0]}/"))
        if len(own) > MOST_TESTS:
            own = random.Random(0).sample(own, MOST_TESTS)  # noqa: S311  # nothing is to be kept secret
        tests_of[function] = set(own)


def _is_noting() -> bool:
    return os.environ.get("MUTANT_UNDER_TEST") == "stats"
