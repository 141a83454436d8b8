"""The reports of a backtest: one document, and text, Markdown and a page of it."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from conformance.backtest import (
    Broken,
    Located,
    Mappings,
    Position,
    count,
    format_text,
    to_html,
    to_json,
    to_markdown,
)
from conformance.backtest.masking import mask
from destination import Subscription

OLD: Final = Subscription("People", "updateUser", 'type = "identify"', {"userId": {"@path": "$.userId"}})
NEW: Final = Subscription(
    "People",
    "updateUser",
    'type = "identify"',
    {
        "userId": {"@path": "$.userId"},
        "email": {"@path": "$.traits.email"},
        "dataFields": {"plan|<b>`": {"@path": "$.traits.plan"}},
    },
)
EVENTS: Final[tuple[dict[str, Any], ...]] = (
    {"type": "identify", "userId": "u1", "traits": {"email": "ada@example.com", "plan": "a|b`<script>@team"}},
    {"type": "identify", "userId": "u2", "traits": {"email": "nobody"}},
    {"type": "page", "userId": "u2"},
)


def document(*, compared: bool = True, masked: bool = False, new: Subscription = NEW) -> dict[str, Any]:
    located = [Located(Position("e.jsonl", number, number + 1), event) for number, event in enumerate(EVENTS)]
    return to_json(count(located, Mappings((new,), (OLD,) if compared else None)), compared=compared, masked=masked)


def test_the_document_says_what_became_of_events_and_what_would_change() -> None:
    found = document()
    assert found["events"] == {"total": 3, "sent": 1, "refused": 1, "notSubscribed": 1}
    [subscription] = found["subscriptions"]
    assert (subscription["name"], subscription["sent"], subscription["refused"]) == ("People", 1, 1)
    changes = found["changes"]
    assert (changes["differs"], changes["events"], changes["requests"]) == (
        True,
        2,
        {"old": {"updateUser": 2}, "new": {"updateUser": 1}},
    )
    assert [(item["kind"], item["count"], item["of"], item["share"]) for item in changes["found"]] == [
        ("differs", 1, 2, 0.5),
        ("disappears", 1, 2, 0.5),
        ("refused now", 1, 3, 0.333333),
    ]
    assert [(item["field"], item["kind"], item["share"]) for item in changes["fields"]] == [
        ("dataFields.plan|<b>`", "added", 1.0),
        ("email", "added", 1.0),
    ]
    assert json.loads(json.dumps(found)) == found


def test_without_another_mapping_there_are_no_changes() -> None:
    assert document(compared=False)["changes"] is None


def test_the_last_line_is_the_verdict() -> None:
    assert list(format_text(document()))[-1] == "2 of 3 events (66.67%) would be delivered differently"
    assert list(format_text(document(new=OLD), quiet=True)) == [
        "3 events: 2 sent, 0 refused, 1 not subscribed",
        "no difference in 3 events",
    ]


def test_no_difference_is_not_claimed_for_what_was_not_read() -> None:
    figures = count([Broken(Position("e", 0, 1), "not JSON")], Mappings((OLD,), (OLD,)))
    assert list(format_text(to_json(figures, compared=True)))[-1] == "no events were read"


BY_EMAIL: Final = Subscription("People", "updateUser", 'type = "identify"', {"email": {"@path": "$.traits.email"}})


def test_a_person_who_is_named_by_another_identifier_is_one_row_and_counted_once() -> None:
    [row] = [line.split() for line in format_text(document(new=BY_EMAIL)) if "other person" in line]
    assert " ".join(row[:6]) == "email instead of userId other person"
    assert row[6] == "1"
    assert row[-3:] == ['"u1"', '"ada@example.com"', "e.jsonl:1"]


def test_values_of_two_identifiers_are_masked_each_as_what_it_is() -> None:
    [field] = document(new=BY_EMAIL, masked=True)["changes"]["fields"]
    [example] = field["examples"]
    assert (field["kind"], example["before"], example["after"]) == ("other person", "<userId>", "<email>")


def test_an_identifier_that_nothing_replaces_is_blank() -> None:
    both = Subscription("People", "updateUser", 'type = "identify"', {"userId": "u9", "email": "new@example.com"})
    rows = [line for line in format_text(document(new=both)) if "other person" in line]
    assert [row.split()[0] for row in rows] == ["email", "userId"]
    assert not any("null" in row for row in rows)


def test_every_column_has_a_heading() -> None:
    heads = [line for line in to_markdown(document()).splitlines() if line.startswith("| ") and "first at |" in line]
    assert len(heads) > 2
    assert not any("|  |" in line for line in heads)


def test_all_examples_are_shown_when_asked_for() -> None:
    assert any('"place":"e.jsonl:2"' in line for line in format_text(document(), verbose=True))


def test_a_comment_shows_values_and_nothing_that_they_say_is_taken_for_markdown() -> None:
    comment = to_markdown(document())
    assert comment.startswith("### Backtest: 2 of 3 events (66.67%) would be delivered differently\n")
    [row] = [line for line in comment.splitlines() if "plan" in line]
    assert row == (
        "| `` dataFields.plan\\|<b>` `` | added | 1 | 100.00% | `updateUser` |  "
        '| `` "a\\|b`<script>@team" `` | `e.jsonl:1` |'
    )


def test_a_long_table_is_cut_in_a_comment_and_says_so() -> None:
    many = Subscription(
        "P", "updateUser", 'type = "identify"', {"dataFields": {f"f{n}": "x" for n in range(40)}, "userId": "u"}
    )
    assert "\nand 16 more\n" in to_markdown(document(new=many))


def test_a_page_shows_values_as_text() -> None:
    page = to_html(document())
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_masked_report_shows_nobody() -> None:
    text = json.dumps(document(masked=True))
    assert "ada@example.com" not in text
    assert '"u1"' not in text
    assert "<email>" in text
    assert "ada@example.com" in json.dumps(document())


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        ({"email": "ada@example.com"}, (), {"email": "<email>"}),
        ({"ada@example.com": 1}, (), {"<email>": 1}),
        ("Ada", ("dataFields", "firstName"), "<name>"),
        (15551230000, ("dataFields", "phoneNumber"), "<phone>"),
        ("ask ada@example.com", ("eventName",), "ask <email>"),
        ([{"plan": "pro", "paid": True, "n": 3, "none": None}], ("dataFields",), None),
    ],
)
def test_what_is_personal_is_masked_and_nothing_else(value: Any, path: tuple[str, ...], expected: Any) -> None:
    assert mask(value, path) == (value if expected is None else expected)
