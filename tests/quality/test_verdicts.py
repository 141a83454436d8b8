"""A planted mistake is told as one problem, with the patch that mends it; a good mapping has none."""

from __future__ import annotations

from typing import Any

import pytest
from expected_problems import EXPECTED, LEFT_OUT
from good_mappings import GOOD
from real_mistakes import MISTAKES as REAL
from verdicts import EXAMPLES, MORE_EXAMPLES, problems_of
from wrong_mappings import MISTAKES

from conformance.diagnosis import Change
from conformance.diagnosis.changes import TRIGGER
from destination import Subscription

PLANTED = {name: (mapping, types) for name, (mapping, _, types) in MISTAKES.items()} | REAL
#: Enough to see that nothing is left, in the last of its project types; the tables look at all of them.
FEW = 3


def value_of(subscription: Subscription, field: str) -> Any:
    """What a mapping has for a field, or `LEFT_OUT`; a list of a list is told by what is inside it."""
    if field == "trigger":
        return subscription.subscribe
    value: Any = subscription.mapping
    for key in field.split("."):
        if isinstance(value, dict) and "@arrayPath" in value:
            value = value["@arrayPath"][1]
        if not isinstance(value, dict) or key not in value:
            return LEFT_OUT
        value = value[key]
    return value["@arrayPath"][0] if isinstance(value, dict) and "@arrayPath" in value else value


def mended(mapping: list[Subscription], change: Change) -> list[Subscription]:
    return list(change.applied(mapping))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_planted_mistake_is_one_problem_that_names_its_place_and_is_gone_with_its_patch(name: str) -> None:
    mapping, types = PLANTED[name]
    expected = EXPECTED[name]
    problems = problems_of(mapping, types, MORE_EXAMPLES.get(name, EXAMPLES))
    assert [problem.sentence.startswith(expected.subscription) for problem in problems] == [True]
    (problem,) = problems
    if expected.reason:
        assert (problem.change, problem.patches) == (None, ())
        assert "trigger" in problem.sentence or "event" in problem.sentence
        return
    assert problem.patches
    assert any(f"{field} " in problem.sentence for field in expected.after)
    assert problem.change is not None
    after = mended(mapping, problem.change)
    changed = next(item for item in after if item.name == expected.subscription)
    assert {field: value_of(changed, field) for field in expected.after} == dict(expected.after)
    assert problem.change.keys == TRIGGER or "trigger" not in expected.after
    assert [item.sentence for item in problems_of(after, types[-1:], FEW)] == []


@pytest.mark.parametrize("name", GOOD)
def test_a_good_mapping_has_no_problem(name: str) -> None:
    mapping, types = GOOD[name]
    assert [problem.sentence for problem in problems_of(mapping, types)] == []


def test_every_planted_mistake_is_expected_and_there_are_enough_of_both() -> None:
    # Leaving phone numbers out is no mistake, though properties tell of it.
    assert PLANTED.keys() - EXPECTED.keys() == {"no phone number"}
    assert len(EXPECTED) >= 60
    assert len(GOOD) >= 20
