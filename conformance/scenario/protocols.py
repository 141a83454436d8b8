"""What the runner plays a scenario in, whoever it belongs to: a simulator, or a project of Iterable itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    import httpx

    from conformance.scenario.model import Scenario
    from destination import Client

#: The name by which the project under test is known inside a scenario.
MAIN: Final = ""


class BackendError(Exception):
    """What a scenario is played in did not do what it promises, or went away."""


class NotPlayableError(BackendError):
    """A scenario asks for something that cannot be had there; that says nothing about what it expects."""


class Environment(Protocol):
    """The projects of one case while it is played.

    Attributes:
        now: The time that the destination goes by, in milliseconds since the epoch.
        client: What the destination sends its requests with.
        left_out: Who could not be there at the start, each with the reason, where it was made to do without them.
    """

    now: int
    left_out: list[str]

    @property
    def client(self) -> Client:
        """What the destination sends its requests with."""
        ...

    @property
    def projects(self) -> Iterable[str]:
        """The names of the projects inside the scenario."""
        ...

    def api_key(self, project: str) -> str:
        """The key of a project."""
        ...

    def state(self, project: str = MAIN) -> dict[str, Any]:
        """The state document of a project."""
        ...

    def rules(self, numbers: Collection[int]) -> Mapping[int, Sequence[str]]:
        """The ids of the rules that decided replies, by the number of the request, where that can be known."""
        ...

    def settle(self, step: int) -> None:
        """Wait until what a step did can be seen; steps are counted from 0."""
        ...

    def call(
        self, method: str, path: str, *, query: Mapping[str, Any], headers: Mapping[str, str], body: bytes | None
    ) -> httpx.Response:
        """A call of the API.

        Raises:
            httpx.HTTPError: It got no answer.
        """
        ...

    def move_clock(self, change: dict[str, Any]) -> str:
        """Move the clock; gives the time that it shows then."""
        ...

    def add_fault(self, fault: dict[str, Any]) -> None:
        """Put a fault in force, for the projects of this case."""
        ...


class Backend(Protocol):
    """Where environments come from."""

    def environment(
        self, scenario: Scenario, project_type: str, *, leave_out: bool = False
    ) -> AbstractContextManager[Environment]:
        """The environment of a case; what it made is gone afterwards, whatever happens.

        Args:
            scenario: The scenario.
            project_type: The type of the project under test.
            leave_out: Whether to begin without people who cannot be in a project of the type, and without their
                events.

        Raises:
            NotPlayableError: The scenario asks for what cannot be had there.
            BackendError: What the scenario begins with was refused, or nothing answers any more.
        """
        ...
