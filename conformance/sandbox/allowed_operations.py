"""The calls that a run may make in a real project: those that touch nobody but the people whom they name.

Limits are those of Iterable's API description, per project; a call for which none is stated gets the one of a user's
data. A batch takes its time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from conformance.sandbox.namespacing import Namespace
from conformance.scenario import NotPlayableError

_UNSTATED: Final = 100.0
#: Where a path names a person, and where it names anything else.
_NAMED: Final = re.compile(r"\{(email|userId)\}")
_PLACE: Final = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One call that is safe in a project that others use as well.

    Attributes:
        method: The HTTP method.
        path: The path, with `{email}` or `{userId}` where it names a person; where another name is, anything may be.
        per_second: How often it may be made.
    """

    method: str
    path: str
    per_second: float = _UNSTATED

    @property
    def names(self) -> str:
        """`email` or `userId` where the path names a person, else empty."""
        found = _NAMED.search(self.path)
        return found[1] if found else ""

    def named_in(self, path: str) -> str | None:
        """The identifier in a path of this call, empty for a call that has none there; None for another call's."""
        found = self._match(path)
        if found is None:
            return None
        return unquote(found[1]) if found.groups() else ""

    def naming(self, path: str, identifier: str) -> str:
        """A path of this call that names somebody, with another identifier in it."""
        found = self._match(path)
        if found is None or not found.groups():
            return path
        return f"{path[: found.start(1)]}{quote(identifier, safe='')}{path[found.end(1) :]}"

    def _match(self, path: str) -> re.Match[str] | None:
        return re.fullmatch(_PLACE.sub("[^/]+", _NAMED.sub("([^/]+)", self.path)), path)


OPERATIONS: Final = (
    Operation("POST", "/api/users/update", 500),
    Operation("POST", "/api/users/bulkUpdate", 5),
    Operation("POST", "/api/users/updateEmail"),
    Operation("POST", "/api/users/merge", 50),
    Operation("POST", "/api/users/updateSubscriptions"),
    Operation("POST", "/api/users/bulkUpdateSubscriptions"),
    Operation("POST", "/api/users/forget", 3),
    Operation("POST", "/api/users/unforget", 3),
    Operation("POST", "/api/users/registerDeviceToken", 500),
    Operation("POST", "/api/users/disableDevice"),
    Operation("POST", "/api/events/track", 2000),
    Operation("POST", "/api/events/trackBulk", 10),
    Operation("POST", "/api/commerce/updateCart"),
    Operation("POST", "/api/commerce/trackPurchase"),
    Operation("GET", "/api/users/getFields", 3),
    Operation("GET", "/api/webhooks"),
    Operation("GET", "/api/users/byUserId/{userId}"),
    Operation("DELETE", "/api/users/byUserId/{userId}"),
    Operation("GET", "/api/events/byUserId/{userId}"),
    Operation("GET", "/api/events/{email}"),
    Operation("GET", "/api/users/{email}"),
    Operation("DELETE", "/api/users/{email}"),
    Operation("DELETE", "/api/subscriptions/{group}/{number}/user/{email}"),
    Operation("PATCH", "/api/subscriptions/{group}/{number}/user/{email}"),
)
#: Names that stand where `/api/users/{email}` has an address; they are other calls.
_NOT_ADDRESSES: Final = re.compile(r"[A-Za-z]+")


def operation_of(method: str, path: str) -> Operation:
    """The call that a request makes.

    Raises:
        NotPlayableError: It is none of those that are safe.
    """
    for operation in OPERATIONS:
        named = operation.named_in(path) if operation.method == method else None
        if named is not None and not (operation.names == "email" and _NOT_ADDRESSES.fullmatch(named)):
            return operation
    raise NotPlayableError(f"{method} {path} may touch more than this run's own people")


def prefixed_path(operation: Operation, path: str, namespace: Namespace) -> str:
    """The path of a call, with the identifier in it prefixed."""
    named = operation.named_in(path)
    return operation.naming(path, namespace.prefixed(named)) if named else path
