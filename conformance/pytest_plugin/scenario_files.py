"""Scenario files as pytest collects them: a file is a collector, a scenario in a project type is a test."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.inputs.errors import InputError
from conformance.pytest_plugin.project_types import MARKER, PROJECT_TYPES, TYPE_OF_ITEM, ProjectType, narrowed, wanted
from conformance.report import Verdict, failure_text
from conformance.scenario import SimulatorBackend, load_scenario, require_expectations, run_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.inputs.errors import InputProblem
    from conformance.scenario import LoadedScenario


class ScenarioFailed(Exception):
    """A scenario did not hold; the text is all that pytest shows of it."""


class ScenarioWarning(pytest.PytestWarning):
    """What is probably wrong in a scenario file."""


class ScenarioFile(pytest.File):
    """A scenario file; one with problems is a single test that ends in an error, so that all others run."""

    def collect(self) -> Iterator[ScenarioTest | UnusableScenario]:
        """One test for each project type that the scenario is about, of those that the run asks for."""
        try:
            loaded = load_scenario(self.path)
            require_expectations([loaded])
            for doubt in loaded.doubts:
                self.warn(ScenarioWarning(str(self._shown(doubt))))
        except InputError as error:
            yield UnusableScenario.from_parent(self, name="file", problems=[*map(self._shown, error.problems)])
            return
        except ScenarioWarning as warning:  # where warnings are errors
            yield UnusableScenario.from_parent(self, name="file", problems=[warning])
            return
        own = tuple(name for name in PROJECT_TYPES if name in loaded.scenario.project.types)
        for project_type in narrowed(own, wanted(self.config)):
            yield ScenarioTest.from_parent(self, name=project_type, loaded=loaded, project_type=project_type)

    def _shown(self, problem: InputProblem) -> InputProblem:
        return replace(problem, file=_relative(problem.file, self.config))


class UnusableScenario(pytest.Item):
    """What a scenario file with problems is in place of its tests."""

    def __init__(self, *, problems: Sequence[object], **pytest_arguments: Any) -> None:
        super().__init__(**pytest_arguments)
        self._problems = problems

    def setup(self) -> None:
        """Tell every problem of the file; in the setup, as an error that is no failure of what is tested.

        Raises:
            pytest.fail.Exception: In any case.
        """
        pytest.fail("\n".join(map(str, self._problems)), pytrace=False)

    def runtest(self) -> None:
        """Nothing: the setup has failed."""

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the file is, and what a report calls it."""
        return self.path, None, _relative(self.path, self.config)


class ScenarioTest(pytest.Item):
    """A scenario in a project of one type, in a simulator of its own."""

    def __init__(self, *, loaded: LoadedScenario, project_type: ProjectType, **pytest_arguments: Any) -> None:
        super().__init__(**pytest_arguments)
        self._loaded = loaded
        self._type = project_type
        self.stash[TYPE_OF_ITEM] = project_type
        self.add_marker(getattr(pytest.mark, MARKER)(project_type=project_type))
        self.extra_keyword_matches.update([loaded.scenario.name, *loaded.scenario.tags])

    def runtest(self) -> None:
        """Run the scenario.

        Raises:
            ScenarioFailed: It does not hold, or could not be carried out.
        """
        with SimulatorBackend.in_process() as backend:
            result = run_scenario(self._loaded, self._type, backend)
        if result.verdict is not Verdict.PASSED:
            raise ScenarioFailed(failure_text(replace(result, file=_relative(self.path, self.config))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What pytest shows: the failed expectations and what happened, and no traceback of ours."""
        if isinstance(excinfo.value, ScenarioFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the scenario is, and what a report calls it."""
        return self.path, None, f"{self._loaded.scenario.name} [{self._type}]"


def _relative(path: str | os.PathLike[str], config: pytest.Config) -> str:
    """A path as somebody would type it where pytest was started."""
    try:
        return os.path.relpath(path, config.invocation_params.dir)
    except ValueError:  # another drive
        return os.fspath(path)
