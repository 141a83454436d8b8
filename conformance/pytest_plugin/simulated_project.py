"""What the fixtures give: one project in a simulator of its own, and short ways to look into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx

    from conformance.control_client import ControlClient
    from conformance.pytest_plugin.project_types import ProjectType
    from simulator import Clock, Simulator
    from simulator.project import Project

#: The name of the project in its simulator.
NAME = "project"
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True, repr=False)
class SimulatedProject:
    """A simulated Iterable project of the test's own.

    Its methods use HTTP, as a test in another language would, so they behave the same in process and over a socket.

    Attributes:
        project_type: `email`, `userid` or `hybrid`.
        api_key: The project's API key, for the code under test.
        url: The simulator's address. In process nothing listens there: the transport answers for any address.
        transport: An httpx transport for the code under test: answers in process, or connects to `url`.
        client: An httpx client with `url` and the key.
        clock: The simulator's clock: real time until it is set or advanced.
        simulator: The simulator, with faults and journal.
        project: The project in it. While a server is answering requests, use the methods below instead.
    """

    project_type: ProjectType
    api_key: str
    url: str
    transport: httpx.BaseTransport
    client: httpx.Client
    clock: Clock
    simulator: Simulator
    project: Project

    def __repr__(self) -> str:
        """Short, because pytest shows it with every failed test."""
        return f"<SimulatedProject {self.project_type} at {self.url}>"

    def users(self) -> list[dict[str, Any]]:
        """Everybody in the project, with `email`, `userId` and `dataFields`."""
        return self._members("users")

    def user(self, who: str | None = None, *, email: str | None = None, user_id: str | None = None) -> dict[str, Any]:
        """The one person with all of the given identifiers.

        Args:
            who: Their email or their userId.
            email: Their email.
            user_id: Their userId.

        Raises:
            LookupError: There is nobody, or more than one.
        """
        found = [user for user in self.users() if _is_of(user, who, email, user_id)]
        if len(found) != 1:
            named = {"email or userId": who, "email": email, "userId": user_id}
            asked = (
                ", ".join(f"{name} {text!r}" for name, text in named.items() if text is not None) or "no identifier"
            )
            people = ", ".join(_named(user) for user in self.users())
            there = f"in the project: {people}" if people else "the project is empty"
            have = f"{len(found)} people have" if found else "nobody has"
            raise LookupError(f"{have} {asked}; {there}")
        return found[0]

    def events(
        self,
        name: str | None = None,
        who: str | None = None,
        *,
        email: str | None = None,
        user_id: str | None = None,
    ) -> list[dict[str, Any]]:
        """The events in the project, including carts and purchases, in the order in which they were stored.

        Args:
            name: Only events with this name.
            who: Only events of the person with this email or userId.
            email: Only events of the person with this email.
            user_id: Only events of the person with this userId.
        """
        return [
            event
            for event in self._members("events")
            if (name is None or event.get("eventName") == name) and _is_of(event, who, email, user_id)
        ]

    def requests(self, path: str | None = None) -> list[dict[str, Any]]:
        """The requests with the project's key, with their replies, in order.

        A request has `method`, `path`, `query`, `headers` and `body`, and also `status` and `reply`.

        Args:
            path: Only those whose path contains this text, or matches this glob, such as `/api/users/*`.
        """
        return self._control.journal(NAME, path)

    def begin_with(
        self, *, users: Sequence[Mapping[str, Any]] = (), events: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Replace everything in the project by these people and events.

        Args:
            users: Each with `email`, `userId` and `dataFields`, as far as the project type needs them.
            events: Each with `email` or `userId`, `eventName`, `createdAt` and `dataFields`.

        Raises:
            ValueError: A project of this type cannot hold them; with every problem.
        """
        __tracebackhide__ = True
        document = {"users": [dict(user) for user in users], "events": [dict(event) for event in events]}
        accepted("begin_with()", lambda: self._control.load_state(NAME, document))

    def fail(
        self,
        action: int | Mapping[str, Any] | None = None,
        *,
        path: str = "*",
        method: str | None = None,
        times: int | None = None,
        probability: float | None = None,
        sequence: Sequence[int | Mapping[str, Any]] | None = None,
        **members: Any,
    ) -> None:
        """Inject a fault into the next requests, as in `fail(503, times=1)` or `fail(delay=2.5)`.

        Args:
            action: A status, or a fault's action: `{"status": 503}`, `{"delay": 2.5}` (seconds), `{"drop": "before"}`
                or `{"drop": "after"}`.
            path: A glob for the paths it applies to.
            method: The method of the requests it applies to.
            times: How often; by default until the end of the test. If it happens less often, there is a warning.
            probability: How likely, from 0 to 1.
            sequence: Instead of an action, one for the first request, one for the next, and so on: `[503, 500]`.
            members: Members of the action by name: `status`, `body` and `headers`, `delay`, `drop`.

        Raises:
            ValueError: There is no such action.
        """
        __tracebackhide__ = True
        match = {"path": path} if method is None else {"path": path, "method": method}
        others = {"times": times, "probability": probability}
        given = {name: value for name, value in others.items() if value is not None}
        fault = {"match": match, **requested("fail()", action, sequence, members), **given}
        accepted("fail()", lambda: self._control.add_fault(fault))

    def reset(self) -> None:
        """Empty the project, its faults and its journal; for tests that share it."""
        self._control.reset()

    def _members(self, name: str) -> list[dict[str, Any]]:
        members: list[dict[str, Any]] = self._control.state(NAME)[name]
        return members

    @property
    def _control(self) -> ControlClient:
        from conformance.control_client import ControlClient

        # Left open: the transport is all that it holds, and closes with the fixture.
        return ControlClient(self.url, transport=self.transport)


def _is_of(item: Mapping[str, Any], who: str | None, email: str | None, user_id: str | None) -> bool:
    identifiers = (item.get("email"), item.get("userId"))
    return (
        # Iterable keeps emails in lower case.
        (who is None or who in identifiers or who.lower() == identifiers[0])
        and (email is None or identifiers[0] in {email, email.lower()})
        and (user_id is None or identifiers[1] == user_id)
    )


def _named(user: Mapping[str, Any]) -> str:
    return " / ".join(filter(None, (user["email"], user["userId"])))


#: What an action is made of, by the names of `fail`.
_MEMBERS: Final = ("status", "body", "headers", "delay", "drop")
_ARGUMENTS: Final = ("path", "method", "times", "probability", "sequence", *_MEMBERS)
_EXAMPLES: Final = 'as in fail(503), fail(delay=2.5) or fail(drop="after")'


def requested(
    caller: str,
    action: int | Mapping[str, Any] | None,
    sequence: Sequence[int | Mapping[str, Any]] | None,
    members: Mapping[str, Any],
) -> dict[str, Any]:
    """The action or the sequence of a fault, from the arguments of `fail`.

    Args:
        caller: What the error begins with.
        action: Its first argument.
        sequence: Its argument of that name.
        members: All others.

    Raises:
        ValueError: They are no action.
    """
    __tracebackhide__ = True
    for name in members:
        if name not in _MEMBERS:
            raise ValueError(f"{caller}: {name!r} is unknown, {_meant(name)}")
    if sequence is not None:
        if action is not None or members:
            raise ValueError(f"{caller}: either an action or a sequence, not both")
        return {"sequence": [_action(caller, item, {}) for item in sequence]}
    if action is None and not members:
        raise ValueError(f"{caller}: the failure is missing, {_EXAMPLES}")
    return {"action": _action(caller, action, members)}


def _meant(name: str) -> str:
    """What to say of an argument that is not known."""
    from difflib import get_close_matches

    near = get_close_matches(name, _ARGUMENTS, 1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(_ARGUMENTS)}"


def _action(caller: str, action: object, members: Mapping[str, Any]) -> dict[str, Any]:
    __tracebackhide__ = True
    if action is None:
        return dict(members)
    if isinstance(action, int) and not isinstance(action, bool):
        return {"status": action, **members}
    if isinstance(action, Mapping):
        return {**action, **members}
    number = f", so {action}" if isinstance(action, str) and action.isdecimal() else ""
    raise ValueError(f"{caller}: {action!r} is not an action: a status is a whole number{number}; {_EXAMPLES}")


def accepted(caller: str, call: Callable[[], ResultT]) -> ResultT:
    """What a call of the simulator gives; what it refuses is a ValueError, as for any argument that is wrong.

    Args:
        caller: What the error begins with.
        call: What is to be done.

    Raises:
        ValueError: It was refused.
    """
    __tracebackhide__ = True
    from conformance.control_client import ControlError
    from conformance.inputs.errors import InputError

    try:
        return call()
    except ControlError as error:
        reasons = "; ".join(f"{part}: {message}" for part, message in error.refused)
        raise ValueError(f"{caller}: {reasons or error.reason}") from None
    except InputError as error:
        raise ValueError(f"{caller}: {error}") from None
