"""Why a template gives no text."""

from __future__ import annotations


class RenderingError(ValueError):
    """A template that cannot be rendered; Iterable does not send the message."""


class SendSkippedError(RenderingError):
    """A template that says itself, by `sendSkip`, that the message is not to be sent."""
