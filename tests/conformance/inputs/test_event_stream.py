"""Events as they are read: one after the other, with their lines and bytes, from whatever holds them."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.events import ReadEvent, Span, event_sources, stream_events, stream_source, stream_span
from conformance.inputs.source_parts import cut

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.inputs.event_sources import EventSource


def event(number: int, **more: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Seen", "userId": "u1", "n": number, **more}


def sources(*addresses: object, given: bytes = b"") -> list[EventSource]:
    return event_sources([str(address) for address in addresses], lambda: io.BytesIO(given))


def events(found: list[ReadEvent | InputProblem]) -> list[ReadEvent]:
    return [item for item in found if isinstance(item, ReadEvent)]


def problems(found: list[ReadEvent | InputProblem]) -> list[InputProblem]:
    return [item for item in found if isinstance(item, InputProblem)]


def read(text: str | bytes) -> list[ReadEvent | InputProblem]:
    return list(stream_events(sources("-", given=text if isinstance(text, bytes) else text.encode())))


def numbers(text: str | bytes) -> list[Any]:
    return [item.event["n"] for item in events(read(text))]


PRETTY = "".join(json.dumps(event(n, properties={"a": [1, {"b": 2}]}), indent=2) + "\n" for n in range(1, 6))


def test_each_event_says_on_which_line_and_at_which_byte_it_begins(tmp_path: Path) -> None:
    lines = [json.dumps(event(n, name="Zoë"), ensure_ascii=False).encode() + b"\n" for n in range(3)]
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(lines))
    found = events(list(stream_events(sources(path))))
    content = path.read_bytes()
    assert [(item.file, item.line) for item in found] == [(str(path), 1), (str(path), 3), (str(path), 5)]
    assert [json.loads(content[item.offset :].splitlines()[0])["n"] for item in found] == [0, 1, 2]


def test_values_over_several_lines_stand_one_below_the_other() -> None:
    found = events(read(PRETTY))
    assert [item.event["n"] for item in found] == [1, 2, 3, 4, 5]
    assert [PRETTY.splitlines()[item.line - 1] for item in found] == ["{"] * 5
    assert [PRETTY.encode()[item.offset : item.offset + 1] for item in found] == [b"{"] * 5


@pytest.mark.parametrize("between", ["", " ", ",", ", ", "\n", ",\n", "\n\n", ",\r\n"])
def test_values_stand_beside_each_other_with_or_without_commas(between: str) -> None:
    text = between.join(json.dumps(event(n)) for n in range(5)) + between
    assert numbers(text) == [0, 1, 2, 3, 4]
    assert problems(read(text)) == []


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_the_items_of_a_list_say_where_they_stand_and_a_comma_may_follow_the_last(indent: int | None) -> None:
    text = json.dumps([event(n, name="Zoë") for n in range(4)], indent=indent, ensure_ascii=False)
    text = text.removesuffix("]").rstrip() + ",\n]"
    found = events(read(text))
    assert [item.place for item in found] == [f"standard input[{n}]" for n in range(4)]
    assert [item.event["n"] for item in found] == [0, 1, 2, 3]
    assert [text.encode()[item.offset :].split(b"\n")[0][:1] for item in found] == [b"{"] * 4
    assert problems(read(text)) == []


def test_what_follows_a_list_is_read_as_well() -> None:
    text = json.dumps([event(1)]) + "\n" + json.dumps(event(2)) + "\n" + json.dumps(event(3))
    found = events(read(text))
    assert [(item.event["n"], item.line) for item in found] == [(1, 1), (2, 2), (3, 3)]


def test_a_slip_in_a_list_is_named_and_the_items_after_it_are_read() -> None:
    lines = [f" {json.dumps(event(n))}," for n in range(5)]
    lines[2] = ' {"type": "page", "n" 2},'
    found = read("\n".join(["[", *lines, "]"]))
    assert [item.event["n"] for item in events(found)] == [0, 1, 3, 4]
    assert [(problem.line, problem.column) for problem in problems(found)] == [(4, 23)]


def test_a_slip_in_one_of_several_long_values_is_named_and_the_others_are_read() -> None:
    broken = PRETTY.replace('"n": 3,', '"n" 3,')
    found = read(broken)
    assert [item.event["n"] for item in events(found)] == [1, 2, 4, 5]
    [problem] = problems(found)
    assert broken.splitlines()[problem.line - 1].strip() == '"n" 3,'


def test_a_long_value_that_is_cut_off_does_not_take_the_next_with_it() -> None:
    lines = PRETTY.splitlines()
    second = lines.index("{", 1)
    found = read("\n".join(lines[: second - 4] + lines[second:]))
    assert [item.event["n"] for item in events(found)] == [2, 3, 4, 5]
    assert [problem.line for problem in problems(found)] == [1]


def test_what_is_packed_is_told_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    text = "".join(json.dumps(event(n)) + "\n" for n in range(3)).encode()
    (tmp_path / "packed.jsonl").write_bytes(gzip.compress(text[:40]) + gzip.compress(text[40:]))
    (tmp_path / "plain.gz").write_bytes(text)
    found = events(list(stream_events(sources(tmp_path / "packed.jsonl", tmp_path / "plain.gz"))))
    assert [item.event["n"] for item in found] == [0, 1, 2, 0, 1, 2]
    assert [item.offset for item in found[:3]] == [item.offset for item in found[3:]]
    assert [item.event["n"] for item in events(read(gzip.compress(text)))] == [0, 1, 2]


def test_a_packed_file_that_is_cut_off_is_named_and_what_came_before_is_read(tmp_path: Path) -> None:
    text = "".join(json.dumps(event(n, id=f"{n * 7919 % 10007}")) + "\n" for n in range(5000)).encode()
    (tmp_path / "a.gz").write_bytes(gzip.compress(text)[:-2000])
    (tmp_path / "b.jsonl").write_text(json.dumps(event(7)))
    found = list(stream_events(sources(tmp_path)))
    assert len(events(found)) > 100
    assert events(found)[-1].event["n"] == 7
    [problem] = [item for item in problems(found) if "cannot be read beyond line" in item.message]
    assert problem.file.endswith("a.gz")


def test_a_folder_is_searched_and_what_is_hidden_or_called_otherwise_is_passed_over(tmp_path: Path) -> None:
    for name in ("source/2/b.json", "source/1/a.gz", "source/1/notes.md", ".hidden/c.json", "_SUCCESS"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(event(1)))
    assert [source.name.removeprefix(f"{tmp_path}/") for source in sources(tmp_path)] == [
        "source/1/a.gz",
        "source/2/b.json",
    ]


def test_a_glob_is_files_by_name(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.md"):
        (tmp_path / name).write_text(json.dumps(event(1)))
    assert [source.name for source in sources(tmp_path / "*.txt")] == [
        str(tmp_path / "a.txt"),
        str(tmp_path / "b.txt"),
    ]


def test_every_address_where_there_is_nothing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        sources(tmp_path / "*.json", tmp_path, "missing.jsonl", "nonsense://bucket/day")
    assert [problem.file.rsplit("/", 1)[-1] for problem in caught.value.problems][:3] == [
        "*.json",
        tmp_path.name,
        "missing.jsonl",
    ]
    assert "nonsense://bucket/day" in {problem.file for problem in caught.value.problems}


def test_a_har_file_holds_the_messages_that_a_page_sent() -> None:
    def entry(method: str, url: str, body: Any) -> dict[str, Any]:
        return {"request": {"method": method, "url": url, "postData": {"text": json.dumps(body)}}}

    entries = [
        entry("POST", "https://api.segment.io/v1/t", {"event": "Seen", "userId": "u1", "n": 1}),
        entry("POST", "https://example.com/login", {"password": "secret"}),
        entry("POST", "https://api.segment.io/v1/batch", {"batch": [event(2), event(3)]}),
        {"request": {"method": "GET", "url": "https://cdn.segment.com/v1/projects/k/settings"}},
    ]
    found = events(read(json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=1)))
    assert [(item.event["type"], item.event["n"]) for item in found] == [("track", 1), ("track", 2), ("track", 3)]
    assert found[0].place == "standard input:1 log.entries[0].request.postData.text"


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("id,received_at,event\n" * 5000, "CSV"),
        ('{"id": "1", "received_at": "2026-01-01", "user_id": "u1", "event_text": "Seen"}\n' * 5000, "warehouse"),
    ],
)
def test_a_long_file_of_something_else_is_named_with_what_to_do_and_not_read_to_its_end(text: str, look: str) -> None:
    found = read(text)
    assert events(found) == []
    assert len(found) < 20
    assert look in f"{found[0]}"
    assert "write each as a track event" in f"{found[0]}"


def test_broken_lines_before_the_first_event_are_named_once_there_is_one() -> None:
    found = read('nonsense\n{"type":\n' + json.dumps(event(1)))
    assert [problem.line for problem in problems(found)] == [1, 2]
    assert [item.line for item in events(found)] == [3]


def test_the_first_event_is_there_before_the_second_is_written() -> None:
    class Slow(io.RawIOBase):
        """Gives one line a call, and remembers how many were taken."""

        def __init__(self, lines: Iterator[bytes]) -> None:
            self.taken, self._lines = 0, lines

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            line = next(self._lines, b"")
            self.taken += 1
            buffer[: len(line)] = line
            return len(line)

    slow = Slow(json.dumps(event(n)).encode() + b"\n" for n in range(10))
    found = stream_events(event_sources(["-"], lambda: io.BufferedReader(slow)))
    first = next(found)
    assert isinstance(first, ReadEvent)
    assert (first.event["n"], slow.taken) == (0, 1)


@pytest.mark.parametrize(
    ("opening", "between", "closing"), [("", "\n", ""), ("[", ",", "]")], ids=["lines", "a list"]
)
def test_memory_does_not_grow_with_the_number_of_events(
    opening: str, between: str, closing: str, tmp_path: Path
) -> None:
    path = tmp_path / "events.json"
    path.write_text(opening + between.join(json.dumps(event(n, filler="x" * 900)) for n in range(12_000)) + closing)
    tracemalloc.start()
    try:
        assert all(isinstance(item, ReadEvent) for item in stream_events(sources(path)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size / 3


@given(sizes=st.lists(st.integers(0, 30), min_size=1, max_size=30), size=st.integers(1, 400))
def test_the_parts_of_a_file_are_the_file_wherever_it_is_cut(
    sizes: list[int], size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("parts") / "events.jsonl"
    path.write_text("\n".join(json.dumps(event(n, filler="é" * size)) for n, size in enumerate(sizes)))
    [source] = sources(path)
    assert source.splits
    spans = [Span(part.start, part.line, part.end) for part in cut(str(path), size)]
    assert [item for span in spans for item in stream_span(source, span)] == list(stream_source(source))
    assert [span.offset for span in spans] == [span.stop for span in spans]


def test_a_part_moves_on_to_the_end_of_a_value_that_reaches_across(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    line = json.dumps(event(1)) + "\n"
    path.write_text(line + json.dumps(event(2), indent=2) + "\n" + line)
    span = Span(0, 1, len(line) + 1)
    assert len(list(stream_span(sources(path)[0], span))) == 2
    assert path.read_text()[span.offset :] == line
    assert path.read_text()[: span.offset].count("\n") == span.line - 1


def test_lines_are_counted_on_behind_one_with_two_values() -> None:
    line = json.dumps(event(1))
    found = read(f"{line} {line}\n{json.dumps(event(2), indent=1)}\n{line}\n")
    assert [(item.line, item.offset) for item in events(found)] == [
        (1, 0),
        (1, len(line) + 1),
        (2, 2 * len(line) + 2),
        (8, 2 * len(line) + 3 + len(json.dumps(event(2), indent=1))),
    ]


def test_only_a_plain_file_of_lines_is_read_in_parts(tmp_path: Path) -> None:
    texts = {"lines": json.dumps(event(1)) + "\n", "list": json.dumps([event(1)]), "pretty": PRETTY}
    for name, text in texts.items():
        (tmp_path / f"{name}.json").write_text(text)
    (tmp_path / "packed.json").write_bytes(gzip.compress(texts["lines"].encode()))
    assert {source.name.rsplit("/", 1)[-1]: source.splits for source in sources(tmp_path)} == {
        "lines.json": True,
        "list.json": False,
        "packed.json": False,
        "pretty.json": False,
    }


@given(text=st.text('[]{}",:1 \n\\u\ud800aé', max_size=60))
def test_no_text_breaks_the_stream(text: str) -> None:
    assert read(text.encode("utf-8", "surrogatepass"))


@given(values=st.lists(st.integers(0, 9), min_size=1, max_size=6), data=st.data())
def test_however_values_are_laid_out_none_is_lost(values: list[int], data: st.DataObject) -> None:
    parts = []
    for value in values:
        indent = data.draw(st.sampled_from([None, 1, 2]))
        parts.append(json.dumps(event(value, more={"a": [1, {}]}), indent=indent))
        parts.append(data.draw(st.sampled_from(["\n", ",\n", "\n\n"])))
    assert numbers("".join(parts)) == values


@given(
    values=st.lists(
        st.dictionaries(
            st.text(max_size=3),
            st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9) | st.integers(),
        ),
        max_size=5,
    ),
    indent=st.sampled_from([None, 0, 2]),
    chunk=st.integers(1, 40),
    escaped=st.booleans(),
    after=st.integers(0, 3),
)
def test_a_list_is_read_alike_wherever_its_chunks_end(
    values: list[dict[str, Any]], indent: int | None, chunk: int, escaped: bool, after: int
) -> None:
    written = [{**value, "type": "page"} for value in values]
    text = json.dumps(written, indent=indent, ensure_ascii=escaped) + "\n" * after + json.dumps(event(1)) * after
    content = text.encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("conformance.inputs.stream_lines._CHUNK", chunk)
        small = read(content)
    assert small == read(content)
    assert all(content[item.offset : item.offset + 1] == b"{" for item in events(small))
    assert len(events(small)) == len(written) + after
