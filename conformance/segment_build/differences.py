"""Where one JSON value differs from another, path by path.

Objects are compared without regard to the order of their members, lists in order, numbers by value. A recorded
`message` or `name` of null stands for a text that belongs to another language's engine: there any error will do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from destination.javascript import in_json_form, json_text

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where ours differs from the recording; `ABSENT` stands for nothing there."""

    path: str
    recorded: str
    ours: str


ABSENT: Final = "(absent)"


def differences_between(recorded: Json, ours: Json) -> list[Difference]:
    """Where a value of ours differs from the recorded one; empty when it does not."""
    return list(_differences("", recorded, ours))


def _differences(path: str, recorded: Json, ours: Json) -> Iterable[Difference]:
    if isinstance(recorded, dict) and isinstance(ours, dict):
        yield from _member_differences(path, recorded, ours)
    elif isinstance(recorded, list) and isinstance(ours, list):
        for index in range(max(len(recorded), len(ours))):
            place = f"{path}[{index}]"
            if index >= len(ours):
                yield Difference(place, shown_json(recorded[index]), ABSENT)
            elif index >= len(recorded):
                yield Difference(place, ABSENT, shown_json(ours[index]))
            else:
                yield from _differences(place, recorded[index], ours[index])
    elif not _same_scalar(recorded, ours):
        yield Difference(path or "(root)", shown_json(recorded), shown_json(ours))


def _member_differences(path: str, recorded: dict[str, Json], ours: dict[str, Json]) -> Iterable[Difference]:
    in_error = _ERROR.fullmatch(path)
    for key in {**recorded, **ours}:
        place = f"{path}.{key}" if path else key
        # A null text stands for one that belongs to the other engine.
        if in_error and key in {"message", "name"} and key in recorded and recorded[key] is None:
            continue
        if key not in ours:
            yield Difference(place, shown_json(recorded[key]), ABSENT)
        elif key in recorded:
            yield from _differences(place, recorded[key], ours[key])
        # Recordings of mapping errors name the complaints, not their places.
        elif not (in_error and in_error["complaint"] and key in {"path", "pointer"}):
            yield Difference(place, ABSENT, shown_json(ours[key]))


#: Where errors stand in an output, and the single complaints in them.
_ERROR: Final = re.compile(r"(?:subscriptions\[\d+\]\.)?error(?P<complaint>\.errors\[\d+\])?")


def _same_scalar(recorded: Json, ours: Json) -> bool:
    if isinstance(recorded, bool) or isinstance(ours, bool):
        return recorded is ours
    if isinstance(recorded, (int, float)) and isinstance(ours, (int, float)):
        return float(recorded) == float(ours)
    return bool(recorded == ours)


def shown_json(value: Json) -> str:
    """A value as the text that a report shows."""
    return json_text.stringify(in_json_form(value) if isinstance(value, int) else value)
