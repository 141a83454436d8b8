"""Who a request is about: a row here for every row of the table, which makes a long module."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import ProjectConfiguration, ProjectType, Request, Simulator
from simulator.project.identity import ROWS

A, B, U1, U2 = "a@x.test", "b@x.test", "u1", "u2"
Person = tuple[str | None, str | None]


def add(talk: Any, *people: Person) -> None:
    document = {"users": [{"email": email, "userId": user_id} for email, user_id in people]}
    talk.project.replace_state(document, 0)


def forget(talk: Any, row: str, body: dict[str, Any]) -> None:
    if row.endswith(".forgotten"):
        talk.project.forgotten.add(body.get("email"), body.get("userId"))


WRITES: list[tuple[str, str, list[Person], dict[str, Any], tuple[int, str], list[Person]]] = [
    ("email", "email-based.no-identifier", [], {}, (400, "BadParams"), []),
    ("email", "email-based.known-email", [(A, None)], {"email": A}, (200, "Success"), [(A, None)]),
    ("email", "email-based.unknown-email", [], {"email": "A@X.test"}, (200, "Success"), [(A, None)]),
    ("email", "email-based.known-user-id", [(A, U1)], {"userId": U1}, (200, "Success"), [(A, U1)]),
    ("email", "email-based.shared-user-id", [(A, U1), (B, U1)], {"userId": U1}, (200, "Success"),
     [(A, U1), (B, U1)]),
    ("email", "email-based.unknown-user-id", [], {"userId": U1}, (400, "UnknownUserIdError"), []),
    ("email", "email-based.both.known-email", [(A, U1)], {"email": A, "userId": U2}, (200, "Success"), [(A, U2)]),
    ("email", "email-based.both.unknown", [], {"email": A, "userId": U1}, (200, "Success"), [(A, U1)]),
    ("email", "email-based.both.unknown-email-known-user-id", [(A, U1)], {"email": B, "userId": U1}, (200, "Success"),
     [(A, U1), (B, U1)]),
    ("email", "email-based.forgotten", [], {"email": A}, (409, "ForgottenUserError"), []),
    ("userid", "userid-based.forgotten", [], {"userId": U1}, (409, "ForgottenUserError"), []),
    ("hybrid", "hybrid.forgotten", [], {"userId": U1}, (409, "ForgottenUserError"), []),
    ("userid", "userid-based.no-identifier", [], {}, (400, "BadParams"), []),
    ("userid", "userid-based.email-only", [(A, U1)], {"email": A}, (400, "BadParams"), [(A, U1)]),
    ("userid", "userid-based.known-user-id", [(None, U1)], {"userId": U1}, (200, "Success"), [(None, U1)]),
    ("userid", "userid-based.unknown-user-id", [], {"userId": U1}, (200, "Success"), [(None, U1)]),
    ("userid", "userid-based.both.known-user-id", [(A, U1)], {"email": B, "userId": U1}, (200, "Success"), [(B, U1)]),
    ("userid", "userid-based.both.unknown-user-id", [(A, U1)], {"email": A, "userId": U2}, (200, "Success"),
     [(A, U1), (A, U2)]),
    ("hybrid", "hybrid.no-identifier", [], {}, (400, "BadParams"), []),
    ("hybrid", "hybrid.known-email", [(A, U1)], {"email": A}, (200, "Success"), [(A, U1)]),
    ("hybrid", "hybrid.unknown-email", [], {"email": A}, (200, "Success"), [(A, None)]),
    ("hybrid", "hybrid.known-user-id", [(A, U1)], {"userId": U1}, (200, "Success"), [(A, U1)]),
    ("hybrid", "hybrid.unknown-user-id", [], {"userId": U1}, (200, "Success"), [(None, U1)]),
    ("hybrid", "hybrid.both.same-user", [(A, U1)], {"email": A, "userId": U1}, (200, "Success"), [(A, U1)]),
    ("hybrid", "hybrid.both.known-email-without-user-id", [(A, None)], {"email": A, "userId": U1}, (200, "Success"), [(A, U1)]),
    ("hybrid", "hybrid.both.known-user-id-without-email", [(None, U1)], {"email": A, "userId": U1}, (200, "Success"), [(A, U1)]),
    ("hybrid", "hybrid.both.known-user-id-with-other-email", [(A, U1)], {"email": B, "userId": U1}, (200, "Success"), [(B, U1)]),
    ("hybrid", "hybrid.both.known-email-with-other-user-id", [(A, U1)], {"email": A, "userId": U2},
     (409, "ExternalKeyConflict"), [(A, U1)]),
    ("hybrid", "hybrid.both.different-users", [(A, None), (None, U1)], {"email": A, "userId": U1},
     (409, "ExternalKeyConflict"), [(A, None), (None, U1)]),
    ("hybrid", "hybrid.both.unknown", [], {"email": A, "userId": U1}, (200, "Success"), [(A, U1)]),
]  # fmt: skip


def dropped(status: int, remains: int) -> tuple[str, ...]:
    """The rule that tells a success of which nothing remains from one that was carried out."""
    return ("dropped",) if status == 200 and not remains else ()


@pytest.mark.parametrize(
    ("project_type", "row", "before", "body", "answer", "after"), WRITES, ids=[row[1] for row in WRITES]
)
def test_a_write_follows_its_row(
    talk: Any,
    project_type: str,
    row: str,
    before: list[Person],
    body: dict[str, Any],
    answer: tuple[int, str],
    after: list[Person],
) -> None:
    project = talk(project_type)
    add(project, *before)
    forget(project, row, body)
    status, reply = project.post("users/update", **body)
    assert (status, reply["code"]) == answer
    assert project.people() == after
    assert project.rules() == (f"users.update.{row}",)


TRACKS: list[tuple[str, str, list[Person], dict[str, Any], tuple[int, str], int, list[Person]]] = [
    ("email", "email-based.known-email", [(A, None)], {"email": A}, (200, "Success"), 1, [(A, None)]),
    ("email", "email-based.unknown-email", [], {"email": A}, (200, "Success"), 0, []),
    ("email", "email-based.known-user-id", [(A, U1)], {"userId": U1}, (200, "Success"), 1, [(A, U1)]),
    ("email", "email-based.shared-user-id", [(A, U1), (B, U1)], {"userId": U1}, (200, "Success"), 1, [(A, U1), (B, U1)]),
    ("email", "email-based.unknown-user-id", [], {"userId": U1}, (400, "UnknownUserIdError"), 0, []),
    ("email", "email-based.both.known-email", [(A, U1)], {"email": A, "userId": U2}, (200, "Success"), 1, [(A, U1)]),
    ("email", "email-based.both.unknown-email-known-user-id", [(A, U1)], {"email": B, "userId": U1}, (200, "Success"), 0, [(A, U1)]),
    ("hybrid", "hybrid.forgotten", [], {"email": A}, (400, "ForgottenUserError"), 0, []),
    ("userid", "userid-based.unknown-user-id", [], {"userId": U1}, (200, "Success"), 1, [(None, U1)]),
    ("userid", "userid-based.email-only", [], {"email": A}, (400, "BadParams"), 0, []),
    ("userid", "userid-based.both.known-user-id", [(None, U1)], {"userId": U1, "email": A}, (200, "Success"), 1,
     [(None, U1)]),
    ("hybrid", "hybrid.unknown-email", [], {"email": A}, (200, "Success"), 1, [(A, None)]),
    ("hybrid", "hybrid.unknown-user-id", [], {"userId": U1}, (200, "Success"), 1, [(None, U1)]),
    ("hybrid", "hybrid.both.known-email-without-user-id", [(A, None)], {"email": A, "userId": U1}, (200, "Success"), 1,
     [(A, None)]),
    ("hybrid", "hybrid.both.different-users", [(A, None), (None, U1)], {"email": A, "userId": U1}, (200, "Success"), 1,
     [(A, None), (None, U1)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("project_type", "row", "before", "body", "answer", "events", "after"), TRACKS, ids=[row[1] for row in TRACKS]
)
def test_a_track_follows_its_row_and_changes_no_identifier(  # the columns of the table
    talk: Any,
    project_type: str,
    row: str,
    before: list[Person],
    body: dict[str, Any],
    answer: tuple[int, str],
    events: int,
    after: list[Person],
) -> None:
    project = talk(project_type)
    add(project, *before)
    forget(project, row, body)
    status, reply = project.post("events/track", eventName="Seen", **body)
    assert (status, reply["code"]) == answer
    assert len(project.project.events) == events
    assert project.people() == after
    assert project.rules() == (f"events.track.{row}", *dropped(answer[0], events))


def test_every_row_of_the_table_has_a_test() -> None:
    assert {row[1] for row in WRITES} == set(ROWS)


def test_every_row_has_a_statement_and_a_source() -> None:
    assert all(row.statement and row.source for row in ROWS.values())


@pytest.mark.parametrize(
    ("project_type", "setting", "value", "before", "body", "status", "after"),
    [
        ("email", "duplicateUserId", "first", [(A, U1), (B, U1)], {"userId": U1}, 200, [(A, U1), (B, U1)]),
        ("email", "duplicateUserId", "latest", [(A, U1), (B, U1)], {"userId": U1}, 200, [(A, U1), (B, U1)]),
        ("hybrid", "hybridConflict", "userIdWins", [(A, None), (None, U1)], {"email": A, "userId": U1}, 200,
         [(A, None), (None, U1)]),
        ("hybrid", "hybridConflict", "emailWins", [(A, U1)], {"email": A, "userId": U2}, 200, [(A, U2)]),
        ("hybrid", "hybridConflict", "emailWins", [(A, None), (None, U1)], {"email": A, "userId": U1}, 200,
         [(A, None), (None, U1)]),
        ("hybrid", "hybridConflict", "emailWins", [(A, U2), (B, U1)], {"email": A, "userId": U1}, 200,
         [(A, U2), (B, U1)]),
        ("hybrid", "hybridRenameByTopLevel", "409", [(A, U1)], {"email": B, "userId": U1}, 409, [(A, U1)]),
        ("hybrid", "conflictStatus", "400", [(A, None), (None, U1)], {"email": A, "userId": U1}, 400,
         [(A, None), (None, U1)]),
        ("hybrid", "conflictStatus", 400, [(A, None), (None, U1)], {"email": A, "userId": U1}, 400,
         [(A, None), (None, U1)]),
        ("email", "duplicateUserId", "error", [(A, U1), (B, U1)], {"userId": U1}, 400, [(A, U1), (B, U1)]),
        ("userid", "emailOnlyInUserIdProject", "drop", [(None, U1)], {"email": A}, 200, [(None, U1)]),
    ],
)  # fmt: skip
def test_where_the_documents_are_silent_a_setting_decides(  # the columns of the table
    talk: Any,
    project_type: str,
    setting: str,
    value: str,
    before: list[Person],
    body: dict[str, Any],
    status: int,
    after: list[Person],
) -> None:
    project = talk(project_type, **{setting: value})
    add(project, *before)
    assert project.post("users/update", **body)[0] == status
    assert project.people() == after
    rule, *_ = project.rules()
    assert project.rules()[1:] == (("dropped",) if value == "drop" else ())
    assert rule.removeprefix("users.update.") in ROWS


def test_a_replaced_email_that_is_refused_is_listed_by_the_user_id_that_exists(talk: Any) -> None:
    project = talk("hybrid", hybridRenameByTopLevel="409")
    add(project, (A, U1))
    failed = project.post("users/bulkUpdate", users=[{"email": B, "userId": U1}])[1]["failedUpdates"]
    assert (failed["conflictEmails"], failed["conflictUserIds"]) == ([], [U1])


UNKNOWN_EMAIL, UNKNOWN_USER_ID = "unknown-email", "unknown-user-id"


@pytest.mark.parametrize(
    ("project_type", "value", "body", "row", "after"),
    [
        ("email", "always", {"email": A}, UNKNOWN_EMAIL, [(A, None)]),
        ("email", "always", {"email": A, "userId": U1}, "both.unknown", [(A, U1)]),
        ("email", "never", {"email": A}, UNKNOWN_EMAIL, []),
        ("userid", "always", {"userId": U1}, UNKNOWN_USER_ID, [(None, U1)]),
        ("userid", "never", {"userId": U1}, UNKNOWN_USER_ID, []),
        ("userid", "never", {"email": A, "userId": U1}, "both.unknown-user-id", []),
        ("hybrid", "never", {"email": A}, UNKNOWN_EMAIL, []),
        ("hybrid", "never", {"userId": U1}, UNKNOWN_USER_ID, []),
        ("hybrid", "never", {"email": A, "userId": U1}, "both.unknown", []),
    ],
)
def test_whether_a_tracked_event_creates_its_user_can_be_set_and_the_row_decides_all_the_same(  # the columns
    talk: Any, project_type: str, value: str, body: dict[str, str], row: str, after: list[Person]
) -> None:
    project = talk(project_type, trackCreates=value)
    assert project.post("events/track", eventName="Seen", **body)[0] == 200
    assert (project.people(), len(project.project.events)) == (after, len(after))
    assert project.rules() == (f"events.track.{project.project.type.based}.{row}", *dropped(200, len(after)))


@pytest.mark.parametrize(
    ("settings", "answer", "events"),
    [
        ({}, (200, "Success"), 0),
        ({"trackUnknownEmail": "error"}, (400, "UnknownEmailError"), 0),
        ({"trackUnknownEmailKnownUserId": "userId"}, (200, "Success"), 1),
        ({"trackUnknownEmailKnownUserId": "userId", "trackUnknownEmail": "error"}, (200, "Success"), 1),
    ],
)
def test_an_event_with_an_unknown_email_may_be_the_one_of_its_user_id(
    talk: Any, settings: dict[str, str], answer: tuple[int, str], events: int
) -> None:
    project = talk("email", **settings)
    add(project, (A, U1))
    status, reply = project.post("events/track", email=B, userId=U1, eventName="Seen")
    assert (status, reply["code"]) == answer
    assert (project.people(), len(project.project.events)) == ([(A, U1)], events)
    rule = "events.track.email-based.both.unknown-email-known-user-id"
    assert project.rules() == (rule, *dropped(status, events))


@pytest.mark.parametrize(
    ("project_type", "before", "query", "row"),
    [
        ("email", [(A, U1)], f"email={A}", "email-based.known-email"),
        ("email", [], f"email={A}", "email-based.unknown-email"),
        ("email", [(A, U1)], f"userId={U1}", "email-based.known-user-id"),
        ("email", [], f"userId={U1}", "email-based.unknown-user-id"),
        ("userid", [(A, U1)], f"userId={U1}", "userid-based.known-user-id"),
        ("userid", [], f"userId={U1}", "userid-based.unknown-user-id"),
        ("hybrid", [(A, U1)], f"email={A}&userId={U1}", "hybrid.both.same-user"),
        ("hybrid", [], f"email={A}&userId={U1}", "hybrid.both.unknown"),
    ],
)
def test_a_call_that_creates_nobody_finds_by_the_same_rows(
    talk: Any, project_type: str, before: list[Person], query: str, row: str
) -> None:
    project = talk(project_type)
    add(project, *before)
    assert project.get("users/getSentMessages", query) == (200, {"messages": []})
    assert project.people() == before
    assert project.rules() == (f"users.get-sent-messages.{row}",)


@pytest.mark.parametrize(("value", "changed"), [("first", A), ("latest", B)])
def test_a_write_by_a_shared_user_id_goes_to_the_first_or_the_latest(talk: Any, value: str, changed: str) -> None:
    project = talk("email", duplicateUserId=value)
    add(project, ("c@x.test", U2), (A, U1), ("m@x.test", U1), (B, U1))
    assert project.post("users/update", userId=U1, dataFields={"plan": "gold"})[0] == 200
    holders = {email for email, _ in project.people() if "plan" in project.fields(email=email)}
    assert holders == {changed}
    assert project.rules() == ("users.update.email-based.shared-user-id",)


@pytest.mark.parametrize(
    ("before", "changed"),
    [([(A, None), (None, U1)], (None, U1)), ([(A, U2)], (A, U1)), ([(A, U2), (B, U1)], (B, U1))],
)
def test_in_a_conflict_the_user_id_may_win(talk: Any, before: list[Person], changed: Person) -> None:
    project = talk("hybrid", hybridConflict="userIdWins")
    add(project, *before)
    assert project.post("users/update", email=A, userId=U1, dataFields={"plan": "gold"})[0] == 200
    users = project.project.state_document()["users"]
    assert [(user["email"], user["userId"]) for user in users if "plan" in user["dataFields"]] == [changed]
    assert project.rules()[0].startswith("users.update.hybrid.both.")


def test_a_placeholder_email_is_the_same_for_the_same_user_id_and_different_for_another(talk: Any) -> None:
    def placeholder(user_id: str) -> str:
        project = talk("email")
        project.post("users/update", userId=user_id, preferUserId=True)
        email: str = project.people()[0][0]
        return email

    assert placeholder("a b") == placeholder("a b")
    assert placeholder("a b").partition("+")[0] == "a-b"
    assert placeholder("a b").partition("+")[2] != placeholder("a c").partition("+")[2]


def test_prefer_user_id_creates_a_person_with_a_placeholder_email(email_based: Any) -> None:
    status, _ = email_based.post("users/update", userId="User1", preferUserId=True)
    assert status == 200
    email, user_id = email_based.people()[0]
    assert user_id == "User1"
    assert email.startswith("user1+")
    assert email.endswith("@placeholder.email")
    assert email_based.rules() == ("users.update.email-based.unknown-user-id",)


def test_a_placeholder_email_is_another_in_another_project() -> None:
    configurations = [ProjectConfiguration(name, ProjectType.EMAIL, (name,)) for name in ("one", "two")]
    simulator = Simulator(configurations)
    emails = set()
    for name, project in simulator.projects.items():
        body = b'{"userId": "u1", "preferUserId": true}'
        simulator.handle(Request("POST", "/api/users/update", "", {"api-key": name}, body), 0)
        emails |= {person.email for person in project.people}
    assert len(emails) == 2


def test_two_identical_histories_give_the_same_state_byte_for_byte(talk: Any) -> None:
    def history() -> str:
        project = talk("hybrid")
        project.post("users/update", email=A, userId=U1, dataFields={"plan": "pro"})
        project.post("events/track", userId=U1, eventName="Seen")
        project.post("commerce/trackPurchase", user={"userId": U2}, items=[], total=1)
        return repr(project.project.state_document())

    assert history() == history()
