"""A simulator: projects and the keys that reach them, faults, rate limits, and a journal.

`handle` and `transmit` do no I/O, read no clock and draw nothing at random: the same requests at the same instants
give the same replies and the same state. What they do, step by step, is `simulator.engine.pipeline`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.api import apply_due
from simulator.deferred_reply import DeferredReply, made
from simulator.engine.pipeline import respond, respond_without_faults
from simulator.faults import Faults
from simulator.gateway.rate_limits import RateLimits
from simulator.journal import Journal, MemoryJournal
from simulator.project import DEFAULT_PROJECTS, Project, ProjectConfiguration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.pipeline import Answer
    from simulator.engine.snapshot import NamedSnapshot
    from simulator.gateway.authentication import Credentials
    from simulator.message import Instant, Reply, Request, WireResult


class DuplicateError(ValueError):
    """A project of that name, or with that key, is there already."""


@dataclass(frozen=True, slots=True)
class SimulatorState:
    """What decides how a simulator answers.

    Attributes:
        first: The projects that a reset brings back.
        seed: The random seed of faults.
        faults: The active faults.
        limits: How much of every limit is used up.
        projects: Every project with all that is in it.
        snapshots: Snapshots by the names that they were given.
    """

    first: tuple[ProjectConfiguration, ...]
    seed: int
    faults: Faults
    limits: RateLimits
    projects: tuple[Project, ...]
    snapshots: dict[str, NamedSnapshot]


class Simulator:
    """Iterable, with any number of projects.

    Args:
        projects: Those it has at first; a reset brings them back.
        journal: Where requests and replies are kept; in memory unless said otherwise.
        seed: The random seed of faults with a probability or a distribution.

    Raises:
        DuplicateError: Two projects share a name or a key.
    """

    def __init__(
        self,
        projects: Sequence[ProjectConfiguration] = DEFAULT_PROJECTS,
        *,
        journal: Journal | None = None,
        seed: int = 0,
    ) -> None:
        self._first = tuple(projects)
        self._seed = seed
        self.journal: Journal = MemoryJournal() if journal is None else journal
        self.faults = Faults(seed)
        self.projects: dict[str, Project] = {}
        #: Snapshots of all this, by the names that they were given.
        self.snapshots: dict[str, NamedSnapshot] = {}
        #: Every project with one of its keys, by that key; `add_project` and its like keep it.
        self.projects_by_key: dict[str, Credentials] = {}
        self.rate_limits = RateLimits()
        for configuration in projects:
            self.add_project(configuration)

    def handle(self, request: Request, now: Instant) -> Reply:
        """The reply to a request, without faults; the journal gets both."""
        return made(respond_without_faults(self, request, now))

    def transmit(self, request: Request, now: Instant, answer: Answer | None = None) -> WireResult:
        """What goes over the wire for a request, faults included; the journal gets the request and its reply.

        Args:
            request: The request.
            now: When it came in.
            answer: Makes the reply in the place of a project.
        """
        result = respond(self, request, now, answer)
        reply = result.reply
        return result._replace(reply=made(reply)) if type(reply) is DeferredReply else result

    def transmit_deferring(self, request: Request, now: Instant) -> WireResult:
        """The same, with a `DeferredReply` where something is still to be made that takes long."""
        return respond(self, request, now, None)

    def apply_due(self, now: Instant) -> bool:
        """Apply what is due in every project, as its next request would; gives whether anything was."""
        applied = [apply_due(project, now) for project in self.projects.values()]
        return any(applied)

    def state(self) -> SimulatorState:
        """All that the simulator holds, the journal apart; it goes on changing with the simulator."""
        return SimulatorState(
            self._first, self._seed, self.faults, self.rate_limits, tuple(self.projects.values()), self.snapshots
        )

    def restore_from(self, state: SimulatorState) -> None:
        """Go on from a state in the place of the present one; the journal stays as it is."""
        self._first, self._seed = state.first, state.seed
        self.faults, self.rate_limits = state.faults, state.limits
        self.snapshots = state.snapshots
        self.projects.clear()
        self.projects_by_key.clear()
        for project in state.projects:
            self._register(project)

    def add_project(self, configuration: ProjectConfiguration) -> Project:
        """Add a project.

        Raises:
            DuplicateError: Its name or one of its keys is taken.
        """
        if configuration.name in self.projects:
            raise DuplicateError(f"there is already a project named {configuration.name!r}")
        for key in configuration.keys:
            if key.key in self.projects_by_key:
                taken = self.projects_by_key[key.key][0].configuration.name
                raise DuplicateError(f"the API key {key.key!r} already belongs to the project {taken!r}")
        project = Project(configuration)
        self._register(project)
        return project

    def replace_projects(self, projects: Sequence[Project]) -> None:
        """Have these projects in the place of all that are there; the journal stays as it is.

        Raises:
            DuplicateError: Two of them share a name or a key; nothing has changed.
        """
        names: set[str] = set()
        names_by_key: dict[str, str] = {}
        for project in projects:
            configuration = project.configuration
            if configuration.name in names:
                raise DuplicateError(f"two projects are named {configuration.name!r}")
            names.add(configuration.name)
            for key in configuration.keys:
                if key.key in names_by_key:
                    raise DuplicateError(
                        f"{names_by_key[key.key]!r} and {configuration.name!r} have the same API key"
                    )
                names_by_key[key.key] = configuration.name
        self.projects.clear()
        self.projects_by_key.clear()
        for project in projects:
            self._register(project)

    def _register(self, project: Project) -> None:
        self.projects[project.configuration.name] = project
        self.projects_by_key.update({key.key: (project, key) for key in project.configuration.keys})

    def remove_project(self, name: str) -> None:
        """Remove a project with all that is in it.

        Raises:
            KeyError: There is none of that name.
        """
        project = self.projects.pop(name)
        for key in project.configuration.keys:
            del self.projects_by_key[key.key]
        self.journal.clear(name)

    def reset(self) -> None:
        """Every project as it was at first, those added since gone; no faults, an empty journal."""
        self.projects.clear()
        self.projects_by_key.clear()
        for configuration in self._first:
            self.add_project(configuration)
        self.faults = Faults(self._seed)
        self.rate_limits.clear()
        self.snapshots = {}
        self.journal.clear()
