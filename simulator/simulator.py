"""The heart: projects behind the gate, faults on the way, a journal beside it.

`handle` does no I/O, reads no clock and throws no dice: the same requests at the same instants give the same
replies and the same state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api import answer
from simulator.faults import Faults, fault_reply
from simulator.gate import admitted, api_key_of, unauthorised
from simulator.journal import Journal, MemoryJournal
from simulator.message import Transmission
from simulator.project import DEFAULT_PROJECTS, Project, ProjectConfiguration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.message import Instant, Reply, Request


class DuplicateError(ValueError):
    """A project of that name, or with that key, is there already."""


class Simulator:
    """Iterable, with any number of projects.

    Args:
        projects: Those it has at first; a reset brings them back.
        journal: Where requests and replies are kept; in memory unless said otherwise.
        seed: Decides what faults with a probability do.

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
        self.journal: Journal = MemoryJournal() if journal is None else journal
        self.faults = Faults(seed)
        self.projects: dict[str, Project] = {}
        self._by_key: dict[str, Project] = {}
        for configuration in projects:
            self.add_project(configuration)

    def handle(self, request: Request, now: Instant) -> Reply:
        """The reply to a request, with no fault in the way; the journal gets both."""
        project = admitted(request, api_key_of(request), self._by_key)
        return self._carry_out(request, project, now, fault=False)

    def transmit(self, request: Request, now: Instant) -> Transmission:
        """What the shell is to send for a request, the faults in force included."""
        api_key = api_key_of(request)
        project = admitted(request, api_key, self._by_key)
        action = self.faults.decide(request, api_key)
        if action is None:
            return Transmission(self._carry_out(request, project, now, fault=False))
        name = "" if project is None else project.configuration.name
        if action.status is not None:
            reply = fault_reply(action)
            self.journal.append(now, name, request, reply, fault=True)
            return Transmission(reply)
        if action.drop == "before":
            self.journal.append(now, name, request, None, fault=True)
            return Transmission(None)
        reply = self._carry_out(request, project, now, fault=True)
        return Transmission(None if action.drop else reply, action.delay or 0.0)

    def _carry_out(self, request: Request, project: Project | None, now: Instant, *, fault: bool) -> Reply:
        if project is None:
            reply, name = unauthorised(request), ""
        else:
            reply, name = answer(project, request, now), project.configuration.name
        self.journal.append(now, name, request, reply, fault=fault)
        return reply

    def add_project(self, configuration: ProjectConfiguration) -> Project:
        """Add a project.

        Raises:
            DuplicateError: Its name or one of its keys is taken.
        """
        if configuration.name in self.projects:
            raise DuplicateError(f"there is a project named {configuration.name!r} already")
        for key in configuration.api_keys:
            if key in self._by_key:
                taken = self._by_key[key].configuration.name
                raise DuplicateError(f"the API key {key!r} belongs to the project {taken!r} already")
        project = Project(configuration)
        self.projects[configuration.name] = project
        self._by_key.update(dict.fromkeys(configuration.api_keys, project))
        return project

    def remove_project(self, name: str) -> None:
        """Remove a project with all that is in it.

        Raises:
            KeyError: There is none of that name.
        """
        project = self.projects.pop(name)
        for key in project.configuration.api_keys:
            del self._by_key[key]
        self.journal.clear(name)

    def reset(self) -> None:
        """Every project as it was at first, those added since gone; no faults, an empty journal."""
        self.projects.clear()
        self._by_key.clear()
        for configuration in self._first:
            self.add_project(configuration)
        self.faults.clear()
        self.journal.clear()
