"""The simulator that a scenario runs against, reached by HTTP only: in this process or at an address.

Because nothing else is used, a scenario has the same verdict in both.
"""

from __future__ import annotations

import ssl
import uuid
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any, Self

import httpx

from conformance.control_client import ControlClient, ControlError
from conformance.scenario.protocols import BackendError
from destination import HttpxClient
from simulator import Clock, Simulator, SimulatorTransport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

_IN_PROCESS = "http://simulator"


@contextmanager
def backend_errors() -> Iterator[None]:
    """While open, a refusal of the control surface is a `BackendError`: a verdict, not an input problem."""
    try:
        yield
    except ControlError as error:
        raise BackendError(error.reason) from error


class SimulatorConnection:
    """A running simulator, to be used as a context manager or closed.

    Build one with `in_process` or `over_http`.

    Attributes:
        control: Its control surface.
        client: What a destination sends its requests with.
    """

    def __init__(self, control: ControlClient, transport: httpx.BaseTransport | None) -> None:
        self.control = control
        self._transport = transport
        self._named = count(1)
        # No proxy of the environment is used, but certificates that the environment trusts are trusted.
        verify = ssl.create_default_context() if control.url.startswith("https:") else True
        self._http = httpx.Client(
            base_url=control.url, transport=transport, timeout=30.0, trust_env=False, verify=verify
        )
        self.client = HttpxClient(base_url=control.url, keep_host=True, transport=transport)

    @classmethod
    def in_process(cls) -> Self:
        """A simulator of its own, in this process, with no socket."""
        transport = SimulatorTransport(Simulator(()), Clock(0))
        return cls(ControlClient(_IN_PROCESS, transport=transport), transport)

    @classmethod
    def over_http(cls, url: str, *, token: str | None = None) -> Self:
        """A simulator that is served already.

        Args:
            url: Its address.
            token: Its control token; None where it wants none.

        Raises:
            InputError: Nothing answers there, what answers is not a simulator, or it does not accept the token.
        """
        control = ControlClient(url, token=token)
        try:
            control.require_simulator()
        except ControlError:
            control.close()
            raise
        return cls(control, None)

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
        self.control.close()
        self._http.close()
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
