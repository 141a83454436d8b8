"""The heart: projects behind the gate, faults on the way, a journal beside it.

`handle` does no I/O, reads no clock and throws no dice: the same requests at the same instants give the same
replies and the same state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.api import answer, find_route, route_not_found, settle
from simulator.faults import Faults, fault_reply
from simulator.gateway.authentication import admitted, api_key_of, unauthorised
from simulator.gateway.authorization import refuse_key
from simulator.gateway.rate_limits import RateLimits
from simulator.journal import Journal, MemoryJournal
from simulator.message import Transmission
from simulator.project import DEFAULT_PROJECTS, Project, ProjectConfiguration
from simulator.project.keys import ApiKey, KeyType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.message import Instant, Reply, Request


class DuplicateError(ValueError):
    """A project of that name, or with that key, is there already."""


@dataclass(frozen=True, slots=True)
class SimulatorState:
    """What decides how a simulator answers.

    Attributes:
        first: The projects that a reset brings back.
        seed: Decides what faults with a probability do.
        faults: The faults in force.
        limits: How much of every limit is used up.
        projects: Every project with all that is in it.
        snapshots: Snapshots by the names that they were given.
    """

    first: tuple[ProjectConfiguration, ...]
    seed: int
    faults: Faults
    limits: RateLimits
    projects: tuple[Project, ...]
    snapshots: dict[str, bytes]


class Simulator:
    """Iterable, with any number of projects.

    Args:
        projects: Those it has at first; a reset brings them back.
        journal: Where requests and replies are kept; in memory unless said otherwise.
        seed: Decides what faults with a probability or a distribution do.

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
        self.snapshots: dict[str, bytes] = {}
        self._doors: dict[str, tuple[Project, ApiKey]] = {}
        self._limits = RateLimits()
        for configuration in projects:
            self.add_project(configuration)

    def handle(self, request: Request, now: Instant) -> Reply:
        """The reply to a request, with no fault in the way; the journal gets both."""
        door = admitted(request, api_key_of(request), self._doors)
        return self._carry_out(request, door, now)

    def transmit(self, request: Request, now: Instant) -> Transmission:
        """What the shell is to send for a request, the faults in force included."""
        api_key = api_key_of(request)
        door = admitted(request, api_key, self._doors)
        trouble = self.faults.decide(request, api_key)
        if trouble is None:
            return Transmission(self._carry_out(request, door, now))
        action = trouble.action
        name = "" if door is None else door[0].configuration.name
        if action.status is not None:
            reply = fault_reply(action)
            self.journal.append(now, name, request, reply, fault=True)
            return Transmission(reply)
        if action.drop == "before":
            self.journal.append(now, name, request, None, fault=True)
            return Transmission(None)
        reply = self._carry_out(request, door, now, fault="fault.lost-reply" if action.drop else "fault.delay")
        return Transmission(None if action.drop else reply, trouble.delay)

    def _carry_out(
        self, request: Request, door: tuple[Project, ApiKey] | None, now: Instant, *, fault: str = ""
    ) -> Reply:
        if door is None:
            reply = unauthorised(request)
            self.journal.append(now, "", request, _noted(reply, fault), fault=bool(fault))
            return reply
        project = door[0]
        changes = project.changes
        changes.begin(self.journal.next_number)
        reply = self._reply(request, *door, now)
        noted, name = _noted(reply, fault), project.configuration.name
        self.journal.append(now, name, request, noted, fault=bool(fault), changes=changes.collect())
        return reply

    def _reply(self, request: Request, project: Project, key: ApiKey, now: Instant) -> Reply:
        route, names = find_route(request.method, request.path)
        if route is None:
            return route_not_found()
        if key.jwt_secret is not None or key.type not in route.keys or key.type is not KeyType.SERVER:
            refusal = refuse_key(request, key, route, project, now)
            if refusal is not None:
                return refusal
        if project.settings.enforce_rate_limits:
            refusal = self._limits.refuse(request, route, project, key, now)
            if refusal is not None:
                return refusal
        return answer(project, request, now, route, names)

    def settle(self, now: Instant) -> bool:
        """Let every project carry out what is due, as its next request would; gives whether anything was."""
        settled = [settle(project, now) for project in self.projects.values()]
        return any(settled)

    def state(self) -> SimulatorState:
        """All that the simulator holds, the journal apart; it goes on changing with the simulator."""
        return SimulatorState(
            self._first, self._seed, self.faults, self._limits, tuple(self.projects.values()), self.snapshots
        )

    def take_over(self, state: SimulatorState) -> None:
        """Go on from a state in the place of the present one; the journal stays as it is."""
        self._first, self._seed = state.first, state.seed
        self.faults, self._limits = state.faults, state.limits
        self.snapshots = state.snapshots
        self.projects.clear()
        self._doors.clear()
        for project in state.projects:
            self._let_in(project)

    def add_project(self, configuration: ProjectConfiguration) -> Project:
        """Add a project.

        Raises:
            DuplicateError: Its name or one of its keys is taken.
        """
        if configuration.name in self.projects:
            raise DuplicateError(f"there is a project named {configuration.name!r} already")
        for key in configuration.keys:
            if key.key in self._doors:
                taken = self._doors[key.key][0].configuration.name
                raise DuplicateError(f"the API key {key.key!r} belongs to the project {taken!r} already")
        project = Project(configuration)
        self._let_in(project)
        return project

    def replace_projects(self, projects: Sequence[Project]) -> None:
        """Have these projects in the place of all that are there; the journal stays as it is.

        Raises:
            DuplicateError: Two of them share a name or a key; nothing has changed.
        """
        names: set[str] = set()
        doors: dict[str, str] = {}
        for project in projects:
            configuration = project.configuration
            if configuration.name in names:
                raise DuplicateError(f"two projects are named {configuration.name!r}")
            names.add(configuration.name)
            for key in configuration.keys:
                if key.key in doors:
                    raise DuplicateError(
                        f"two API keys are the same, of {doors[key.key]!r} and {configuration.name!r}"
                    )
                doors[key.key] = configuration.name
        self.projects.clear()
        self._doors.clear()
        for project in projects:
            self._let_in(project)

    def _let_in(self, project: Project) -> None:
        self.projects[project.configuration.name] = project
        self._doors.update({key.key: (project, key) for key in project.configuration.keys})

    def remove_project(self, name: str) -> None:
        """Remove a project with all that is in it.

        Raises:
            KeyError: There is none of that name.
        """
        project = self.projects.pop(name)
        for key in project.configuration.keys:
            del self._doors[key.key]
        self.journal.clear(name)

    def reset(self) -> None:
        """Every project as it was at first, those added since gone; no faults, an empty journal."""
        self.projects.clear()
        self._doors.clear()
        for configuration in self._first:
            self.add_project(configuration)
        self.faults = Faults(self._seed)
        self._limits.clear()
        self.snapshots = {}
        self.journal.clear()


def _noted(reply: Reply, fault: str) -> Reply:
    """The reply as the journal is told of it, with what a fault did to it."""
    return replace(reply, rules=(*reply.rules, fault)) if fault else reply
