"""Requests that are accepted and not carried out yet, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.message import Instant, Request


@dataclass(frozen=True, slots=True, order=True)
class Pending:
    """One accepted request; they are ordered by when they are due.

    Attributes:
        due: When its effects come.
        number: Its number in the project, from which the ids that it makes up follow.
        at: When it came in, which is the present when it is carried out.
        request: The request.
        users: The identifiers that it is about.
        asked: Its number in the journal.
    """

    due: Instant
    number: int
    at: Instant = field(compare=False)
    request: Request = field(compare=False)
    users: tuple[str, ...] = field(compare=False)
    asked: int = field(compare=False)
