"""The journal: order, numbers, choice, and secrets that stay secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Reply, Request
from simulator.journal import MemoryJournal, Selection, entry_to_json, mask

KEY = "0123456789abcdef"


def filled() -> MemoryJournal:
    journal = MemoryJournal()
    journal.append(1, "a", Request("POST", "/api/users/update"), Reply(200, b"{}", users=("x@x.test", "u1")))
    journal.append(2, "b", Request("POST", "/api/users/update"), Reply(400, b"{}"))
    journal.append(3, "a", Request("GET", "/api/users/x%40x.test"), Reply(200, b"{}", users=("x@x.test",)))
    journal.append(4, "a", Request("GET", "/api/webhooks"), None, fault=True)
    return journal


def shown(request: Request, reply: Reply | None = None) -> dict[str, Any]:
    journal = MemoryJournal()
    journal.append(0, "p", request, reply)
    return entry_to_json(journal.select(Selection())[0])


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(), [1, 2, 3, 4]),
        (Selection(project="a"), [1, 3, 4]),
        (Selection(path="/api/users/*"), [1, 2, 3]),
        (Selection(path="users"), [1, 2, 3]),
        (Selection(path="/api/users/x@x.test"), [3]),
        (Selection(path="/api/*/x@*"), [3]),
        (Selection(path="/api"), [1, 2, 3, 4]),
        (Selection(path="/api/users/?"), []),
        (Selection(status=200), [1, 3]),
        (Selection(status=404), []),
        (Selection(users=("x@x.test",)), [1, 3]),
        (Selection(users=("u1",)), [1]),
        (Selection(users=("x",)), []),
        (Selection(after=2), [3, 4]),
        (Selection(project="a", limit=2), [1, 3]),
        (Selection(limit=0), []),
        (Selection(project="a", after=1, limit=1), [3]),
    ],
)
def test_what_is_asked_for_comes_in_order(selection: Selection, numbers: list[int]) -> None:
    assert [entry.number for entry in filled().select(selection)] == numbers


def test_forgetting_one_project_keeps_the_others_and_the_count() -> None:
    journal = filled()
    journal.clear("a")
    journal.append(5, "a", Request("GET", "/"), None)
    assert [(entry.number, entry.project) for entry in journal.select(Selection())] == [(2, "b"), (5, "a")]


def test_forgetting_everything_begins_to_count_again() -> None:
    journal = filled()
    journal.clear()
    journal.append(5, "a", Request("GET", "/"), None)
    assert [entry.number for entry in journal.select(Selection())] == [1]


def test_an_entry_says_for_how_long_a_fault_kept_the_reply_back() -> None:
    journal = MemoryJournal()
    journal.append(0, "p", Request("GET", "/api/lists"), Reply(200, b"{}"), fault=True, delay=0.25)
    journal.append(0, "p", Request("GET", "/api/lists"), Reply(503, b"{}"), fault=True)
    journal.append(0, "p", Request("GET", "/api/lists"), Reply(200, b"{}"))
    shown = [entry_to_json(entry) for entry in journal.select(Selection())]
    assert [(entry["fault"], entry.get("delay")) for entry in shown] == [(True, 0.25), (True, None), (False, None)]


def test_an_entry_without_a_reply_says_so() -> None:
    entry = shown(Request("GET", "/api/webhooks"))
    assert (entry["status"], entry["reply"], entry["users"], entry["rules"]) == (None, None, [], [])


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/", headers={"api-key": KEY}),
        Request("GET", "/", headers={"api_key": KEY}),
        Request("GET", "/", headers={"authorization": f"Bearer {KEY}"}),
        Request("GET", "/", f"a=1&api_key={KEY}"),
        Request("GET", "/", f"apiKey={KEY}&b=2"),
        Request("POST", "/", body=json.dumps({"apiKey": KEY}).encode()),
        Request("POST", "/", body=b'{"apiKey" : "' + KEY.encode() + b'", broken'),
    ],
)
def test_a_key_is_hidden_wherever_it_stands(request_: Request) -> None:
    assert KEY not in json.dumps(shown(request_))


def test_the_rest_of_query_and_body_is_shown_as_it_was() -> None:
    entry = shown(
        Request("POST", "/", "my_api_key=1&api_key=email-key&b=2", {}, b'{"apiKey":"email-key","email":"a"}')
    )
    assert entry["query"] == "my_api_key=1&api_key=em…ey&b=2"
    assert entry["body"] == {"apiKey": "em…ey", "email": "a"}


@pytest.mark.parametrize(
    ("secret", "expected"), [("email-key", "em…ey"), ("abcd", "…"), ("", "…"), ("abcde", "ab…de")]
)
def test_a_short_secret_is_left_out_whole(secret: str, expected: str) -> None:
    assert mask(secret) == expected


@pytest.mark.parametrize("body", [b"NaN", b"[1e999]", b'{"a":1,"a":2}', b"[" * 900 + b"]" * 900, b"{"])
def test_a_body_that_is_no_strict_json_is_shown_as_text(body: bytes) -> None:
    assert shown(Request("POST", "/", body=body))["body"] == body.decode()


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_whatever_was_sent_the_entry_is_json(body: bytes, reply: bytes) -> None:
    entry = shown(Request("POST", "/", body=body), Reply(200, reply))
    assert json.loads(json.dumps(entry, allow_nan=False)) == entry


@pytest.mark.parametrize(("most", "most_bytes", "kept"), [(2, 10**6, [4, 5]), (100, 25, [4, 5]), (100, 1, [5])])
def test_only_the_newest_entries_are_kept_in_memory(most: int, most_bytes: int, kept: list[int]) -> None:
    journal = MemoryJournal(most, most_bytes)
    for number in range(5):
        journal.append(number, "p", Request("POST", "/api/users/update", body=b"12345678"), Reply(200, b"{}"))
    assert [entry.number for entry in journal.select(Selection())] == kept
