"""The shop's own code, which sends customers to Segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segment.analytics import Client


def sign_up(segment: Client, *, user_id: str, email: str, plan: str) -> None:
    """Report a new customer, and where they signed up."""
    segment.identify(user_id, {"email": email, "plan": plan})
    segment.track(user_id, "Signed Up", {"page": "/welcome"}, context={"traits": {"email": email}})


def visit(segment: Client, *, user_id: str, page: str) -> None:
    """Report that a customer visited a page."""
    segment.track(user_id, "Visited", {"page": page})
