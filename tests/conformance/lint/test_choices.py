"""`@if`: choices that give what they have just found missing."""

from __future__ import annotations

from typing import Any

import pytest
from lint_cases import findings, path, rules, subscription

MAIL, OTHER = path("$.properties.email"), path("$.context.traits.email")


def told(choice: dict[str, Any]) -> list[str]:
    return rules(subscription("trackEvent", {"email": {"@if": choice}}))


@pytest.mark.parametrize(
    "choice",
    [
        {"exists": MAIL, "then": OTHER, "else": MAIL},
        {"blank": MAIL, "then": MAIL, "else": OTHER},
        {"exists": MAIL, "else": MAIL},
    ],
)
def test_a_choice_that_gives_what_is_missing_is_told(choice: dict[str, Any]) -> None:
    assert told(choice) == ["error choice.missing"]


@pytest.mark.parametrize("choice", [{"exists": MAIL, "else": OTHER}, {"blank": MAIL, "then": OTHER}])
def test_a_choice_that_leaves_out_what_is_there_is_told_as_a_warning(choice: dict[str, Any]) -> None:
    assert told(choice) == ["warning choice.missing"]


@pytest.mark.parametrize(
    "choice",
    [
        {"exists": MAIL, "then": MAIL, "else": OTHER},
        {"exists": MAIL, "then": MAIL},
        {"blank": MAIL, "then": OTHER, "else": MAIL},
        {"exists": path("$.userId"), "then": MAIL, "else": OTHER},
    ],
)
def test_a_choice_between_what_is_there_and_another_is_no_mistake(choice: dict[str, Any]) -> None:
    assert told(choice) == []


def test_a_choice_inside_a_list_and_another_choice_has_its_place() -> None:
    inner = {"@if": {"exists": MAIL, "then": OTHER, "else": MAIL}}
    data = {"dataFields": {"list": [{"@if": {"exists": OTHER, "then": OTHER, "else": inner}}]}}
    (finding,) = findings(subscription("trackEvent", data))
    assert finding.keys == ("mapping", "dataFields", "list", 0, "@if", "else", "@if", "else")
    assert finding.advice == "swap `then` and `else`, or use another path in `else`"
