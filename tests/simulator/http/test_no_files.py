"""No path from a request reaches the file system: whatever is asked for, no file outside of the package is opened."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import simulator
from simulator import Clock, Request, Simulator
from simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = Path(simulator.__file__).parent
#: What Python tells before it touches the file system.
TOUCHES = ("open", "os.", "shutil.", "glob.", "pathlib.", "tempfile.", "sqlite3.", "subprocess.")
_watching: list[list[str]] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event.startswith(TOUCHES):
        _watching[-1].append(f"{event} {os.fsdecode(arguments[0]) if _is_name(arguments) else repr(arguments)}")


def _is_name(arguments: tuple[Any, ...]) -> bool:
    return bool(arguments) and isinstance(arguments[0], (str, bytes, os.PathLike))


@pytest.fixture(scope="module", autouse=True)
def _hook() -> None:
    """A hook cannot be removed; it does nothing unless somebody watches."""
    sys.addaudithook(_watch)


@contextmanager
def watched() -> Iterator[list[str]]:
    """What is touched while this is open."""
    touched: list[str] = []
    _watching.append(touched)
    try:
        yield touched
    finally:
        _watching.remove(touched)


parts = st.sampled_from(
    ["..", ".", "", "%2e%2e", "%2E%2E%2F", "..%2f..", "..%5c", "etc", "passwd", "C:", "%00", "~", "file:", "_sim",
     "api", "users", "projects", "hybrid", "state", "exports", "1", "journal", "inspector", "app.js", "server.py",
     "/etc/passwd", "index.html", "snapshots", "record"]
)  # fmt: skip
paths = st.builds(
    lambda start, rest: f"{start}/{'/'.join(rest)}",
    st.sampled_from(["", "/_sim", "/_sim/projects/hybrid", "/_sim/snapshots", "/api", "/api/export", "/inspector"]),
    st.lists(parts, max_size=6),
)


@example("GET", "/../../../../etc/passwd", b"")
@example("GET", "/_sim/%2e%2e/%2e%2e/server.py", b"")
@example("GET", "/_sim/projects/hybrid/exports/1/..%2f..%2fetc%2fpasswd", b"")
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]), paths, st.sampled_from([b"", b"{}", b'{"name": "../../x"}'])
)
def test_no_request_touches_a_file_outside_of_the_package(method: str, path: str, body: bytes) -> None:
    service = Service(Simulator(), Clock(0))
    request = Request(method, path, "file=../../etc/passwd", {"api-key": "hybrid-key", "host": "127.0.0.1"}, body)
    with watched() as touched:
        service.respond(request)
    assert [name for name in touched if not _is_inside(name)] == []


def _is_inside(touched: str) -> bool:
    """Whether it is a file of the package, as those of the inspector's page are, and is only read."""
    event, _, name = touched.partition(" ")
    reads = event in {"open", "os.listdir", "os.scandir"}
    return reads and Path(name).resolve().is_relative_to(OWN)


def test_the_watch_sees_what_is_touched(tmp_path: Path) -> None:
    file = tmp_path / "x"
    with watched() as touched:
        file.write_text("x")
        os.listdir(tmp_path)  # noqa: PTH208  # the event that is looked for
    assert touched[0] == f"open {file}"
    assert f"os.listdir {tmp_path}" in touched
    assert not any(map(_is_inside, touched))
