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
_STILL_WAITING: Final = "still on their way"


@dataclass(frozen=True, slots=True)
class SegmentSource:
    """A source of Segment that nobody else uses, and the project that it feeds.

    Attributes:
        write_key: The write key, for the app under test.
        host: Where the app's SDK sends to, and where it asks for its settings.
        project: The project behind it: who and what is in it, which requests arrived, what is to go wrong there.
    """

    write_key: str
    host: str
    project: SimulatedProject

    @property
    def projects(self) -> tuple[SimulatedProject, ...]:
        """The projects behind it; the test runs once with each type of project, so this is one."""
        return (self.project,)

    def configure(
        self,
        *,
        mapping: str | PathLike[str] | list[dict[str, Any]] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Give the source a mapping and settings; what is left out has its default.

        Args:
            mapping: The file of the mapping in any form that `--mapping` takes, or its subscriptions; the presets
                without.
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
        """Wait until all that the SDK has sent so far is delivered or given up: how many messages ended in each way.

        What an SDK still holds back has not come in: flush the SDK first.

        Args:
            timeout: How many seconds to wait at most.

        Raises:
            TimeoutError: Something is still on its way then.
        """
        from conformance.control_client import ControlError

        try:
            return self._control.flush_source(self.write_key, timeout)
        except ControlError as error:
            if _STILL_WAITING in error.reason:
                raise TimeoutError(error.reason) from error
            raise

    def messages(self, outcome: str | None = None) -> list[dict[str, Any]]:
        """The messages that came in, in order: each as received, as passed on, and what became of it.

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
        """Let something go wrong with the next requests of the SDK; `project.fail` is for deliveries behind it.

        Args:
            action: A status, or a fault's action: `{"status": 503}`, `{"delay": 2.5}` (seconds), `{"drop": "before"}`
                or `{"drop": "after"}`.
            times: How often; until the end of the test without it. A warning tells when it happened less often.
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
