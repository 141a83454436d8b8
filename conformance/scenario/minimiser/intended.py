"""Places of members that are `intended`, after the steps and events that they stand in have moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
_KINDS: Final = ("send", "batch", "call")


def with_moved_intentions(whole: Json, shortened: Json) -> Json:
    """The shortened scenario with `intended` as it is there: what it named at its new place, and nothing that went.

    Args:
        whole: The scenario before.
        shortened: What is left of it: the same objects, or fewer of them.
    """
    if "intended" not in whole:
        return shortened
    # Objects that are equal are not the same: of two such events, only one may be meant.
    before = [(id(part), place) for place, part in _parts(whole)]
    found = [
        f"{place}{name.removeprefix(former)}"
        for place, part in _parts(shortened)
        for identity, former in before
        if identity == id(part)
        for name in whole["intended"]
        if name.startswith((f"{former}.", f"{former}["))
    ]
    rest = {key: value for key, value in shortened.items() if key != "intended"}
    return {key: found if key == "intended" else value for key, value in shortened.items()} if found else rest


def _parts(scenario: Json) -> Iterator[tuple[str, Any]]:
    """What steps send and call, each event by itself, with its place."""
    for index, step in enumerate(scenario["steps"]):
        for kind in _KINDS:
            value = step.get(kind)
            if isinstance(value, list):
                yield from ((f"steps[{index}].{kind}[{position}]", item) for position, item in enumerate(value))
            elif value is not None:
                yield f"steps[{index}].{kind}", value
