"""YAML and JSON files read with the place of every value, so that a problem can be shown where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.places import Location, dotted
from conformance.inputs.plain_yaml import read_plain_yaml
from conformance.inputs.value_mistakes import Place, explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

#: Bytes. A file that somebody wrote by hand is far smaller.
LARGEST_FILE: Final = 8 * 1024 * 1024
#: An unquoted value as an item of a list, and behind its key.
_ITEM: Final = re.compile(r"([\w.+-]+)")
_MEMBER: Final = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[^:]*?)\s*:\s*([\w.+-]+)")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as plain data, with the place of each value.

    Attributes:
        file: The file, as it was named.
        value: Plain dicts, lists and scalars.
        places: Line and column, counted from 1, by location.
        text: What was read; empty where the value did not come from one text.
    """

    file: str
    value: Any
    places: Mapping[Location, tuple[int, int]]
    text: str = ""

    def written(self, location: Location) -> str:
        """An unquoted number or word as it is written in the file; empty where it is not on the line of its key."""
        if not location or location not in self.places or not self.text:
            return ""
        line, column = self.places[location]
        rest = self.text.splitlines()[line - 1][column - 1 :]
        pattern = _ITEM if isinstance(location[-1], int) else _MEMBER
        found = pattern.match(rest)
        return "" if found is None else found[1]

    def place(self, location: Location) -> tuple[int, int]:
        """Line and column of a location, or of the nearest place around it."""
        for length in range(len(location), -1, -1):
            if location[:length] in self.places:
                return self.places[location[:length]]
        return 1, 1

    def problem(self, location: Location, message: str, hint: str = "") -> InputProblem:
        """A problem at a location."""
        line, column = self.place(location)
        return InputProblem(self.file, line, column, dotted(location), message, hint)


def read_document(path: Path) -> Document:
    """A YAML or JSON file.

    Raises:
        InputError: It cannot be read, or is invalid YAML; with the place where reading stopped.
    """
    return document_of(str(path), _text(path))


def document_of(file: str, text: str) -> Document:
    """A YAML or JSON text as the document of a file.

    Raises:
        InputError: It is invalid YAML; with the place where reading stopped.
    """
    found = read_plain_yaml(text)
    if found is None:
        from conformance.inputs.whole_yaml import read_whole_yaml

        found = read_whole_yaml(file, text)
    value, places = found
    return Document(file, value, places, text)


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            message = f"is {size:,} bytes long; the limit is {LARGEST_FILE:,}"
            raise InputError([InputProblem(str(path), 0, 0, "", message, "split it")])
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError([InputProblem(str(path), 0, 0, "", f"is not UTF-8: {error}")]) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError([InputProblem(str(path), 0, 0, "", f"cannot be read: {reason}")]) from error


def problems_of(
    document: Document,
    error: ValidationError,
    keys: Sequence[str],
    place_at: Callable[[Location], Place] | None = None,
) -> list[InputProblem]:
    """What pydantic found, as problems with places and hints, one for each place.

    Args:
        document: The file.
        error: What was found.
        keys: The keys that the format knows, for hints on those it does not.
        place_at: What may stand at a location.
    """
    found: dict[Location, list[ErrorDetails]] = {}
    in_union: set[Location] = set()
    for detail in error.errors():
        location = _within(document, detail["loc"], missing=detail["type"] == "missing")
        if len(location) < len(detail["loc"]):
            in_union.add(location)
        found.setdefault(location, []).append(detail)
    problems = [
        document.problem(location, *explained(details, keys, _place(document, location, details, place_at)))
        for location, details in found.items()
        # Where one way to read a value got further, the other ways are of no interest.
        if not (location in in_union and any(_is_inside(other, location) for other in found))
    ]
    return sorted(problems)


def _place(
    document: Document,
    location: Location,
    details: Sequence[ErrorDetails],
    place_at: Callable[[Location], Place] | None,
) -> Place:
    is_key = details[0]["type"] == "extra_forbidden"
    place = Place() if place_at is None else place_at(location[:-1] if is_key else location)
    return replace(place, written=document.written(location))


def _is_inside(location: Location, outer: Location) -> bool:
    return len(location) > len(outer) and location[: len(outer)] == outer


def _within(document: Document, location: Iterable[str | int], *, missing: bool) -> Location:
    """The location without the steps that pydantic adds for the members of a union."""
    pieces = list(location)
    found: Location = ()
    for piece in pieces[:-1] if missing else pieces:
        if (*found, piece) in document.places:
            found = (*found, piece)
    return (*found, pieces[-1]) if missing else found
