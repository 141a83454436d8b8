"""YAML and JSON files read with the place of every value, so that a problem can be shown where it stands."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.scalarbool import ScalarBoolean
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.scalarint import ScalarInt

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.places import Location, dotted
from conformance.inputs.value_mistakes import explained
from conformance.inputs.yaml_limits import check_yaml, may_be_unreasonable
from conformance.inputs.yaml_mistakes import OBJECT_AS_KEY, yaml_mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

#: Bytes. A file that somebody wrote by hand is far smaller.
LARGEST_FILE: Final = 8 * 1024 * 1024

#: Characters of a number from which on it is named by its length.
_LONG: Final = 1000


class _Constructor(RoundTripConstructor):
    """Leaves dates as the texts that somebody wrote; what they mean is for the reader of the document."""

    def as_written(self, node: ScalarNode) -> str:
        """The text of a scalar."""
        return str(node.value)

    def construct_mapping(self, node: Any, *arguments: Any, **options: Any) -> Any:
        """The members of an object whose keys are texts, as all of ours are."""
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                raise MarkedYAMLError(problem=OBJECT_AS_KEY, problem_mark=key.start_mark)
        return super().construct_mapping(node, *arguments, **options)

    def construct_yaml_int(self, node: Any) -> Any:
        """A whole number; Python reads those of a few thousand digits and no longer ones."""
        try:
            return super().construct_yaml_int(node)
        except ValueError as error:
            problem = f"a number of {len(node.value):,} digits" if len(node.value) > _LONG else str(error)
            raise MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from error


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.as_written)
_Constructor.add_constructor("tag:yaml.org,2002:int", _Constructor.construct_yaml_int)

#: What ruamel.yaml lets out, beside its own errors, where a tag or an escape does not fit its value.
_LIBRARY_ERRORS: Final = (ArithmeticError, LookupError, AttributeError, AssertionError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as plain data, with the place of each value.

    Attributes:
        file: The file, as it was named.
        value: Plain dicts, lists and scalars.
        places: Line and column, counted from 1, by location.
    """

    file: str
    value: Any
    places: Mapping[Location, tuple[int, int]]

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
    yaml = YAML(typ="rt", pure=True)
    yaml.allow_duplicate_keys = False
    yaml.Constructor = _Constructor
    try:
        if may_be_unreasonable(text):
            check_yaml(file, text)
        with warnings.catch_warnings():
            # YAML allows to use a name again.
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            loaded = yaml.load(text)
    except RecursionError as error:
        check_yaml(file, text)
        raise InputError([InputProblem(file, 1, 1, "", "invalid YAML: nested too deeply")]) from error
    except YAMLError as error:
        raise InputError([yaml_mistake(file, text, error)]) from error
    except ValueError as error:
        raise InputError([InputProblem(file, 1, 1, "", f"invalid YAML: {error}")]) from error
    except TypeError as error:  # ruamel.yaml looks such a key up before it looks at it
        raise InputError(
            [InputProblem(file, 1, 1, "", "invalid YAML: a key is a list or an object, not a text")]
        ) from error
    except _LIBRARY_ERRORS as error:
        message = f"invalid YAML: something in it cannot be read ({type(error).__name__}: {error})"
        hint = "tags such as !!bool, and escapes such as \\U, must fit what stands behind them"
        raise InputError([InputProblem(file, 1, 1, "", message, hint)]) from error
    places: dict[Location, tuple[int, int]] = {(): (1, 1)}
    value = _plain(loaded, (), places)
    return Document(file, value, places)


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            message = f"is {size:,} bytes long; the most is {LARGEST_FILE:,}"
            raise InputError([InputProblem(str(path), 0, 0, "", message, "split it")])
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError([InputProblem(str(path), 0, 0, "", f"is not UTF-8: {error}")]) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError([InputProblem(str(path), 0, 0, "", f"cannot be read: {reason}")]) from error


def _plain(value: Any, location: Location, places: dict[Location, tuple[int, int]]) -> Any:
    if isinstance(value, CommentedMap):
        members = {}
        for key, item in value.items():
            name = _key(key)
            line, column = value.lc.data[key][:2] if value.lc.data and key in value.lc.data else (0, 0)
            places[(*location, name)] = (line + 1, column + 1)
            members[name] = _plain(item, (*location, name), places)
        return members
    if isinstance(value, CommentedSeq):
        items = []
        for index, item in enumerate(value):
            line, column = value.lc.data[index][:2] if value.lc.data and index in value.lc.data else (0, 0)
            places[(*location, index)] = (line + 1, column + 1)
            items.append(_plain(item, (*location, index), places))
        return items
    return _scalar(value)


def _key(key: object) -> str:
    plain = _scalar(key)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return "null" if plain is None else str(plain)


def _scalar(value: Any) -> Any:
    if isinstance(value, ScalarBoolean):
        return bool(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, ScalarFloat):
        return float(value)
    if isinstance(value, (ScalarInt, int)):
        return int(value)
    if isinstance(value, float):
        return value
    return str(value)


def problems_of(document: Document, error: ValidationError, keys: Sequence[str]) -> list[InputProblem]:
    """What pydantic found, as problems with places and hints, one for each place.

    Args:
        document: The file.
        error: What was found.
        keys: The keys that the format knows, for hints on those it does not.
    """
    found: dict[Location, list[ErrorDetails]] = {}
    in_union: set[Location] = set()
    for detail in error.errors():
        location = _within(document, detail["loc"], missing=detail["type"] == "missing")
        if len(location) < len(detail["loc"]):
            in_union.add(location)
        found.setdefault(location, []).append(detail)
    problems = [
        document.problem(location, *explained(details, keys))
        for location, details in found.items()
        # Where one way to read a value got further, the other ways are of no interest.
        if not (location in in_union and any(_is_inside(other, location) for other in found))
    ]
    return sorted(problems)


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
