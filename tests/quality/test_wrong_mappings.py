"""The suite finds what is wrong with a mapping, and nothing else."""

from __future__ import annotations

import pytest
from good_mappings import GOOD
from wrong_mappings import MISTAKES

from conformance.judging import judge, shipped_baseline


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_problem_is_found_by_the_property_that_it_breaks(name: str) -> None:
    mapping, property_id, project_types = MISTAKES[name]
    judgement = judge(mapping, examples=30, properties=[property_id], baseline=shipped_baseline())
    found = judgement.found(property_id)
    assert {finding.project_type for finding in found} >= set(project_types)
    for finding in found:
        shown = finding.minimal_history()
        assert len(shown.history_events) <= 3


def test_new_email_address_mends_single_deliveries_in_an_email_based_project() -> None:
    judgement = judge(
        GOOD["New Email Address in a hybrid project"][0], examples=10, properties=["identity.new-address"]
    )
    assert {(item.project_type, item.theme) for item in judgement.findings} == {("email", "a new e-mail, in a batch")}


def test_merge_nested_objects_keeps_the_parts_of_an_object() -> None:
    assert judge(GOOD["Merge Nested Objects"][0], examples=10, properties=["fields.parts-stay"]).holds
    assert not judge(examples=10, properties=["fields.parts-stay"]).holds
