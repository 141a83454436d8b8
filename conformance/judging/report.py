"""A judgement as a report: each finding is saved as a scenario and run again, so that the report shows its trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.judging.baseline import shipped_baseline
from conformance.judging.case_results import failed_case, passed_case
from conformance.judging.model import Judgement
from conformance.judging.scenario_export import save_finding
from conformance.report import CaseResult, Report
from conformance.scenario import Backend, LoadedScenario, SimulatorBackend, load_scenario

#: What the scenario of a finding is run against.
BackendFor = Callable[[LoadedScenario], Backend]


def build_report(judgement: Judgement, folder: Path | str, *, backend_for: BackendFor | None = None) -> Report:
    """One case for each finding, and one for each property without findings in a project type.

    Each finding is saved as a scenario. The trace in the report is that of the saved scenario, run again: a finding
    that does not show again is an error of the harness, and reported as one. `to_json`, `to_junit`, `to_html` and
    `write_terminal` of `conformance.report` make texts of the report.

    Args:
        judgement: The judgement.
        folder: Where scenarios are saved; it is made when there is a finding.
        backend_for: Gives what a scenario is run against; a simulator in this process without it.

    Raises:
        InputError: A scenario cannot be written.
    """
    with _backends(backend_for) as backend_of:
        return Report(tuple(_cases(judgement, folder, backend_of)))


@contextmanager
def _backends(backend_for: BackendFor | None) -> Iterator[BackendFor]:
    if backend_for is not None:
        yield backend_for
        return
    with SimulatorBackend.in_process() as simulator:
        yield lambda _: simulator


def _cases(judgement: Judgement, folder: Path | str, backend_for: BackendFor) -> Iterator[CaseResult]:
    for result in judgement.results:
        for finding in result.findings:
            loaded = load_scenario(save_finding(finding, judgement.subscriptions, folder))
            yield failed_case(finding, loaded, backend_for(loaded))
        if not result.findings:
            yield passed_case(result)


def count_shared_with_presets(judgement: Judgement) -> int:
    """How many findings are accepted of the destination's presets: much of what they say no mapping could mend."""
    shipped = shipped_baseline()
    return sum(all(map(shipped.accepts, finding.signatures())) for finding in judgement.findings)
