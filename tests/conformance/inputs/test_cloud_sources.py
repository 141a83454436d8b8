"""Events at addresses that fsspec knows; a file system in memory stands for those of the cloud."""

from __future__ import annotations

import gzip
import io
import json
import sys
from typing import TYPE_CHECKING

import fsspec
import pytest

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.events import ReadEvent, event_sources, stream_events

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT = json.dumps({"type": "page", "userId": "u1"}).encode() + b"\n"


@pytest.fixture(autouse=True)
def bucket() -> Iterator[None]:
    files = fsspec.filesystem("memory")
    files.pipe("/logs/source/2/b.gz", gzip.compress(EVENT * 2))
    files.pipe("/logs/source/1/a.json", EVENT)
    files.pipe("/logs/source/1/readme.md", b"# nothing")
    files.pipe("/logs/cut.gz", gzip.compress(EVENT * 5000)[:-8])
    yield
    files.rm("/logs", recursive=True)


def read(*addresses: str) -> list[ReadEvent | InputProblem]:
    return list(stream_events(event_sources(addresses, io.BytesIO)))


def test_a_folder_is_searched_and_its_files_are_read_in_order() -> None:
    assert [item.place for item in read("memory://logs/source") if isinstance(item, ReadEvent)] == [
        "memory:///logs/source/1/a.json:1",
        "memory:///logs/source/2/b.gz:1",
        "memory:///logs/source/2/b.gz:2",
    ]


@pytest.mark.parametrize("address", ["memory://logs/source/1/a.json", "memory://logs/*/1/*.json"])
def test_a_file_and_a_glob_are_read(address: str) -> None:
    [item] = read(address)
    assert isinstance(item, ReadEvent)
    assert (item.line, item.offset) == (1, 0)


def test_a_packed_file_that_is_cut_off_is_named_and_what_came_before_is_read() -> None:
    *found, last = read("memory://logs/cut.gz")
    assert len(found) > 1000
    assert isinstance(last, InputProblem)
    assert last.message.startswith(f"cannot be read beyond line {len(found)}: ")


@pytest.mark.parametrize("address", ["memory://logs/nothing.json", "memory://logs/*.txt", "nonsense://logs"])
def test_an_address_where_there_is_nothing_is_named(address: str) -> None:
    with pytest.raises(InputError) as caught:
        read(address)
    assert [problem.file for problem in caught.value.problems] == [address]


def test_where_fsspec_is_not_installed_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError) as caught:
        read("s3://logs/day")
    assert "iterable-harness[cloud]" in str(caught.value)
