"""One profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.message import Instant


class Person:
    """One profile.

    Attributes:
        email: In lower case, or None.
        user_id: As it was given, or None.
        fields: The data fields, without the identifiers and without what Iterable writes by itself.
        created_at: When the profile came to be.
        updated_at: When it was last written.
        number: Which person of the project this is; the first is 1, and 0 is not one of them yet.
        phone: The last phone number that was not null: the region stays when the number goes.
    """

    __slots__ = ("created_at", "email", "fields", "number", "phone", "updated_at", "user_id")

    def __init__(self, email: str | None, user_id: str | None, created_at: Instant) -> None:
        self.email = email
        self.user_id = user_id
        self.fields: dict[str, Any] = {}
        self.created_at = created_at
        self.updated_at = created_at
        self.number = 0
        self.phone: str | None = None

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Email and userId, as far as there are any."""
        if self.email is None:
            return () if self.user_id is None else (self.user_id,)
        return (self.email,) if self.user_id is None else (self.email, self.user_id)
