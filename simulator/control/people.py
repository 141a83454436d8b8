"""The people of a project over the control surface: searched, one of them with their past, and who set what."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from simulator.control.blame import MOST_VALUES, changes_of, histories, settings_of, value_at, ways_to, who_asked
from simulator.control.parameters import Parameters
from simulator.control.projects import project_of
from simulator.control.replies import ControlError, json_reply
from simulator.project.field_types import MANAGED_FIELDS
from simulator.project.profile_changes import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.message import Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

_SHOWN: Final = 100
_UNKNOWN: Final = "no request that the journal still has set it"
_MANAGED: Final = "Iterable writes it by itself; this is the last request that wrote anything of the person"


def list_users(simulator: Simulator, _clock: Clock, request: Request, names: Mapping[str, str]) -> Reply:
    """People, oldest first: `search` chooses by a part of an email or userId, who has it whole first."""
    project = project_of(simulator, names)
    given = Parameters(request, "search", "after", "limit")
    search, after, limit = given.text("search") or "", given.number("after"), given.page()
    exact = _exactly(project, search)[:limit]
    found = _containing(project, search.lower()) if search else project.people
    first = [] if after is not None else exact
    left_out = frozenset(exact)
    rest = (person for person in found if person.number > (after or 0) and person not in left_out)
    page = [*first, *islice(rest, limit - len(first))]
    more = next(rest, None) is not None
    # Who comes first because they have it whole is no place to go on from.
    last = page[-1].number if len(page) > len(first) else after or 0
    users = [_user(project, person) for person in page]
    return json_reply({"users": users, "next": last if more else None, "total": len(found)})


def _exactly(project: Project, search: str) -> list[Person]:
    people = {*project.people.with_email(search.lower()), *project.people.with_user_id(search)}
    return sorted(people, key=lambda person: person.number)


def _containing(project: Project, search: str) -> list[Person]:
    return [
        person
        for person in project.people
        if ((email := person.email) is not None and search in email)
        or ((user_id := person.user_id) is not None and search in user_id.lower())
    ]


def _user(project: Project, person: Person) -> dict[str, Any]:
    return {**_who(person), "dataFields": project.profile(person)}


def _who(person: Person) -> dict[str, Any]:
    return {"person": person.number, "email": person.email, "userId": person.user_id}


def get_profile(simulator: Simulator, _clock: Clock, request: Request, names: Mapping[str, str]) -> Reply:
    """One person: fields, lists, how many events, and the past of every field."""
    project = project_of(simulator, names)
    person = person_of(project, Parameters(request, "user").required("user"))
    past = histories(simulator.journal, project, person)
    return json_reply(
        {
            **_user(project, person),
            "lists": [{"id": found.id, "name": found.name} for found in project.lists if person in found.members],
            "events": project.events.count_of(person),
            "history": [{"field": name, "values": [value.to_json() for value in values]} for name, values in past],
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
        raise ControlError(404, f"nobody in {name} has the email, userId or #number {user[:_SHOWN]!r}")
    return found


def get_blame(simulator: Simulator, _clock: Clock, request: Request, names: Mapping[str, str]) -> Reply:
    """Which request set a field of a person, and what set it before."""
    project = project_of(simulator, names)
    given = Parameters(request, "user", "field")
    user, field = given.required("user"), given.required("field")
    person = person_of(project, user)
    value = _value_of(project, person, field)
    shown: dict[str, Any] = {"user": _who(person), "field": field}
    if value is not ABSENT:
        shown["value"] = value
    if field.partition(".")[0] in MANAGED_FIELDS and value is not ABSENT:
        for number, entry, _change in changes_of(simulator.journal, project, person):
            return json_reply({**shown, **who_asked(number, entry), "note": _MANAGED, "history": []})
    values = list(islice(settings_of(simulator.journal, project, person, field), MOST_VALUES))
    if values:
        shown |= who_asked(values[0].number, values[0].entry)
    elif value is not ABSENT:
        shown |= {**who_asked(None, None), "note": _UNKNOWN}
    else:
        raise ControlError(404, f"no request that is kept set a field {field[:_SHOWN]!r} of {user[:_SHOWN]!r}")
    return json_reply({**shown, "history": [setting.to_json() for setting in values]})


def _value_of(project: Project, person: Person, field: str) -> Any:
    profile = project.profile(person)
    for name, inner in ways_to(field):
        if name in profile:
            found = value_at(profile[name], inner)
            if found is not ABSENT:
                return found
    return ABSENT
