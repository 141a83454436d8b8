"""What the control surface shows of people, their past, events and requests."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.control import outcome_counts
from simulator.journal import MemoryJournal
from simulator.persistence import Directory, StoredJournal
from simulator.service import Service

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.journal import Journal
    from simulator.message import Reply

NOW = 1_787_227_200_000
A, B = "a@x.test", "b@x.test"


class Look:
    """A project behind its service."""

    def __init__(self, project_type: str = "email", journal: Journal | None = None, **settings: Any) -> None:
        options = ProjectSettings.model_validate(settings)
        configuration = ProjectConfiguration("p", ProjectType(project_type), ("key",), options)
        self.simulator = Simulator([configuration], journal=journal)
        self.clock = Clock(NOW)
        self._service = Service(self.simulator, self.clock)

    def request(self, method: str, path: str, body: Any = None, query: str = "") -> tuple[int, Any]:
        payload = b"" if body is None else json.dumps(body).encode()
        reply = self._service.respond(Request(method, path, query, {"api-key": "key"}, payload)).reply
        assert reply is not None
        return reply.status, json.loads(reply.body or b"null")

    def post(self, path: str, **body: Any) -> int:
        return self.request("POST", f"/api/{path}", body)[0]

    def update(self, email: str, *, nested: bool = False, **fields: Any) -> None:
        assert self.post("users/update", email=email, dataFields=fields, mergeNestedObjects=nested) == 200

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        return self.request("GET", f"/_sim/{path}", query=urlencode(query))

    def raw(self, path: str) -> Reply:
        reply = self._service.respond(Request("GET", f"/_sim/{path}")).reply
        assert reply is not None
        return reply

    def shown(self, path: str, **query: Any) -> Any:
        status, body = self.get(path, **query)
        assert status == 200, body
        return body

    def blame(self, field: str, user: str = A) -> Any:
        return self.shown("projects/p/blame", user=user, field=field)


@pytest.fixture
def look() -> Look:
    return Look()


def numbers(body: Any) -> list[int]:
    return [entry["number"] for entry in body["entries"]]


def test_blame_names_the_request_that_set_a_field_and_those_before_it(look: Look) -> None:
    look.update(A, plan="free")
    look.update(A, city="London")
    look.clock.advance(60)
    look.update(A, plan="gold")
    blame = look.blame("plan")
    assert blame["user"] == {"person": 1, "email": A, "userId": None}
    assert (blame["value"], blame["number"], blame["at"]) == ("gold", 3, "2026-08-20T12:01:00.000Z")
    assert (blame["method"], blame["path"]) == ("POST", "/api/users/update")
    assert blame["rules"] == ["users.update.email-based.known-email"]
    assert [(one["number"], one.get("before"), one["after"]) for one in blame["history"]] == [
        (3, "free", "gold"),
        (1, None, "free"),
    ]


def test_a_request_that_wrote_the_same_value_again_is_the_one_to_blame(look: Look) -> None:
    look.update(A, plan="free")
    look.update(A, plan="free")
    assert look.blame("plan")["number"] == 2


def test_blame_knows_who_took_a_field_away(look: Look) -> None:
    look.update(A, plan="free")
    look.update(A, plan=None)
    blame = look.blame("plan")
    assert "value" not in blame
    assert blame["number"] == 2
    assert "after" not in blame["history"][0]


def test_what_iterable_writes_by_itself_is_blamed_on_the_last_write(look: Look) -> None:
    look.update(A)
    look.update(A, plan="free")
    blame = look.blame("profileUpdatedAt")
    assert (blame["value"], blame["number"]) == ("2026-08-20 12:00:00 +00:00", 2)
    assert "Iterable sets it itself" in blame["note"]


def test_blame_of_identifiers(look: Look) -> None:
    look.update(A)
    look.post("users/updateEmail", currentEmail=A, newEmail=B)
    blame = look.blame("email", B)
    assert (blame["number"], blame["path"], blame["value"]) == (2, "/api/users/updateEmail", B)


@pytest.mark.parametrize(
    ("nested", "city_set_by", "city", "zip_set_by"), [(True, 1, "London", 2), (False, 2, None, 2)]
)
def test_blame_inside_an_object_that_is_merged_or_replaced(
    look: Look, nested: bool, city_set_by: int, city: str | None, zip_set_by: int
) -> None:
    look.update(A, address={"city": "London", "zip": "1"})
    look.update(A, nested=nested, address={"zip": "2"})
    assert (look.blame("address.city")["number"], look.blame("address.city").get("value")) == (city_set_by, city)
    assert (look.blame("address.zip")["number"], look.blame("address.zip")["value"]) == (zip_set_by, "2")
    assert look.blame("address")["number"] == 2


def test_a_key_that_is_merged_with_the_same_value_is_set_again(look: Look) -> None:
    look.update(A, address={"city": "London", "zip": "1"})
    look.update(A, nested=True, address={"city": "London"})
    assert (look.blame("address.city")["number"], look.blame("address.zip")["number"]) == (2, 1)


def test_a_field_whose_name_has_dots_is_found_before_one_inside_an_object(look: Look) -> None:
    for fields in ({"a": {"b": 1}}, {"a.b": 2}):
        look.post("users/update", email=A, dataFields=fields)
    assert (look.blame("a.b")["number"], look.blame("a.b")["value"]) == (2, 2)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"user": "nobody@x.test", "field": "plan"}, "no user in p has"),
        ({"user": "#7", "field": "plan"}, "#number '#7'"),
        ({"user": A, "field": "plan"}, "no request still in the journal set a field 'plan'"),
        ({"user": A, "field": "signupDate.day"}, "no request still in the journal set a field"),
    ],
)
def test_nobody_and_nothing_are_404_with_a_sentence(look: Look, query: dict[str, str], words: str) -> None:
    look.update(A)
    status, body = look.get("projects/p/blame", **query)
    assert status == 404
    assert words in body["error"]


def test_a_state_document_is_to_blame_for_what_it_brought(look: Look) -> None:
    look.update(A, plan="free")
    state = {"users": [{"email": A, "dataFields": {"plan": "gold"}}]}
    assert look.request("PUT", "/_sim/projects/p/state", state)[0] == 204
    look.update(A, city="London")
    blame = look.blame("plan")
    assert (blame["number"], blame["method"], blame["path"]) == (2, "PUT", "/_sim/projects/p/state")
    # What was written before was another person's, though they had the same number.
    assert len(blame["history"]) == 1
    assert look.shown("journal/2")["method"] == "PUT"
    assert numbers(look.shown("journal")) == [1, 3]


def test_what_a_program_set_has_no_request_and_blame_says_so(look: Look) -> None:
    look.update(A, plan="free")
    look.simulator.projects["p"].replace_state({"users": [{"email": A, "dataFields": {"plan": "gold"}}]}, NOW)
    blame = look.blame("plan")
    assert (blame["value"], blame["number"], blame["kept"], blame["history"]) == ("gold", None, False, [])
    assert "no request still in the journal" in blame["note"]
    look.update(A, plan="pro")
    assert [one["number"] for one in look.blame("plan")["history"]] == [2]


def test_what_is_no_longer_kept_cannot_be_blamed_and_blame_says_so() -> None:
    look = Look(journal=MemoryJournal(most=2))
    look.update(A, plan="free", city="London")
    look.update(A, plan="gold")
    look.update(A, plan="pro")
    assert look.blame("city")["number"] is None
    assert [one["number"] for one in look.blame("plan")["history"]] == [3, 2]
    look.update(A, plan="max")
    assert [one["number"] for one in look.blame("plan")["history"]] == [4, 3]


def test_what_comes_due_is_blamed_on_the_request_that_asked_for_it() -> None:
    look = Look(visibilityLag=30)
    look.update(A, plan="free")
    look.clock.advance(30)
    # Looking is enough for it to come due; nothing else was asked for meanwhile.
    assert (look.blame("plan")["number"], look.blame("plan")["path"]) == (1, "/api/users/update")
    look.post("lists", name="News")
    blame = look.blame("plan")
    assert (blame["number"], blame["path"], len(blame["history"])) == (1, "/api/users/update", 1)


def test_what_was_stored_in_a_directory_is_blamed_alike(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "data")
    journal = StoredJournal(directory)
    look, memory = Look(journal=journal), Look()
    blames = []
    for one in (look, memory):
        one.update(A, plan="free", address={"city": "London"})
        one.update(B, plan="x")
        one.update(A, nested=True, plan="gold", address={"zip": "1"})
        journal.write()
        journal.commit()
        profile, entry = one.shown("projects/p/profile", user=A), one.shown("journal/3")
        blames.append((one.blame("plan"), one.blame("address.city"), profile, entry))
    journal.close()
    directory.close()
    assert blames[0] == blames[1]
    assert [value["number"] for value in blames[0][0]["history"]] == [3, 1]


def test_a_reset_forgets_the_past(look: Look) -> None:
    look.update(A, plan="free")
    look.blame("plan")
    assert look.request("POST", "/_sim/projects/p/reset")[0] == 204
    look.update(A, plan="gold")
    assert [one["after"] for one in look.blame("plan")["history"]] == ["gold"]


def test_a_profile_has_fields_lists_events_and_the_past_of_every_field(look: Look) -> None:
    look.post("lists", name="News")
    look.post("lists/subscribe", listId=1, subscribers=[{"email": A}])
    look.update(A, plan="free")
    look.update(A, plan="gold")
    look.post("events/track", email=A, eventName="Seen")
    profile = look.shown("projects/p/profile", user=A.upper())
    assert (profile["person"], profile["email"], profile["dataFields"]["plan"]) == (1, A, "gold")
    assert profile["lists"] == [{"id": 1, "name": "News"}]
    assert profile["events"] == 2  # with that of the subscription
    past = {one["field"]: one["values"] for one in profile["history"]}
    assert [(value["number"], value["after"]) for value in past["plan"]] == [(4, "gold"), (3, "free")]
    assert set(past) == {
        "email", "signupDate", "signupSource", "plan",
        "emailListIds", "subscribedMessageTypeIds", "unsubscribedMessageTypeIds", "unsubscribedChannelIds",
    }  # fmt: skip
    assert look.shown("projects/p/profile", user="#1") == profile


def test_at_most_fifty_values_of_a_field_are_shown(look: Look) -> None:
    for number in range(60):
        look.update(A, logins=number)
    past = {one["field"]: one["values"] for one in look.shown("projects/p/profile", user=A)["history"]}
    assert [value["after"] for value in past["logins"]] == list(range(59, 9, -1))
    assert len(past["email"]) == 1
    assert len(look.blame("logins")["history"]) == 50


def people(body: Any) -> list[str]:
    return [user["email"] or user["userId"] for user in body["users"]]


def test_people_are_searched_by_a_part_of_an_identifier_in_any_case() -> None:
    look = Look("hybrid")
    for user in ({"userId": "Ada-10"}, {"email": "ada@x.test"}, {"email": "bob@x.test", "userId": "u"}):
        assert look.post("users/update", **user) == 200
    everybody = look.shown("projects/p/users")
    assert people(everybody) == ["Ada-10", "ada@x.test", "bob@x.test"]
    assert (everybody["next"], everybody["total"]) == (None, 3)
    assert everybody["users"][2]["dataFields"]["userId"] == "u"
    found = look.shown("projects/p/users", search="aDa")
    assert (people(found), found["total"]) == (["Ada-10", "ada@x.test"], 2)
    assert people(look.shown("projects/p/users", search="ada@X.test")) == ["ada@x.test"]
    look.post("users/update", userId="10")
    assert people(look.shown("projects/p/users", search="10")) == ["10", "Ada-10"]
    look.post("users/update", userId="ADA")
    assert people(look.shown("projects/p/users", search="ADA")) == ["ADA", "Ada-10", "ada@x.test"]
    assert look.shown("projects/p/users", search="nobody") == {"users": [], "next": None, "total": 0}


@pytest.mark.parametrize("search", ["", "u1"])
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_of_people_have_everybody_once_and_who_is_meant_first(search: str, limit: int) -> None:
    look = Look("userid")
    for number in (10, 11, 1, 12, 13, 2):
        look.post("users/update", userId=f"u{number}")
    seen: list[str] = []
    query: dict[str, Any] = {"search": search, "limit": limit}
    while True:
        page = look.shown("projects/p/users", **query)
        assert len(page["users"]) <= limit
        seen += people(page)
        if page["next"] is None:
            break
        query["after"] = page["next"]
    expected = ["u1", "u10", "u11", "u12", "u13"] if search else ["u10", "u11", "u1", "u12", "u13", "u2"]
    assert seen == expected
    assert page["total"] == len(expected)


def test_events_come_the_last_one_first_in_pages() -> None:
    look = Look()
    for who in (A, B):
        look.update(who)
    for number in range(5):
        look.post("events/track", email=(A, B)[number % 2], eventName=f"Seen {number}", id=f"e{number}")
    first = look.shown("projects/p/events", limit=2)
    assert [(event["id"], event["position"]) for event in first["events"]] == [("e4", 4), ("e3", 3)]
    assert (first["next"], first["total"]) == (3, 5)
    assert first["events"][0]["eventName"] == "Seen 4"
    rest = look.shown("projects/p/events", before=first["next"])
    assert ([event["id"] for event in rest["events"]], rest["next"]) == (["e2", "e1", "e0"], None)


def test_events_are_chosen_by_person_and_by_a_part_of_their_name() -> None:
    look = Look()
    for who in (A, B):
        look.update(who)
        look.post("events/track", email=who, eventName="Page seen", id=f"page-{who}")
        look.post("commerce/trackPurchase", user={"email": who}, items=[], total=1, id=f"order-{who}")
    theirs = look.shown("projects/p/events", user=B)
    assert ([event["id"] for event in theirs["events"]], theirs["total"]) == ([f"order-{B}", f"page-{B}"], 2)
    page = look.shown("projects/p/events", user=B, limit=1)
    assert look.shown("projects/p/events", user=B, before=page["next"])["events"][0]["id"] == f"page-{B}"
    assert look.shown("projects/p/events", search="PURCH")["total"] == 2
    assert [event["id"] for event in look.shown("projects/p/events", search=f"page-{A}")["events"]] == [f"page-{A}"]
    assert look.get("projects/p/events", user="nobody@x.test")[0] == 404


def test_the_journal_of_all_projects_pages_both_ways() -> None:
    look = Look()
    look.request("POST", "/_sim/projects", {"name": "q", "type": "email", "apiKey": "q-key"})
    for number in range(5):
        look.update(A, logins=number)
    newest = look.shown("journal", newest="true", limit=2)
    assert (numbers(newest), newest["next"]) == ([6, 5], 5)
    older = look.shown("journal", newest="true", limit=3, before=5)
    assert (numbers(older), older["next"]) == ([4, 3, 2], None)
    oldest = look.shown("journal", limit=3)
    assert (numbers(oldest), oldest["next"]) == ([2, 3, 4], 4)
    assert numbers(look.shown("journal", after=4)) == [5, 6]
    assert numbers(look.shown("journal", project="q")) == []
    assert numbers(look.shown("projects/p/journal", newest="true", limit=1)) == [6]


def test_the_journal_is_searched_by_text_status_and_user() -> None:
    look = Look()
    look.update(A)
    look.post("users/update")
    look.post("lists", name="News")
    assert numbers(look.shown("journal", text="A@X")) == [1]
    assert numbers(look.shown("journal", text="400")) == [2]
    assert numbers(look.shown("journal", status=400)) == [2]
    assert numbers(look.shown("journal", user=A)) == [1]
    assert numbers(look.shown("projects/p/journal", text="LISTS")) == [3]


def test_the_journal_is_chosen_by_what_became_of_requests() -> None:
    look = Look()
    look.update(A, plan="free")
    look.update(A, plan="free")
    look.post("events/track", email=B, eventName="Seen")
    look.post("events/track", userId="u1", eventName="Seen")
    for number, outcome in enumerate(("applied", "nothing changed", "dropped", "refused"), 1):
        for path in ("journal", "projects/p/journal"):
            [entry] = look.shown(path, outcome=outcome)["entries"]
            assert (entry["number"], entry["outcome"]) == (number, outcome)
    outcomes = look.shown("projects/p/outcomes")
    assert outcomes == {
        "outcomes": {"applied": 1, "nothing changed": 1, "dropped": 1, "refused": 1},
        "lost": [4, 3],
        "more": False,
    }


def test_the_journal_is_chosen_by_the_rules_that_decided() -> None:
    look = Look()
    look.post("users/bulkUpdate", users=[{"email": A}, {"userId": "nobody"}])
    look.post("events/track", email=B, eventName="Seen")
    look.update(A)
    found = {
        "bulk.some-refused": [1],
        "Bulk.": [1],
        "events.track": [2],
        "events": [2],
        "bulk.some": [],
        "users.update": [3],
        "": [1, 2, 3],
    }
    for path in ("journal", "projects/p/journal"):
        assert {rule: numbers(look.shown(path, rule=rule)) for rule in found} == found


def test_a_bulk_call_of_which_items_were_refused_is_applied_and_among_what_was_lost() -> None:
    look = Look()
    look.post("users/bulkUpdate", users=[{"email": A}, {"userId": "nobody"}])
    look.update(B)
    assert look.shown("projects/p/outcomes") == {
        "outcomes": {"applied": 2, "nothing changed": 0, "dropped": 0, "refused": 0},
        "lost": [1],
        "more": False,
    }


def applied(look: Look, number: int, *, more: bool = False) -> bool:
    """Whether so many applied requests and no others are counted."""
    outcomes = {"applied": number, "nothing changed": 0, "dropped": 0, "refused": 0}
    return bool(look.shown("projects/p/outcomes") == {"outcomes": outcomes, "lost": [], "more": more})


def test_outcomes_that_are_too_many_for_one_request_are_counted_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome_counts, "MOST_COUNTED", 2)
    look = Look()
    for plan in range(5):
        look.update(A, plan=plan)
    assert applied(look, 2, more=True)
    assert applied(look, 4, more=True)
    assert applied(look, 5)
    look.update(A, plan=9)
    assert applied(look, 6)


def test_outcomes_of_entries_that_are_no_longer_kept_are_not_counted() -> None:
    look = Look(journal=MemoryJournal(most=3))
    for plan in range(5):
        look.update(A, plan=plan)
        look.clock.advance(1)
        assert applied(look, min(plan + 1, 3))
    assert len(look.shown("timeline")["bars"]) == 3


@pytest.mark.parametrize("path", ["projects/p/reset", "reset"])
def test_what_a_reset_forgets_is_not_counted_also_when_as_many_requests_have_come_since(path: str) -> None:
    look = Look()
    for plan in range(3):
        look.update(A, plan=plan)
    assert applied(look, 3)
    look.request("POST", f"/_sim/{path}")
    assert applied(look, 0)
    look.clock.advance(1)
    for plan in range(3):
        look.update(B, plan=plan)
    assert applied(look, 3)


def test_outcomes_are_counted_from_a_directory_as_well(tmp_path: Path) -> None:
    journal = StoredJournal(Directory(tmp_path))
    look = Look(journal=journal)
    for plan in range(3):
        look.update(A, plan=plan)
    assert applied(look, 0)
    journal.write()
    journal.commit()
    assert applied(look, 3)
    journal.close()


def test_the_journal_in_a_directory_is_chosen_by_rules_as_well(tmp_path: Path) -> None:
    journal = StoredJournal(Directory(tmp_path))
    look = Look(journal=journal)
    look.post("users/bulkUpdate", users=[{"email": A}, {"userId": "nobody"}])
    look.update(B)
    journal.write()
    journal.commit()
    assert numbers(look.shown("journal", rule="bulk.some-refused")) == [1]
    assert numbers(look.shown("journal", rule="users.update")) == [2]
    journal.close()


def test_the_timeline_adds_up_outcomes_in_bars_that_lead_to_their_requests(look: Look) -> None:
    look.update(A, plan="free")
    look.update(A, plan="free")
    look.clock.advance(9)
    look.post("events/track", userId="u1", eventName="Seen")
    none = {"applied": 0, "nothing changed": 0, "dropped": 0, "refused": 0}
    assert look.shown("timeline") == {
        "from": "2026-08-20T12:00:00.000Z",
        "to": "2026-08-20T12:00:10.000Z",
        "step": 1,
        "bars": [
            {
                "at": "2026-08-20T12:00:00.000Z",
                "outcomes": {**none, "applied": 1, "nothing changed": 1},
                "first": 1,
                "last": 2,
            },
            {"at": "2026-08-20T12:00:09.000Z", "outcomes": {**none, "refused": 1}, "first": 3, "last": 3},
        ],
        "outcomes": {**none, "applied": 1, "nothing changed": 1, "refused": 1},
        "more": False,
    }
    assert look.shown("timeline", project="q")["bars"] == []


def test_the_timeline_has_no_more_bars_than_are_wanted_however_far_apart_requests_are(look: Look) -> None:
    for seconds in (1, 59, 3_600, 86_400, 10_000_000, 3_000_000_000):
        look.update(A, plan=seconds)
        look.clock.advance(seconds)
        for limit in (2, 3, 50):
            shown = look.shown("timeline", limit=limit)
            assert len(shown["bars"]) <= limit
            assert (datetime.fromisoformat(shown["to"]) - datetime.fromisoformat(shown["from"])).total_seconds() <= (
                shown["step"] * limit
            )


def test_bars_of_every_length_have_all_requests_also_after_the_oldest_are_forgotten() -> None:
    look = Look(journal=MemoryJournal(most=40))
    for number in range(60):
        look.update(A, plan=number)
        look.clock.advance(number * 40)
    kept = numbers(look.shown("journal", limit=100))
    for limit in (2, 3, 10, 100, 1000):
        bars = look.shown("timeline", limit=limit)["bars"]
        assert sum(bar["outcomes"]["applied"] for bar in bars) == 40
        assert (bars[0]["first"], bars[-1]["last"]) == (kept[0], kept[-1])
        assert all(one["last"] + 1 == other["first"] for one, other in pairwise(bars))


def test_the_timeline_of_the_last_seconds_ends_now(look: Look) -> None:
    look.update(A, plan="free")
    look.clock.advance(90)
    look.update(A, plan="gold")
    shown = look.shown("timeline", seconds=60)
    assert (shown["outcomes"]["applied"], shown["to"]) == (1, "2026-08-20T12:01:32.000Z")
    look.clock.set(253_402_300_799_999)
    assert look.shown("timeline", seconds=1)["to"].startswith("9999-12-31T23:59:59")


def test_bodies_are_given_as_they_were_sent_but_for_api_keys() -> None:
    look = Look()
    body = b'{"apiKey": "secret-key",  "n": 1.00, "n": 2e400,\xff}'
    request = Request("POST", "/api/users/update", headers={"api-key": "key"}, body=body)
    look.simulator.handle(request, NOW)
    reply = look.raw("journal/1/request-body")
    assert reply.body == body.replace(b"secret-key", "se…ey".encode())
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    look.update(A)
    assert json.loads(look.raw("journal/2/reply-body").body)["code"] == "Success"
    assert look.get("journal/3/request-body")[0] == 404
    assert look.get("journal/x/reply-body")[0] == 404


def test_the_requests_of_a_person_are_those_that_named_either_of_their_identifiers(look: Look) -> None:
    look.post("users/update", email=A, userId="u1")
    look.post("users/update", email=A, dataFields=1)
    look.post("users/update", userId="u1", dataFields=1)
    look.post("users/update", userId="#1", preferUserId=True)
    look.post("users/update", email=B, dataFields=1)
    assert numbers(look.shown("projects/p/journal", user=A)) == [1, 2]
    assert numbers(look.shown("projects/p/journal", user="#1")) == [1, 2, 3, 4]
    assert numbers(look.shown("journal", user="#1", project="p")) == [1, 2, 3, 4]
    assert numbers(look.shown("journal", user="#1")) == [4]
    assert numbers(look.shown("journal", user=f"#{'9' * 5000}", project="p")) == []


def test_the_journal_of_a_project_comes_in_pages_as_well(look: Look) -> None:
    for number in range(51):
        look.update(A, logins=number)
    first = look.shown("projects/p/journal")
    assert (numbers(first), first["next"]) == ([*range(1, 51)], 50)
    rest = look.shown("projects/p/journal", after=first["next"])
    assert (numbers(rest), rest["next"]) == ([51], None)


def test_an_entry_shows_what_it_changed(look: Look) -> None:
    look.update(A, plan="gold")
    [change] = look.shown("journal/1")["changes"]
    assert (change["what"], change["person"]) == ("created", 1)
    assert {"field": "plan", "after": "gold"} in change["fields"]
    assert look.shown("journal")["entries"][0]["changes"] == [change]


def test_long_bodies_are_cut_in_pages_and_whole_in_the_entry(look: Look) -> None:
    key = "0123456789abcdef"
    look.request("POST", "/api/users/update", {"apiKey": key, "email": A, "dataFields": {"story": "é" * 5000}})
    [entry] = look.shown("journal")["entries"]
    assert entry["cut"] is True
    assert len(entry["body"]) <= 4000
    assert key not in entry["body"]
    whole = look.shown("journal/1")
    assert "cut" not in whole
    assert whole["body"]["dataFields"]["story"] == "é" * 5000
    look.update(A, plan="x" * 3000)
    assert "cut" not in look.shown("journal")["entries"][1]


@pytest.mark.parametrize("number", ["0", "2", "x", "-1", "9" * 30, "\u0661"])
def test_an_entry_that_is_not_there_is_404(look: Look, number: str) -> None:
    look.update(A)
    status, body = look.request("GET", f"/_sim/journal/{number}")
    assert status == 404
    assert "the journal has no entry" in body["error"]


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("journal", {"limit": "0"}, "limit must be between 1 and 1000, not 0"),
        ("journal", {"limit": "1001"}, "limit must be between 1 and 1000"),
        ("projects/p/journal", {"limit": "0"}, "limit must be between 1 and 1000, not 0"),
        (
            "journal",
            {"outcome": "lost"},
            "outcome must be one of applied, nothing changed, dropped, refused, not 'lost'",
        ),
        ("projects/p/journal", {"outcome": ""}, "outcome must be one of applied"),
        ("projects/p/outcomes", {"user": A}, "unknown parameter 'user'"),
        ("timeline", {"seconds": 0}, "seconds must be between 1 and"),
        ("timeline", {"seconds": 999_999_999}, "seconds must be between 1 and"),
        ("timeline", {"limit": 1001}, "limit must be between 1 and"),
        ("journal", {"newest": "yes"}, "newest must be true or false, not 'yes'"),
        ("journal", {"before": "x"}, "before must be a whole number"),
        ("journal", {"colour": "red"}, "unknown parameter 'colour'; known: after, before"),
        ("projects/p/users", {"before": "1"}, "known: after, limit, search"),
        ("projects/p/profile", {}, "the parameter `user` is required"),
        ("projects/p/profile", {"user": ""}, "the parameter `user` is required"),
        ("projects/p/blame", {"user": A}, "the parameter `field` is required"),
        ("projects/p/events", {"limit": "-1"}, "limit must be a whole number"),
    ],
)
def test_a_mistake_in_the_query_is_named(look: Look, path: str, query: dict[str, str], words: str) -> None:
    look.update(A)
    status, body = look.get(path, **query)
    assert status == 400
    assert words in body["error"]


@pytest.mark.parametrize("what", ["users", "profile", "events", "blame", "journal"])
def test_a_project_that_is_not_there_is_404(look: Look, what: str) -> None:
    status, body = look.get(f"projects/none/{what}", user=A, field="plan")
    assert status == 404
    assert "there is no project 'none'" in body["error"]


def test_messages_that_were_sent_are_shown_with_what_they_said(look: Look) -> None:
    look.update(A, firstName="Ada")
    look.update(B)
    look.post("templates/email/upsert", clientTemplateId="hi", subject="Hi {{firstName}}", html="<p>{{code}}</p>")
    for name in ("One", "Two"):
        look.post("campaigns/create", name=name, templateId=1)
    look.post("email/target", campaignId=1, recipientEmail=A, dataFields={"code": "X"})
    look.post("email/target", campaignId=2, recipientEmail=B)
    path = "projects/p/sent-messages"
    [message] = look.shown(path, user=A)["messages"]
    assert (message["campaignName"], message["medium"], message["at"]) == ("One", "Email", "2026-08-20T12:00:00.000Z")
    assert message["texts"] == {"subject": "Hi Ada", "html": "<p>X</p>"}
    assert [found["email"] for found in look.shown(path, campaign=2)["messages"]] == [B]
    assert (look.shown(path, limit=1)["total"], len(look.shown(path, limit=1)["messages"])) == (2, 1)
    assert look.get(path, user="nobody@x.test")[0] == 404
    assert look.get(path, colour="red")[0] == 400
