"""Properties about people: that they exist, once, and that what they do is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from conformance.properties.execution import Execution
from conformance.properties.expectations import expect_person, to_json
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.state import Profile, State
from conformance.properties.wording import so_many_are, there_are
from conformance.strategies import CHANGES, PEOPLE, HistoryEvent, Persona
from simulator.project.identifiers import is_email

_TYPES: Final = "Iterable support article 9216719179796, project types and unique identifiers"
_IDENTIFYING: Final = "Iterable support article 29156459027348, creating and identifying users"
_CHANGING: Final = "Iterable support article 217502386, updating email or userId"
_SEGMENT: Final = "Segment's page of the Iterable (Actions) destination"


def keys_of(execution: Execution, history_event: HistoryEvent) -> list[dict[str, str]]:
    """The identifiers that an event carries and that count in the project, as a scenario file names them."""
    event = history_event.event
    email, user_id = execution.analysis.email_in(event), event.get("userId")
    keys: list[dict[str, str]] = []
    if execution.project_type != "email" and user_id not in (None, ""):
        keys.append({"userId": str(user_id)})
    if execution.project_type != "userid" and isinstance(email, str) and is_email(email.lower()):
        keys.append({"email": email.lower()})
    return keys


def _profiles_with(state: State, key: dict[str, str]) -> list[Profile]:
    return state.find(email=key.get("email"), user_id=key.get("userId"))


def _identifies(execution: Execution) -> Iterator[HistoryEvent]:
    return _taken_by(execution, "updateUser")


def _taken_by(execution: Execution, action: str) -> Iterator[HistoryEvent]:
    """The events that some subscription of an action takes."""
    for item in execution.history.history_events:
        if any(analysed.action == action for analysed in execution.analysis.taking(item.event)):
            yield item


def _person_exists(execution: Execution) -> Iterator[Violation | None]:
    for history_event in _identifies(execution):
        for key in keys_of(execution, history_event):
            there = _profiles_with(execution.end, key)
            detail = f"nobody has {to_json(key)} although someone was identified with it"
            yield None if there else Violation(detail, expect_person(key))


def _one_profile_per_person(execution: Execution) -> Iterator[Violation | None]:
    present = [persona for persona in execution.history.personas if execution.stored_for(persona)]
    for persona in present:
        profiles = execution.end.of(persona)
        if len(profiles) == 1:
            yield None
            continue
        profiles_text = to_json([profile.identifiers for profile in profiles])
        detail = f"one person has {len(profiles)} profiles: {profiles_text}"
        yield Violation(detail, {"counts": {"users": len(present)}})


def _no_two_become_one(execution: Execution) -> Iterator[Violation | None]:
    owners: dict[int, set[Persona]] = {}
    for step in execution.steps:
        personas = {history_event.persona for history_event in step.delivery.history_events}
        if len(personas) == 1:
            touched = {profile.number for profile in step.written} | {event.owner for event in step.new_events}
            for number in touched:
                owners.setdefault(number, set()).update(personas)
    for number, personas in owners.items():
        if len(personas) == 1:
            yield None
            continue
        names = [profile.identifiers for profile in execution.end.profiles if profile.number == number]
        detail = f"{len(personas)} people share the profile {to_json(names)}"
        yield Violation(detail, {"counts": {"users": len(execution.history.personas)}})


def _event_is_theirs(execution: Execution) -> Iterator[Violation | None]:
    for step in execution.steps:
        if not any(execution.taken(step, "trackEvent")):
            continue
        tracks = [item for item in step.delivery.history_events if item.event["type"] == "track"]
        for persona in {item.persona: None for item in tracks}:
            theirs = [item for item in tracks if item.persona is persona]
            attributable = [item for item in theirs if _known_by(execution, step.before, item)]
            if attributable:
                yield _all_arrived(execution, step.before, step.after, persona, len(attributable), step.index)


def _known_by(execution: Execution, state: State, history_event: HistoryEvent) -> list[Profile]:
    """The profiles that an event's identifiers lead to; in an email-based project a userId that exists does, too."""
    keys = keys_of(execution, history_event)
    user_id = history_event.event.get("userId")
    if execution.project_type == "email" and not keys and user_id is not None:
        keys = [{"userId": str(user_id)}]
    return [profile for key in keys for profile in _profiles_with(state, key)]


def _all_arrived(
    execution: Execution, before: State, after: State, persona: Persona, count: int, index: int | None
) -> Violation | None:
    had = len(before.events_of(before.of(persona)))
    have = len(after.events_of(after.of(persona)))
    if have >= had + count:
        return None
    profiles = after.of(persona) or execution.end.of(persona)
    who = profiles[0].identifiers if profiles else {"userId": persona.user_id}
    what = "an event of theirs" if count == 1 else f"{count} of their events"
    detail = f"{what} should be stored on {to_json(who)}; {so_many_are(have - had)}"
    wanted = {"events": [{"user": who, "eventType": "customEvent", "count": had + count}]}
    return Violation(detail, wanted, index)


def _early_event_is_theirs(execution: Execution) -> Iterator[Violation | None]:
    identified = {item.persona for item in _identifies(execution)}
    for persona in execution.history.personas:
        tracks = [item for item in _taken_by(execution, "trackEvent") if item.persona is persona]
        tracks = [item for item in tracks if item.event["type"] == "track"]
        if tracks and persona in identified and execution.end.of(persona):
            yield _all_arrived(execution, State(), execution.end, persona, len(tracks), None)


def _address_changes(execution: Execution) -> Iterator[Violation | None]:
    for persona in execution.history.personas:
        steps = [step for step in execution.steps if persona.new_email in str(step.delivery.events)]
        if not steps or not steps[0].before.of(persona) or not any(execution.taken(steps[0], "updateUser")):
            continue
        profiles = execution.end.of(persona)
        if len(profiles) == 1 and profiles[0].email == persona.new_email:
            yield None
            continue
        profiles_text = to_json([profile.identifiers for profile in profiles])
        detail = f"{persona.email} became {persona.new_email}; there is now {profiles_text}"
        yield Violation(detail, {"counts": {"users": 1}, **expect_person({"email": persona.new_email})})


def _trait_does_not_rename(execution: Execution) -> Iterator[Violation | None]:
    for history_event in _identifies(execution):
        user_id = history_event.event.get("userId")
        if isinstance(user_id, str) and execution.end.profiles:
            detail = f"nobody has the userId {user_id} any more; a trait replaced it"
            found = execution.end.find(user_id=user_id)
            yield None if found else Violation(detail, expect_person({"userId": user_id}))


def _people_with_one_address(execution: Execution) -> Iterator[Violation | None]:
    named = {history_event.event.get("userId") for history_event in _identifies(execution)} - {None}
    if len(named) > 1:
        profiles = len(execution.end.profiles)
        detail = f"{len(named)} people share an email, but {there_are(profiles, 'profile')}"
        yield None if profiles >= len(named) else Violation(detail, {"counts": {"users": len(named)}})


def _people_with_one_user_id(execution: Execution) -> Iterator[Violation | None]:
    addresses = {execution.analysis.email_in(item.event) for item in _identifies(execution)} - {None}
    if len(addresses) > 1:
        profiles = len(execution.end.profiles)
        detail = f"a userId was used by {len(addresses)} people, but {there_are(profiles, 'profile')}"
        yield None if profiles >= len(addresses) else Violation(detail, {"counts": {"users": len(addresses)}})


_EARLY: Final = frozenset({"anonymous at first", "an event before the identify"})
_NEW_EMAIL: Final = frozenset({"a new e-mail", "a new e-mail, in a batch"})

PROPERTIES: Final = (
    Property(
        "identity.person-exists",
        "A person identified with what the project type needs exists afterwards.",
        f"{_IDENTIFYING}; {_SEGMENT}",
        Severity.HIGH,
        PEOPLE,
        _person_exists,
    ),
    Property(
        "identity.one-profile-per-person",
        "A person exists once, whatever devices and identifiers they use.",
        _TYPES,
        Severity.HIGH,
        PEOPLE,
        _one_profile_per_person,
    ),
    Property(
        "identity.no-two-become-one",
        "Two people never become one.",
        _TYPES,
        Severity.HIGH,
        PEOPLE,
        _no_two_become_one,
    ),
    Property(
        "identity.event-is-theirs",
        "An event of a known person is stored on that person.",
        f"{_SEGMENT}, custom events; {_IDENTIFYING}",
        Severity.HIGH,
        PEOPLE,
        _event_is_theirs,
    ),
    Property(
        "identity.early-event-is-theirs",
        "What people did before they were identified is theirs afterwards.",
        f"{_SEGMENT}, custom events",
        Severity.MEDIUM,
        PEOPLE,
        _early_event_is_theirs,
        themes=_EARLY,
    ),
    Property(
        "identity.new-address",
        "A person who changes their email stays one person, with the new address.",
        f"{_CHANGING}; Segment pull request 3811",
        Severity.HIGH,
        CHANGES,
        _address_changes,
        themes=_NEW_EMAIL,
    ),
    Property(
        "identity.trait-renames-nobody",
        "A trait called userId does not rename the person.",
        _CHANGING,
        Severity.HIGH,
        CHANGES,
        _trait_does_not_rename,
        themes=frozenset({"a trait named userId"}),
    ),
    Property(
        "identity.shared-address",
        "Two people who share an email stay separate.",
        _TYPES,
        Severity.MEDIUM,
        CHANGES,
        _people_with_one_address,
        themes=frozenset({"two people, one e-mail"}),
    ),
    Property(
        "identity.reused-user-id",
        "A reassigned userId gets a new profile.",
        _TYPES,
        Severity.LOW,
        CHANGES,
        _people_with_one_user_id,
        themes=frozenset({"two people, one userId"}),
    ),
)
