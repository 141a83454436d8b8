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
SOON = "2026-08-20 12:01:00 +00:00"
FORMATS = st.sampled_from(["text/csv", "application/x-json-stream"])
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
    post("inApp/target", campaignId=1, recipientEmail=EMAILS, dataFields=FIELDS),
    *[post("push/target", campaignId=1, recipientUserId=USER_IDS, sendAt=SOON)] * 2,
    post("email/target", campaignId=1, recipientEmail=EMAILS, sendAt=SOON),
    post("email/cancel", campaignId=1),
    post("users/updateSubscriptions", WHO, emailListIds=st.lists(LIST_IDS, max_size=2)),
    st.just(("POST", "/api/catalogs/shoes", None)),
    st.just(("PUT", "/api/catalogs/shoes/items/one", {"value": {"size": 1}})),
    st.just(("DELETE", "/api/catalogs/shoes/items/one", None)),
    st.just(("PUT", "/api/metadata/shops/one", {"value": {"size": 1}})),
    post("export/start", dataTypeName=st.sampled_from(["user", "customEvent"]), outputFormat=FORMATS),
    st.just(("PATCH", "/_sim/projects/p/settings", {"retryAfter": True})),
)
STEPS = st.lists(st.tuples(CALLS, st.sampled_from([0, 1, 61])), max_size=14)
#: Everybody's first calls in most histories, so that later ones are seldom about what is not there.
BEGINNING = [
    (("POST", f"/api/{path}", body), 0)
    for path, body in [
        *[("users/update", {"email": f"{name}@x.test"}) for name in "abc"],
        *[("users/update", {"userId": user}) for user in ("u1", "u2")],
        *[("users/update", {"email": f"{name}@x.test", "userId": user}) for name, user in (("b", "U3"), ("d", "u4"))],
        *[("lists", {"name": name}) for name in ("News", "Offers")],
        ("templates/email/upsert", {"clientTemplateId": "t", "name": "Welcome"}),
        ("campaigns/create", {"name": "Hello", "templateId": 1}),
    ]
]
HISTORIES = st.tuples(st.sampled_from([BEGINNING, []]), STEPS).map(lambda parts: [*parts[0], *parts[1]])


SHOWN = [
    *["lists", "campaigns", "templates", "snippets", "webhooks", "journeys", "channels", "messageTypes"],
    *["users/getFields", "users/forgotten", "users/forgottenUserIds", "export/jobs", "metadata", "metadata/shops"],
    *["catalogs", "catalogs/shoes/items", "export/data.json?dataTypeName=user&range=All"],
]
SHOWN_OF_A_USER = [
    *["users/getSentMessages?", "inApp/getMessages?count=9&", "embedded-messaging/messages?", "export/userEvents?"]
]


class Life:
    """A simulator with one project, and its clock."""

    def __init__(self, project_type: ProjectType, now: int, name: str = "p", **chosen: Any) -> None:
        self.name = name
        options = ProjectSettings.model_validate(chosen)
        self.clock = Clock(now)
        self.service = Service(Simulator([ProjectConfiguration(name, project_type, ("key",), options)]), self.clock)

    def call(self, method: str, path: str, body: Any = None) -> bytes:
        payload = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        path, _, query = path.partition("?")
        reply = self.service.respond(Request(method, path, query, {"api-key": "key"}, payload)).reply
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

    def shown(self) -> dict[str, bytes]:
        """What the API shows of everybody and of everything."""
        state = json.loads(self.export(f"/_sim/projects/{self.name}/state"))
        paths = [*SHOWN]
        for user in state["users"]:
            for kind, query, who in (("", "email", user["email"]), ("byUserId/", "userId", user["userId"])):
                if who is not None:
                    paths += [f"users/{kind}{who}", f"events/{kind}{who}"]
                    paths += [f"{path}{query}={who}" for path in SHOWN_OF_A_USER]
        for item in state["lists"]:
            paths += [f"lists/{item['id']}/size", f"lists/getUsers?listId={item['id']}"]
        shown = {path: self.call("GET", f"/api/{path}") for path in paths}
        for job in state["exportJobs"]:
            file = f"exports/{job['id']}/file-000001.{job['format']}"
            shown[file] = self.call("GET", f"/_sim/projects/{self.name}/{file}")
        # The id of the project is said in some replies.
        number = self.service.simulator.projects[self.name].id
        return {path: reply.replace(b"%d" % number, b"its id") for path, reply in shown.items()}


SETTINGS = st.fixed_dictionaries(
    {
        "eventIdScope": st.sampled_from(["project", "user"]),
        "eventIdUpdate": st.sampled_from(["replace", "merge"]),
        "duplicateUserId": st.sampled_from(["error", "latest"]),
        "serverKeyMayRegisterDevices": st.just(True),
    }
)


@pytest.mark.parametrize("project_type", list(ProjectType))
@given(chosen=SETTINGS, before=HISTORIES, after=STEPS, later=st.sampled_from([0, 90_000]))
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
@given(before=HISTORIES, after=STEPS)
@settings(max_examples=settings().max_examples // 5)
def test_the_state_of_a_project_comes_back_in_itself_and_in_one_of_another_name(
    project_type: ProjectType, before: list[Any], after: list[Any]
) -> None:
    first = Life(project_type, NOW)
    first.play(before)
    state, shown = first.export("/_sim/projects/p/state"), first.shown()
    first.play([(call, 0) for call, _ in after])
    for life in (first, Life(project_type, first.clock.now(), name="other")):
        assert life.call("PUT", f"/_sim/projects/{life.name}/state", state) == b"204 "
        assert life.export(f"/_sim/projects/{life.name}/state") == state
        assert life.shown() == shown
