"""The suite finds problems of a destination and of a simulator, in few examples, and shows them in few events."""

from __future__ import annotations

import pytest
from nets import by_the_reference, by_the_suite, with_planted_fault
from planted_faults import AGAINST_THE_REFERENCE, DESTINATIONS, SIMULATORS

#: Within so many histories of a theme a problem is found, and shown in so many events.
EXAMPLES, EVENTS = 4, 2


def test_nothing_is_found_where_nothing_is_planted() -> None:
    assert by_the_suite() is None
    assert not by_the_reference(lambda _: None)


@pytest.mark.parametrize("name", DESTINATIONS)
def test_a_wrong_destination_is_found(name: str) -> None:
    found = with_planted_fault(DESTINATIONS[name])
    assert found is not None
    assert (found.example <= EXAMPLES, found.events <= EVENTS) == (True, True)


@pytest.mark.parametrize("name", SIMULATORS)
def test_a_wrong_simulator_is_found(name: str) -> None:
    found = with_planted_fault(SIMULATORS[name])
    assert found is not None
    assert (found.example <= EXAMPLES, found.events <= EVENTS) == (True, True)


@pytest.mark.parametrize("name", AGAINST_THE_REFERENCE)
def test_a_problem_that_no_mapping_shows_parts_with_the_documents(name: str) -> None:
    assert by_the_reference(AGAINST_THE_REFERENCE[name])


def test_enough_problems_are_planted() -> None:
    assert len(DESTINATIONS) + len(SIMULATORS) + len(AGAINST_THE_REFERENCE) >= 30
