"""The files of an archive: which there are, where they are cut, and what is found in them."""

from __future__ import annotations

import gzip
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.backtest.archive import ArchiveFile, Part, cut, find_files, read
from conformance.backtest.counting import Broken, Located, Missing
from conformance.backtest.figures import Position

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.backtest.counting import Found

SHOP_DAY: Final = str(Path(__file__).parents[3] / "scenarios/events/shop-day.jsonl")
EVENT: Final = {"type": "page", "userId": "u1"}
LINE: Final = json.dumps(EVENT).encode() + b"\n"


def written(path: Path, content: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


def found(path: str, size: int = 10**9) -> list[Found]:
    return [item for part in cut(path, size) for item in read(part)]


WHOLE: Final = found(SHOP_DAY)


def test_folders_and_globs_are_searched_and_each_file_is_read_once(tmp_path: Path) -> None:
    archive = tmp_path / "segment-logs"
    second = written(archive / "source/1772409600000/b.gz", b"")
    first = written(archive / "source/1772323200000/a.gz", b"")
    for hidden in (".DS_Store", "_SUCCESS", ".git/config"):
        written(archive / hidden, b"")
    files, problems = find_files([str(archive), second, f"{archive}/**/*.gz"], io.BytesIO, tmp_path)
    assert (files, problems) == ((ArchiveFile(first), ArchiveFile(second)), ())


def test_everything_that_is_not_there_is_named_at_once(tmp_path: Path) -> None:
    sources = [str(tmp_path / "no.jsonl"), str(tmp_path), f"{tmp_path}/*.gz", SHOP_DAY]
    files, problems = find_files(sources, io.BytesIO, tmp_path)
    assert files == (ArchiveFile(SHOP_DAY),)
    assert [(problem.file, problem.message) for problem in problems] == [
        (sources[0], "cannot be read: no such file or directory"),
        (sources[1], "a folder without event files"),
        (sources[2], "no file matches"),
    ]


@given(st.integers(1, 300_000))
def test_wherever_a_file_is_cut_the_same_is_found_at_the_same_places(size: int) -> None:
    assert found(SHOP_DAY, size) == WHOLE


def test_parts_are_about_as_large_as_asked_for_and_leave_nothing_out(tmp_path: Path) -> None:
    path = written(tmp_path / "large.jsonl", LINE * 100_000)
    parts = list(cut(path, 2**20))
    assert {part.end - part.start >= 2**20 for part in parts[:-1] if part.end is not None} == {True}
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]
    assert (parts[0].start, parts[-1].end, len(parts)) == (0, len(LINE) * 100_000, 4)


def test_a_line_knows_its_file_number_and_offset(tmp_path: Path) -> None:
    path = written(tmp_path / "events.jsonl", b"\xef\xbb\xbf" + LINE + b"\n" + LINE)
    assert [item.position for item in found(path)] == [(path, 3, 1, 0), (path, len(LINE) + 4, 3, 0)]


def test_what_is_packed_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = written(tmp_path / "events.jsonl", gzip.compress(LINE) + gzip.compress(LINE))
    assert [(item.position.line, item.position.offset) for item in found(path)] == [(1, 0), (2, len(LINE))]


def test_events_of_a_list_and_of_an_envelope_are_found(tmp_path: Path) -> None:
    path = written(tmp_path / "events.json", json.dumps([EVENT, {"batch": [EVENT, 5]}], indent=2).encode())
    kinds = [type(item).__name__ for item in found(path)]
    assert (kinds, [item.position.item for item in found(path)]) == (["Located", "Located", "Broken"], [0, 0, 1])


@pytest.mark.parametrize("content", [b"no JSON\n" + LINE + b'{"type": 5}\n' + LINE, LINE + b"no JSON\n[5]\n" + LINE])
def test_lines_that_are_no_events_are_told_and_the_others_are_read(tmp_path: Path, content: bytes) -> None:
    kinds = [type(item).__name__ for item in found(written(tmp_path / "events.jsonl", content))]
    assert sorted(kinds) == ["Broken", "Broken", "Located", "Located"]


def test_a_file_of_something_else_is_broken_line_by_line(tmp_path: Path) -> None:
    lines = found(written(tmp_path / "events.csv", b"type,userId\npage,u1\npage,u2\n"))
    assert [(type(item), item.position.line) for item in lines] == [(Broken, 1), (Broken, 2), (Broken, 3)]


@pytest.mark.parametrize(
    ("sources", "name"), [(["-"], "standard input"), ([LINE.decode().strip()] * 2, "command line")]
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_only_this_process_can_read_is_kept_in_a_file_and_called_by_its_name(
    tmp_path: Path, sources: list[str], name: str, pack: Callable[[bytes], bytes]
) -> None:
    [file], problems = find_files(sources, lambda: io.BytesIO(pack(LINE * 2)), tmp_path)
    items = [item for part in cut(file.name, 30, path=file.path) for item in read(part)]
    assert [item.position[:3] for item in items] == [(name, 0, 1), (name, len(LINE), 2)]
    assert problems == ()


def test_a_pipe_is_kept_in_a_file(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, LINE)
    os.close(writing)
    try:
        [file], _ = find_files([f"/dev/fd/{reading}"], io.BytesIO, tmp_path)
        assert file.path is not None
        assert Path(file.path).read_bytes() == LINE
    finally:
        os.close(reading)


def test_what_a_truncated_file_holds_until_then_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "events.gz", gzip.compress(LINE * 100_000)[:-20])
    *events, missing = found(path)
    assert len(events) > 50_000
    assert isinstance(missing, Missing)
    assert missing.message == (
        "cannot be read from here on: compressed file ended before the end-of-stream marker was reached"
    )


def test_what_cannot_be_opened_is_missing(tmp_path: Path) -> None:
    [missing] = read(Part(str(tmp_path / "gone.jsonl")))
    assert missing.position == (str(tmp_path / "gone.jsonl"), 0, 1, 0)
    assert isinstance(missing, Missing)
    assert missing.message == "cannot be read: no such file or directory"


@pytest.mark.parametrize("content", [b"", b"\n \n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "empty.jsonl", content)
    assert found(path) == [Broken(Position(path, 0, 1), "contains no events")]


def test_a_file_that_begins_with_many_blank_lines_is_not_empty(tmp_path: Path) -> None:
    path = written(tmp_path / "events.jsonl", b"\n" * 100 + LINE)
    assert [type(item) for item in found(path, 30)] == [Located]
