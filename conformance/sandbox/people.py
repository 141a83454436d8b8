"""A run's own people in a real project: looked at, and removed, one by one by their identifiers.

Sources: Iterable's API description of users and events; nobody is an empty object by email, and an error by userId.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from conformance.scenario import BackendError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import httpx

    from conformance.sandbox.cleanup_ledger import Named

    Call = Callable[[str, str], httpx.Response]

_OK: Final = 200
_NOT_THERE: Final = frozenset({200, 400, 404})
_MOST_EVENTS: Final = 200


def read_people(call: Call, everybody: Iterable[Named], *, by_user_id: bool = False) -> dict[str, Any]:
    """The state document of those who have one of some identifiers: `users` and `events`.

    Args:
        call: A call of the API by method and path, with the key.
        everybody: Their identifiers.
        by_user_id: Whether an email is no key in the project, so that events are asked for by userId.

    Raises:
        BackendError: The service did not say who is there.
    """
    users: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    seen: set[tuple[str | None, str | None]] = set()
    for kind, identifier in everybody:
        user = _profile(call, kind, identifier)
        if user is None or (who := (user.get("email"), user.get("userId"))) in seen:
            continue
        seen.add(who)
        users.append(user)
        events += _events(call, user, by_user_id=by_user_id)
    return {"users": users, "events": events}


def _profile(call: Call, kind: str, identifier: str) -> dict[str, Any] | None:
    document = _get_json(call, _path("users", kind, identifier))
    user = document.get("user")
    if not isinstance(user, dict):
        return None
    fields = user.get("dataFields") or {}
    named = {name: user.get(name) or fields.get(name) for name in ("email", "userId")}
    return {**{name: value for name, value in named.items() if value}, "dataFields": fields}


def _events(call: Call, user: dict[str, Any], *, by_user_id: bool) -> Iterator[dict[str, Any]]:
    kind = "email" if user.get("email") and not by_user_id else "userId"
    document = _get_json(call, f"{_path('events', kind, user[kind])}?limit={_MOST_EVENTS}")
    # The newest come first; a state document has them in the order in which they were stored.
    yield from reversed(document.get("events", []))


def _get_json(call: Call, path: str) -> dict[str, Any]:
    response = call("GET", path)
    if response.status_code not in _NOT_THERE:
        raise BackendError(f"GET {path} was answered {response.status_code}: {response.text[:200]}")
    try:
        document = response.json()
    except ValueError as error:
        raise BackendError(f"GET {path} was not answered with JSON") from error
    return document if response.status_code == _OK and isinstance(document, dict) else {}


def remove_people(call: Call, everybody: Iterable[Named]) -> list[str]:
    """Delete everybody with one of some identifiers; gives what was refused, which "nobody is that" is not."""
    refused = []
    for kind, identifier in everybody:
        path = _path("users", kind, identifier)
        response = call("DELETE", path)
        if response.status_code not in _NOT_THERE:
            refused.append(f"DELETE {path} was answered {response.status_code}: {response.text[:200]}")
    return refused


def _path(area: str, kind: str, identifier: str) -> str:
    quoted = quote(identifier, safe="")
    return f"/api/{area}/{quoted}" if kind == "email" else f"/api/{area}/byUserId/{quoted}"
