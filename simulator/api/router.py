"""From a method and a path to the route that answers them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from simulator.api.route import Route
from simulator.api.routes import ROUTES

#: Parameters that are whole numbers; another text there is another path, which is not found.
_INTEGERS: Final = frozenset({"listId", "jobId", "campaignId", "experimentId", "id", "subscriptionGroupId"})
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_NO_NAMES: Final[Mapping[str, str]] = {}

_FIXED: Final = {(route.method, route.path): route for route in ROUTES if "{" not in route.path}


def _pieces_of(route: Route) -> tuple[str, ...]:
    return tuple(route.path.split("/"))


def _by_length() -> dict[tuple[str, int], list[tuple[Route, tuple[str, ...]]]]:
    """Routes with parameters by method and number of pieces, those with more fixed pieces first."""
    table: dict[tuple[str, int], list[tuple[Route, tuple[str, ...]]]] = {}
    for route in ROUTES:
        if "{" in route.path:
            pieces = _pieces_of(route)
            table.setdefault((route.method, len(pieces)), []).append((route, pieces))
    for routes in table.values():
        routes.sort(key=lambda pair: [piece.startswith("{") for piece in pair[1]])
    return table


_WITH_PARAMETERS: Final = _by_length()


def find_route(method: str, path: str) -> tuple[Route | None, Mapping[str, str]]:
    """The route, None for nothing, and the parameters of the path, percent-decoded."""
    route = _FIXED.get((method, path))
    if route is not None:
        return route, _NO_NAMES
    pieces = path.split("/")
    for candidate, wanted in _WITH_PARAMETERS.get((method, len(pieces)), ()):
        names = _matched(wanted, pieces)
        if names is not None:
            return candidate, names
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
