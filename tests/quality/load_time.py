"""A pytest plugin for mutmut: every test runs what runs while modules load, so every test may notice a change there.

mutmut notes which test calls which function, and tries a mutant with the tests that call its function alone. Calls
that are made while a module loads it would note for whichever test comes first.
"""

from __future__ import annotations

import os

import pytest
from mutmut.state import state

_while_loading: set[str] = set()


def pytest_collection_finish() -> None:
    """Set apart the calls that were made before the first test."""
    _while_loading.update(state()._stats)
    state()._stats.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Count these calls for the test that ends."""
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        state()._stats.update(_while_loading)
