"""The simulator and the naive account of Iterable's documents agree, call by call, in every project type."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from reference_model import Expected, ProjectTypeName, Reference

from simulator import ProjectConfiguration, ProjectType, Request, Simulator

EMAILS = st.sampled_from(["a@x.test", "b@x.test", "C@x.test"])
USER_IDS = st.sampled_from(["u1", "u2", "U2"])
OPTIONAL_EMAILS = st.none() | EMAILS
OPTIONAL_USER_IDS = st.none() | USER_IDS
#: One side of a merge: nearly always named by one identifier, as it must be.
SIDES = (
    EMAILS.map(lambda email: (email, None))
    | USER_IDS.map(lambda user_id: (None, user_id))
    | st.tuples(OPTIONAL_EMAILS, OPTIONAL_USER_IDS)
)
NOW = 1_787_227_200_000


def without_none(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


class Agreement(RuleBasedStateMachine):
    project_type: ClassVar[ProjectTypeName] = "email"

    def __init__(self) -> None:
        super().__init__()
        configuration = ProjectConfiguration("p", ProjectType(self.project_type), ("key",))
        self.simulator = Simulator([configuration])
        self.reference = Reference(self.project_type)
        for name in ("one", "two"):
            self.call("/api/lists", {"name": name})
        self.tracked = 0

    def call(self, path: str, body: dict[str, Any] | None, method: str = "POST") -> tuple[int, dict[str, Any]]:
        payload = b"" if body is None else json.dumps(body).encode()
        request = Request(method, path, headers={"api-key": "key"}, body=payload)
        reply = self.simulator.handle(request, NOW)
        return reply.status, json.loads(reply.body)

    def agree(self, path: str, body: dict[str, Any] | None, expected: Expected, method: str = "POST") -> None:
        status, reply = self.call(path, body, method)
        assert (status, reply["code"]) == (expected.status, expected.code), (path, body, reply)

    @rule(email=OPTIONAL_EMAILS, user_id=OPTIONAL_USER_IDS)
    def update(self, email: str | None, user_id: str | None) -> None:
        expected = self.reference.update(email, user_id)
        self.agree("/api/users/update", without_none(email=email, userId=user_id), expected)

    @rule(
        email=OPTIONAL_EMAILS,
        user_id=OPTIONAL_USER_IDS,
        renamed_email=OPTIONAL_EMAILS,
        renamed_user_id=OPTIONAL_USER_IDS,
    )
    def update_with_identifiers_in_the_fields(
        self, email: str | None, user_id: str | None, renamed_email: str | None, renamed_user_id: str | None
    ) -> None:
        expected = self.reference.update(email, user_id, renamed_email=renamed_email, renamed_user_id=renamed_user_id)
        fields = without_none(email=renamed_email, userId=renamed_user_id)
        self.agree("/api/users/update", without_none(email=email, userId=user_id, dataFields=fields), expected)

    @rule(people=st.lists(st.tuples(OPTIONAL_EMAILS, OPTIONAL_USER_IDS), max_size=4))
    def bulk_update(self, people: list[tuple[str | None, str | None]]) -> None:
        expected = [self.reference.update(*person) for person in people]
        users = [without_none(email=email, userId=user_id) for email, user_id in people]
        status, reply = self.call("/api/users/bulkUpdate", {"users": users})
        failed = sum(outcome.status != 200 for outcome in expected)
        assert (status, reply["successCount"], reply["failCount"]) == (200, len(people) - failed, failed)

    @rule(email=OPTIONAL_EMAILS, user_id=OPTIONAL_USER_IDS, repeated=st.booleans())
    def track(self, email: str | None, user_id: str | None, repeated: bool) -> None:  # drawn by name
        self.tracked += not repeated
        event_id = f"e-{self.tracked}"
        expected = self.reference.track(email, user_id, event_id)
        body = without_none(email=email, userId=user_id, eventName="Seen", id=event_id)
        self.agree("/api/events/track", body, expected)

    @rule(email=OPTIONAL_EMAILS, user_id=OPTIONAL_USER_IDS, skus=st.lists(st.sampled_from(["s1", "s2"]), max_size=2))
    def fill_a_cart(self, email: str | None, user_id: str | None, skus: list[str]) -> None:
        expected = self.reference.buy(email, user_id, skus)
        items = [{"id": sku, "name": sku, "price": 1, "quantity": 1} for sku in skus]
        body = {"user": without_none(email=email, userId=user_id), "items": items}
        self.agree("/api/commerce/updateCart", body, expected)

    @rule(email=OPTIONAL_EMAILS, user_id=OPTIONAL_USER_IDS)
    def buy(self, email: str | None, user_id: str | None) -> None:
        expected = self.reference.buy(email, user_id, None)
        body = {"user": without_none(email=email, userId=user_id), "items": [], "total": 0}
        self.agree("/api/commerce/trackPurchase", body, expected)

    @rule(email=EMAILS)
    def delete_by_email(self, email: str) -> None:
        expected = self.reference.delete(email, None)
        self.agree(f"/api/users/{email}", None, expected, method="DELETE")

    @rule(user_id=USER_IDS)
    def delete_by_user_id(self, user_id: str) -> None:
        expected = self.reference.delete(None, user_id)
        self.agree(f"/api/users/byUserId/{user_id}", None, expected, method="DELETE")

    @rule(email=OPTIONAL_EMAILS, user_id=OPTIONAL_USER_IDS)
    def forget(self, email: str | None, user_id: str | None) -> None:
        expected = self.reference.forget(email, user_id)
        self.agree("/api/users/forget", without_none(email=email, userId=user_id), expected)

    @rule(email=OPTIONAL_EMAILS, user_id=OPTIONAL_USER_IDS)
    def unforget(self, email: str | None, user_id: str | None) -> None:
        expected = self.reference.unforget(email, user_id)
        self.agree("/api/users/unforget", without_none(email=email, userId=user_id), expected)

    @rule(source=SIDES, destination=SIDES)
    def merge(self, source: tuple[str | None, str | None], destination: tuple[str | None, str | None]) -> None:
        expected = self.reference.merge(source, destination)
        body = without_none(
            sourceEmail=source[0],
            sourceUserId=source[1],
            destinationEmail=destination[0],
            destinationUserId=destination[1],
        )
        self.agree("/api/users/merge", body, expected)

    @rule(
        people=st.lists(st.tuples(OPTIONAL_EMAILS, OPTIONAL_USER_IDS), max_size=3),
        call=st.sampled_from(["subscribe", "unsubscribe"]),
        number=st.sampled_from([1, 2]),
    )
    def change_a_list(self, people: list[tuple[str | None, str | None]], call: str, number: int) -> None:
        change = self.reference.subscribe if call == "subscribe" else self.reference.unsubscribe
        succeeded = sum(change(*person, number) for person in people)
        subscribers = [without_none(email=email, userId=user_id) for email, user_id in people]
        status, reply = self.call(f"/api/lists/{call}", {"listId": number, "subscribers": subscribers})
        assert (status, reply["successCount"], reply["failCount"]) == (200, succeeded, len(people) - succeeded)

    @rule(email=OPTIONAL_EMAILS, user_id=OPTIONAL_USER_IDS, new=EMAILS)
    def update_email(self, email: str | None, user_id: str | None, new: str) -> None:
        expected = self.reference.update_email(email, user_id, new.lower())
        body = without_none(currentEmail=email, currentUserId=user_id, newEmail=new)
        self.agree("/api/users/updateEmail", body, expected)

    @invariant()
    def the_same_people_have_the_same_lists_carts_and_events(self) -> None:
        document = self.simulator.projects["p"].state_document()
        lists = "emailListIds" if self.project_type == "email" else "userListIds"
        ours = sorted(
            (
                user["email"] or "",
                user["userId"] or "",
                user["dataFields"].get(lists, []),
                [item["id"] for item in user["dataFields"].get("shoppingCartItems", [])],
            )
            for user in document["users"]
        )
        theirs = sorted(
            (person.email or "", person.user_id or "", sorted(person.lists), person.cart or [])
            for person in self.reference.people
        )
        assert ours == theirs
        for number in (1, 2):
            members = sum(number in person.lists for person in self.reference.people)
            size: tuple[int, Any] = self.call(f"/api/lists/{number}/size", None, "GET")
            assert size == (200, members)
        owned = sorted(
            (event["id"], event.get("email") or "", event.get("userId") or "")
            for event in document["events"]
            if event["eventType"] == "customEvent"
        )
        expected = sorted(
            (event_id, person.email or "", person.user_id or "")
            for person in self.reference.people
            for event_id in person.events
        )
        assert owned == expected


@pytest.mark.parametrize("project_type", ["email", "userid", "hybrid"])
def test_every_sequence_of_calls_ends_as_the_documents_say(project_type: ProjectTypeName) -> None:
    machine = type("Machine", (Agreement,), {"project_type": project_type})
    case: Any = machine.TestCase  # type: ignore[attr-defined]  # Hypothesis adds it to every machine
    case.settings = settings(
        max_examples=settings().max_examples * 3 // 5,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    case().runTest()
