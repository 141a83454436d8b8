"""The page at `/`: a few static files that look at the simulator through the control surface, as anybody may."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from simulator.message import Reply
from simulator.response import text_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Request

__all__ = ["answer_inspector", "is_inspector_path"]

_INDEX: Final = "/"
_FOLDER: Final = "/_sim/inspector/"
_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    headers: Mapping[str, str]


def is_inspector_path(path: str) -> bool:
    """Whether a path belongs to the page."""
    return path == _INDEX or path.startswith(_FOLDER)


def answer_inspector(request: Request) -> Reply:
    """The file of the page that a request asks for; 404 for what is none of them."""
    if request.method not in {"GET", "HEAD"}:
        return Reply(405, b"", {"Allow": "GET, HEAD"})
    file = _files().get(request.path)
    if file is None:
        return text_reply("the inspector has no such file", 404)
    if request.headers.get("if-none-match") == file.headers["ETag"]:
        return Reply(304, b"", file.headers)
    return Reply(200, b"" if request.method == "HEAD" else file.content, file.headers)


@cache
def _files() -> dict[str, _File]:
    """Every file by its path. They are read once, and no path from a request ever leads to the file system."""
    found = {}
    for entry in files(__name__).joinpath("page").iterdir():
        content_type = _TYPES.get(entry.name.rpartition(".")[2])
        if content_type is None:
            continue
        content = entry.read_bytes()
        tag = f'"{sha256(content).hexdigest()[:16]}"'
        path = _INDEX if entry.name == "index.html" else _FOLDER + entry.name
        found[path] = _File(content, {**_HEADERS, "Content-Type": content_type, "ETag": tag})
    return found
