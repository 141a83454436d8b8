"""Properties about people: that they exist, once, and that what they do is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from conformance.properties import scenario_expectations as expected
from conformance.properties.execution import Profile, State, Trial
from conformance.properties.model import Property, Severity, Violation
from conformance.strategies import CHANGES, PEOPLE, Happening, Human
from simulator.project.identifiers import is_email

_TYPES: Final = "Iterable support article 9216719179796, project types and unique identifiers"
_IDENTIFYING: Final = "Iterable support article 29156459027348, creating and identifying users"
_CHANGING: Final = "Iterable support article 217502386, updating email or userId"
_SEGMENT: Final = "Segment's page of the Iterable (Actions) destination"


def keys_of(trial: Trial, happening: Happening) -> list[dict[str, str]]:
    """The identifiers that an event carries and that count in the project, as a scenario file names them."""
    event = happening.event
    email, user_id = trial.knowledge.email_in(event), event.get("userId")
    keys: list[dict[str, str]] = []
    if trial.project_type != "email" and user_id not in (None, ""):
        keys.append({"userId": str(user_id)})
    if trial.project_type != "userid" and isinstance(email, str) and is_email(email.lower()):
        keys.append({"email": email.lower()})
    return keys


def _profiles_with(state: State, key: dict[str, str]) -> list[Profile]:
    return state.find(email=key.get("email"), user_id=key.get("userId"))


def _identifies(trial: Trial) -> Iterator[Happening]:
    """The events that some subscription of updateUser takes."""
    for happening in trial.history.happenings:
        if any(known.action == "updateUser" for known in trial.knowledge.taking(happening.event)):
            yield happening


def _person_exists(trial: Trial) -> Iterator[Violation | None]:
    for happening in _identifies(trial):
        for key in keys_of(trial, happening):
            there = _profiles_with(trial.end, key)
            detail = f"nobody has {expected.shown(key)} although they were identified with it"
            yield None if there else Violation(detail, expected.person(key))


def _person_once(trial: Trial) -> Iterator[Violation | None]:
    present = [human for human in trial.history.humans if trial.end.of(human)]
    for human in present:
        profiles = trial.end.of(human)
        if len(profiles) == 1:
            yield None
            continue
        shown = expected.shown([profile.identifiers for profile in profiles])
        detail = f"one person has {len(profiles)} profiles: {shown}"
        yield Violation(detail, {"counts": {"users": len(present)}})


def _no_two_become_one(trial: Trial) -> Iterator[Violation | None]:
    owners: dict[int, set[Human]] = {}
    for step in trial.steps:
        humans = {happening.human for happening in step.delivery.happenings}
        if len(humans) == 1:
            touched = {profile.number for profile in step.written} | {event.owner for event in step.new_events}
            for number in touched:
                owners.setdefault(number, set()).update(humans)
    for number, humans in owners.items():
        if len(humans) == 1:
            yield None
            continue
        names = [profile.identifiers for profile in trial.end.profiles if profile.number == number]
        detail = f"{len(humans)} people share the profile {expected.shown(names)}"
        yield Violation(detail, {"counts": {"users": len(trial.history.humans)}})


def _event_is_theirs(trial: Trial) -> Iterator[Violation | None]:
    for step in trial.steps:
        if not any(trial.taken(step, "trackEvent")):
            continue
        for human in {happening.human: None for happening in step.delivery.happenings}:
            theirs = [
                item for item in step.delivery.happenings if item.human is human and item.event["type"] == "track"
            ]
            known = [item for item in theirs if _known_by(trial, step.before, item)]
            if known:
                yield _all_arrived(trial, step.before, step.after, human, len(known), step.index)


def _known_by(trial: Trial, state: State, happening: Happening) -> list[Profile]:
    """The profiles that an event's identifiers lead to; in an email-based project a userId that exists does, too."""
    keys = keys_of(trial, happening)
    user_id = happening.event.get("userId")
    if trial.project_type == "email" and not keys and user_id is not None:
        keys = [{"userId": str(user_id)}]
    return [profile for key in keys for profile in _profiles_with(state, key)]


def _all_arrived(
    trial: Trial, before: State, after: State, human: Human, count: int, index: int | None
) -> Violation | None:
    had = len(before.events_of(before.of(human)))
    have = len(after.events_of(after.of(human)))
    if have >= had + count:
        return None
    profiles = after.of(human) or trial.end.of(human)
    who = profiles[0].identifiers if profiles else {"userId": human.user_id}
    detail = f"{count} of their events should be on {expected.shown(who)}; {have - had} are"
    wanted = {"events": [{"user": who, "eventType": "customEvent", "count": had + count}]}
    return Violation(detail, wanted, index)


def _early_event_is_theirs(trial: Trial) -> Iterator[Violation | None]:
    for human in trial.history.humans:
        tracks = [
            happening
            for happening in trial.history.happenings
            if happening.human is human
            and happening.event["type"] == "track"
            and any(known.action == "trackEvent" for known in trial.knowledge.taking(happening.event))
        ]
        if tracks and trial.end.of(human):
            yield _all_arrived(trial, State(), trial.end, human, len(tracks), None)


def _address_changes(trial: Trial) -> Iterator[Violation | None]:
    for human in trial.history.humans:
        steps = [step for step in trial.steps if human.new_email in str(step.delivery.events)]
        if not steps or not steps[0].before.of(human):
            continue
        profiles = trial.end.of(human)
        if len(profiles) == 1 and profiles[0].email == human.new_email:
            yield None
            continue
        shown = expected.shown([profile.identifiers for profile in profiles])
        detail = f"{human.email} became {human.new_email}; there is now {shown}"
        yield Violation(detail, {"counts": {"users": 1}, **expected.person({"email": human.new_email})})


def _trait_does_not_rename(trial: Trial) -> Iterator[Violation | None]:
    for happening in _identifies(trial):
        user_id = happening.event.get("userId")
        if isinstance(user_id, str) and trial.end.profiles:
            detail = f"nobody has the userId {user_id} any more; a trait took its place"
            found = trial.end.find(user_id=user_id)
            yield None if found else Violation(detail, expected.person({"userId": user_id}))


def _people_with_one_address(trial: Trial) -> Iterator[Violation | None]:
    named = {happening.event.get("userId") for happening in _identifies(trial)} - {None}
    if len(named) > 1:
        held = len(trial.end.profiles) >= len(named)
        detail = f"{len(named)} people share an e-mail, and there are {len(trial.end.profiles)} profiles"
        yield None if held else Violation(detail, {"counts": {"users": len(named)}})


def _people_with_one_user_id(trial: Trial) -> Iterator[Violation | None]:
    addresses = {trial.knowledge.email_in(happening.event) for happening in _identifies(trial)} - {None}
    if len(addresses) > 1:
        held = len(trial.end.profiles) >= len(addresses)
        detail = f"a userId was given to {len(addresses)} people, and there are {len(trial.end.profiles)} profiles"
        yield None if held else Violation(detail, {"counts": {"users": len(addresses)}})


_EARLY: Final = frozenset({"anonymous at first", "an event before the identify"})
_NEW_EMAIL: Final = frozenset({"a new e-mail", "a new e-mail, in a batch"})

PROPERTIES: Final = (
    Property(
        "identity.person-exists",
        "A person who was identified with what their project needs exists afterwards.",
        f"{_IDENTIFYING}; {_SEGMENT}",
        Severity.HIGH,
        PEOPLE,
        _person_exists,
    ),
    Property(
        "identity.person-once",
        "A person exists once, whatever the devices and the identifiers that they appear with.",
        _TYPES,
        Severity.HIGH,
        PEOPLE,
        _person_once,
    ),
    Property(
        "identity.no-two-become-one",
        "No two people become one.",
        _TYPES,
        Severity.HIGH,
        PEOPLE,
        _no_two_become_one,
    ),
    Property(
        "identity.event-is-theirs",
        "An event of a person whom the project knows is stored, as theirs.",
        f"{_SEGMENT}, custom events; {_IDENTIFYING}",
        Severity.HIGH,
        PEOPLE,
        _event_is_theirs,
    ),
    Property(
        "identity.early-event-is-theirs",
        "What a person did before they were identified is theirs once they are.",
        f"{_SEGMENT}, custom events",
        Severity.MEDIUM,
        PEOPLE,
        _early_event_is_theirs,
        themes=_EARLY,
    ),
    Property(
        "identity.new-address",
        "A person who changes their e-mail stays one person, with the new one.",
        f"{_CHANGING}; Segment pull request 3811",
        Severity.HIGH,
        CHANGES,
        _address_changes,
        themes=_NEW_EMAIL,
    ),
    Property(
        "identity.trait-renames-nobody",
        "A trait that is called userId does not rename the person.",
        _CHANGING,
        Severity.HIGH,
        CHANGES,
        _trait_does_not_rename,
        themes=frozenset({"a trait named userId"}),
    ),
    Property(
        "identity.shared-address",
        "Two people with one e-mail stay two.",
        _TYPES,
        Severity.MEDIUM,
        CHANGES,
        _people_with_one_address,
        themes=frozenset({"two people, one e-mail"}),
    ),
    Property(
        "identity.reused-user-id",
        "A userId that is given to somebody else makes another person.",
        _TYPES,
        Severity.LOW,
        CHANGES,
        _people_with_one_user_id,
        themes=frozenset({"two people, one userId"}),
    ),
)
