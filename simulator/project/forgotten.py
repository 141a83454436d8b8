"""Who has asked to be forgotten: hashes of their identifiers, and nothing else of them.

Source: Iterable support article 360032290032 and the API description: SHA-256 of the identifier in lower case,
without blanks around it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.project.changes import Changes


def forgotten_hash(identifier: str) -> str:
    """The hash under which an email or a userId is remembered as forgotten, in hexadecimal."""
    return sha256(identifier.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()


class Forgotten:
    """The forgotten of a project, by email and by userId.

    Args:
        changes: The change log of the project.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        # Dicts for their order; the values are not used.
        self.emails: dict[str, None] = {}
        self.user_ids: dict[str, None] = {}

    def includes(self, email: str | None, user_id: str | None) -> bool:
        """Whether one of the identifiers is of somebody forgotten."""
        if not self.emails and not self.user_ids:
            return False
        return (email is not None and forgotten_hash(email) in self.emails) or (
            user_id is not None and forgotten_hash(user_id) in self.user_ids
        )

    def add(self, email: str | None, user_id: str | None) -> None:
        """Forget the holder of these identifiers."""
        self._log_undo()
        for known, identifier in ((self.emails, email), (self.user_ids, user_id)):
            if identifier is not None:
                known[forgotten_hash(identifier)] = None

    def remove(self, email: str | None, user_id: str | None) -> bool:
        """Let data about the holder of these identifiers in again; tells whether somebody was forgotten."""
        self._log_undo()
        gone = False
        for known, identifier in ((self.emails, email), (self.user_ids, user_id)):
            if identifier is not None and forgotten_hash(identifier) in known:
                del known[forgotten_hash(identifier)]
                gone = True
        return gone

    def _log_undo(self) -> None:
        if self._changes.undoable:
            before = (dict(self.emails), dict(self.user_ids))

            def undo() -> None:
                self.emails, self.user_ids = before

            self._changes.on_undo(undo)
