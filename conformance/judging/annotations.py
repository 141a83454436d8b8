"""Problems as annotations of a GitHub workflow, on the lines of the mapping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from conformance.lint import annotation
from conformance.properties import Severity

if TYPE_CHECKING:
    from conformance.judging.problems import Problem

_LEVELS: Final = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}


def problem_annotations(problems: Sequence[Problem]) -> Iterator[str]:
    """A workflow command for each problem; without a line where something is to be added."""
    for problem in problems:
        file, line, column = problem.location
        written = [f"+ {line}" for patch in problem.patches for line in patch.added.splitlines()]
        about = "; ".join(text for text in (problem.consequence, problem.advice) if text)
        text = "\n".join((problem.sentence, about, *written))
        yield annotation(_LEVELS[problem.severity], file, line, column, title=problem.shown[0], text=text)
