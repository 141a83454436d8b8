"""One scenario, run in one project type."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.places import dotted
from conformance.report.model import CaseResult, Failure, StepTrace, TraceLine, Verdict
from conformance.scenario.expectations import check_step
from conformance.scenario.model import PROJECT_TYPES, Connection, Expectation, Scenario, Step, Wanted
from conformance.scenario.protocols import MAIN, Backend, BackendError, Environment, NotPlayableError
from conformance.scenario.record import Record
from conformance.scenario.state_changes import changes
from conformance.scenario.steps import perform
from conformance.tracking_api.settings import MessageSettings
from conformance.tracking_api.single_messages import SingleMessages
from destination import Destination

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.inputs.places import Location
    from conformance.scenario.loader import LoadedScenario

#: What the last step of a trace is called, where a scenario says what the customer expected.
_WANTED: Final = "what the customer expected"


def project_types(loaded: LoadedScenario, wanted: Sequence[str] = PROJECT_TYPES) -> list[str]:
    """The project types that a scenario is about, of those that are wanted."""
    return [name for name in loaded.scenario.project.types if name in wanted]


def run_scenario(loaded: LoadedScenario, project_type: str, backend: Backend, *, traced: bool = True) -> CaseResult:
    """Run a scenario in a project of one type, made for it and removed afterwards.

    Without a trace nothing is told of what each step changed, and a long scenario takes a fraction of the time.
    """
    started = time.perf_counter()
    case = _Case(loaded, project_type, backend, traced=traced)
    message = ""
    try:
        case.run()
    except NotPlayableError as error:
        verdict, message = Verdict.SKIPPED, str(error)
    except BackendError as error:
        verdict, message = Verdict.ERROR, str(error)
    else:
        verdict = Verdict.FAILED if case.failures else Verdict.PASSED
    return CaseResult(
        name=loaded.scenario.name,
        file=loaded.file,
        project_type=project_type,
        verdict=verdict,
        seconds=time.perf_counter() - started,
        failures=tuple(case.failures),
        trace=tuple(case.traces),
        message=message,
        story=story_of(loaded.scenario),
        source_text=loaded.document.text,
        known_issue=_known_issue(loaded.scenario, project_type) if verdict is Verdict.PASSED else "",
        mapping=loaded.mapping_name,
        subscriptions=loaded.mapping_document,
    )


def story_of(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """What a scenario says of itself, and of what the customer expected."""
    said = {
        "description": scenario.description,
        "source": scenario.source,
        "wanted": "" if scenario.wanted is None else scenario.wanted.says,
        "known issue": scenario.known_issue or "",
        "fixed in": scenario.fixed_in or "",
    }
    return tuple((name, text.strip()) for name, text in said.items() if text.strip())


def _known_issue(scenario: Scenario, project_type: str) -> str:
    """The known issue that keeps the customer from what they expected in a project type; empty where none does."""
    return "" if project_type in scenario.works_as_expected_in else scenario.known_issue or ""


@dataclass(frozen=True, slots=True)
class Play:
    """What a scenario did in a project of one type, whatever it expects.

    Attributes:
        project_type: `email`, `userid` or `hybrid`.
        steps: The title of each step, and what it did.
        states: The state document of each project at the end, by its name in the scenario; empty for the one under
            test.
        left_out: People and events of the beginning that no project of the type can have, each with the reason.
        after: The state document of the project under test at the beginning and after each step.
        message: Why it could not be carried out; empty when it was.
    """

    project_type: str
    steps: tuple[tuple[str, Record], ...]
    states: Mapping[str, dict[str, Any]]
    left_out: tuple[str, ...] = ()
    after: tuple[dict[str, Any], ...] = ()
    message: str = ""


def play_scenario(loaded: LoadedScenario, project_type: str, backend: Backend, *, traced: bool = True) -> Play:
    """Carry out a scenario in a project of any type, also one that it is not about; nothing is judged.

    Without a trace the states after each step are not looked at.
    """
    case = _Case(loaded, project_type, backend, traced=traced)
    try:
        return case.play()
    except BackendError as error:
        return Play(project_type, tuple(case.records), {}, message=str(error))


class _Case:
    def __init__(self, loaded: LoadedScenario, project_type: str, backend: Backend, *, traced: bool) -> None:
        self.failures: list[Failure] = []
        self.traces: list[StepTrace] = []
        self.records: list[tuple[str, Record]] = []
        self.after: list[dict[str, Any]] = []
        self._loaded = loaded
        self._type = project_type
        self._backend = backend
        self._traced = traced
        self._whole = Record()
        self._segment = SingleMessages()
        if isinstance(loaded.scenario.segment, MessageSettings):
            self._segment = self._segment.with_settings(loaded.scenario.segment)

    def run(self) -> None:
        scenario = self._loaded.scenario
        with self._steps_done(judged=True) as environment:
            if scenario.expect is not None:
                self._check(environment, "end", ("expect",), scenario.expect, self._whole)
            if scenario.wanted is not None:
                self._check_wanted(environment, scenario.wanted)

    def play(self) -> Play:
        with self._steps_done(judged=False) as environment:
            states = {name: self._state(environment, name) for name in environment.projects}
            return Play(self._type, tuple(self.records), states, tuple(environment.left_out), tuple(self.after))

    @contextmanager
    def _steps_done(self, *, judged: bool) -> Iterator[Environment]:
        scenario = self._loaded.scenario
        with self._backend.environment(scenario, self._type, leave_out=not judged) as environment:
            destinations = [
                (connection, self._destination(environment, connection, index))
                for index, connection in enumerate(scenario.connections)
            ]
            if self._traced:
                self.after.append(environment.state())
            for index, step in enumerate(scenario.steps):
                title, record = self._run_step(environment, destinations, index, step)
                if judged and step.expect is not None:
                    self._check(environment, title, ("steps", index, "expect"), step.expect, record)
            if judged and self._traced:
                self._add_rules(environment)
            yield environment

    def _destination(self, environment: Environment, connection: Connection, index: int) -> Destination:
        project = connection.project or MAIN
        settings: dict[str, Any] = {"apiKey": environment.api_key(project), **connection.settings}
        if settings["apiKey"] is None:
            del settings["apiKey"]
        return Destination(settings, self._loaded.subscriptions(index), now=lambda: environment.now)

    def _run_step(
        self, environment: Environment, destinations: list[tuple[Connection, Destination]], index: int, step: Step
    ) -> tuple[str, Record]:
        record = Record()
        if step.at is not None:
            record.note("clock", f"it is {environment.move_clock({'now': step.at})}")
        perform(step, environment, destinations, record, self._segment_for(step))
        environment.settle(index)
        if self._traced:
            self.after.append(environment.state())
            for line in changes(*self.after[-2:]):
                record.note("state", line)
        where = step.name or f"step {index + 1}"
        self.traces.append(StepTrace(where, tuple(record.trace)))
        self.records.append((where, record))
        self._whole.extend(record)
        return where, record

    def _add_rules(self, environment: Environment) -> None:
        """Say in the trace of each step which rules decided its replies; all are asked for at once."""
        rules = environment.rules([number for _, record in self.records for number in record.numbers.values()])
        self.traces = [StepTrace(where, record.trace_with(rules)) for where, record in self.records]

    def _segment_for(self, step: Step) -> SingleMessages | None:
        """What the events of a step go through first; None for nothing."""
        chosen = self._loaded.scenario.segment if step.segment is None else step.segment
        if isinstance(step.segment, MessageSettings):
            return self._segment.with_settings(step.segment)
        return None if chosen is False else self._segment

    def _check_wanted(self, environment: Environment, wanted: Wanted) -> None:
        """Hold what the customer expected against the end: it is met where the file says so, and only there."""
        missed = self._failures(environment, _WANTED, ("wanted", "expect"), wanted.expect, self._whole)
        met = "Not met here." if missed else "Met here."
        self.traces.append(StepTrace(_WANTED, (TraceLine("wanted", f"{wanted.says} {met}"),)))
        if self._type in self._loaded.scenario.works_as_expected_in:
            self.failures += missed
        elif not missed:
            line, _ = self._loaded.document.place(("wanted",))
            self.failures.append(
                Failure(_WANTED, line, "wanted.met_in", f"not met in {self._type} (known issue)", "it was met")
            )

    def _state(self, environment: Environment, project: str) -> dict[str, Any]:
        """The state of a project after the last step; of the main one it is known already where steps are traced."""
        if self._traced and project == MAIN:
            return self.after[-1]
        return environment.state(project)

    def _check(
        self, environment: Environment, where: str, location: Location, expectation: Expectation, record: Record
    ) -> None:
        self.failures += self._failures(environment, where, location, expectation, record)

    def _failures(
        self, environment: Environment, where: str, location: Location, expectation: Expectation, record: Record
    ) -> list[Failure]:
        special, expected = expectation.for_type(self._type)
        failures = []
        for mismatch in check_step(expected, record, partial(self._state, environment)):
            inside = mismatch.location
            if inside and inside[0] in special:
                inside = ("by_type", self._type, *inside)
            line, _ = self._loaded.document.place((*location, *inside))
            failures.append(Failure(where, line, dotted(mismatch.location), mismatch.expected, mismatch.actual))
        return failures
