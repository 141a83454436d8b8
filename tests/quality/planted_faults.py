"""Wrong destinations and wrong simulators: each a problem that somebody could make in ours.

A wrong destination is told by what it puts on the wire; a wrong simulator by what it does with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from conformance.properties.execution import Executor
from destination import Reply as DestinationReply
from destination import Request as DestinationRequest
from simulator.api import identifiers, profile_write
from simulator.api.operations import events as event_calls
from simulator.project.events import Event, Events
from simulator.project.forgotten import Forgotten
from simulator.project.identity import Decision, Identity
from simulator.project.lists import Lists
from simulator.project.people import People
from simulator.project.project import Project

if TYPE_CHECKING:
    import pytest

Plant = Callable[["pytest.MonkeyPatch"], None]
#: Changes the body of a request on its way; None swallows the request, which is answered by a success.
Rewrite = Callable[[str, dict[str, Any]], dict[str, Any] | None]
SUCCESS = DestinationReply(
    200, "OK", '{"msg":"","code":"Success","params":null}', {"content-type": "application/json"}
)


def on_the_wire(rewrite: Rewrite) -> Plant:
    """A destination that sends something else."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        send = Executor.send

        def sent_otherwise(self: Executor, request: DestinationRequest) -> DestinationReply:
            if not isinstance(request.json, dict):
                return send(self, request)
            body = rewrite(request.url.partition("/api/")[2], json.loads(json.dumps(request.json)))
            if body is None:
                return SUCCESS
            return send(self, DestinationRequest(request.method, request.url, request.headers, body))

        patch.setattr(Executor, "send", sent_otherwise)

    return plant


def people_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Whatever in a body says who somebody is."""
    if "user" in body:
        return [body["user"]]
    people: list[dict[str, Any]] = body.get("users") or body.get("events") or [body]
    return people


def each_person(change: Callable[[dict[str, Any]], object]) -> Plant:
    """A destination that says something else about everybody."""

    def rewrite(_path: str, body: dict[str, Any]) -> dict[str, Any]:
        for person in people_of(body):
            change(person)
        return body

    return on_the_wire(rewrite)


def each_value(change: Callable[[Any], Any]) -> Plant:
    """A destination that sends other values of data fields."""

    def rewrite(_path: str, body: dict[str, Any]) -> dict[str, Any]:
        for part in [body, *people_of(body)]:
            fields = part.get("dataFields")
            if isinstance(fields, dict):
                part["dataFields"] = {name: change(value) for name, value in fields.items()}
        return body

    return on_the_wire(rewrite)


def on_path(path: str, change: Callable[[dict[str, Any]], object]) -> Plant:
    """A destination that sends something else to one call."""

    def rewrite(called: str, body: dict[str, Any]) -> dict[str, Any]:
        if called == path:
            change(body)
        return body

    return on_the_wire(rewrite)


def put(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    """Changes a member where it is there."""

    def changed(holder: dict[str, Any]) -> None:
        if holder.get(name) is not None:
            holder[name] = change(holder[name])

    return changed


def without(name: str) -> Callable[[dict[str, Any]], object]:
    """Takes a member out."""
    return lambda holder: holder.pop(name, None)


def in_fields(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], None]:
    """Changes the data fields where there are any."""

    def changed(holder: dict[str, Any]) -> None:
        if isinstance(holder.get("dataFields"), dict):
            change(holder["dataFields"])

    return changed


def swap(body: dict[str, Any]) -> None:
    email, user_id = body.pop("email", None), body.pop("userId", None)
    body |= {name: value for name, value in (("userId", email), ("email", user_id)) if value is not None}


def looks_like_a_date(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= 10 and value[4:5] == "-" and value[:4].isdigit()


def lower_names(fields: dict[str, Any]) -> None:
    lowered = {name.lower(): value for name, value in fields.items()}
    fields.clear()
    fields.update(lowered)


DESTINATIONS: dict[str, Plant] = {
    "the last of a batch of people is left out": on_path("users/bulkUpdate", put("users", lambda users: users[:-1])),
    "the last of a batch of events is left out": on_path(
        "events/trackBulk", put("events", lambda events: events[:-1])
    ),
    "a batch sends its first person for everybody": on_path(
        "users/bulkUpdate", put("users", lambda users: [users[0]] * len(users))
    ),
    "the time of an event is left out": each_person(without("createdAt")),
    "the time of an event is a text": each_person(put("createdAt", str)),
    "the time of an event is an hour off": each_person(put("createdAt", lambda seconds: seconds - 3600)),
    "the phone number is left out": each_person(in_fields(without("phoneNumber"))),
    "a missing phone number is sent as null": each_person(
        in_fields(lambda fields: fields.setdefault("phoneNumber", None))
    ),
    "userIds cut to two characters": each_person(put("userId", lambda user_id: user_id[:2])),
    "the e-mail in the place of the userId": each_person(swap),
    "no e-mail": each_person(without("email")),
    "no userId": each_person(without("userId")),
    "dates as numbers": each_value(lambda value: 1_700_000_000 if looks_like_a_date(value) else value),
    "dates without their time": each_value(lambda value: value[:4] if looks_like_a_date(value) else value),
    "numbers as texts": each_value(
        lambda value: str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    ),
    "truth as a word": each_value(lambda value: str(value) if isinstance(value, bool) else value),
    "objects as texts": each_value(lambda value: json.dumps(value) if isinstance(value, dict) else value),
    "lists as texts": each_value(lambda value: ", ".join(map(str, value)) if isinstance(value, list) else value),
    "names of fields in lower case": each_person(in_fields(lower_names)),
    "no data fields": each_person(without("dataFields")),
    "no ids of events": each_person(without("id")),
    "one id for every event": each_person(put("id", lambda _: "event")),
    "totals in cents": on_path("commerce/trackPurchase", put("total", lambda total: total * 100)),
    "the first item of an order only": on_path("commerce/trackPurchase", put("items", lambda items: items[:1])),
    "quantities of one": on_path(
        "commerce/trackPurchase", lambda body: [item.update(quantity=1) for item in body["items"]]
    ),
    "whole prices": on_path(
        "commerce/trackPurchase", lambda body: [item.update(price=int(item["price"])) for item in body["items"]]
    ),
    "carts that are never sent": on_the_wire(lambda path, body: None if path == "commerce/updateCart" else body),
    "orders that are never sent": on_the_wire(lambda path, body: None if path == "commerce/trackPurchase" else body),
}


def _stale_address(patch: pytest.MonkeyPatch) -> None:
    last: list[str] = []

    def rewrite(_path: str, body: dict[str, Any]) -> dict[str, Any]:
        for person in people_of(body):
            if "email" in person:
                last.append(person["email"])
                person["email"] = last[-2] if len(last) > 1 else person["email"]
        return body

    on_the_wire(rewrite)(patch)


DESTINATIONS["the address of the person before"] = _stale_address


def refusals_hidden(patch: pytest.MonkeyPatch) -> None:
    """A destination that takes every refusal for a success."""
    send = Executor.send

    def hidden(self: Executor, request: DestinationRequest) -> DestinationReply:
        reply = send(self, request)
        return SUCCESS if reply.status >= 400 else reply  # every refusal

    patch.setattr(Executor, "send", hidden)


DESTINATIONS["refusals are taken for successes"] = refusals_hidden


def case_kept(patch: pytest.MonkeyPatch) -> None:
    """E-mails keep their case."""
    patch.setattr(identifiers, "normal_email", lambda email: email)
    patch.setattr(identifiers, "is_email", lambda email: "@" in email)


def user_id_ignored_in_hybrid(patch: pytest.MonkeyPatch) -> None:
    """In a hybrid project the e-mail alone decides where there is one."""
    decide = Identity._hybrid
    patch.setattr(Identity, "_hybrid", lambda self, email, user_id: decide(self, email, None if email else user_id))


def tracks_never_create(patch: pytest.MonkeyPatch) -> None:
    """Events create nobody in any project type."""
    track = Identity.for_track

    def decide(self: Identity, email: str | None, user_id: str | None) -> Decision:
        decision = track(self, email, user_id)
        return decision if decision.create is None else Decision(decision.case)

    patch.setattr(Identity, "for_track", decide)


def cart_stays(patch: pytest.MonkeyPatch) -> None:
    """A purchase leaves the cart as it was."""
    purchase = event_calls.store_event

    def store(project: Project, event: Event, types: Any) -> None:
        if event.type == "purchase":
            event.person.fields["shoppingCartItems"] = [{"id": "stale"}]
        purchase(project, event, types)

    patch.setattr("simulator.api.operations.commerce.store_event", store)


def events_of_the_first(patch: pytest.MonkeyPatch) -> None:
    """Every event goes to the first person of the project."""
    store = Events.store

    def misplace(self: Events, event: Event) -> None:
        first = next(iter(self._of), event.person)
        event.person = first
        store(self, event)

    patch.setattr(Events, "store", misplace)


def events_lost(patch: pytest.MonkeyPatch) -> None:
    """Custom events are accepted and not stored."""
    store = Events.store
    patch.setattr(Events, "store", lambda self, event: None if event.type == "customEvent" else store(self, event))


def purchases_lost(patch: pytest.MonkeyPatch) -> None:
    """Purchases are accepted and not stored."""
    store = Events.store
    patch.setattr(Events, "store", lambda self, event: None if event.type == "purchase" else store(self, event))


def ids_not_known_again(patch: pytest.MonkeyPatch) -> None:
    """An event with an id that is there is stored once more."""
    store = Events.store

    def again(self: Events, event: Event) -> None:
        event.id = f"{event.id}-{len(self)}"
        store(self, event)

    patch.setattr(Events, "store", again)


def time_of_receipt(patch: pytest.MonkeyPatch) -> None:
    """The time of an event is that of its receipt."""
    patch.setattr(event_calls, "seconds", lambda _project, _created_at, now: now // 1000)


def profiles_begin_anew(patch: pytest.MonkeyPatch) -> None:
    """A write replaces the whole profile."""
    merge = Project.merge_fields

    def replace(self: Project, person: Any, fields: Any, now: int, *, nested: bool = False) -> None:
        person.fields.clear()
        merge(self, person, fields, now, nested=nested)

    patch.setattr(Project, "merge_fields", replace)


def first_value_stays(patch: pytest.MonkeyPatch) -> None:
    """A field that is there is not written again."""
    merge = Project.merge_fields

    def keep(self: Project, person: Any, fields: Any, now: int, *, nested: bool = False) -> None:
        merge(self, person, {k: v for k, v in fields.items() if k not in person.fields}, now, nested=nested)

    patch.setattr(Project, "merge_fields", keep)


def values_as_text(patch: pytest.MonkeyPatch) -> None:
    """Numbers are stored as texts."""
    merge = Project.merge_fields

    def texts(self: Project, person: Any, fields: Any, now: int, *, nested: bool = False) -> None:
        shown = {k: str(v) if isinstance(v, (int, float)) else v for k, v in fields.items()}
        merge(self, person, shown, now, nested=nested)

    patch.setattr(Project, "merge_fields", texts)


def new_fields_dropped(patch: pytest.MonkeyPatch) -> None:
    """Fields that the project does not have are dropped."""
    keep = profile_write._writable
    patch.setattr(profile_write, "_writable", lambda project, fields, **_: keep(project, fields, create_fields=False))


def somebody_else_found(patch: pytest.MonkeyPatch) -> None:
    """Who is looked for by userId is the person who came last."""
    patch.setattr(People, "with_user_id", lambda self, _user_id: list(self)[-1:])
    patch.setattr(People, "first_with_user_id", lambda self, _user_id: next(reversed(list(self)), None))


def nobody_found_by_user_id(patch: pytest.MonkeyPatch) -> None:
    """Nobody is ever found by userId."""
    patch.setattr(People, "with_user_id", lambda _self, _user_id: ())
    patch.setattr(People, "first_with_user_id", lambda _self, _user_id: None)


def every_second_write_lost(patch: pytest.MonkeyPatch) -> None:
    """A write of a person who was there is accepted and lost."""
    merge = Project.merge_fields

    def lose(self: Project, person: Any, fields: Any, now: int, *, nested: bool = False) -> None:
        if person.updated_at == person.created_at == now:
            merge(self, person, fields, now, nested=nested)

    patch.setattr(Project, "merge_fields", lose)


def identifiers_not_written(patch: pytest.MonkeyPatch) -> None:
    """The second identifier of a known person is not written."""
    patch.setattr(People, "set_user_id", lambda *_: None)
    patch.setattr(People, "set_email", lambda *_: None)


def new_people_take_the_events_of_the_last(patch: pytest.MonkeyPatch) -> None:
    """A new person is the last one with new identifiers."""
    create = Project.create_person

    def reuse(self: Project, email: str | None, user_id: str | None, now: int, *, signup_source: str = "API") -> Any:
        last = next(reversed(list(self.people)), None)
        if last is None:
            return create(self, email, user_id, now, signup_source=signup_source)
        self.people.set_email(last, email or last.email)
        self.people.set_user_id(last, user_id or last.user_id)
        return last

    patch.setattr(Project, "create_person", reuse)


SIMULATORS: dict[str, Plant] = {
    (plant.__doc__ or "").rstrip("."): plant
    for plant in (
        case_kept,
        user_id_ignored_in_hybrid,
        tracks_never_create,
        cart_stays,
        events_of_the_first,
        events_lost,
        purchases_lost,
        ids_not_known_again,
        time_of_receipt,
        profiles_begin_anew,
        first_value_stays,
        values_as_text,
        new_fields_dropped,
        somebody_else_found,
        nobody_found_by_user_id,
        every_second_write_lost,
        identifiers_not_written,
        new_people_take_the_events_of_the_last,
    )
}


def tracks_create(patch: pytest.MonkeyPatch) -> None:
    """Events create people in every project type."""
    patch.setattr(Identity, "for_track", Identity.for_write)


def the_forgotten_come_back(patch: pytest.MonkeyPatch) -> None:
    """Somebody forgotten is let in again."""
    patch.setattr(Forgotten, "includes", lambda *_: False)


def members_stay(patch: pytest.MonkeyPatch) -> None:
    """Who leaves a list stays on it."""
    patch.setattr(Lists, "leave", lambda *_: None)


def the_merged_stay(patch: pytest.MonkeyPatch) -> None:
    """The source of a merge stays."""
    patch.setattr(Project, "remove_person", lambda *_: None)


def events_stay_behind(patch: pytest.MonkeyPatch) -> None:
    """The events of the source do not move in a merge."""
    patch.setattr(Events, "move", lambda self, source, _destination: self.remove_of(source))


#: Problems that no mapping can show, and that the naive account of the documents does.
AGAINST_THE_REFERENCE: dict[str, Plant] = {
    (plant.__doc__ or "").rstrip("."): plant
    for plant in (tracks_create, the_forgotten_come_back, members_stay, the_merged_stay, events_stay_behind)
}
