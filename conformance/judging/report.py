"""A judgement as a report: each finding is saved as a scenario and run again, so that the report shows its trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from conformance.inputs.configuration import Configuration
from conformance.judging.baseline import Baseline, LintEntry, shipped_baseline
from conformance.judging.baseline_use import lint_findings
from conformance.judging.case_results import case_without_findings, failed_case
from conformance.judging.judgement_report import JudgementReport
from conformance.judging.model import Judgement, Result
from conformance.judging.problems import ShownFinding, problems_of, problems_of_lint
from conformance.judging.scenario_export import mapping_reference, remove_findings, save_finding
from conformance.judging.verdict import diagnose
from conformance.report import CaseResult
from conformance.scenario import Backend, LoadedScenario, SimulatorBackend, load_scenario

#: What the scenario of a finding is run against.
BackendFor = Callable[[LoadedScenario], Backend]


def build_report(
    judgement: Judgement,
    folder: Path | str,
    *,
    backend_for: BackendFor | None = None,
    mapping_file: Path | str | None = None,
    configuration: Configuration | None = None,
    progress: Callable[[], None] = lambda: None,
    accept_limits: bool = True,
) -> JudgementReport:
    """One case for each finding, and one for each property without findings in a project type.

    Each finding is saved as a scenario, in place of those of an earlier report. The trace in the report is that of
    the saved scenario, run again: a finding that does not show again is an error of the harness, and reported as
    one. `judgement_json`, `judgement_html`, and `to_junit` of `conformance.report` make texts of it.

    Args:
        judgement: The judgement.
        folder: Where scenarios are saved; it is made when there is a finding.
        backend_for: Gives what a scenario is run against; a simulator in this process without it.
        mapping_file: The file of the mapping, which the scenarios name; they hold the mapping itself without it, and
            where no scenario in the folder may name it.
        configuration: The mapping as it was read, in whose form problems say what to write; `lint` reads it too.
        progress: Called after every change of the mapping that was tried.
        accept_limits: Whether what the destination's own presets show too, and no change mends, is accepted.

    Raises:
        InputError: A scenario cannot be written, or an earlier one not removed.
    """
    remove_findings(folder)
    models = () if configuration is None else configuration.models
    diagnosed = diagnose(judgement, progress, models, accept_limits=accept_limits)
    judgement = diagnosed.judgement
    reference = mapping_reference(mapping_file, folder, judgement.subscriptions) if mapping_file else None

    def shown(result: Result, backend_of: BackendFor) -> Iterator[ShownFinding]:
        for finding in result.findings:
            loaded = load_scenario(save_finding(finding, judgement.subscriptions, folder, reference=reference))
            yield ShownFinding(finding, failed_case(finding, loaded, backend_of(loaded)))

    findings: list[ShownFinding] = []
    cases: list[CaseResult] = []
    with _backends(backend_for) as backend_of:
        for result in judgement.results:
            of_result = list(shown(result, backend_of))
            findings += of_result
            cases += [item.case for item in of_result] or [case_without_findings(result, judgement.baseline)]
    types = list(dict.fromkeys(result.project_type for result in judgement.results))
    linted = () if configuration is None else problems_of_lint(configuration, types, judgement.baseline)
    problems = problems_of(diagnosed, findings, configuration, linted)
    return JudgementReport(
        cases=tuple(cases),
        judgement=judgement,
        problems=problems,
        configuration=configuration,
        accepted_lint=() if configuration is None else _accepted_lint(configuration, types, judgement.baseline),
    )


def _accepted_lint(configuration: Configuration, types: Sequence[str], baseline: Baseline) -> tuple[LintEntry, ...]:
    """The entries of a baseline that accept something of what `lint` finds, each once."""
    entries = map(baseline.lint_entry_for, lint_findings(configuration, types))
    return tuple(entry for entry in dict.fromkeys(entries) if entry is not None)


@contextmanager
def _backends(backend_for: BackendFor | None) -> Iterator[BackendFor]:
    if backend_for is not None:
        yield backend_for
        return
    with SimulatorBackend.in_process() as simulator:
        yield lambda _: simulator


def count_shared_with_presets(judgement: Judgement) -> int:
    """How many findings are accepted of the destination's presets: much of what they say no mapping could mend."""
    shipped = shipped_baseline()
    return sum(all(map(shipped.accepts, finding.signatures())) for finding in judgement.findings)
