"""The one client of a simulator's control surface: its address, its token, its time-outs, and clear errors."""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

import httpx

from conformance.inputs.control_token import CONTROL_TOKEN_VARIABLE
from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

#: Seconds to wait for a reply.
_TIMEOUT: Final = 30.0
#: The same for a recording, which is played several times before it is returned.
_RECORDING_TIMEOUT: Final = 300.0
_PAGE: Final = 1000
_NO_SIMULATOR: Final = "but is not a simulator with a control surface"
_REAL_PROJECT: Final = "a real project needs --sandbox, with `run` or `conform`"
#: What a simulator, and nothing else, says when the control token is missing.
_REALM: Final = 'realm="iterable-harness'

Json = Any


class ControlError(InputError):
    """The control surface did not answer, or refused a request; one sentence for a person.

    Attributes:
        reason: What happened and what to do about it, without the address.
        refused: The parts of a document that it did not take, such as `users.0`, each with the reason.
    """

    def __init__(self, problem: InputProblem, refused: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__([problem])
        self.reason = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
        self.refused = tuple(refused)


class ControlClient:
    """A simulator's control surface (`/_sim`), to be used as a context manager or closed.

    Every method raises `ControlError` when there is no reply, or a refusal.

    Args:
        url: The address of the simulator.
        token: The control token; None where the simulator wants none.
        transport: Reaches a simulator in this process; None for a real connection.
        timeout: Seconds to wait for a reply.

    Raises:
        InputError: The address is not one.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
        timeout: float = _TIMEOUT,
    ) -> None:
        self.url = url
        self._transport = transport
        self._has_token = token is not None
        self._timeout = timeout
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        # No proxy of the environment is used, but certificates that the environment trusts are trusted.
        verify = ssl.create_default_context() if url.startswith("https:") else True
        try:
            self._http = httpx.Client(
                base_url=url, headers=headers, transport=transport, timeout=timeout, trust_env=False, verify=verify
            )
            self._base = str(self._http.base_url).rstrip("/")
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise InputError([InputProblem("--url", 0, 0, url, f"is not an address: {error}")]) from error

    def require_simulator(self) -> None:
        """Find out before any work whether a simulator answers, and takes the token."""
        if self.call("GET", "/_sim/health") != {"status": "ok"}:
            raise self._error(f"answers, {_NO_SIMULATOR}", _REAL_PROJECT)
        # Whether it is up may everybody ask; this shows that we may use it.
        self.clock()

    def projects(self) -> list[dict[str, Json]]:
        """All projects, each with `name`, `type` and `apiKeys`."""
        found: list[dict[str, Json]] = self.call("GET", "/_sim/projects")
        return found

    def add_project(self, configuration: Mapping[str, Json]) -> None:
        """Add a project."""
        self.call("POST", "/_sim/projects", configuration)

    def remove_project(self, name: str) -> None:
        """Remove a project with everything in it."""
        self.call("DELETE", _project(name))

    def state(self, project: str) -> dict[str, Json]:
        """The state document of a project."""
        document: dict[str, Json] = self.call("GET", f"{_project(project)}/state")
        return document

    def load_state(self, project: str, document: Mapping[str, Json]) -> None:
        """Replace what is in a project; when that is refused, the error names the parts in `refused`."""
        self.call("PUT", f"{_project(project)}/state", document)

    def clock(self) -> dict[str, Json]:
        """The clock, with `mode` and `now`."""
        found: dict[str, Json] = self.call("GET", "/_sim/clock")
        return found

    def move_clock(self, change: Mapping[str, Json]) -> dict[str, Json]:
        """Set or advance the clock; the clock after that."""
        moved: dict[str, Json] = self.call("POST", "/_sim/clock", change)
        return moved

    def add_fault(self, fault: Mapping[str, Json]) -> int:
        """Add a fault; its number."""
        number: int = self.call("POST", "/_sim/faults", fault)["number"]
        return number

    def remove_fault(self, number: int) -> None:
        """Remove a fault."""
        self.call("DELETE", f"/_sim/faults/{number}")

    def last_request(self, project: str | None = None) -> int:
        """The number of the last request of a project, or of all; 0 when there was none."""
        journal = "/_sim/journal" if project is None else f"{_project(project)}/journal"
        entries = self.call("GET", f"{journal}?newest=true&limit=1")["entries"]
        return int(entries[0]["number"]) if entries else 0

    def journal(self, project: str, path: str | None = None) -> list[dict[str, Json]]:
        """All requests of a project with their replies, in order.

        Args:
            project: The project.
            path: Only requests whose path contains this text, or matches this glob.
        """
        chosen = "" if path is None else f"&path={quote(path, safe='')}"
        entries: list[dict[str, Json]] = []
        following: int | None = 0
        while following is not None:
            page = self.call("GET", f"{_project(project)}/journal?limit={_PAGE}&after={following}{chosen}")
            entries += page["entries"]
            following = page["next"]
        return entries

    def journal_of_all(self, after: int = 0) -> list[dict[str, Json]]:
        """All requests to the simulator with their replies, in order, also those that reached no project.

        Args:
            after: Only requests with a higher number.
        """
        entries: list[dict[str, Json]] = []
        following: int | None = after
        while following is not None:
            page = self.call("GET", f"/_sim/journal?limit={_PAGE}&after={following}")
            entries += page["entries"]
            following = page["next"]
        return entries

    def rules_of(self, first: int, last: int) -> dict[int, tuple[str, ...]]:
        """The ids of the rules that decided the replies to a span of requests, by their numbers.

        Args:
            first: The number of the first request.
            last: The number of the last one.
        """
        found: dict[int, tuple[str, ...]] = {}
        following: int | None = first - 1
        while following is not None:
            page = self.call("GET", f"/_sim/journal?limit={_PAGE}&after={following}&before={last + 1}")
            found |= {entry["number"]: tuple(entry["rules"]) for entry in page["entries"]}
            following = page["next"]
        return found

    def reset(self) -> None:
        """Bring everything back to its first state, without faults and with an empty journal."""
        self.call("POST", "/_sim/reset")

    def record(self, project: str, options: Mapping[str, Json]) -> str:
        """The text of a scenario made of a part of a project's journal; members that are None are left out."""
        given = {name: value for name, value in options.items() if value is not None}
        return self._request("POST", f"{_project(project)}/record", given, timeout=_RECORDING_TIMEOUT).text

    def add_source(self, source: Mapping[str, Json]) -> None:
        """Add a source of Segment, or put it in the place of the one with its write key."""
        self.call("POST", "/_sim/sources", source)

    def flush_source(self, write_key: str, timeout: int) -> dict[str, int]:
        """Wait until all that came in for a source has ended; how many messages ended in each way.

        Args:
            write_key: The source.
            timeout: Seconds after which it is refused.
        """
        path = f"{_source(write_key)}/flush?timeout={timeout}"
        outcomes: dict[str, int] = self._request("POST", path, timeout=timeout + _TIMEOUT).json()["outcomes"]
        return outcomes

    def messages(self, write_key: str, outcome: str | None = None) -> list[dict[str, Json]]:
        """The messages that came in for a source, in order.

        Args:
            write_key: The source.
            outcome: Only those that ended so.
        """
        chosen = "" if outcome is None else f"&outcome={quote(outcome, safe='')}"
        found: list[dict[str, Json]] = []
        before = ""
        while True:
            page = self.call("GET", f"{_source(write_key)}/messages?limit={_PAGE}{chosen}{before}")
            found += page["messages"]
            if page["next"] is None:
                return found[::-1]
            before = f"&before={page['next']}"

    def call(self, method: str, path: str, body: object = None) -> Json:
        """Any request to the control surface; the JSON of the reply, None for an empty one."""
        response = self._request(method, path, body)
        try:
            return response.json() if response.content else None
        except ValueError as error:
            raise self._error(f"answers, {_NO_SIMULATOR}", _REAL_PROJECT) from error

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _request(
        self, method: str, path: str, body: object = None, *, timeout: float | None = None
    ) -> httpx.Response:
        seconds = self._timeout if timeout is None else timeout
        try:
            response = self._send(
                self._http.build_request(method, _address(self._base, path), json=body, timeout=seconds)
            )
        except httpx.ConnectError as error:
            raise self._error(*_why_unconnected(error)) from error
        except httpx.RemoteProtocolError as error:
            hint = "use https:// if it speaks TLS" if self.url.startswith("http://") else ""
            raise self._error(f"{method} {path} got no answer: {error}", hint) from error
        except httpx.HTTPError as error:
            raise self._error(f"{method} {path} got no answer: {error}") from error
        if response.is_success:
            return response
        if _REALM in response.headers.get("WWW-Authenticate", ""):
            raise self._unauthorized()
        raise self._refusal(response)

    def _send(self, request: httpx.Request) -> httpx.Response:
        """The reply; in this process without what else a client does, which takes half as long as the simulator."""
        if self._transport is None:
            return self._http.send(request)
        response = self._transport.handle_request(request)
        response.read()
        return response

    def _unauthorized(self) -> ControlError:
        if self._has_token:
            hint = f"set {CONTROL_TOKEN_VARIABLE} to the token that it was started with"
            return self._error("the control surface does not accept this control token", hint)
        return self._error("the control surface needs its control token", f"set {CONTROL_TOKEN_VARIABLE} to it")

    def _refusal(self, response: httpx.Response) -> ControlError:
        try:
            document = response.json()
            reason = str(document["error"])
            refused = [(part["path"], _with_hint(part)) for part in document.get("mistakes", ())]
        except (ValueError, KeyError, TypeError):
            return self._error(f"answers {response.status_code}, {_NO_SIMULATOR}", _REAL_PROJECT)
        details = "; ".join(f"{part}: {message}" for part, message in refused)
        return ControlError(InputProblem(self.url, 0, 0, "", f"{reason}: {details}" if details else reason), refused)

    def _error(self, problem: str, hint: str = "") -> ControlError:
        return ControlError(InputProblem(self.url, 0, 0, "--url", problem, hint))


def _with_hint(mistake: Mapping[str, str]) -> str:
    return f"{mistake['message']} ({mistake['hint']})" if mistake.get("hint") else mistake["message"]


@lru_cache(maxsize=256)
def _address(base: str, path: str) -> httpx.URL:
    """The address of a path, which is asked for a few times: reading one takes as long as the simulator its reply."""
    return httpx.URL(base + path)


def _why_unconnected(error: httpx.ConnectError) -> tuple[str, str]:
    """Why there is no connection, and what to do about it."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {cause.verify_message}", "set SSL_CERT_FILE to that of its CA"
    if cause is not None:
        return "nothing there speaks TLS", "use http://"
    return f"nothing answers there: {error}", "start it with: iterable-harness serve"


def _project(name: str) -> str:
    return f"/_sim/projects/{quote(name, safe='')}"


def _source(write_key: str) -> str:
    return f"/_sim/sources/{quote(write_key, safe='')}"
