"""What the fixture of Segment gives: a source in front of a project, for an app that calls Segment's SDK."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from conformance.pytest_plugin.simulated_project import accepted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from conformance.control_client import ControlClient
    from conformance.pytest_plugin.simulated_project import SimulatedProject

#: The write key of the source.
WRITE_KEY: Final = "write-key"
_STILL_WAITING: Final = "still in flight"


@dataclass(frozen=True, slots=True)
class SegmentSource:
    """A Segment source of the test's own, and the project it feeds.

    Attributes:
        write_key: The write key, for the app under test.
        host: The address for the app's SDK, for messages and settings.
        project: The project behind it, with its people, events, requests and faults.
    """

    write_key: str
    host: str
    project: SimulatedProject

    @property
    def projects(self) -> tuple[SimulatedProject, ...]:
        """The projects behind it: one, since the test runs once per project type."""
        return (self.project,)

    def configure(
        self,
        *,
        mapping: str | PathLike[str] | list[dict[str, Any]] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Set the source's mapping and settings; anything left out has its default.

        Args:
            mapping: A mapping file in any form that `--mapping` takes, or its subscriptions; by default the presets.
            settings: Settings of the source, such as `{"deduplicate": False}`.

        Raises:
            ValueError: The mapping or a setting is wrong; with every problem.
        """
        __tracebackhide__ = True

        def add() -> None:
            document: dict[str, Any] = {"writeKey": self.write_key, "settings": dict(settings or {})}
            if mapping is not None:
                document["mapping"] = mapping if isinstance(mapping, list) else _mapping_in(mapping)
            self._control.add_source(document)

        accepted("configure()", add)

    def flush(self, timeout: int = 30) -> dict[str, int]:
        """Wait until everything the SDK has sent so far is delivered or given up; returns the number per outcome.

        Messages that the SDK still buffers have not arrived: flush the SDK first.

        Args:
            timeout: Maximum number of seconds to wait.

        Raises:
            TimeoutError: Something is still in flight.
        """
        from conformance.control_client import ControlError

        try:
            return self._control.flush_source(self.write_key, timeout)
        except ControlError as error:
            if _STILL_WAITING in error.reason:
                raise TimeoutError(error.reason) from error
            raise

    def messages(self, outcome: str | None = None) -> list[dict[str, Any]]:
        """The messages received, in order: each as received, as passed on, and with its outcome.

        Args:
            outcome: Only those that are `delivered`, `refused`, `dropped`, `not subscribed` or `waiting`.

        Raises:
            ValueError: There is no such outcome.
        """
        __tracebackhide__ = True
        return accepted("messages()", lambda: self._control.messages(self.write_key, outcome))

    def fail(
        self,
        action: int | Mapping[str, Any] | None = None,
        *,
        times: int | None = None,
        sequence: Sequence[int | Mapping[str, Any]] | None = None,
        **members: Any,
    ) -> None:
        """Inject a fault into the SDK's next requests; `project.fail` does so for the deliveries behind them.

        Args:
            action: A status, or a fault's action: `{"status": 503}`, `{"delay": 2.5}` (seconds), `{"drop": "before"}`
                or `{"drop": "after"}`.
            times: How often; by default until the end of the test. If it happens less often, there is a warning.
            sequence: Instead of an action, one for the first request, one for the next, and so on.
            members: Members of the action by name, as in `fail(delay=2.5)`; `method` and `probability` as in
                `project.fail`.

        Raises:
            ValueError: There is no such action.
        """
        __tracebackhide__ = True
        self.project.fail(action, path="/v1/*", times=times, sequence=sequence, **members)

    @property
    def _control(self) -> ControlClient:
        from conformance.control_client import ControlClient

        # Left open: the transport is all that it holds, and closes with the fixture.
        return ControlClient(self.host, transport=self.project.transport)


def _mapping_in(file: str | PathLike[str]) -> list[dict[str, Any]]:
    from conformance.inputs.mapping_file import load_subscriptions, mapping_document

    return mapping_document(load_subscriptions(str(file)))
