"""What is wrong with a value that is valid YAML or JSON, in the words of whoever wrote it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic_core import ErrorDetails

_WHOLE: Final = "a whole number"
_ANY: Final = "a number"
#: What a value should be, by pydantic's name for what is wrong.
_SHOULD_BE: Final = {
    "string_type": "a string",
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _ANY,
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "an object (key: value)",
    "model_type": "an object (key: value)",
    "model_attributes_type": "an object (key: value)",
    "too_short": "a list that is not empty",
}
#: Spaces other than the usual one, which editors and word processors insert.
_ODD_SPACE: Final = re.compile(r"[^\S ]")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DASH_AND_KEY: Final = re.compile(r"-\w.*")
_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Place:
    """What may stand at a place of a file.

    Attributes:
        keys: The keys that are allowed there; None where they are not known.
        required: Those of them that must be there.
        elsewhere: What to do about keys that belong somewhere else.
        written: The value as it is written; empty where that is not known.
    """

    keys: Sequence[str] | None = None
    required: Sequence[str] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    written: str = ""


def explained(details: Sequence[ErrorDetails], keys: Sequence[str], place: Place | None = None) -> tuple[str, str]:
    """Message and hint for what pydantic says of one value; several errors are ways to read it that all failed.

    Args:
        details: The errors.
        keys: The keys that the format knows, for hints on those it does not.
        place: What may stand there: for an unknown key, in the object that holds it.
    """
    place = place or Place()
    said = list(dict.fromkeys(_other_words(detail, keys, place) for detail in details if not _expected(detail)))
    expected = list(dict.fromkeys(word for detail in details for word in _expected(detail)))
    if not expected:
        return "; or ".join(message for message, _ in said), said[0][1]
    given = details[0]["input"]
    should = f"should be {_alternatives(expected)}"
    message = f"is empty; {should}" if given is None else f"{should}, not {_shown(given)}"
    return "; or ".join([message, *(other for other, _ in said)]), _hint(given, expected, place)


def _expected(detail: ErrorDetails) -> list[str]:
    """What a value should be; nothing for an error that says something else."""
    if detail["type"] == "literal_error":
        return [] if _is_key(detail) else _choices(detail)
    if detail["type"] == "string_pattern_mismatch" and detail["ctx"]["pattern"] == "^/":
        return ["a string that starts with /"]
    return [_SHOULD_BE[detail["type"]]] if detail["type"] in _SHOULD_BE else []


def _is_key(detail: ErrorDetails) -> bool:
    """Whether an error is about the name of a member, not about its value."""
    return detail["loc"][-1] == "[key]"


def _choices(detail: ErrorDetails) -> list[str]:
    return re.findall(r"'[^']*'|\w+(?= |$)(?<!or)", str(detail["ctx"]["expected"]))


def _alternatives(words: Sequence[str]) -> str:
    *most, last = [word for word in words if word != _WHOLE or _ANY not in words]
    return f"{', '.join(most)} or {last}" if most else last


def _hint(given: object, expected: Sequence[str], place: Place) -> str:
    if expected == ["a string"] and isinstance(given, (int, float)):
        return f'put it in quotes: "{place.written or _scalar(given)}"'
    if expected == ["a string"] and given is None:
        return "# starts a comment: put text with # in quotes"
    if isinstance(given, str) and {*expected} <= {_WHOLE, _ANY} and _NUMBER.fullmatch(given):
        return f"remove the quotes: {given}"
    if "a list" in expected and isinstance(given, dict):
        return next((_space_after_dash(key) for key in given if _DASH_AND_KEY.fullmatch(key)), "")
    if "an object (key: value)" in expected and isinstance(given, str) and len(place.required) == 1:
        return f"write {{{place.required[0]}: {given}}}"
    choices = [word[1:-1] for word in expected if word[0] == "'"]
    if isinstance(given, str) and choices:
        return _nearest(given, choices)
    return ""


def _nearest(word: str, known: Iterable[str]) -> str:
    by_lower = {choice.lower(): choice for choice in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f"did you mean {by_lower[near[0]]!r}?" if near else ""


def _space_after_dash(key: str) -> str:
    return f"put a space after the dash: - {key.removeprefix('-')}"


def _other_words(detail: ErrorDetails, keys: Sequence[str], place: Place) -> tuple[str, str]:
    kind, given = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        name = str(detail["loc"][-1])
        return f"unknown key {name!r}", _key_hint(name, keys, place)
    if kind == "literal_error":  # the name of a member, as its location tells
        choices = [word[1:-1] for word in _choices(detail)]
        return f"unknown key {given!r}", _nearest(str(given), choices) or f"it is one of {', '.join(choices)}"
    if kind == "missing":
        return f"{str(detail['loc'][-1])!r} is missing", "add it"
    if kind == "value_error":
        return str(detail["ctx"]["error"]), ""
    message = str(detail["msg"]).removeprefix("Input ")
    return f"{message}, not {_shown(given)}", ""


def _key_hint(name: str, keys: Sequence[str], place: Place) -> str:
    if _ODD_SPACE.search(name):
        return "the space before it is not an ordinary space; retype it"
    key, colon, value = name.partition(":")
    if colon and key in keys:
        return f"put a space after the colon: {key}: {value}"
    if name[:1] == "-" and name[1:] in keys:
        return _space_after_dash(name)
    here = keys if place.keys is None else place.keys
    other_case = [known for known in here if known != name and known.lower() == name.lower()]
    if other_case:
        return f"did you mean {other_case[0]!r}?"
    if name in place.elsewhere:
        return place.elsewhere[name]
    if place.keys is not None and (near := _nearest(name, place.keys)):
        return near
    if name in keys:
        return "it is known, but not here: move it or remove it"
    return _nearest(name, here) or "remove it"


def _scalar(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: Any) -> str:
    """A value as its author knows it, on one line."""
    if isinstance(value, (dict, list)) and value:
        return "an object" if isinstance(value, dict) else "a list"
    text = _scalar(value) if isinstance(value, bool) else repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 3]}…"
