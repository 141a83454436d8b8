"""The one result model; the terminal, JSON, JUnit and HTML views are made from it and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from conformance.inputs.errors import InputProblem

#: What is said of a case that passed, as its file knows that the customer does not get what they expected.
UNMET: Final = "known issue: the customer's expectation is not met"


class Verdict(StrEnum):
    """How a case ended."""

    PASSED = "passed"
    FAILED = "failed"
    #: What does not hold is accepted: a baseline says why.
    ACCEPTED = "accepted"
    #: Nothing that happened was about it; it shows nothing.
    NOT_APPLICABLE = "not applicable"
    #: The case asks for something that cannot be had where it was to run; it shows nothing.
    SKIPPED = "skipped"
    #: The case could not be carried out: the server went away, or our own tool has a fault.
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not hold.

    Attributes:
        where: The step (`step 2`, or its name) or `end`.
        line: The line of the expectation in its file; 0 when unknown.
        path: What was looked at, such as `users[0].dataFields.plan`.
        expected: What the scenario expects, as JSON or words.
        actual: What was there, as JSON or words.
    """

    where: str
    line: int
    path: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One line of what happened, in order.

    Attributes:
        stage: `event`, `subscription`, `payload`, `request`, `reply`, `state`, `clock`, `fault`, `error` or `wanted`.
        text: One line for a person.
        data: The full value, for the JSON and HTML views.
        rules: Of a reply, the ids of the simulator's rules that decided it, for `explain`.
    """

    stage: str
    text: str
    data: JsonValue = None
    rules: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """What a view shows of it, as stages and texts: the line, and below it the rules."""
        line = (self.stage, self.text)
        return (line, ("rules", ", ".join(self.rules))) if self.rules else (line,)


@dataclass(frozen=True, slots=True)
class StepTrace:
    """What one step did."""

    title: str
    lines: tuple[TraceLine, ...]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One scenario in one project type.

    Attributes:
        name: The scenario's name.
        file: The file it came from.
        project_type: `email`, `userid` or `hybrid`.
        verdict: How it ended.
        seconds: How long it took, on the wall clock.
        failures: The expectations that did not hold; empty when it passed.
        trace: What every step did, in order.
        message: Why it neither passed nor failed, or could not be carried out.
        details: What else a reader should know, as names and texts.
        test: What it is a test of, where that may take several cases; they are one test case in JUnit.
        sentence: What went wrong, where that can be said better than by the first failure.
        tested_file: What it is a test of, as a file, where that is another than the one it came from.
        line: The line in `file` that it is about, where there is no failure to say it.
        story: What the author says of it, as names and texts, for a page that is read without the file.
        source_text: The file itself, for the same; empty where there is none.
        mapping: What the mapping that was used is called, mostly its file; empty where that is said elsewhere.
        subscriptions: The mapping itself, for a page; None for the presets.
        known_issue: Why the customer does not get what they expected, where the case passed all the same.
    """

    name: str
    file: str
    project_type: str
    verdict: Verdict
    seconds: float
    failures: tuple[Failure, ...] = ()
    trace: tuple[StepTrace, ...] = ()
    message: str = ""
    details: tuple[tuple[str, str], ...] = ()
    test: str = ""
    sentence: str = ""
    tested_file: str = ""
    line: int = 0
    story: tuple[tuple[str, str], ...] = ()
    source_text: str = ""
    mapping: str = ""
    subscriptions: JsonValue = None
    known_issue: str = ""

    @property
    def place(self) -> int:
        """The line in its file that is worth looking at first; 0 for none."""
        return self.failures[0].line if self.failures else self.line

    @property
    def title(self) -> str:
        """What a list of tests calls it."""
        return f"{self.name} [{self.project_type}]" if self.project_type else self.name


@dataclass(frozen=True, slots=True)
class Report:
    """Every case of a run, in the order in which they ran.

    Attributes:
        cases: The cases that ended.
        not_run: How many others there were: those that an interruption left out.
        mistakes: What kept files or options from being used; what they ask for is in no case.
    """

    cases: tuple[CaseResult, ...]
    not_run: int = 0
    mistakes: tuple[InputProblem, ...] = ()

    @property
    def suites(self) -> Mapping[str, tuple[CaseResult, ...]]:
        """The cases as a list of tests has them, by the names of suites."""
        return {"iterable-harness": self.cases}

    @property
    def tested(self) -> tuple[CaseResult, ...]:
        """The cases of all suites."""
        return tuple(case for cases in self.suites.values() for case in cases)

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(case.verdict is Verdict.PASSED for case in self.cases)

    @property
    def failed(self) -> int:
        """How many cases failed or could not be carried out."""
        return sum(case.verdict in {Verdict.FAILED, Verdict.ERROR} for case in self.cases)

    @property
    def skipped(self) -> int:
        """How many cases could not be played where they were to run."""
        return sum(case.verdict is Verdict.SKIPPED for case in self.cases)

    @property
    def unusable(self) -> Mapping[str, tuple[InputProblem, ...]]:
        """The files and options that could not be used, each with its problems."""
        found: dict[str, tuple[InputProblem, ...]] = {}
        for problem in dict.fromkeys(self.mistakes):
            found[problem.file] = (*found.get(problem.file, ()), problem)
        return found

    @property
    def is_good(self) -> bool:
        """Whether every case was run, and none failed."""
        return not self.failed and not self.not_run and not self.mistakes

    @property
    def summary(self) -> str:
        """`N passed, M failed`, and `, K skipped`, `, L not run` and `, U unusable` where any were."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        not_run = f", {self.not_run} not run" if self.not_run else ""
        unusable = f", {len(self.unusable)} unusable" if self.mistakes else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}{not_run}{unusable}"
