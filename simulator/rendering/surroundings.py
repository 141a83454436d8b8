"""What a template may draw on beside its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def _nothing(_first: str, _second: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a template may draw on beside its fields.

    Attributes:
        now: The present, in milliseconds since the epoch.
        data_feed: What `[[field]]` is looked up in.
        snippets: The content of each snippet by its name.
        catalog_item: An item by the names of its catalog and of itself; None for none.
        metadata: A value by its table and its key; None for none.
        hmac_secret: The key of `hmacSHA1` and `hmacSHA256`.
    """

    now: int
    data_feed: Mapping[str, Any] = field(default_factory=dict)
    snippets: Mapping[str, str] = field(default_factory=dict)
    catalog_item: Callable[[str, str], Mapping[str, Any] | None] = _nothing
    metadata: Callable[[str, str], Any] = _nothing
    hmac_secret: str = ""
