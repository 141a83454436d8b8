"""The people of a project over the control surface: searched, one of them with their histories, and who set what."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from simulator.control.blame import (
    MOST_VALUES,
    changes_of,
    field_histories,
    request_summary,
    value_at,
    ways_to,
    writes_of,
)
from simulator.control.parameters import Parameters
from simulator.control.replies import ControlError, json_reply
from simulator.project.field_types import MANAGED_FIELDS
from simulator.project.profile_changes import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.control.call import ControlCall
    from simulator.message import Reply
    from simulator.project import Project
    from simulator.project.person import Person

_QUOTED: Final = 100
_UNKNOWN: Final = "no request still in the journal set it"
_MANAGED: Final = "Iterable sets it itself; this is the last request that wrote anything to the profile"


def list_users(call: ControlCall) -> Reply:
    """People, oldest first: `search` chooses by a part of an email or userId, who has it whole first."""
    project = call.project()
    given = Parameters(call.request, "search", "after", "limit")
    search, after, limit = given.text("search") or "", given.number("after"), given.page()
    exact = _exactly(project, search)[:limit]
    total, found = project.people.having(search.lower(), after or 0) if search else _everybody(project, after or 0)
    first = [] if after is not None else exact
    left_out = frozenset(exact)
    rest = (person for person in found if person not in left_out)
    page = [*first, *islice(rest, limit - len(first))]
    more = next(rest, None) is not None
    # Who comes first because they have it whole is no place to go on from.
    last = page[-1].number if len(page) > len(first) else after or 0
    users = [_user(project, person) for person in page]
    return json_reply({"users": users, "next": last if more else None, "total": total})


def _exactly(project: Project, search: str) -> list[Person]:
    people = {*project.people.with_email(search.lower()), *project.people.with_user_id(search)}
    return sorted(people, key=lambda person: person.number)


def _everybody(project: Project, after: int) -> tuple[int, Iterator[Person]]:
    return len(project.people), (person for person in project.people if person.number > after)


def _user(project: Project, person: Person) -> dict[str, Any]:
    return {**_who(person), "dataFields": project.profile(person)}


def _who(person: Person) -> dict[str, Any]:
    return {"person": person.number, "email": person.email, "userId": person.user_id}


def get_profile(call: ControlCall) -> Reply:
    """One person: fields, lists, how many events, and the histories of every field."""
    project = call.project()
    person = person_of(project, Parameters(call.request, "user").required("user"))
    histories = [
        {"field": name, "values": [write.to_json() for write in writes]}
        for name, writes in field_histories(call.simulator.journal, project, person)
    ]
    return json_reply(
        {
            **_user(project, person),
            "lists": [{"id": found.id, "name": found.name} for found in project.lists if person in found.members],
            "events": project.events.count_of(person),
            "history": histories,
        }
    )


def person_of(project: Project, user: str) -> Person:
    """The person that `user=` names: an email, a userId, or `#` and the number of a person.

    Raises:
        ControlError: There is nobody.
    """
    people = project.people
    found: Person | None = None
    if user.startswith("#") and user[1:].isascii() and user[1:].isdigit():
        found = people.numbered(int(user[1:]))
    holders = people.with_email(user.lower()) or people.with_user_id(user)
    if found is None and holders:
        found = holders[0]
    if found is None:
        name = project.configuration.name
        raise ControlError(404, f"no user in {name} has the email, userId or #number {user[:_QUOTED]!r}")
    return found


def get_blame(call: ControlCall) -> Reply:
    """Which request set a field of a person, and what set it before."""
    project = call.project()
    given = Parameters(call.request, "user", "field")
    user, field = given.required("user"), given.required("field")
    person = person_of(project, user)
    value = _value_of(project, person, field)
    answer: dict[str, Any] = {"user": _who(person), "field": field}
    if value is not ABSENT:
        answer["value"] = value
    if field.partition(".")[0] in MANAGED_FIELDS and value is not ABSENT:
        for number, entry, _change in changes_of(call.simulator.journal, project, person):
            return json_reply({**answer, **request_summary(number, entry), "note": _MANAGED, "history": []})
    values = list(islice(writes_of(call.simulator.journal, project, person, field), MOST_VALUES))
    if values:
        answer |= request_summary(values[0].number, values[0].entry)
    elif value is not ABSENT:
        answer |= {**request_summary(None, None), "note": _UNKNOWN}
    else:
        raise ControlError(
            404, f"no request still in the journal set a field {field[:_QUOTED]!r} of {user[:_QUOTED]!r}"
        )
    return json_reply({**answer, "history": [write.to_json() for write in values]})


def _value_of(project: Project, person: Person, field: str) -> Any:
    profile = project.profile(person)
    for name, inner in ways_to(field):
        if name in profile:
            found = value_at(profile[name], inner)
            if found is not ABSENT:
                return found
    return ABSENT
