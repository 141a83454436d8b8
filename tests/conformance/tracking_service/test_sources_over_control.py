"""Sources and their messages over the control surface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.tracking_service.conftest import Front, identify, track

if TYPE_CHECKING:
    from pathlib import Path

MAPPING = [
    {
        "name": "Only Page",
        "partnerAction": "trackEvent",
        "subscribe": 'type = "page"',
        "mapping": {"eventName": "Page"},
    }
]
OPEN = {"writeKey": "write-key", "projects": ["email", "userid", "hybrid"], "settings": {}}


async def test_at_first_there_is_one_source_that_feeds_every_project(front: Front) -> None:
    assert await front.json("GET", "/_sim/sources") == [OPEN]


async def test_a_source_is_added_and_given_back_as_it_was(front: Front) -> None:
    shop = {"writeKey": "shop", "projects": ["hybrid"], "mapping": MAPPING, "settings": {"deduplicate": False}}
    added = await front.send("POST", "/_sim/sources", shop)
    assert (added.status, json.loads(added.body)) == (201, shop)
    assert await front.json("GET", "/_sim/sources/") == [OPEN, shop]
    again = await front.send("POST", "/_sim/sources", json.loads(added.body))
    assert again.status == 200


async def test_a_source_goes_by_its_own_mapping_projects_and_settings(front: Front) -> None:
    await front.json(
        "POST",
        "/_sim/sources",
        {"writeKey": "shop", "projects": ["hybrid"], "mapping": MAPPING, "settings": {"deduplicate": False}},
    )
    page = {"type": "page", "userId": "ada", "messageId": "m", "writeKey": "shop"}
    await front.send("POST", "/v1/b", {"batch": [page, page]})
    assert await front.flush("shop") == {"refused": 2}
    assert [item["project"] for item in (await front.messages())[0]["projects"]] == ["hybrid"]


async def test_a_source_that_takes_the_place_of_another_delivers_after_it(front: Front) -> None:
    await front.batch(identify())
    await front.json("POST", "/_sim/sources", {"writeKey": "write-key", "projects": ["hybrid"], "mapping": MAPPING})
    await front.batch(track())
    assert await front.flush() == {"delivered": 1, "not subscribed": 1}


async def test_a_removed_source_drops_what_comes_and_delivers_what_it_had(front: Front) -> None:
    await front.batch(identify())
    assert (await front.send("DELETE", "/_sim/sources/write-key")).status == 204
    await front.batch(track())
    for _ in range(3):
        await front.json("GET", "/_sim/sources")
    assert [row["rule"] for row in await front.messages()] == [None, "segment.unknown-write-key"]
    assert (await front.send("DELETE", "/_sim/sources/write-key")).status == 404


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "writeKey"),
        ({"writeKey": ""}, "writeKey"),
        ({"writeKey": "a", "project": ["email"]}, "did you mean projects?"),
        ({"writeKey": "a", "projects": ["emial"]}, "there is no project 'emial'"),
        ({"writeKey": "a", "settings": {"deduplicates": True}}, "did you mean deduplicate?"),
        ({"writeKey": "a", "mapping": {"a": 1}}, "must be a list of subscriptions"),
        ({"writeKey": "a", "mapping": [{**MAPPING[0], "partnerAction": "trackEvents"}]}, "did you mean trackEvent?"),
    ],
)
async def test_a_source_that_cannot_be_is_refused_with_place_and_hint(front: Front, body: Any, told: str) -> None:
    reply = await front.send("POST", "/_sim/sources", body)
    assert (reply.status, told in reply.body.decode()) == (400, True), reply.body
    assert await front.json("GET", "/_sim/sources") == [OPEN]


async def test_messages_come_in_pages_the_newest_first(front: Front) -> None:
    for number in range(5):
        await front.batch(track(str(number)))
    first = await front.json("GET", "/_sim/sources/write-key/messages?limit=2")
    assert ([row["number"] for row in first["messages"]], first["next"]) == ([5, 4], 4)
    last = await front.json("GET", "/_sim/sources/write-key/messages?limit=3&before=4")
    assert ([row["number"] for row in last["messages"]], last["next"]) == ([3, 2, 1], None)
    assert (await front.json("GET", "/_sim/messages/3")) == last["messages"][0]


async def test_messages_are_found_by_how_they_ended(front: Front) -> None:
    await front.batch(identify(), track(), track())
    await front.flush()
    for outcome, count in (("delivered", 2), ("dropped", 1), ("not%20subscribed", 0), ("waiting", 0)):
        assert len(await front.messages(f"/_sim/messages?outcome={outcome}")) == count
    assert (await front.send("GET", "/_sim/messages?outcome=lost")).status == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_sim/sources/other/messages", 404),
        ("POST", "/_sim/sources/other/flush", 404),
        ("GET", "/_sim/sources/write-key/flush", 405),
        ("PUT", "/_sim/sources", 405),
        ("GET", "/_sim/sources/write-key/other", 404),
        ("GET", "/_sim/messages/0", 404),
        ("GET", "/_sim/messages/x", 404),
        ("GET", "/_sim/messages?limit=0", 400),
        ("POST", "/_sim/sources/write-key/flush?timeout=soon", 400),
    ],
)
async def test_what_is_not_there_is_told(front: Front, method: str, path: str, status: int) -> None:
    reply = await front.send(method, path)
    assert reply.status == status
    assert json.loads(reply.body)["error"]


async def test_flush_says_what_is_still_on_its_way_when_it_takes_too_long(front: Front) -> None:
    await front.json("POST", "/_sim/clock", {"mode": "real"})
    await front.fault(match={"path": "/api/users/update"}, action={"status": 503, "headers": {"Retry-After": "50"}})
    await front.batch(identify())
    reply = await front.send("POST", "/_sim/sources/write-key/flush?timeout=0")
    assert (reply.status, json.loads(reply.body)["error"]) == (504, "1 messages are still in flight after 0 s")


async def test_the_oldest_messages_go_when_there_are_too_many(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    await front.json("GET", "/_sim/sources")
    assert front.surface._service is not None
    monkeypatch.setattr(front.surface._service.log, "_most", 2)
    await front.batch(*[track(str(number)) for number in range(5)])
    await front.flush()
    assert [row["number"] for row in await front.messages()] == [4, 5]


async def test_a_request_that_the_journal_has_forgotten_leaves_its_number(front: Front) -> None:
    await front.batch(identify())
    await front.flush()
    await front.json("POST", "/_sim/projects/hybrid/reset")
    [row] = await front.messages()
    [result] = [item for item in row["projects"][-1]["subscriptions"] if item["tries"]]
    assert result["requests"][0]["note"] == "the journal no longer has this request"


async def test_changed_sources_are_kept_in_their_file(front: Front, tmp_path: Path) -> None:
    from conformance.tracking_service.source_documents import read_sources

    await front.json("GET", "/_sim/sources")
    monkey: Any = front.surface._service
    monkey._file = tmp_path / "sources.json"
    await front.json("POST", "/_sim/sources", {"writeKey": "shop", "projects": ["hybrid"], "mapping": MAPPING})
    kept = read_sources(tmp_path / "sources.json")
    assert kept is not None
    assert [source.write_key for source in kept] == ["write-key", "shop"]
    assert (tmp_path / "sources.json").stat().st_mode & 0o077 == 0


async def test_sources_that_cannot_be_kept_are_changed_all_the_same_with_a_warning(
    front: Front, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await front.json("GET", "/_sim/sources")
    service: Any = front.surface._service
    service._file = tmp_path / "gone" / "sources.json"
    await front.json("POST", "/_sim/sources", {"writeKey": "shop"})
    assert [source["writeKey"] for source in await front.json("GET", "/_sim/sources")] == ["write-key", "shop"]
    assert "the sources cannot be saved" in caplog.text
