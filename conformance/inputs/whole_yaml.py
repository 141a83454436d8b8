"""All of YAML, read by ruamel.yaml, with the place of every value and of every mistake."""

from __future__ import annotations

import warnings
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
from conformance.inputs.plain_yaml import name_of
from conformance.inputs.yaml_limits import check_yaml, may_be_unreasonable
from conformance.inputs.yaml_mistakes import OBJECT_AS_KEY, yaml_mistake

if TYPE_CHECKING:
    from conformance.inputs.places import Location

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


def read_whole_yaml(file: str, text: str) -> tuple[Any, dict[Location, tuple[int, int]]]:
    """The value of a text, and line and column of each value in it, counted from 1.

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
            [InputProblem(file, 1, 1, "", "invalid YAML: a key is a list or an object, not a string")]
        ) from error
    except _LIBRARY_ERRORS as error:
        message = f"invalid YAML: something in it cannot be read ({type(error).__name__}: {error})"
        hint = "tags such as !!bool, and escapes such as \\U, must fit what follows them"
        raise InputError([InputProblem(file, 1, 1, "", message, hint)]) from error
    places: dict[Location, tuple[int, int]] = {(): (1, 1)}
    return _plain(loaded, (), places), places


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
    return name_of(_scalar(key))


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
