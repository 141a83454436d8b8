"""Import gives back what export took: the same bytes, the same people and events, and the same replies from then on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Clock, ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.service import Service

NOW = 1_787_227_200_000
MINUTE = 60_000
EMAILS = st.sampled_from(["a@x.test", "b@x.test", "C@x.test", "d@x.test"])
USER_IDS = st.sampled_from(["u1", "u2", "U3", "u4"])
WHO = st.fixed_dictionaries({"email": EMAILS}) | st.fixed_dictionaries({"userId": USER_IDS})
BOTH = st.fixed_dictionaries({"email": EMAILS, "userId": USER_IDS})
LIST_IDS = st.integers(1, 4)
PHONES = st.sampled_from(["+493012345", "+442071838750", None])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "plan": st.sampled_from(["free", "gold", None]),
        "address": st.dictionaries(st.sampled_from(["city", "zip"]), st.sampled_from(["x", "y", None])) | st.none(),
        "since": st.sampled_from(["2020-01-01", "2020-08-19T20:50:04.5Z"]),
        "score": st.sampled_from([1, 2.0, 1e30, -0.0]),
        "phoneNumber": PHONES,
        "signupDate": st.just(None),
        "emailListIds": st.lists(LIST_IDS, max_size=3),
        "userListIds": st.lists(LIST_IDS, max_size=3),
    },
)
NUMBERS = st.sampled_from([0, 3, 2.5])
TIMES = st.fixed_dictionaries({}, optional={"createdAt": st.sampled_from([1, 1_600_000_000, -5, 1e30])})
EVENT_IDS = st.fixed_dictionaries({}, optional={"id": st.sampled_from(["e1", "e2", "e3"])})
DEVICE = {"token": "t", "platform": "GCM", "applicationName": "a"}
ITEMS = [{"id": "s", "name": "Shoe", "price": 1, "quantity": 1}]


def joined(*parts: st.SearchStrategy[dict[str, Any]], **members: Any) -> st.SearchStrategy[dict[str, Any]]:
    fixed = {name: part if isinstance(part, st.SearchStrategy) else st.just(part) for name, part in members.items()}
    return st.tuples(st.fixed_dictionaries(fixed), *parts).map(
        lambda drawn: {name: value for part in drawn for name, value in part.items()}
    )


def post(path: str, *parts: st.SearchStrategy[dict[str, Any]], **members: Any) -> st.SearchStrategy[Any]:
    return st.tuples(st.just("POST"), st.just(f"/api/{path}"), joined(*parts, **members))


def delete(path: str, names: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return names.map(lambda name: ("DELETE", f"/api/{path}/{name}", None))


USER = joined(WHO | BOTH, dataFields=FIELDS)
CALLS: st.SearchStrategy[tuple[str, str, Any]] = st.one_of(
    *[post("users/update", USER)] * 4,
    post("users/bulkUpdate", users=st.lists(USER, max_size=3)),
    post("users/updateEmail", currentEmail=EMAILS, newEmail=EMAILS),
    *[post("users/merge", sourceEmail=EMAILS, destinationEmail=EMAILS)] * 2,
    *[post("users/merge", sourceUserId=USER_IDS, destinationUserId=USER_IDS)] * 2,
    *[delete("users", EMAILS), delete("users/byUserId", USER_IDS)] * 2,
    post("users/forget", WHO),
    post("users/unforget", WHO),
    post("users/registerDeviceToken", WHO, device=DEVICE),
    post("auth/jwts/invalidate", WHO),
    *[post("events/track", WHO, TIMES, EVENT_IDS, eventName="Seen", dataFields=FIELDS, campaignId=NUMBERS)] * 4,
    post("events/trackPushOpen", WHO, TIMES, campaignId=1, messageId="m"),
    post("commerce/updateCart", user=USER, items=ITEMS),
    post("commerce/trackPurchase", TIMES, EVENT_IDS, user=USER, items=ITEMS, total=NUMBERS),
    *[post("lists", name="News")] * 2,
    delete("lists", LIST_IDS),
    *[post("lists/subscribe", listId=LIST_IDS, subscribers=st.lists(USER, max_size=3))] * 2,
    post("lists/unsubscribe", listId=LIST_IDS, subscribers=st.lists(WHO, max_size=2)),
    post("templates/email/upsert", clientTemplateId=st.sampled_from(["t", "t2"]), name="Welcome"),
    post("campaigns/create", name="Hello", templateId=1),
    post("snippets", name=st.sampled_from(["s", "s2"]), content="x"),
    delete("snippets", st.sampled_from(["s", "s2"])),
    *[post("email/target", campaignId=1, recipientEmail=EMAILS)] * 2,
    post("push/target", campaignId=1, recipientUserId=USER_IDS, sendAt="2026-08-20 12:05:00 +00:00"),
    post("email/cancel", campaignId=1),
    st.just(("POST", "/api/catalogs/shoes", None)),
    st.just(("PUT", "/api/catalogs/shoes/items/one", {"value": {"size": 1}})),
    st.just(("DELETE", "/api/catalogs/shoes/items/one", None)),
    post("export/start", dataTypeName="user"),
    st.just(("PATCH", "/_sim/projects/p/settings", {"retryAfter": True})),
)
STEPS = st.lists(st.tuples(CALLS, st.sampled_from([0, 1, 61])), max_size=14)


class Life:
    """A simulator with one project, and its clock."""

    def __init__(self, project_type: ProjectType, now: int, name: str = "p", **chosen: Any) -> None:
        self.name = name
        options = ProjectSettings.model_validate(chosen)
        self.clock = Clock(now)
        self.service = Service(
            Simulator([ProjectConfiguration(name, project_type, ("key",), options)]), self.clock
        )

    def call(self, method: str, path: str, body: Any = None) -> bytes:
        payload = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        reply = self.service.respond(Request(method, path, headers={"api-key": "key"}, body=payload)).reply
        assert reply is not None
        assert reply.status != 500, reply.body
        return b"%d %s" % (reply.status, reply.body)

    def play(self, steps: list[Any]) -> list[bytes]:
        replies = []
        for (method, path, body), passed in steps:
            self.clock.advance(passed)
            replies.append(self.call(method, path, body))
        return replies

    def export(self, path: str = "/_sim/state") -> bytes:
        return self.call("GET", path).removeprefix(b"200 ")

    def shown(self) -> list[bytes]:
        """What the API shows of everybody, and of lists."""
        state = json.loads(self.export(f"/_sim/projects/{self.name}/state"))
        paths = []
        for user in state["users"]:
            for kind, who in (("", user["email"]), ("byUserId/", user["userId"])):
                if who is not None:
                    paths += [f"/api/users/{kind}{who}", f"/api/events/{kind}{who}"]
        paths += [f"/api/lists/{item['id']}/size" for item in state["lists"]]
        return [self.call("GET", path) for path in [*paths, "/api/lists", "/api/campaigns", "/api/templates"]]


SETTINGS = st.fixed_dictionaries(
    {"eventIdScope": st.sampled_from(["project", "user"]), "eventIdUpdate": st.sampled_from(["replace", "merge"])}
)
#: Nobody is created for an email in half of the histories, and a placeholder is made up in the others.


@pytest.mark.parametrize("project_type", list(ProjectType))
@given(chosen=SETTINGS, before=STEPS, after=STEPS, later=st.sampled_from([0, 90_000]))
@settings(max_examples=settings().max_examples * 3 // 5)
def test_export_import_export_gives_the_same_bytes_and_the_same_replies_from_then_on(
    project_type: ProjectType, chosen: dict[str, Any], before: list[Any], after: list[Any], later: int
) -> None:
    first = Life(project_type, NOW, **chosen)
    first.play(before)
    first.clock.advance(later)
    first.call("GET", "/_sim/health")
    document = first.export()
    second = Life(ProjectType.HYBRID, first.clock.now())
    second.play([(("POST", "/api/users/update", {"email": "z@x.test"}), 0)])
    assert second.call("PUT", "/_sim/state", document) == b"204 "
    assert second.export() == document
    assert second.shown() == first.shown()
    assert second.play(after) == first.play(after)
    assert second.export() == first.export()
    assert second.shown() == first.shown()


@pytest.mark.parametrize("project_type", list(ProjectType))
@given(before=STEPS, after=STEPS)
@settings(max_examples=settings().max_examples // 5)
def test_the_state_of_a_project_comes_back_in_itself_and_in_one_of_another_name(
    project_type: ProjectType, before: list[Any], after: list[Any]
) -> None:
    first = Life(project_type, NOW)
    first.play(before)
    state = first.export("/_sim/projects/p/state")
    shown = first.shown()
    first.play(after)
    for life in (first, Life(project_type, NOW, name="other")):
        assert life.call("PUT", f"/_sim/projects/{life.name}/state", state) == b"204 "
        assert life.export(f"/_sim/projects/{life.name}/state") == state
        assert life.shown() == shown
