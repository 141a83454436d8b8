"""Where something stands inside a value."""

from __future__ import annotations

Location = tuple["str | int", ...]


def dotted(location: Location) -> str:
    """A location as text, such as `steps[0].send`."""
    text = ""
    for piece in location:
        text += f"[{piece}]" if isinstance(piece, int) else f".{piece}" if text else str(piece)
    return text
