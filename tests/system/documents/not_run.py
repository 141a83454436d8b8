"""The commands that documents show and no test can run: why, and what is checked instead."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pages import ROOT

from conformance.scenario import load_scenarios, project_types

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _target_exists(words: Sequence[str]) -> str | None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    missing = [word for word in words[1:] if "=" not in word and not re.search(rf"^{word}:", makefile, re.MULTILINE)]
    return f"the Makefile has no {missing}" if missing else None


def _extra_exists(words: Sequence[str]) -> str | None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    named = [extra for word in words for found in re.findall(r"\[([\w,]+)\]", word) for extra in found.split(",")]
    missing = [extra for extra in named if extra not in extras]
    return f"there is no extra {missing}" if missing else None


def _virtual_environment_is_called_so(words: Sequence[str]) -> str | None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    folder = words[1].removesuffix("/bin/activate")
    return None if f"VENV   := {folder}\n" in makefile else f"the Makefile makes no {folder}"


def _goes_into_the_clone(words: Sequence[str]) -> str | None:
    return None if words[1] == "clone" else "only a clone is told of"


def _whole_library(words: Sequence[str]) -> str | None:
    return None if (ROOT / "scenarios").is_dir() and len(words) == len(("iterable-harness", "run")) else "no library"


@dataclass(frozen=True, slots=True)
class NotRun:
    """Commands that begin so, the reason not to run them, and what is wrong with one (None: nothing)."""

    beginning: tuple[str, ...]
    reason: str
    complaint: Callable[[Sequence[str]], str | None]


NOT_RUN: Final = (
    NotRun(("git",), "needs the address of the repository", _goes_into_the_clone),
    NotRun(("cd", "iterable-harness"), "follows the clone", lambda _: None),
    NotRun(("source",), "the tests run in that environment already", _virtual_environment_is_called_so),
    NotRun(("pip",), "installs from the network", _extra_exists),
    NotRun(("python", "-m", "pip"), "installs from the network", _extra_exists),
    NotRun(("python", "-m", "venv"), "followed by an installation from the network", lambda _: None),
    NotRun(("npm",), "installs from the network", lambda _: None),
    NotRun(("make",), "the suite would start itself", _target_exists),
)
#: What is played by the tests of the library, scenario by scenario.
LIBRARY: Final = NotRun(
    ("iterable-harness", "run"), "the whole library is played by tests of its own", _whole_library
)


def listed(words: Sequence[str]) -> NotRun | None:
    """The entry of the list that a command falls under."""
    if list(words) == list(LIBRARY.beginning):
        return LIBRARY
    return next((entry for entry in NOT_RUN if tuple(words[: len(entry.beginning)]) == entry.beginning), None)


def reason_not_to_run(words: Sequence[str]) -> str | None:
    """Why a command is not run; None when it is."""
    entry = listed(words)
    return None if entry is None else entry.reason


def cases_of_the_library() -> int:
    """How many cases `iterable-harness run` plays: each scenario in each of its project types."""
    return sum(len(project_types(loaded)) for loaded in load_scenarios([ROOT / "scenarios"]))
