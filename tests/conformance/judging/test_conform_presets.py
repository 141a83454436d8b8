from __future__ import annotations

from functools import lru_cache

import pytest

from conformance.judging import Baseline, Judgement, case_count, judge, shipped_baseline
from conformance.properties import PROPERTIES
from conformance.report import Verdict

EXAMPLES = 40


@lru_cache(maxsize=1)
def _judged() -> Judgement:
    return judge(examples=EXAMPLES, baseline=shipped_baseline())


def test_the_presets_have_no_finding_that_is_not_known() -> None:
    assert [(item.signatures(), item.violation.detail) for item in _judged().findings] == []


def test_everything_that_is_known_of_the_presets_still_shows() -> None:
    shown = {signature for result in _judged().results for signature in result.accepted}
    stale = [
        signature for entry in shipped_baseline().entries for signature in entry.signatures if signature not in shown
    ]
    assert stale == []


def test_everything_that_is_known_has_a_reason_and_a_source() -> None:
    for entry in shipped_baseline().entries:
        assert len(entry.reason) > 20
        assert any(word in entry.source for word in ("Segment", "Iterable", "iterable"))


def test_what_is_known_is_about_properties_and_themes_that_exist() -> None:
    for entry in shipped_baseline().entries:
        judged = PROPERTIES[entry.property_id]
        assert set(entry.project_types) <= set(judged.project_types)
        assert all(theme in judged.family.themes and judged.is_about(theme) for theme in entry.themes)


def test_every_property_is_about_some_history_of_the_presets_but_the_one_of_secrets() -> None:
    # The presets name no trait one by one and blank none, so they exclude nothing that is sensitive.
    idle = {result.property.id for result in _judged().results if result.verdict() is Verdict.NOT_APPLICABLE}
    assert idle == {"privacy.excluded-stays"}


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_says_what_it_is_about(name: str) -> None:
    judged = PROPERTIES[name]
    assert judged.id == name
    assert judged.description.endswith(".")
    assert judged.source
    assert judged.themes is None or judged.themes <= set(judged.family.themes)


def test_the_same_seed_gives_the_same_findings_in_the_same_histories() -> None:
    first, second = (judge(examples=5, seed=7, properties=["identity.new-address"]) for _ in range(2))
    assert first.findings
    assert [(item.signatures(), item.history, item.example) for item in first.findings] == [
        (item.signatures(), item.history, item.example) for item in second.findings
    ]


def test_another_seed_gives_other_histories_and_the_same_verdicts() -> None:
    names = ["identity.one-profile-per-person", "delivery.idempotent", "commerce.order-arrives"]
    signatures = [
        {
            signature
            for item in judge(examples=20, seed=seed, properties=names).findings
            for signature in item.signatures()
        }
        for seed in (1, 2)
    ]
    assert signatures[0] == signatures[1]


def test_only_the_chosen_properties_and_project_types_are_judged() -> None:
    judgement = judge(examples=2, properties=["identity.person-exists"], project_types=["hybrid"])
    assert [(item.property.id, item.project_type) for item in judgement.results] == [
        ("identity.person-exists", "hybrid")
    ]


def test_progress_is_reported_once_for_each_history_that_was_announced() -> None:
    names, calls = ["phone.arrives-usable", "phone.null-clears"], []
    judge(examples=12, properties=names, progress=lambda: calls.append(1))
    assert len(calls) == case_count(names, 12)


def test_without_a_baseline_the_known_are_found() -> None:
    judgement = judge(examples=5, properties=["identity.early-event-is-theirs"], baseline=Baseline())
    assert {(item.project_type, item.theme) for item in judgement.findings} >= {
        ("email", "anonymous at first"),
        ("hybrid", "anonymous at first"),
    }
    assert not judgement.holds
