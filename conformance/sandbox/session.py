"""A run's session in a real project: it touches nobody who was there before, and removes everybody whom it made."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from conformance.sandbox.namespacing import Namespace
from conformance.sandbox.people import read_people, remove_people
from conformance.sandbox.state_comparison import same_state
from conformance.sandbox.throttle import RealSleeper, Sleeper, Throttle, pauses
from conformance.sandbox.transport import SandboxTransport
from conformance.scenario import BackendError
from destination import HttpxClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    from conformance.sandbox.cleanup_ledger import Ledger, Named

_TIMEOUT: Final = 30.0
DEFAULT_WAIT_TIMEOUT: Final = 15.0
_PREFIX: Final = "harness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A real project that a run may use.

    Attributes:
        name: What its owner calls it.
        url: The address of the service.
        api_key: A server-side key of the project.
        project_type: `email`, `userid` or `hybrid`; the API does not tell.
        wait_timeout: Seconds to wait, after each step, for what a simulator would show at once.
    """

    name: str
    url: str
    api_key: str
    project_type: str
    wait_timeout: float = DEFAULT_WAIT_TIMEOUT


class Session:
    """A session in a sandbox, a context manager; whoever an earlier one left behind is removed first.

    Args:
        sandbox: The project.
        ledger: Where is written down who is there because of us.
        run: Letters and digits that no other run has.
        transport: The way to the service; over the network when None.
        sleeper: Time; the machine's when None.

    Raises:
        BackendError: The service does not answer as Iterable's API does, or does not take the key.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        ledger: Ledger,
        run: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleeper: Sleeper | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.sleeper = sleeper or RealSleeper()
        self.began = self.sleeper.now()
        self._ledger = ledger
        self._run = run
        self._visits = count(1)
        self._named: dict[Named, None] = {}
        self._transport = SandboxTransport(transport or httpx.HTTPTransport(), Throttle(self.sleeper), self._note)
        self._http = httpx.Client(
            base_url=sandbox.url, transport=self._transport, timeout=_TIMEOUT, headers={"Api-Key": sandbox.api_key}
        )
        self.client = HttpxClient(base_url=sandbox.url, transport=self._transport)

    def __enter__(self) -> Self:
        try:
            self._check_key()
            self.remove_left_over()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self.client.close()
        self._http.close()

    @contextmanager
    def visit(self) -> Iterator[None]:
        """A part of the session with a namespace of its own; whoever it made is gone afterwards, whatever happens.

        Raises:
            BackendError: Somebody could not be removed; the ledger goes on naming them.
        """
        self._transport.namespace = Namespace(f"{_PREFIX}-{self._run}-{next(self._visits)}-")
        self._named.clear()
        try:
            yield
        finally:
            self.remove_left_over()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> httpx.Response:
        """A call of the API, with every identifier prefixed.

        Raises:
            NotPlayableError: It is not safe.
            httpx.HTTPError: It got no answer.
        """
        return self._http.request(method, path, params=query or None, headers=headers, content=body)

    def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """A call with a JSON body.

        Raises:
            NotPlayableError: It is not safe.
            BackendError: It got no answer.
        """
        content = json.dumps(body, ensure_ascii=False).encode()
        try:
            return self.call("POST", path, headers={"Content-Type": "application/json"}, body=content)
        except httpx.HTTPError as error:
            raise BackendError(f"POST {path} got no answer: {error}") from error

    def state(self) -> dict[str, Any]:
        """The state document of everybody who was named in this visit.

        Raises:
            BackendError: The service did not say.
        """
        namespace = self._transport.namespace
        return self._people_with([(kind, namespace.unprefixed(text)) for kind, text in self._named])

    def _people_with(self, everybody: Sequence[Named]) -> dict[str, Any]:
        return read_people(self._call_or_raise, everybody, by_user_id=self.sandbox.project_type == "userid")

    def settled(self, expected: dict[str, Any], view: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """The state as soon as it shows what is expected, or as it is when the wait timeout is over.

        Writes can be seen after seconds, sometimes a minute. Source: Iterable support article 29156459027348 on
        asynchronous processing.

        Args:
            expected: A state document.
            view: Gives what of the service's state is compared.
        """
        state = view(self.state())
        for pause in pauses(self.sandbox.wait_timeout):
            if same_state(state, expected):
                break
            self.sleeper.sleep(pause)
            state = view(self.state())
        return state

    def remove_left_over(self) -> None:
        """Remove everybody who is written down, and see that they are gone.

        Raises:
            BackendError: Somebody is still there.
        """
        left = self._ledger.left()
        if not left:
            return
        # Identifiers in a ledger have their prefix, and get no second one.
        current, self._transport.namespace = self._transport.namespace, _NoNamespace("-")
        try:
            refused = remove_people(self._call_or_raise, left)
            still = self._still_there(left) if not refused else []
            self._ledger.strike(item for item in left if not refused and item not in still)
        finally:
            self._transport.namespace = current
        if refused or still:
            names = ", ".join(text for _, text in still)
            raise BackendError(
                f"people of this run could not be removed from {self.sandbox.name}: {'; '.join(refused) or names}; "
                "the next run in this sandbox tries again"
            )

    def _still_there(self, left: Sequence[Named]) -> list[Named]:
        """Those who are not gone when the wait timeout is over."""
        there = [item for item in left if self._people_with([item])["users"]]
        for pause in pauses(self.sandbox.wait_timeout):
            if not there:
                break
            self.sleeper.sleep(pause)
            there = [item for item in there if self._people_with([item])["users"]]
        return there

    def _check_key(self) -> None:
        self._transport.namespace = _NoNamespace("-")
        response = self._call_or_raise("GET", "/api/users/getFields")
        if response.status_code != httpx.codes.OK:
            raise BackendError(
                f"{self.sandbox.url} does not take the key: {response.status_code} {response.text[:200]}"
            )

    def _call_or_raise(self, method: str, path: str) -> httpx.Response:
        try:
            return self.call(method, path)
        except httpx.HTTPError as error:
            raise BackendError(f"{method} {path} got no answer: {error}") from error

    def _note(self, named: Sequence[Named]) -> None:
        self._ledger.add(named)
        self._named.update(dict.fromkeys(named))


class _NoNamespace(Namespace):
    """Adds no prefix and removes none."""

    def prefixed(self, identifier: str) -> str:
        return identifier

    def unprefixed(self, text: str) -> str:
        return text
