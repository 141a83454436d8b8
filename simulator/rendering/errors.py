"""Why a template gives no text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class RenderingError(ValueError):
    """A template that cannot be rendered; Iterable does not send the message."""


class SendSkippedError(RenderingError):
    """A template that says itself, by `sendSkip`, that the message is not to be sent.

    Attributes:
        details: What it says of it beside, by name.
    """

    def __init__(self, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.details = details
