"""The simulator that a scenario runs against, reached by HTTP only: in this process or at an address.

Because nothing else is used, a scenario has the same verdict in both.
"""

from __future__ import annotations

import ssl
import uuid
from itertools import count
from typing import TYPE_CHECKING, Any, Self

import httpx

from conformance.inputs.errors import InputError, Mistake
from conformance.scenario.stage import BackendError
from destination import HttpxClient
from simulator import Clock, Simulator, SimulatorTransport

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

_IN_PROCESS = "http://simulator"


class StateRefused(BackendError):
    """A project cannot hold the state that it was to begin with.

    Attributes:
        mistakes: Place, such as `users.0`, and reason of each.
    """

    def __init__(self, message: str, mistakes: Sequence[tuple[str, str]]) -> None:
        super().__init__(message)
        self.mistakes = tuple(mistakes)


class SimulatorConnection:
    """A running simulator, to be used as a context manager or closed.

    Build one with `in_process` or `over_http`.
    """

    def __init__(self, url: str, transport: httpx.BaseTransport | None, token: str | None = None) -> None:
        self._url = url
        self._transport = transport
        self._named = count(1)
        self._control_headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        # A proxy of the environment is not asked, but certificates that it says are to be trusted are.
        verify = ssl.create_default_context() if url.startswith("https:") else True
        self._http = httpx.Client(base_url=url, transport=transport, timeout=30.0, trust_env=False, verify=verify)
        self.client = HttpxClient(base_url=url, keep_host=True, transport=transport)

    @classmethod
    def in_process(cls) -> Self:
        """A simulator of its own, in this process, with no socket."""
        return cls(_IN_PROCESS, SimulatorTransport(Simulator(()), Clock(0)))

    @classmethod
    def over_http(cls, url: str, *, token: str | None = None) -> Self:
        """A simulator that is served already.

        Args:
            url: Its address.
            token: What its control surface wants to be given; None for nothing.

        Raises:
            InputError: Nothing answers there, or what answers is no simulator with a control surface.
        """
        try:
            backend = cls(url, None, token)
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise InputError([_no_simulator(url, f"is no address: {error}")]) from error
        try:
            health = backend.control("GET", "/_sim/health")
        except BackendError as error:
            backend.close()
            raise InputError([_no_simulator(url, str(error))]) from error
        if health != {"status": "ok"}:
            backend.close()
            raise InputError([_no_simulator(url, "answers, but is no simulator with a control surface")])
        return backend

    def control(self, method: str, path: str, body: object = None) -> Any:
        """A call of the control surface; gives the JSON of the reply, None for an empty one.

        Raises:
            StateRefused: It named mistakes in a state document.
            BackendError: It did not answer, or refused.
        """
        try:
            response = self._http.request(method, path, json=body, headers=self._control_headers)
        except httpx.HTTPError as error:
            raise BackendError(f"{method} {path} got no answer: {error}") from error
        if response.status_code >= 400:  # noqa: PLR2004  # HTTP's first error status
            raise _refusal(f"{method} {path} was answered {response.status_code}: {response.text}", response)
        try:
            return response.json() if response.content else None
        except ValueError as error:
            raise BackendError(f"{method} {path} was not answered with JSON") from error

    def call(
        self, method: str, path: str, *, query: Mapping[str, Any], headers: Mapping[str, str], body: bytes | None
    ) -> httpx.Response:
        """A call of the API.

        Raises:
            httpx.HTTPError: It got no answer.
        """
        return self._http.request(method, path, params=query or None, headers=headers, content=body)

    def project_name(self) -> str:
        """A name for a project that no other user of the simulator has.

        A simulator in this process has no other user: there the names, and what Iterable makes of them, are the
        same in every run.
        """
        return f"scenario-{uuid.uuid4().hex[:12] if self._transport is None else next(self._named)}"

    def close(self) -> None:
        """Close every connection."""
        self._http.close()
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _refusal(message: str, response: httpx.Response) -> BackendError:
    try:
        mistakes = response.json()["mistakes"]
        return StateRefused(message, [(part["path"], part["message"]) for part in mistakes])
    except (ValueError, KeyError, TypeError):
        return BackendError(message)


def _no_simulator(url: str, problem: str) -> Mistake:
    return Mistake(
        "--url", 0, 0, url, problem, "start one with `iterable-harness serve`; a real project needs --sandbox"
    )
