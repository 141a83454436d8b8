"""Which objects of a mapping are directives: for the check, and when they are resolved."""

from __future__ import annotations


def is_directive(value: object) -> bool:
    """Whether the value is an object with a key that begins with `@`, which the check takes for a directive."""
    return isinstance(value, dict) and any(key.startswith("@") for key in value)


def runs_as_directive(value: object) -> bool:
    """Whether the value is resolved as a directive: besides the `@` nothing but `_metadata` may be there.

    Any other object with such a key is resolved member by member; only in a list does the check let one pass.
    """
    return is_directive(value) and all(key.startswith("@") or key == "_metadata" for key in value)  # type: ignore[attr-defined]  # a directive is an object
