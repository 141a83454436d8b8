"""Checks of `@if`: choices that give what they have just found missing, or that leave out what they have found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.lint.model import Complaint, Keys
from conformance.lint.reads import INTERNAL
from conformance.lint.subject import Subject

#: For each question, the member that is given where the value is there, and the one where it is not.
_MEMBERS: Final = {"exists": ("then", "else"), "blank": ("else", "then")}


def check_choices(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the choices of a mapping."""
    yield from _walk(subject.mapping, ("mapping",))


def _walk(value: Any, keys: Keys) -> Iterator[Complaint]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*keys, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@if" and isinstance(item, dict):
                yield from _choice(item, (*keys, key))
            if not key.startswith(INTERNAL):
                yield from _walk(item, (*keys, key))


def _choice(choice: dict[str, Any], keys: Keys) -> Iterator[Complaint]:
    for question, (there, missing) in _MEMBERS.items():
        asked = _path(choice.get(question))
        if asked is None:
            continue
        if _path(choice.get(missing)) == asked:
            message = f"`{missing}` returns `{asked}`, which `{question}` has just found missing"
            advice = f"swap `then` and `else`, or use another path in `{missing}`"
            yield Complaint("choice.missing", (*keys, missing), message, advice)
        elif there not in choice:
            message = f"if `{asked}` exists, nothing is returned, because there is no `{there}`"
            yield Complaint("choice.missing", keys, message, f'add "{there}": {{"@path": "{asked}"}}', "warning")


def _path(value: Any) -> str | None:
    path = value.get("@path") if isinstance(value, dict) else None
    return path.strip().removeprefix("$.") and path if isinstance(path, str) else None
