"""The suite finds what is wrong with a mapping, and nothing else."""

from __future__ import annotations

import pytest
from wrong_mappings import MISTAKES, SOUND

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


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_mapping_has_no_finding_beyond_those_of_the_presets(name: str) -> None:
    judgement = judge(SOUND[name], examples=10, baseline=shipped_baseline())
    assert [(item.signatures(), item.violation.detail) for item in judgement.findings] == []


def test_new_email_address_mends_single_deliveries_in_an_email_based_project() -> None:
    judgement = judge(SOUND["New Email Address"], examples=10, properties=["identity.new-address"])
    assert {(item.project_type, item.theme) for item in judgement.findings} == {("email", "a new e-mail, in a batch")}


def test_merge_nested_objects_keeps_the_parts_of_an_object() -> None:
    assert judge(SOUND["Merge Nested Objects"], examples=10, properties=["fields.parts-stay"]).holds
    assert not judge(examples=10, properties=["fields.parts-stay"]).holds
