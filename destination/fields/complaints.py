"""The complaints of validation, in Segment's words.

Source: `@segment/ajv-human-errors`, observed in `actions-core` 3.170.0.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from destination.errors import Complaint
from destination.javascript.values import type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_VOWELS: Final = "aeiou"


class Place:
    """Where in the payload a value stands, with the label of its field when it has one."""

    __slots__ = ("_keys", "_label")

    def __init__(self, keys: tuple[str | int, ...] = (), label: str = "") -> None:
        self._keys = keys
        self._label = label

    def member(self, key: str | int, label: str = "") -> Place:
        """The place of a member, or of an item."""
        return Place((*self._keys, key), label)

    @property
    def label(self) -> str:
        """How a complaint begins."""
        if self._label:
            return self._label
        return f"The value at {self.pointer}" if self._keys else "The root value"

    @property
    def pointer(self) -> str:
        """The JSON pointer."""
        return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in self._keys)

    @property
    def path(self) -> str:
        """The JSON path."""
        return "$" + "".join(map(_path_step, self._keys))

    def complain(self, problem: str) -> Complaint:
        """The complaint that this place has that problem."""
        message = f"{self.label} {problem}"
        return Complaint(message[:1].upper() + message[1:], self.path, self.pointer)


def _path_step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{json.dumps(key)}]"


def with_article(name: str) -> str:
    """The name with `a` or `an`; null and undefined take none."""
    if name in {"null", "undefined"}:
        return name
    return f"{'an' if name[0] in _VOWELS else 'a'} {name}"


def wrong_type(wanted: Sequence[str], value: object) -> str:
    """The value is of another type than those wanted."""
    first, *others = wanted
    names = " or ".join([with_article(first), *others])
    return f"must be {names} but it was {with_article(type_name(value))}."


def missing(key: str) -> str:
    """A required member is not there."""
    return f"is missing the required field '{key}'."


def not_a_choice(choices: Sequence[object]) -> str:
    """The value is none of the choices."""
    shown = [json.dumps(choice, ensure_ascii=False) for choice in choices]
    if len(shown) > 2:  # noqa: PLR2004
        listed = f"{', '.join(shown[:-1])}, or {shown[-1]}"
    else:
        listed = " or ".join(shown)
    return f"must be one of: {listed}."


def wrong_format(name: str) -> str:
    """The text does not have the format."""
    return f"must be a valid {name} string but it was not."


def wrong_length(bound: float, length: int, *, too_short: bool) -> str:
    """The text is too short or too long."""
    direction = "more" if too_short else "fewer"
    return f"must be {_characters(bound)} or {direction} but it was {_characters(length)}."


def out_of_range(bound: float, *, too_small: bool) -> str:
    """The number is too small or too large."""
    return f"must be equal to or {'greater' if too_small else 'less'} than {bound:g}."


def _characters(count: float) -> str:
    return f"{count:g} character{'' if count == 1 else 's'}"
