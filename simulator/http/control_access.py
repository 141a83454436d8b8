"""Who may use the control surface and the inspector."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from dataclasses import replace
from hmac import compare_digest
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from simulator.control import is_control_path, is_health_path
from simulator.response import error_reply

if TYPE_CHECKING:
    from simulator.message import Reply, Request

#: Hosts that clients name when they are told to keep the host of Iterable's API.
ITERABLE_HOSTS: Final = frozenset({"api.iterable.com", "api.eu.iterable.com"})
#: Endings that nobody can register, so that no foreign site can lead its pages here under such a name (RFC 2606).
_RESERVED_ENDINGS: Final = (".test", ".example", ".localhost", ".invalid")
_FOREIGN: Final = error_reply(403, "the control surface does not accept requests from pages of other sites")
_CLOSED_TO_OTHERS: Final = error_reply(
    403,
    "the control surface and the inspector are not available here: on an address that others can reach, they need a "
    "token (`serve --control-token TOKEN`); on the loopback address they do not",
)
_CLOSED: Final = error_reply(
    403, "the control surface and the inspector are switched off: the server was started without them"
)
#: A browser asks for the password of `Basic`, and from then on sends it with everything that its page asks for.
_NO_TOKEN: Final = error_reply(
    401,
    "the control surface requires the token that the simulator was started with: send it as `Authorization: Bearer "
    "TOKEN`, or as the password that a browser asks for",
    headers={"WWW-Authenticate": 'Bearer, Basic realm="iterable-harness, the token is the password"'},
)


class Access:
    """Decides about requests for the control surface and the inspector; Iterable's own API is not its business.

    Whether the simulator is up may everybody ask: it tells nothing else, and what asks it, such as Docker or a load
    balancer, has no token and names whatever host it likes.

    Args:
        host: The address that the server listens on.
        control: Whether they are served at all; None for on the loopback address, and elsewhere with a token only.
        token: What every request for them must carry; None for nothing.
    """

    def __init__(self, host: str, *, control: bool | None = None, token: str | None = None) -> None:
        #: Whether the control surface and the inspector are served.
        self.is_open = (is_loopback(host) or token is not None) if control is None else control
        self._closed = _CLOSED if control is False else _CLOSED_TO_OTHERS
        self._token = None if token is None else token.encode()
        # A site that had its name point at this machine would not know the token.
        self._guarded = control is None and token is None

    def refuse(self, request: Request) -> Reply | None:
        """The refusal of a request that must not steer the simulator, else None."""
        if not _concerns(request) or is_health_path(request.path):
            return None
        if not self.is_open:
            return self._closed
        if self._is_foreign(request):
            return _FOREIGN
        if self._token is not None and not compare_digest(_credentials(request), self._token):
            return _NO_TOKEN
        return None

    def without_token(self, request: Request) -> Request:
        """The request as it goes on: without the token, which nobody behind the check needs to see or to keep."""
        if self._token is None or not _concerns(request):
            return request
        headers = {name: value for name, value in request.headers.items() if name != "authorization"}
        return replace(request, headers=headers)

    def _is_foreign(self, request: Request) -> bool:
        """Whether a browser sends the request for a page of another site."""
        host = _host(f"//{request.headers.get('host', '')}")
        if self._guarded and not _is_harmless(host):
            return True
        origin = request.headers.get("origin")
        if origin is not None:
            own = (
                self._token is not None
                and origin.lower().partition("://")[2] == request.headers.get("host", "").lower()
            )
            return not own and not is_loopback(_host(origin))
        return request.path != "/" and request.headers.get("sec-fetch-site") == "cross-site"


def _concerns(request: Request) -> bool:
    return is_control_path(request.path) or request.path == "/"


def _credentials(request: Request) -> bytes:
    """The token that a request carries; empty when it carries none."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    value = value.strip()
    match scheme.lower():
        case "bearer":
            return value.encode("utf-8", "surrogateescape")
        case "basic":
            try:
                return base64.b64decode(value.encode("utf-8", "surrogateescape"), validate=True).partition(b":")[2]
            except binascii.Error:
                return b""
        case _:
            return b""


def _host(address: str) -> str:
    """The host of an address; empty when it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_harmless(host: str) -> bool:
    """Whether a host name leads here by the user's own doing: an address, or a name that no stranger can own."""
    if "." not in host or host in ITERABLE_HOSTS or host.endswith(_RESERVED_ENDINGS):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine reach a host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
