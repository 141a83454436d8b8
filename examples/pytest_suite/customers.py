"""The shop's own code, which sends customers to Iterable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx

#: Temporary errors: rate limits and server failures.
_WORTH_REPEATING: Final = frozenset({429, 502, 503, 504})
_REPEATS: Final = 2


def save(client: httpx.Client, *, user_id: str, email: str, **fields: Any) -> None:
    """Create or update a customer's profile."""
    _post(client, "/api/users/update", {"userId": user_id, "email": email, "dataFields": fields})


def change_address(client: httpx.Client, *, user_id: str, old: str, new: str) -> None:
    """Change a customer's email address, keeping their profile and history.

    A userID-based project finds nobody by email, so the userId is sent as well.
    """
    _post(client, "/api/users/updateEmail", {"currentEmail": old, "currentUserId": user_id, "newEmail": new})
    save(client, user_id=user_id, email=new)


def _post(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    response = client.post(path, json=body)
    for _ in range(_REPEATS):
        if response.status_code not in _WORTH_REPEATING:
            break
        response = client.post(path, json=body)
    response.raise_for_status()
