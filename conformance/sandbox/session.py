"""A run's stay in a real project: who was there before it is not touched, and who came with it goes again."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from conformance.sandbox.namespacing import Marks
from conformance.sandbox.people import read_people, remove_people
from conformance.sandbox.state_comparison import alike
from conformance.sandbox.throttle import Pace, RealWaiter, Waiter, pauses
from conformance.sandbox.transport import SandboxTransport
from conformance.scenario import BackendError
from destination import HttpxClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    from conformance.sandbox.cleanup_ledger import Ledger, Named

_TIMEOUT: Final = 30.0
DEFAULT_PATIENCE: Final = 15.0
_MARK: Final = "harness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A real project that a run may use.

    Attributes:
        name: What its owner calls it.
        url: The address of the service.
        api_key: A server-side key of the project.
        project_type: `email`, `userid` or `hybrid`; the API does not tell.
        patience: Seconds to wait, after each step, for what a simulator would show at once.
    """

    name: str
    url: str
    api_key: str
    project_type: str
    patience: float = DEFAULT_PATIENCE


class Session:
    """A stay in a sandbox, to be used as a context manager; whoever an earlier one left behind is removed first.

    Args:
        sandbox: The project.
        ledger: Where is written down who is there because of us.
        run: Letters and digits that no other run has.
        transport: The way to the service; over the network when None.
        waiter: Time; the machine's when None.

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
        waiter: Waiter | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.waiter = waiter or RealWaiter()
        self.began = self.waiter.now()
        self._ledger = ledger
        self._run = run
        self._visits = count(1)
        self._named: dict[Named, None] = {}
        self._transport = SandboxTransport(transport or httpx.HTTPTransport(), Pace(self.waiter), self._note)
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
        """A part of the stay with a mark of its own; whoever came in it is gone afterwards, whatever happens.

        Raises:
            BackendError: Somebody could not be removed; the ledger goes on naming them.
        """
        self._transport.marks = Marks(f"{_MARK}-{self._run}-{next(self._visits)}-")
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
        """A call of the API, with everybody in it marked.

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
        marks = self._transport.marks
        return read_people(self._answered, [(kind, marks.unmarked(text)) for kind, text in self._named])

    def settled(self, expected: dict[str, Any], shown: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """The state as soon as it shows what is expected, or when patience has come to its end.

        Writes can be seen after seconds, sometimes a minute. Source: Iterable support article 29156459027348 on
        asynchronous processing.

        Args:
            expected: A state document.
            shown: What of the service's state is looked at.
        """
        state = shown(self.state())
        for pause in pauses(self.sandbox.patience):
            if alike(state, expected):
                break
            self.waiter.wait(pause)
            state = shown(self.state())
        return state

    def remove_left_over(self) -> None:
        """Remove everybody who is written down, and see that they are gone.

        Raises:
            BackendError: Somebody is still there.
        """
        left = self._ledger.left()
        if not left:
            return
        # Identifiers in a ledger have their marks, and nothing is to be marked twice.
        current, self._transport.marks = self._transport.marks, _AsWritten("-")
        try:
            refused = remove_people(self._answered, left)
            still = self._still_there(left) if not refused else []
            self._ledger.strike(item for item in left if not refused and item not in still)
        finally:
            self._transport.marks = current
        if refused or still:
            names = ", ".join(text for _, text in still)
            raise BackendError(
                f"people of this run could not be removed from {self.sandbox.name}: {'; '.join(refused) or names}; "
                "the next run in this sandbox tries again"
            )

    def _still_there(self, left: Sequence[Named]) -> list[Named]:
        """Those who are not gone when patience has come to its end."""
        there = [item for item in left if read_people(self._answered, [item])["users"]]
        for pause in pauses(self.sandbox.patience):
            if not there:
                break
            self.waiter.wait(pause)
            there = [item for item in there if read_people(self._answered, [item])["users"]]
        return there

    def _check_key(self) -> None:
        self._transport.marks = _AsWritten("-")
        response = self._answered("GET", "/api/users/getFields")
        if response.status_code != httpx.codes.OK:
            raise BackendError(
                f"{self.sandbox.url} does not take the key: {response.status_code} {response.text[:200]}"
            )

    def _answered(self, method: str, path: str) -> httpx.Response:
        try:
            return self.call(method, path)
        except httpx.HTTPError as error:
            raise BackendError(f"{method} {path} got no answer: {error}") from error

    def _note(self, named: Sequence[Named]) -> None:
        self._ledger.add(named)
        self._named.update(dict.fromkeys(named))


class _AsWritten(Marks):
    """Marks nothing and takes no mark away."""

    def marked(self, identifier: str) -> str:
        return identifier

    def unmarked(self, text: str) -> str:
        return text
