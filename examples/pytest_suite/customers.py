"""What the shop's own code tells Iterable about its customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx

#: Replies after which the same request may succeed: too many requests, and a server in trouble.
_WORTH_REPEATING: Final = frozenset({429, 502, 503, 504})
_REPEATS: Final = 2


def save(client: httpx.Client, *, user_id: str, email: str, **fields: Any) -> None:
    """Create a customer's profile, or update it."""
    _post(client, "/api/users/update", {"userId": user_id, "email": email, "dataFields": fields})


def change_address(client: httpx.Client, *, user_id: str, old: str, new: str) -> None:
    """Give a customer another email address; the profile, and what happened, stay theirs.

    An email address finds nobody in a userID-based project, so the userId goes with it.
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
