"""Replies of bulk calls: counts, and the lists that say which items failed and why.

Every list is there, empty or not. Sources: replies recorded by RudderStack, 2022 to 2025; Iterable's API
description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.project.settings import ProjectSettings

#: The kind of failure that each code is; the lists are called by it, with Emails or UserIds behind it.
_KINDS: Final[Mapping[str, str]] = {
    "InvalidEmailAddressError": "invalid",
    "InvalidUserIdError": "invalid",
    "BadParams": "invalid",
    "UnknownEmailError": "notFound",
    "UnknownUserIdError": "notFound",
    "ExternalKeyConflict": "conflict",
    "EmailAlreadyExists": "conflict",
    "UserIdAlreadyExists": "conflict",
    "ForgottenUserError": "forgotten",
    "RequestFieldsTypesMismatched": "invalidData",
    "UniqueFieldsLimitExceeded": "invalidData",
}
USER_KINDS: Final = ("invalid", "notFound", "invalidData", "conflict", "forgotten")
EVENT_KINDS: Final = ("invalid", "notFound", "forgotten")


class BulkResult:
    """What became of the items of a bulk call.

    Args:
        kinds: The kinds of failure that the call reports.
        settings: The project's settings.
    """

    def __init__(self, kinds: Iterable[str], settings: ProjectSettings) -> None:
        self._lists: dict[str, list[str]] = {
            f"{kind}{suffix}": [] for kind in kinds for suffix in ("Emails", "UserIds")
        }
        self._repeat_all = settings.legacy_invalid_arrays == "all"
        self._succeeded = 0
        self._failed = 0
        self.created: list[str] = []
        self.filtered: list[str] = []
        self.disallowed: list[str] = []

    def succeed(self) -> None:
        """Count an item that was taken."""
        self._succeeded += 1

    def fail(self, code: str, item: Mapping[str, Any]) -> None:
        """Count an item that failed, and list it by the identifier it was sent with, the email first."""
        self._failed += 1
        email, user_id = item.get("email"), item.get("userId")
        kind = _KINDS.get(code, "invalid")
        if code == "InvalidUserIdError" or email is None:
            if user_id is not None:
                self._list(f"{kind}UserIds", str(user_id))
        else:
            self._list(f"{kind}Emails", str(email).lower())

    def fail_disallowed(self, name: str) -> None:
        """Count an event whose name the project does not track."""
        self._failed += 1
        self.disallowed.append(name)

    def _list(self, name: str, identifier: str) -> None:
        fallback = "invalidEmails" if name.endswith("Emails") else "invalidUserIds"
        self._lists.get(name, self._lists[fallback]).append(identifier)

    def to_json(self) -> dict[str, Any]:
        """The members that all bulk replies have."""
        return {
            "successCount": self._succeeded,
            "failCount": self._failed,
            "invalidEmails": self._repeated("Emails"),
            "invalidUserIds": self._repeated("UserIds"),
            "filteredOutFields": sorted(set(self.filtered)),
            "createdFields": sorted(set(self.created)),
            "failedUpdates": self._lists,
        }

    def _repeated(self, suffix: str) -> list[str]:
        """What the deprecated lists repeat."""
        if not self._repeat_all:
            return list(self._lists[f"invalid{suffix}"])
        return [identifier for name, listed in self._lists.items() if name.endswith(suffix) for identifier in listed]
