"""A configuration checked without an event: every rule, subscription by subscription."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from conformance.inputs.configuration import Configuration, ConfiguredSubscription
from conformance.lint.choices import check_choices
from conformance.lint.delivery import check_batching, check_rows
from conformance.lint.events import check_events
from conformance.lint.fields import check_fields
from conformance.lint.model import Complaint, Finding
from conformance.lint.overlaps import overlaps
from conformance.lint.paths import check_paths
from conformance.lint.people import check_people, check_project_types, check_seldom
from conformance.lint.rules import RULES
from conformance.lint.spec_names import check_event_names, check_names, check_products, spelled_names
from conformance.lint.subject import Subject, subject_of
from conformance.lint.texts import check_texts
from conformance.lint.triggers import check_trigger
from destination import PRESETS

_SEVERITIES: Final = ("error", "warning", "note")


def preset_configuration() -> Configuration:
    """The destination's own presets."""
    return Configuration("own", tuple(ConfiguredSubscription(preset, preset.name) for preset in PRESETS))


def lint(configuration: Configuration, project_types: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What is wrong with a configuration, as far as that can be known without an event.

    Args:
        configuration: Subscriptions that are in force.
        project_types: `email`, `userid` or `hybrid`: what they ask of identifiers is checked as well.

    Returns:
        The findings, in the order of the file.
    """
    subjects = [subject_of(item) for item in configuration.subscriptions]
    spelled = spelled_names(subjects)
    twice = tuple(overlaps(subjects))
    findings = [
        _finding(configuration, subject, complaint)
        for index, subject in enumerate(subjects)
        for complaint in dict.fromkeys(
            [
                *check_event_names(subject, spelled),
                *(complaint for number, complaint in twice if number == index),
                *check_project_types(subject, subjects, project_types),
                *check_seldom(subject, project_types),
                *check_batching(subject, project_types),
                *_alone(subject),
            ]
        )
    ]
    return tuple(sorted(findings, key=_place))


def _alone(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with a subscription whatever stands beside it."""
    yield from check_trigger(subject)
    yield from check_fields(subject)
    yield from check_people(subject)
    yield from check_events(subject)
    yield from check_texts(subject)
    yield from check_paths(subject)
    yield from check_choices(subject)
    yield from check_names(subject)
    yield from check_products(subject)
    yield from check_rows(subject)


def _finding(configuration: Configuration, subject: Subject, complaint: Complaint) -> Finding:
    item = subject.item
    rule = RULES[complaint.rule]
    line, column = (0, 0) if item.entry is None else item.place(complaint.keys)
    return Finding(
        rule.id,
        complaint.severity or rule.severity,
        item.name,
        subject.slug,
        item.path(complaint.keys),
        configuration.file,
        line,
        column,
        complaint.message,
        complaint.advice,
        rule.source,
        complaint.keys,
        complaint.instead,
    )


def _place(finding: Finding) -> tuple[int, int, int]:
    return finding.line, finding.column, _SEVERITIES.index(finding.severity)
