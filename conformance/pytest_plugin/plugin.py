"""The hooks and fixtures that pytest finds; the entry point names this module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import pytest

from conformance.pytest_plugin import failure_journal, project_types
from conformance.pytest_plugin.project_types import FIXTURE, MARKER, TYPE_OF_ITEM, ProjectType
from iterable_harness import import_ours

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    from conformance.pytest_plugin.segment_source import SegmentSource
    from conformance.pytest_plugin.simulated_project import SimulatedProject
    from simulator import ProjectSettings

#: What every name of a scenario file has in it; the exact endings are known where the files are read.
_SCENARIO: Final = ".scenario."
Scope = Literal["session", "package", "module", "class", "function"]
#: The scopes whose fixtures have their name as a prefix, the widest first.
_SHARED: Final[tuple[Scope, ...]] = ("session", "package", "module", "class")
_PROJECTS: Final = ("_iterable_simulator", "_iterable_server")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    project_types.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse a configuration that names unknown project types."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(project_type=, settings=): the type or types of the simulated Iterable project "
        "(email, userid, hybrid, all), and those of its settings that differ from the defaults.",
    )
    project_types.wanted(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take scenario files for tests."""
    if _SCENARIO not in file_path.name:
        return None
    from conformance.pytest_plugin.scenario_files import ScenarioFile
    from conformance.scenario import SUFFIXES

    return ScenarioFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIXES) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a test that uses a simulated project run once in every project type it is about."""
    if FIXTURE not in metafunc.fixturenames or _is_parametrised(metafunc.definition):
        return
    scope = _widest_scope(metafunc.fixturenames)
    try:
        own = project_types.of_marks(metafunc.definition.iter_markers(MARKER))
        project_types.require_settings_reach(metafunc.definition.own_markers, scope)
    except ValueError as error:
        raise pytest.Collector.CollectError(f"{metafunc.definition.nodeid}: {error}") from error
    types = project_types.narrowed(own, project_types.wanted(metafunc.config))
    metafunc.parametrize(FIXTURE, types, indirect=True, scope=scope)


def _widest_scope(fixtures: Sequence[str]) -> Scope:
    """The scope in which the project type is one and the same: that of the fixture that lives longest."""
    found = {name.partition("_")[0] for name in fixtures if name.endswith(_PROJECTS)}
    return next((scope for scope in _SHARED if scope in found), "function")


def _is_parametrised(definition: pytest.Item) -> bool:
    """Whether a test says the project types in the usual words of pytest."""
    return any(mark.args and FIXTURE in str(mark.args[0]) for mark in definition.iter_markers("parametrize"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that are about none of the project types that the run asks for."""
    wanted = project_types.wanted(config)
    unwanted = {item for item in items if _project_type(item) not in {None, *wanted}}
    if unwanted:
        items[:] = [item for item in items if item not in unwanted]
        config.hook.pytest_deselected(items=list(unwanted))


def _project_type(item: pytest.Item) -> str | None:
    """The project type in which an item runs; None for an item that has nothing to do with us."""
    callspec = getattr(item, "callspec", None)
    return item.stash.get(TYPE_OF_ITEM, None) if callspec is None else callspec.params.get(FIXTURE)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note which requests to projects that tests share were made by others."""
    failure_journal.begin(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the journal of its projects with a failed test."""
    report = yield
    if report.failed and call.when != "teardown":
        report.sections += failure_journal.sections(item)
    return report


# It lives as long as the widest fixture that needs it: `pytest_generate_tests` says how long that is.
@pytest.fixture(scope="session")
def iterable_project_type(request: pytest.FixtureRequest) -> ProjectType:
    """The simulated project's type: `email`, `userid` or `hybrid`; the test runs once in each."""
    project_type: ProjectType | None = getattr(request, "param", None)
    if project_type is None:
        pytest.fail(
            "the project type is not known here: request the fixture as an argument of the test, or of a fixture "
            "that the test requests",
            pytrace=False,
        )
    return project_type


def _in_process(request: pytest.FixtureRequest, iterable_project_type: ProjectType) -> Iterator[SimulatedProject]:
    """An empty simulated Iterable project in this process, without a socket."""
    with _building().in_process(iterable_project_type, _settings(request)) as project:
        yield from _noted(request, project)


def _over_http(request: pytest.FixtureRequest, iterable_project_type: ProjectType) -> Iterator[SimulatedProject]:
    """An empty simulated Iterable project on a free local port; `url` is its address."""
    with _building().over_http(iterable_project_type, _settings(request)) as project:
        yield from _noted(request, project)


def _noted(request: pytest.FixtureRequest, project: SimulatedProject) -> Iterator[SimulatedProject]:
    failure_journal.opened(request.node, project)
    try:
        yield project
    finally:
        failure_journal.closed(request.node, project)
    _building().warn_of_unused_faults(project)


iterable_simulator = pytest.fixture(name="iterable_simulator")(_in_process)
class_iterable_simulator = pytest.fixture(scope="class", name="class_iterable_simulator")(_in_process)
module_iterable_simulator = pytest.fixture(scope="module", name="module_iterable_simulator")(_in_process)
package_iterable_simulator = pytest.fixture(scope="package", name="package_iterable_simulator")(_in_process)
session_iterable_simulator = pytest.fixture(scope="session", name="session_iterable_simulator")(_in_process)

iterable_server = pytest.fixture(name="iterable_server")(_over_http)
class_iterable_server = pytest.fixture(scope="class", name="class_iterable_server")(_over_http)
module_iterable_server = pytest.fixture(scope="module", name="module_iterable_server")(_over_http)
package_iterable_server = pytest.fixture(scope="package", name="package_iterable_server")(_over_http)
session_iterable_server = pytest.fixture(scope="session", name="session_iterable_server")(_over_http)


@pytest.fixture
def segment_source(iterable_server: SimulatedProject) -> SegmentSource:
    """A Segment source in front of the project of `iterable_server`, for apps that use Segment's SDK."""
    return _source_of(iterable_server)


@pytest.fixture(scope="class")
def class_segment_source(class_iterable_server: SimulatedProject) -> SegmentSource:
    """The same in front of `class_iterable_server`."""
    return _source_of(class_iterable_server)


@pytest.fixture(scope="module")
def module_segment_source(module_iterable_server: SimulatedProject) -> SegmentSource:
    """The same in front of `module_iterable_server`."""
    return _source_of(module_iterable_server)


@pytest.fixture(scope="package")
def package_segment_source(package_iterable_server: SimulatedProject) -> SegmentSource:
    """The same in front of `package_iterable_server`."""
    return _source_of(package_iterable_server)


@pytest.fixture(scope="session")
def session_segment_source(session_iterable_server: SimulatedProject) -> SegmentSource:
    """The same in front of `session_iterable_server`."""
    return _source_of(session_iterable_server)


def _source_of(project: SimulatedProject) -> SegmentSource:
    source: SegmentSource = _building().source_of(project)
    return source


def _settings(request: pytest.FixtureRequest) -> ProjectSettings:
    """The project settings that a test's markers ask for; a problem in them fails the test in one line."""
    try:
        settings: ProjectSettings = _building().checked_settings(
            project_types.settings_of_marks(request.node.iter_markers(MARKER))
        )
    except ValueError as error:
        raise pytest.fail.Exception(f"@pytest.mark.{MARKER}: {error}", pytrace=False) from None
    return settings


def _building() -> ModuleType:
    """Where projects are made; imported for the first test, when it is clear whose `simulator` is on the path."""
    return import_ours("conformance.pytest_plugin.building")
