"""Properties about audiences of Segment Engage: that entering is told, and that leaving ends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.properties.execution import Execution, Step
from conformance.properties.expectations import expect_matches, expect_person, own_fields, to_json
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.state import State
from conformance.properties.stored_records import TRACK, UPDATE
from conformance.strategies import AUDIENCES
from conformance.strategies.audience_histories import audience_key
from conformance.strategies.history import Event, HistoryEvent
from conformance.strategies.mapping_analysis import AnalysedSubscription
from conformance.strategies.subscription_kinds import EXITED, Kind

_EVENTS: Final = "Segment's documentation of Engage, using Engage data, Audience generated events"
_AGAIN: Final = "Segment's documentation of Engage, using Engage data, New external identifiers added to a profile"


def _audience_events(execution: Execution) -> Iterator[tuple[Step, HistoryEvent]]:
    """The deliveries about audiences; none for a mapping that does not ask for them."""
    if execution.analysis.of_kind(Kind.AUDIENCE):
        yield from execution.singles()


def _meant(execution: Execution, event: Event) -> Iterator[tuple[int, AnalysedSubscription]]:
    """The subscriptions whose authors had what the event tells in mind."""
    for position, analysed in enumerate(execution.analysis.subscriptions):
        if analysed.kind is not Kind.AUDIENCE or analysed.type != event["type"]:
            continue
        names = [_letters(name) for name in analysed.trigger.names]
        if not names or _letters(event.get("event")) in names:
            yield position, analysed


def _letters(name: Any) -> str:
    return "".join(letter for letter in str(name).lower() if letter.isalpha())


def _entered_is_told(execution: Execution) -> Iterator[Violation | None]:
    for step, item in _audience_events(execution):
        for position, analysed in _meant(execution, item.event):
            name = analysed.subscription.name
            said = item.event.get("event", "an identify")
            error = step.outcomes[position].error
            if not step.outcomes[position].matched:
                detail = f"Segment sends {said}, which the trigger of {name} does not match: {analysed.trigger.text}"
            else:
                detail = f"{name} stored nothing for {said}{'' if error is None else f': {error.message}'}"
            is_told = step.accepted_by(position) and _said(step.after, item) != _said(step.before, item)
            yield (
                None if is_told else Violation(detail, _expect_told(analysed, step, item, position), step.index, name)
            )


def _said(state: State, item: HistoryEvent) -> tuple[list[dict[str, Any]], int]:
    """What a project says of a person: the fields of their profiles, and how many events they have."""
    profiles = state.of(item.persona)
    return [own_fields(profile) for profile in profiles], len(state.events_of(profiles))


def _expect_told(analysed: AnalysedSubscription, step: Step, item: HistoryEvent, position: int) -> dict[str, Any]:
    if not step.outcomes[position].matched:
        return expect_matches(
            [
                outcome.subscription.name
                for place, outcome in enumerate(step.outcomes)
                if outcome.matched or place == position
            ]
        )
    if analysed.action == TRACK:
        return {"counts": {"events": len(step.before.events) + 1}}
    return _expect(step, item, {audience_key(item.event): True})


def _expect(step: Step, item: HistoryEvent, fields: dict[str, Any]) -> dict[str, Any]:
    """That the person has some fields, as a scenario file says it."""
    profiles = step.after.of(item.persona)
    return expect_person(profiles[0] if profiles else {"email": item.persona.email}, fields)


def _exited_ends_it(execution: Execution) -> Iterator[Violation | None]:
    events = list(_audience_events(execution))
    if len(events) != 2:  # noqa: PLR2004  # entered, and exited
        return
    (entered, item), (exited, _) = events
    key = audience_key(item.event)
    if _tells_profiles(execution, entered):
        before, member, after = (_said(state, item)[0] for state in (entered.before, entered.after, exited.after))
        if member != before:
            names = _names(execution, entered, UPDATE)
            heard = (
                ""
                if any(outcome.matched for outcome in exited.outcomes)
                else f", whose trigger does not match {EXITED}"
            )
            detail = f"{names}{heard}: the profile after leaving is the same as before: {to_json(after)}"
            yield (
                Violation(detail, _expect(exited, item, {key: False}), exited.index, names)
                if after == member
                else None
            )
    if entered.new_events and exited.new_events:
        said = [[(event.name, event.fields) for event in step.new_events] for step in (entered, exited)]
        detail = f"entering and leaving are stored as the same event: {to_json(said[0][0])}"
        wanted = {"events": [{"user": _owner(exited), "eventName": EXITED}]}
        names = _names(execution, entered, TRACK)
        yield Violation(detail, wanted, exited.index, names) if said[0] == said[1] else None


def _names(execution: Execution, step: Step, action: str) -> str:
    return ", ".join(analysed.subscription.name for _, analysed in execution.taken(step, action))


def _tells_profiles(execution: Execution, step: Step) -> bool:
    return any(analysed.kind is Kind.AUDIENCE for _, analysed in execution.taken(step, UPDATE))


def _owner(step: Step) -> dict[str, str]:
    number = step.new_events[0].owner
    return next(profile.identifiers for profile in step.after.profiles if profile.number == number)


def _exited_claims_nothing(execution: Execution) -> Iterator[Violation | None]:
    for step, item in _audience_events(execution):
        if not _tells_profiles(execution, step):
            continue
        for profile in step.after.of(item.persona):
            claimed = [
                name for name, value in own_fields(profile).items() if value is True and "audience" not in name
            ]
            key = audience_key(item.event)
            wrong = [name for name in claimed if name == key or _is_made_up(execution, name)]
            detail = f"somebody left an audience without ever being in it; {', '.join(wrong)} is true"
            expected = expect_person(profile, dict.fromkeys(wrong, False))
            yield Violation(detail, expected, step.index, _names(execution, step, UPDATE)) if wrong else None


def _is_made_up(execution: Execution, name: str) -> bool:
    """Whether a field is filled by a constant of a subscription to audiences."""
    leaves = [leaf for analysed in execution.analysis.of_kind(Kind.AUDIENCE) for leaf in analysed.leaves]
    return any(leaf.is_constant and leaf.target == ("dataFields", name) for leaf in leaves)


def _audience_is_named(execution: Execution) -> Iterator[Violation | None]:
    events = list(_audience_events(execution))
    if len(events) != 2:  # noqa: PLR2004  # two audiences
        return
    (first, item), (second, _) = events
    key = audience_key(second.delivery.history_events[0].event)
    if first.new_events and second.new_events:
        said = [[(event.name, event.fields) for event in step.new_events] for step in (first, second)]
        detail = f"the stored events do not say which audience was entered: {to_json(said[0][0])}"
        where = {"user": _owner(second), "eventName": second.new_events[0].name, "dataFields": {"audience_key": key}}
        yield Violation(detail, {"events": [where]}, second.index) if said[0] == said[1] else None
    if _tells_profiles(execution, first) and _tells_profiles(execution, second):
        one, both = (_said(step.after, item)[0] for step in (first, second))
        if one == _said(first.before, item)[0]:
            return
        detail = f"the profile is unchanged after entering a second audience: {to_json(both)}"
        yield Violation(detail, _expect(second, item, {key: True}), second.index) if one == both else None


def _twice_is_once(execution: Execution) -> Iterator[Violation | None]:
    events = list(_audience_events(execution))
    for step, item in events[1:]:
        if not any(outcome.matched for outcome in step.outcomes):
            continue
        before, after = _said(step.before, item)[0], _said(step.after, item)[0]
        profiles = execution.end.profiles
        detail = f"entering an audience twice changed {to_json(before)} to {to_json(after)}"
        is_same = before == after and len(profiles) == 1
        yield None if is_same else Violation(detail, {"counts": {"users": 1}}, step.index)


PROPERTIES: Final = (
    Property(
        "audiences.entered-is-told",
        "If the mapping asks for it, Iterable is told when somebody enters an audience.",
        _EVENTS,
        Severity.HIGH,
        AUDIENCES,
        _entered_is_told,
        themes=frozenset({"entered"}),
    ),
    Property(
        "audiences.exited-ends-it",
        "Entering and leaving an audience are stored differently.",
        _EVENTS,
        Severity.HIGH,
        AUDIENCES,
        _exited_ends_it,
        themes=frozenset({"entered, then exited"}),
    ),
    Property(
        "audiences.exited-claims-nothing",
        "Somebody who has only left an audience does not count as being in it.",
        _EVENTS,
        Severity.MEDIUM,
        AUDIENCES,
        _exited_claims_nothing,
        themes=frozenset({"exited without entered"}),
    ),
    Property(
        "audiences.audience-is-named",
        "The stored data names the audience.",
        _EVENTS,
        Severity.MEDIUM,
        AUDIENCES,
        _audience_is_named,
        themes=frozenset({"two audiences"}),
    ),
    Property(
        "audiences.twice-is-once",
        "Entering an audience twice leaves one person with the same data.",
        _AGAIN,
        Severity.MEDIUM,
        AUDIENCES,
        _twice_is_once,
        themes=frozenset({"entered twice"}),
    ),
)
