"""Causes: which decision of a mapping explains what goes wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.diagnosis import Cause, Symptom, find_causes
from conformance.judging import judge, shipped_baseline
from destination import PRESETS, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

IDENTIFY, TRACK = (
    next(preset for preset in PRESETS if preset.partner_action == action) for action in ("updateUser", "trackEvent")
)
EMAIL: Any = {"@path": "$.traits.email"}
IDS: Any = {"userId": {"@path": "$.userId"}}
VISIT: Any = {
    **IDS,
    "email": {"@path": "$.properties.email"},
    "eventName": {"@path": "$.event"},
    "createdAt": {"@path": "$.timestamp"},
}


def with_field(preset: Subscription, name: str, value: Any) -> Subscription:
    mapping: Any = preset.mapping
    return replace(preset, mapping={**mapping, name: value})


def symptoms_of(mapping: Sequence[Subscription], *properties: str) -> list[Symptom]:
    found = judge(mapping, examples=5, properties=properties, project_types=["hybrid"]).findings
    return [
        Symptom(item.property, item.project_type, item.violation.about, (item.minimal_history(),)) for item in found
    ]


def causes_of(mapping: Sequence[Subscription], *properties: str) -> tuple[list[Symptom], list[Cause]]:
    symptoms = symptoms_of(mapping, *properties)
    return symptoms, find_causes(mapping, symptoms)


def test_a_wrong_identifier_is_the_one_cause_of_all_that_it_breaks() -> None:
    wrong = with_field(IDENTIFY, "userId", EMAIL)
    symptoms, causes = causes_of([wrong, TRACK], "identity.person-exists", "identity.one-profile-per-person")
    assert len(symptoms) > 1
    first = causes[0]
    assert first.change is not None
    assert (first.change.position, first.change.keys) == (0, ("mapping", "userId"))
    assert first.change.after == {"@path": "$.userId"}
    shown = {symptoms[index].property.id for index in first.symptoms}
    assert shown == {"identity.person-exists", "identity.one-profile-per-person"}


def test_every_symptom_has_a_cause() -> None:
    wrong = with_field(IDENTIFY, "userId", EMAIL)
    symptoms, causes = causes_of([wrong, TRACK], "identity")
    assert sorted(index for cause in causes for index in cause.symptoms) == [*range(len(symptoms))]


def test_what_the_presets_show_too_and_no_change_mends_is_a_limit() -> None:
    _, causes = causes_of(PRESETS, "identity.early-event-is-theirs")
    assert causes
    assert all(cause.is_limit and cause.change is None for cause in causes)


def test_each_of_two_mistakes_is_a_cause_of_its_own() -> None:
    wrong = [with_field(IDENTIFY, "userId", EMAIL), with_field(TRACK, "eventName", "Something")]
    _, causes = causes_of(wrong, "identity.person-exists", "events.name-arrives")
    changed = {(cause.change.position, cause.change.keys) for cause in causes if cause.change is not None}
    assert changed >= {(0, ("mapping", "userId")), (1, ("mapping", "eventName"))}


def test_what_goes_wrong_in_a_real_project_alone_has_a_cause_without_a_change() -> None:
    symptoms = symptoms_of([with_field(IDENTIFY, "userId", EMAIL)], "identity.person-exists")
    assert find_causes([IDENTIFY], symptoms) == [Cause((index,)) for index in range(len(symptoms))]


def test_nothing_wrong_has_no_cause_and_every_change_that_is_tried_is_told() -> None:
    assert find_causes(PRESETS, []) == []
    tried: list[int] = []
    symptoms = symptoms_of([with_field(IDENTIFY, "userId", EMAIL)], "identity.person-exists")
    find_causes([with_field(IDENTIFY, "userId", EMAIL)], symptoms, lambda: tried.append(1))
    assert len(tried) > 1


def test_a_change_that_only_makes_people_nameless_mends_nothing() -> None:
    people = Subscription("People", "updateUser", 'type = "identify"', {**IDS, "email": {"@path": "$.traits.e_mail"}})
    wrong = [people, Subscription("Visits", "trackEvent", 'type = "track"', {**VISIT, "id": IDS["userId"]})]
    options: Any = {"examples": 20, "properties": ["delivery.related-order"], "baseline": shipped_baseline()}
    found = judge(wrong, **options).findings
    symptoms = [Symptom(item.property, item.project_type, item.violation.about, (item.history,)) for item in found]
    causes = find_causes(wrong, symptoms)
    assert {item.project_type for item in symptoms} == {"email", "userid", "hybrid"}
    changes = {(cause.change.position, cause.change.keys) for cause in causes if cause.change is not None}
    assert changes == {(1, ("mapping", "id"))}


def test_the_presets_show_the_same_though_the_mapping_reads_the_email_from_a_place_of_its_own() -> None:
    wrong = [with_field(IDENTIFY, "email", {"@path": "$.traits.e_mail"}), TRACK]
    found = judge(wrong, examples=20, properties=["delivery.related-order"], project_types=["email"]).findings
    symptoms = [Symptom(item.property, item.project_type, item.violation.about, (item.history,)) for item in found]
    causes = find_causes(wrong, symptoms)
    assert causes
    assert all(cause.is_limit for cause in causes)
