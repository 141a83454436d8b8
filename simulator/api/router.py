"""From a method and a path to the route that answers them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import unquote

from simulator.api.route import Route
from simulator.api.routes import ROUTES

#: Parameters that are whole numbers; another text there is another path, which is not found.
_INTEGERS: Final = frozenset({"listId", "jobId", "campaignId", "experimentId", "id", "subscriptionGroupId"})
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_NO_NAMES: Final[Mapping[str, str]] = {}

_FIXED: Final = {(route.method, route.path): route for route in ROUTES if "{" not in route.path}


class _Pattern(NamedTuple):
    """A route with parameters: how its paths begin, and all its pieces."""

    route: Route
    beginning: str
    pieces: tuple[str, ...]


def _by_length() -> dict[tuple[str, int], list[_Pattern]]:
    """Routes with parameters by method and number of slashes, those with more fixed pieces first."""
    table: dict[tuple[str, int], list[_Pattern]] = {}
    for route in ROUTES:
        if "{" in route.path:
            pattern = _Pattern(route, route.path.partition("{")[0], tuple(route.path.split("/")))
            table.setdefault((route.method, route.path.count("/")), []).append(pattern)
    for patterns in table.values():
        patterns.sort(key=lambda pattern: [piece.startswith("{") for piece in pattern.pieces])
    return table


_WITH_PARAMETERS: Final = _by_length()


def find_route(method: str, path: str) -> tuple[Route | None, Mapping[str, str]]:
    """The route, None for nothing, and the parameters of the path, percent-decoded."""
    route = _FIXED.get((method, path))
    if route is not None:
        return route, _NO_NAMES
    for candidate in _WITH_PARAMETERS.get((method, path.count("/")), ()):
        if path.startswith(candidate.beginning):
            names = _matched(candidate.pieces, path.split("/"))
            if names is not None:
                return candidate.route, names
    return None, _NO_NAMES


def _matched(wanted: tuple[str, ...], pieces: list[str]) -> dict[str, str] | None:
    names: dict[str, str] = {}
    for pattern, piece in zip(wanted, pieces, strict=True):
        if not pattern.startswith("{"):
            if pattern != piece:
                return None
            continue
        name = pattern[1:-1]
        if not piece or (name in _INTEGERS and not _WHOLE_NUMBER.fullmatch(piece)):
            return None
        names[name] = unquote(piece)
    return names
