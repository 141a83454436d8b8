from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.inputs.errors import InputError
from conformance.inputs.events import ReadEvents, read_events, undelivered_line

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.lists(
    st.dictionaries(st.text(), JSON, max_size=4).map(lambda members: {**members, "type": "page"}),
    min_size=1,
    max_size=6,
)


def no_input() -> NoReturn:
    raise AssertionError("standard input was read")


def read(tmp_path: Path, text: str | bytes, name: str = "events.jsonl") -> ReadEvents:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_events([str(path)], no_input)


def test_json_lines_are_events_in_order(tmp_path: Path) -> None:
    found = read(tmp_path, '{"type": "page", "n": 1}\n\n  {"type": "page", "n": 2}\r\n{"type": "page", "n": 3}')
    assert [item.event for item in found.events] == [
        {"type": "page", "n": 1},
        {"type": "page", "n": 2},
        {"type": "page", "n": 3},
    ]
    assert [item.place.rsplit(":", 1)[1] for item in found.events] == ["1", "3", "4"]


def test_a_list_is_events_in_order(tmp_path: Path) -> None:
    found = read(tmp_path, '[\n {"type": "page", "n": 1},\n {"type": "page", "n": 2}\n]')
    assert [item.event for item in found.events] == [{"type": "page", "n": 1}, {"type": "page", "n": 2}]
    assert found.events[1].place.endswith("events.jsonl[1]")


def test_one_object_over_several_lines_is_one_event(tmp_path: Path) -> None:
    assert [item.event for item in read(tmp_path, '{\n "type": "page"\n}\n').events] == [{"type": "page"}]


def test_a_broken_line_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    found = read(tmp_path, '{"type": "page", "n": 1}\n{"type": "page", "n": \n{"type": "page", "n": 3}\n')
    assert [item.event for item in found.events] == [{"type": "page", "n": 1}, {"type": "page", "n": 3}]
    [problem] = found.broken
    assert (problem.line, problem.file.endswith("events.jsonl")) == (2, True)
    assert "not JSON" in problem.message


@pytest.mark.parametrize("first", ['{"type": "track",', '{"type": ', "{", '{"a": [', "nonsense", "\udcff{"])
def test_a_first_line_that_is_broken_does_not_take_the_others_with_it(tmp_path: Path, first: str) -> None:
    found = read(
        tmp_path,
        f'{first}\n{{"type": "page", "n": 2}}\n{{"type": "page", "n": 3}}\n'.encode("utf-8", "surrogateescape"),
    )
    assert [item.event for item in found.events] == [{"type": "page", "n": 2}, {"type": "page", "n": 3}]
    assert [problem.line for problem in found.broken] == [1]


def test_a_slip_in_a_document_is_one_problem_where_it_stands(tmp_path: Path) -> None:
    [problem] = read(tmp_path, '[\n {"type": "page", "n": 1},\n {"type": "page", "n" 2}\n]').broken
    assert (problem.line, problem.column) == (3, 23)


@pytest.mark.parametrize("line", ["5", '"text"', "null", "[]", "true", '{"batch": []}'])
def test_a_line_that_is_no_object_is_no_event(tmp_path: Path, line: str) -> None:
    found = read(tmp_path, f'{{"type": "page", "n": 1}}\n{line}\n')
    assert len(found.events) == 1
    assert found.broken[0].message.startswith("this is not a Segment event; it looks like")


def test_an_item_that_is_no_object_is_named_by_its_index(tmp_path: Path) -> None:
    found = read(tmp_path, '[{"type": "page", "n": 1}, 2]')
    assert [problem.field for problem in found.broken] == ["[1]"]


def test_an_empty_file_has_no_events_and_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, " \n")
    assert found.events == ()
    assert "no events" in found.broken[0].message


@pytest.mark.parametrize(
    "line",
    ["NaN", '{"a": NaN}', '{"a": Infinity}', "[" * 100_000, '{"a":' * 100_000, "\ufeff\ufeff{}"],
    ids=["NaN", "NaN inside", "infinity", "deep list", "deep object", "two marks"],
)
def test_what_json_does_not_know_is_a_broken_line(tmp_path: Path, line: str) -> None:
    found = read(tmp_path, f'{{"type": "page", "n": 1}}\n{line}\n')
    assert (len(found.events), len(found.broken)) == (1, 1)


def test_bytes_that_are_not_utf8_are_a_broken_line(tmp_path: Path) -> None:
    found = read(tmp_path, b'{"type": "page", "n": 1}\n{"type": "page", "n": "\xff"}\n{"type": "page", "n": 3}\n')
    assert len(found.events) == 2
    assert (found.broken[0].line, found.broken[0].column) == (2, 24)


def test_a_byte_order_mark_is_no_part_of_the_first_event(tmp_path: Path) -> None:
    assert len(read(tmp_path, b'\xef\xbb\xbf{"type": "page", "n": 1}\n{"type": "page", "n": 2}').events) == 2


def test_integers_that_a_double_cannot_hold_lose_digits_as_in_javascript(tmp_path: Path) -> None:
    [item] = read(tmp_path, '{"type": "page", "n": 12345678901234567890}').events
    assert item.event["n"] == 12345678901234567000.0


def test_events_come_from_the_command_line_and_from_standard_input() -> None:
    found = read_events(
        ['{"type": "page", "n": 1}', "-"], lambda: b'{"type": "page", "n": 2}\n{"type": "page", "n": 3}'
    )
    assert [item.event["n"] for item in found.events] == [1, 2, 3]
    assert found.events[0].place == "command line:1"


def test_every_source_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_events([str(tmp_path), "missing.jsonl"], no_input)
    assert [problem.file for problem in caught.value.problems] == [str(tmp_path), "missing.jsonl"]


@given(events=EVENTS, as_list=st.booleans())
def test_whatever_is_written_as_json_is_read_back(events: list[dict[str, object]], *, as_list: bool) -> None:
    lines = "\n".join(json.dumps(event) for event in events)
    text = json.dumps(events) if as_list else lines
    found = read_events(["-"], text.encode)
    assert not found.broken
    assert [item.event for item in found.events] == events


@given(text=st.binary(max_size=60))
def test_no_bytes_break_the_reader(text: bytes) -> None:
    found = read_events(["-"], lambda: text)
    assert found.events or found.broken


def test_an_undelivered_event_keeps_the_subscriptions_that_are_still_to_deliver_it() -> None:
    event: dict[str, JsonValue] = {"type": "track", "event": "Seen"}
    whole = read_events([undelivered_line(event, None)], no_input).events[0]
    part = read_events([undelivered_line(event, ["Track Calls"])], no_input).events[0]
    assert (whole.event, whole.subscriptions) == (event, None)
    assert (part.event, part.subscriptions) == (event, frozenset({"Track Calls"}))


@pytest.mark.parametrize("levels", [201, 500, 5000, 100_000])
def test_an_event_that_is_nested_too_deeply_is_broken_and_its_line_is_named(tmp_path: Path, levels: int) -> None:
    found = read(
        tmp_path, f'{{"type": "page", "n": 1}}\n{{"x": {"[" * levels}{"]" * levels}}}\n{{"type": "page", "n": 3}}\n'
    )
    assert [item.event["n"] for item in found.events] == [1, 3]
    [problem] = found.broken
    assert (problem.line, problem.message) == (2, "nested more than 200 levels deep")


@pytest.mark.parametrize("levels", [201, 500, 5000])
def test_an_item_of_a_list_that_is_nested_too_deeply_is_broken(tmp_path: Path, levels: int) -> None:
    found = read(tmp_path, f'[{{"type": "page", "n": 1}},\n {"[" * levels}{"]" * levels}]')
    assert [problem.message for problem in found.broken] == ["nested more than 200 levels deep"]


def test_an_event_as_deep_as_can_be_is_read_and_what_is_left_of_it_too() -> None:
    text = f'{{"type": "page", "x": {"[" * 199}{"]" * 199}}}'
    [item] = read_events([text], no_input).events
    [again] = read_events([undelivered_line(item.event, ["Track Calls"])], no_input).events
    assert again.event == item.event


def test_a_body_of_the_tracking_api_stands_for_its_messages_wherever_it_stands(tmp_path: Path) -> None:
    body = '{"batch": [{"type": "page", "n": 1}, {"type": "page", "n": 2}], "writeKey": "k"}'
    found = read(tmp_path, f'{body}\n{{"type": "page", "n": 3}}\n')
    assert [item.event["n"] for item in found.events] == [1, 2, 3]
    assert [item.place.rsplit("events.jsonl", 1)[1] for item in found.events] == [":1 batch[0]", ":1 batch[1]", ":2"]
    assert [item.event["n"] for item in read(tmp_path, f"[{body}]").events] == [1, 2]


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ('{"log": {"version": "1.2", "entries": []}}', "a HAR"),
        ('{"id": "1", "received_at": "2026-01-01", "user_id": "u1", "event_text": "Visited"}', "a warehouse row"),
        ('{"type": "Track", "event": "Visited", "userId": "u1"}', "track"),
        ('{"type": "indentify", "userId": "u1", "traits": {}}', "identify"),
        ('{"email": "ada@example.com", "dataFields": {}}', "Iterable"),
    ],
)
def test_what_is_no_event_is_named_with_what_it_looks_like(tmp_path: Path, text: str, look: str) -> None:
    found = read(tmp_path, text)
    assert found.events == ()
    [problem] = found.broken
    assert look.lower() in f"{problem.message} {problem.hint}".lower()


def test_a_member_that_no_event_has_is_doubtful_and_its_event_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, '{"type": "track", "userId": "u1", "event": "Visited", "propertis": {}}')
    assert len(found.events) == 1
    [doubt] = found.doubtful
    assert (doubt.field, "properties" in doubt.hint) == ("propertis", True)
