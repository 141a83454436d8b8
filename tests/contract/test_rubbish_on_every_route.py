"""Whatever comes in on any route gets an answer, and what is stored can be written out and taken back."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from simulator import ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.api import ROUTES

NOW: Final = 1_787_227_200_000
#: Members that some body has, so that rubbish gets past the first look.
NAMES: Final = [
    "email",
    "userId",
    "dataFields",
    "users",
    "events",
    "items",
    "user",
    "id",
    "total",
    "listId",
    "subscribers",
    "device",
    "token",
    "campaignId",
    "sourceEmail",
    "destinationEmail",
    "newEmail",
    "currentEmail",
    "documents",
    "replaceUploadedFieldsOnly",
    "value",
    "update",
    "itemIds",
    "eventName",
    "createdAt",
    "name",
    "content",
    "templateId",
    "clientTemplateId",
    "ids",
    "sendAt",
    "recipientEmail",
    "dataTypeName",
    "outputFormat",
    "emailListIds",
]
PARAMETERS: Final = [
    "email",
    "userId",
    "limit",
    "listId",
    "page",
    "pageSize",
    "count",
    "size",
    "action",
    "dataTypeName",
    "range",
    "templateId",
    "sort",
]
SCALARS: Final = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**30, 1e308, "", "a", "\ud800", "a@x.test", "u1", 1, "2020-01-01", "user", "text/csv"]
)
VALUES: Final = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
)
BODIES: Final = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=9).map(
    lambda value: json.dumps(value).encode()
) | st.sampled_from([b"", b"[", b"\xff", b"null", b'{"email": NaN}', b'{"email": 1, "email": 2}'])
PIECES: Final = st.sampled_from(["1", "a%40x.test", "u1", "%00", "messageType", "-1", "%F0%9F", "one", "..", "é"])
QUERIES: Final = st.lists(
    st.tuples(
        st.sampled_from(PARAMETERS),
        st.sampled_from(["1", "-1", "a%40x.test", "u1", "All", "user", "subscribe", "", "99999999999999", "-name"]),
    ),
    max_size=3,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))


@st.composite
def requests(draw: st.DrawFn) -> Request:
    route = draw(st.sampled_from(ROUTES))
    path = re.sub(r"\{\w+\}", lambda _: draw(PIECES), route.path)
    return Request(route.method, path, draw(QUERIES), {"api-key": "key"}, draw(BODIES))


@given(st.lists(requests(), min_size=1, max_size=12), st.sampled_from(list(ProjectType)), st.sampled_from([0, 5]))
def test_every_request_is_answered_and_the_state_stays_whole(
    sent: list[Request], project_type: ProjectType, lag: int
) -> None:
    chosen: dict[str, Any] = {"serverKeyMayRegisterDevices": True, "visibilityLag": lag, "bulkLag": lag}
    configuration = ProjectConfiguration("p", project_type, ("key",), ProjectSettings.model_validate(chosen))
    simulator = Simulator([configuration])
    for number, request in enumerate(sent):
        reply = simulator.handle(request, NOW + 1000 * number)
        assert reply.status < 500 or reply.status == 501 or b"Unable to register" in reply.body
    document = json.loads(json.dumps(simulator.projects["p"].state_document()))
    again = Simulator([configuration])
    again.projects["p"].replace_state(document, NOW)
    assert json.loads(json.dumps(again.projects["p"].state_document())) == document
