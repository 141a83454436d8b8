"""In which project types a test runs: what it says itself, narrowed by what the run asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ProjectType = Literal["email", "userid", "hybrid"]
PROJECT_TYPES: Final[tuple[ProjectType, ...]] = get_args(ProjectType)
OPTION: Final = "--iterable-project-type"
INI: Final = "iterable_project_type"
MARKER: Final = "iterable"
#: The fixture whose parameter is the project type.
FIXTURE: Final = "iterable_project_type"
#: Where an item that is no function keeps its project type.
TYPE_OF_ITEM: Final = pytest.StashKey[ProjectType]()
_EVERY: Final = "all"
_ARGUMENTS: Final = frozenset({"project_type", "settings"})


def add_options(parser: pytest.Parser) -> None:
    """The option of the command line, and the one of the configuration file that it replaces."""
    parser.getgroup("iterable", "simulated Iterable projects").addoption(
        OPTION,
        action="append",
        choices=[*PROJECT_TYPES, _EVERY],
        help="Run only in this project type; repeatable.",
    )
    parser.addini(INI, f"The project types to run in, unless {OPTION} says others.", type="args", default=[_EVERY])


def wanted(config: pytest.Config) -> tuple[ProjectType, ...]:
    """The project types that this run asks for, in their usual order.

    Raises:
        pytest.UsageError: The configuration file names an unknown one.
    """
    chosen = config.getoption(OPTION) or config.getini(INI)
    try:
        return _types(chosen)
    except ValueError as error:
        place = f"{config.inipath}: " if config.inipath else ""
        raise pytest.UsageError(f"{place}{INI}: {error}") from error


def of_marks(marks: Iterable[pytest.Mark]) -> tuple[ProjectType, ...]:
    """The project types that a test is about: those of its nearest marker that names any, or all.

    Args:
        marks: The `iterable` markers of the test, the nearest first.

    Raises:
        ValueError: A marker is wrong.
    """
    for mark in _checked(marks):
        if "project_type" in mark.kwargs:
            given = mark.kwargs["project_type"]
            return _types([given] if isinstance(given, str) else given)
    return PROJECT_TYPES


def settings_of_marks(marks: Iterable[pytest.Mark]) -> dict[str, Any]:
    """The project settings that the markers of a test name; a nearer marker wins.

    Raises:
        ValueError: A marker is wrong.
    """
    settings: dict[str, Any] = {}
    for mark in reversed(_checked(marks)):
        given = mark.kwargs.get("settings", {})
        if not isinstance(given, dict):
            raise ValueError(f"settings is a dict such as {{'trackCreates': 'never'}}, not {given!r}")  # noqa: TRY004  # all problems of a marker are one kind of error
        settings.update(given)
    return settings


def require_settings_reach(marks: Iterable[pytest.Mark], scope: str) -> None:
    """Refuse settings of one test for a project that is made before it and shared.

    Args:
        marks: The `iterable` markers of the test itself, without those of its class and module.
        scope: The scope of its project.

    Raises:
        ValueError: There are such settings.
    """
    given = [mark for mark in marks if mark.name == MARKER and "settings" in mark.kwargs]
    if given and scope != "function":
        raise ValueError(
            f"the settings of a single test do not reach a project that its {scope} shares; give them to the {scope}"
        )


def narrowed(own: Sequence[ProjectType], asked: Sequence[ProjectType]) -> tuple[ProjectType, ...]:
    """The project types that are both a test's own and asked for.

    When there is none the test keeps its own, so that it can be deselected where pytest counts it.
    """
    return tuple(name for name in own if name in asked) or tuple(own)


def _checked(marks: Iterable[pytest.Mark]) -> list[pytest.Mark]:
    found = list(marks)
    for mark in found:
        unknown = sorted(set(mark.kwargs) - _ARGUMENTS)
        if mark.args or unknown:
            what = f"the argument {unknown[0]}" if unknown else f"{mark.args[0]!r} without a name"
            raise ValueError(f"@pytest.mark.{MARKER} takes project_type= and settings=, not {what}")
    return found


def _types(names: Any) -> tuple[ProjectType, ...]:
    known = f"it is one of {', '.join(PROJECT_TYPES)}, {_EVERY}, or a list of them"
    if not isinstance(names, (list, tuple, set, frozenset)) or not names:
        raise ValueError(f"{names!r} is not a project type; {known}")
    for name in names:
        if name not in {*PROJECT_TYPES, _EVERY}:
            raise ValueError(f"{name!r} is not a project type; {known}")
    return tuple(name for name in PROJECT_TYPES if name in names or _EVERY in names)
