"""Templates made from LiquidJS's grammar, rendered by Segment's build with each LiquidJS and by ours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import pytest

from conformance.segment_build import SegmentBuildFault
from conformance.segment_build.cases import Case, template_families, try_cases
from conformance.segment_build.comparison import Disagreement, differing
from destination.mapping.liquid.comparisons import OPERATORS

if TYPE_CHECKING:
    from conformance.segment_build import SegmentBuild

#: The nightly run tries more than twenty thousand.
EXAMPLES: Final = 12_000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 150
FAMILIES: Final = template_families()


def kind_of(case: Case) -> str:
    mapping = case.given["mapping"]
    assert set(mapping["value"]) == {"@liquid"}
    return str(case.given["liquidjs"])


# The nightly run takes its time.
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("family", FAMILIES)
def test_values_and_errors_are_those_of_segments_build(family: str, build: SegmentBuild) -> None:
    tried = 0

    def look(case: Case) -> None:
        nonlocal tried
        tried += 1
        assert kind_of(case) in family
        disagreement = differing(case, build, family)
        assert disagreement is None, str(disagreement)

    try_cases(FAMILIES[family], EXAMPLES, 11, look)
    assert tried >= EXAMPLES


def test_a_wrong_precedence_is_found(build: SegmentBuild, monkeypatch: pytest.MonkeyPatch) -> None:
    operate = OPERATORS["not"][2]
    monkeypatch.setitem(OPERATORS, "not", (3, 1, operate))
    found: list[Disagreement] = []

    def look(case: Case) -> None:
        disagreement = differing(case, build)
        if disagreement is not None:
            found.append(disagreement)

    for strategy in FAMILIES.values():
        try_cases(strategy, 150, 11, look)
    assert any("not" in str(item.given["mapping"]) for item in found)


def test_most_templates_are_well_formed() -> None:
    from destination import MappingError
    from destination.mapping import compile_mapping

    outcomes: list[Any] = []

    def look(case: Case) -> None:
        try:
            outcomes.append(compile_mapping(case.given["mapping"])(case.given["input"]))
        except MappingError as error:
            outcomes.append(error.name)

    try_cases(next(iter(FAMILIES.values())), 300, 11, look)
    assert sum(isinstance(item, dict) for item in outcomes) > len(outcomes) / 2
    assert {"TokenizationError", "ParseError", "RenderError"} <= {item for item in outcomes if isinstance(item, str)}


def test_a_version_that_nobody_has_is_no_case(build: SegmentBuild) -> None:
    given = {"liquidjs": "9", "mapping": {"value": {"@liquid": "{{ a }}"}}, "input": {}}
    with pytest.raises(SegmentBuildFault, match="there is no LiquidJS"):
        build.answer("mapping", given)
