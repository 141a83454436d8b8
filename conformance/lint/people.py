"""Checks of who an event is about: identifiers, and data fields that are identifiers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from conformance.lint.model import Complaint
from conformance.lint.reads import directive_of, has_directive
from conformance.lint.specification import specification
from conformance.lint.subject import Subject
from conformance.lint.texts import looks_like_path, looks_like_template

_IN_USER: Final = frozenset({"updateCart", "trackPurchase"})
_IDENTIFIERS: Final = ("email", "userId")
#: Fields of a profile that Iterable writes alone.
_MANAGED: Final = frozenset({"profileUpdatedAt", "itblInternal", "itblUserId", "itblDS", "phoneNumberDetails"})
_WANTED: Final = {"email": "email", "userid": "userId"}
_PROJECTS: Final = {"email": "an email-based", "userid": "a userID-based"}


def people_at(subject: Subject) -> tuple[str, ...]:
    """Where the mapping of an action says who an event is about."""
    return ("user",) if subject.slug in _IN_USER else ()


def check_people(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the identifiers, whatever the project type."""
    if subject.action is None or not subject.is_field_by_field:
        return
    at = people_at(subject)
    holder = _holder(subject)
    if not isinstance(holder, dict) or directive_of(holder):
        return
    if not any(subject.maps(*at, name) for name in _IDENTIFIERS):
        message = "neither `email` nor `userId` is mapped, so every event is rejected"
        advice = 'map "userId" to {"@path": "$.userId"}, "email" to the path of the email address, or both'
        yield Complaint("identifier.missing", ("mapping", *at), message, advice)
    for name in _IDENTIFIERS:
        yield from _constant(("mapping", *at, name), name, holder.get(name))
    yield from _anonymous(subject, at)
    yield from _exchanged(subject, at)
    yield from _message_id(subject, at)
    yield from _new_email(subject)
    if subject.slug != "trackEvent":  # what an event has of its own renames nobody
        yield from _data_fields(("mapping", *at, "dataFields"), holder)


def _holder(subject: Subject) -> Any:
    at = people_at(subject)
    return subject.fields.get("user") if at else subject.fields


def _constant(keys: tuple[str | int, ...], name: str, value: Any) -> Iterator[Complaint]:
    as_it_stands = isinstance(value, dict) and directive_of(value) == "@literal"
    if as_it_stands:
        value = value["@literal"]
    if not isinstance(value, (str, int, float)) or isinstance(value, bool) or value == "":
        return
    if not as_it_stands and isinstance(value, str) and (looks_like_path(value) or looks_like_template(value)):
        return
    message = f"`{name}` is the same for every event, so all events go to one person"
    yield Complaint("identifier.constant", keys, message, 'write a directive, such as {"@path": "$.userId"}')


def _anonymous(subject: Subject, at: tuple[str, ...]) -> Iterator[Complaint]:
    for read in subject.contents.of(*at, "email"):
        if read.input == "event" and read.steps == ("anonymousId",):
            others = [other for other in subject.contents.of(*at, "email") if other is not read]
            what = "falls back to" if others else "is"
            message = (
                f"`email` {what} the anonymousId, which is not an email address: the event is rejected "
                "even if it has a userId"
            )
            yield Complaint("identifier.anonymous-id", ("mapping", *read.keys), message, "remove it")


def _exchanged(subject: Subject, at: tuple[str, ...]) -> Iterator[Complaint]:
    """Identifiers that are read from each other's place, and people who are known by their device."""
    emails, ids = subject.contents.of(*at, "email"), subject.contents.of(*at, "userId")
    if (
        [read.steps for read in emails] == [("userId",)]
        and ids
        and all(read.steps[-1:] == ("email",) for read in ids)
    ):
        message = "`email` reads the userId, and `userId` the email address"
        yield Complaint("identifier.exchanged", ("mapping", *emails[0].keys), message, "swap them")
    for read in ids:
        if read.input == "event" and read.steps == ("anonymousId",):
            alone = len(ids) == 1
            message = "`userId` is the anonymousId" if alone else "`userId` falls back to the anonymousId"
            more = "the same person is a different user on every device, and again after signing in"
            keys = ("mapping", *read.keys)
            yield Complaint("identifier.device", keys, f"{message}: {more}", "map only $.userId")


def _message_id(subject: Subject, at: tuple[str, ...]) -> Iterator[Complaint]:
    for name in _IDENTIFIERS:
        reads = subject.contents.of(*at, name)
        if [read.steps for read in reads] == [("messageId",)]:
            message = f"`{name}` is the messageId, so every event gets a new person"
            advice = (
                "map it to the path of the userId" if name == "userId" else "map it to the path of the email address"
            )
            yield Complaint("identifier.message-id", ("mapping", *reads[0].keys), message, advice)


def _new_email(subject: Subject) -> Iterator[Complaint]:
    value = subject.fields.get("newEmail")
    if has_directive(value) and value == subject.fields.get("email"):
        message = "`newEmail` equals `email`, so no address ever changes"
        advice = "map `email` to the old address, or remove `newEmail`"
        yield Complaint("identifier.new-email", ("mapping", "newEmail"), message, advice)


def _data_fields(keys: tuple[str | int, ...], holder: dict[str, Any]) -> Iterator[Complaint]:
    data = holder.get("dataFields")
    if not isinstance(data, dict) or directive_of(data):
        return
    if "phoneNumber" in data:
        message = "a data field `phoneNumber` is overwritten by the field `phoneNumber`, or removed if there is none"
        yield Complaint("data-fields.phone-number", (*keys, "phoneNumber"), message, "map the field `phoneNumber`")
    for name in _MANAGED & data.keys():
        message = f"only Iterable writes `{name}`; a value that is sent is discarded"
        yield Complaint("data-fields.managed", (*keys, name), message, "remove it, or use another name")
    for name in _IDENTIFIERS:
        if name in data and has_directive(data[name]) and data[name] != holder.get(name):
            message = f"a data field `{name}` whose value differs from the field `{name}` renames the person"
            yield Complaint(
                "data-fields.identifier", (*keys, name), message, f"remove it, or give it a name other than {name}"
            )


def check_project_types(
    subject: Subject, subjects: Sequence[Subject], project_types: Sequence[str]
) -> Iterator[Complaint]:
    """What is wrong with the identifiers in projects of some types.

    Args:
        subject: The subscription.
        subjects: All of the configuration.
        project_types: `email`, `userid` and `hybrid`, as far as they are asked for.
    """
    if subject.action is None or not subject.is_field_by_field:
        return
    at = people_at(subject)
    for project_type in project_types:
        name = _WANTED.get(project_type)
        if name is None or subject.maps(*at, name) or not any(subject.maps(*at, other) for other in _IDENTIFIERS):
            continue
        if name == "email" and subject.slug != "updateUser" and _creates_people(subjects):
            continue  # a userId is enough for those who are known by both
        project = _PROJECTS[project_type]
        if name == "email":
            message = f"{project} project creates people by email, and no `email` is mapped"
        else:
            message = f"{project} project identifies people by userId, and no `userId` is mapped"
        yield Complaint("identifier.project-type", ("mapping", *at), message, f"map `{name}`")


def check_seldom(subject: Subject, project_types: Sequence[str]) -> Iterator[Complaint]:
    """An email-based project that would know people by `$.properties.email` alone.

    Segment's libraries put the address of a track's person in `context.traits`, and few events have one among their
    properties.
    """
    at = people_at(subject)
    reads = [read for name in _IDENTIFIERS for read in subject.contents.of(*at, name) if read.input == "event"]
    if "email" not in project_types or subject.is_reverse_etl or subject.is_audience or subject.types != {"track"}:
        return
    if not reads or any(read.steps[:2] != ("properties", "email") for read in reads) or _has_email(subject):
        return
    message = "`$.properties.email` is the only identifier, and most events from Segment's libraries do not have it"
    advice = "fall back on $.context.traits.email, and map userId"
    yield Complaint("identifier.seldom", ("mapping", *reads[0].keys), message, advice)


def _has_email(subject: Subject) -> bool:
    """Whether all events that are taken have an e-mail address among their properties, by Segment's specification."""
    events = specification().events
    return bool(subject.names) and all("email" in (events.get(name) or ()) for name in subject.names or ())


def _creates_people(subjects: Sequence[Subject]) -> bool:
    """Whether some subscription gives people their e-mail address."""
    return any(
        other.slug == "updateUser" and (other.maps("email") or not other.is_field_by_field) for other in subjects
    )
