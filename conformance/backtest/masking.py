"""Personal values in the examples of a report, replaced by what they are: `<email>`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.recorder.personal_data import EMAIL, kind_of, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = Any


def mask(value: Json, path: Sequence[str] = ()) -> Json:
    """The value with `<email>`, `<userId>` and so on in the place of what is personal.

    Args:
        value: Any JSON value.
        path: The names of the fields that it stands in, outermost first.
    """
    names = tuple(map(plain, path))
    return _masked(value, names)


def mask_text(text: str) -> str:
    """A sentence without the e-mail addresses in it."""
    return EMAIL.sub("<email>", text)


def _masked(value: Json, names: tuple[str, ...]) -> Json:
    if isinstance(value, dict):
        return {mask_text(key): _masked(item, (*names, plain(key))) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, names) for item in value]
    if value is None or isinstance(value, bool):
        return value
    kind = kind_of(str(value), names)
    if kind is not None:
        return f"<{kind.value}>"
    return mask_text(value) if isinstance(value, str) else value
