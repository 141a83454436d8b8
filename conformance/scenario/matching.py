"""What was expected held against what is there: objects in part, lists item by item, numbers by value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel

    from conformance.inputs.places import Location

ABSENT: Final = "(absent)"
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where what is there is not what was expected.

    Attributes:
        location: Below the value that was compared.
        expected: What was expected, as JSON or words.
        actual: What is there, as JSON or words.
    """

    location: Location
    expected: str
    actual: str

    def below(self, *outer: str | int) -> Mismatch:
        """The same mismatch, seen from further out."""
        return Mismatch((*outer, *self.location), self.expected, self.actual)


def mismatches(expected: Any, actual: Any, *, exact: bool = False) -> list[Mismatch]:
    """Where a value differs from what was expected of it; with `exact` it has no further members either."""
    return list(_compare((), expected, actual, exact=exact))


def _compare(location: Location, expected: Any, actual: Any, *, exact: bool) -> Iterable[Mismatch]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if key not in actual:
                yield Mismatch((*location, key), format_value(value), ABSENT)
            else:
                yield from _compare((*location, key), value, actual[key], exact=exact)
        if exact:
            for key in actual:
                if key not in expected:
                    yield Mismatch((*location, key), ABSENT, format_value(actual[key]))
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield Mismatch(
                location, f"{len(expected)} items: {format_value(expected)}", f"{len(actual)}: {format_value(actual)}"
            )
        for index, (wanted, given) in enumerate(zip(expected, actual, strict=False)):
            yield from _compare((*location, index), wanted, given, exact=exact)
    elif not same_scalar(expected, actual):
        yield Mismatch(location, format_value(expected), format_value(actual))


def same_scalar(left: Any, right: Any) -> bool:
    """Whether two values are the same: numbers by value, and true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def present(dotted_name: str, value: Any) -> tuple[bool, Any]:
    """Whether a dotted name leads to something, and to what; a key with dots in it is found as well."""
    if isinstance(value, dict) and dotted_name in value:
        return True, value[dotted_name]
    first, _, rest = dotted_name.partition(".")
    if not rest or not isinstance(value, dict) or first not in value:
        return False, None
    return present(rest, value[first])


def unwanted(names: Iterable[str], value: Any) -> list[Mismatch]:
    """A mismatch for every dotted name that leads to something and should not."""
    found = []
    for index, name in enumerate(names):
        there, what = present(name, value)
        if there:
            found.append(Mismatch(("without", index), f"no {name}", format_value(what)))
    return found


def format_value(value: Any) -> str:
    """A value as one line of JSON, cut off when it is very long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def format_found(number: int, there: Sequence[Any]) -> str:
    """How many were found, and what there is; `none` alone where there is nothing."""
    counted = str(number) if number else "none"
    return f"{counted}; there are {format_value(there)}" if there else counted


def given_members(part: BaseModel) -> dict[str, Any]:
    """What a part of the file says, by the names that it uses there."""
    members: dict[str, Any] = part.model_dump(by_alias=True, exclude_unset=True)
    return members
