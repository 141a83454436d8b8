"""How a served simulator is reached: HTTP or HTTPS, and a proxy for Iterable's hosts."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conformance.serving.simulator import ServedSimulator
    from simulator.history.recording import RecordingRequest
    from simulator.http.server import Listener, Server


@dataclass(frozen=True, slots=True)
class Listening:
    """How a simulator is reached.

    Attributes:
        host: The address to listen on.
        port: The port to listen on; 0 for any that is free.
        tls: Whether it speaks HTTPS.
        proxy: The port of a proxy for Iterable's hosts; None for no proxy.
        authority_file: Where the certificate that clients are to trust is written; None for a file of its own.
        token: What requests to the control surface must carry.
        cors: Whether pages of other origins may call the API.
    """

    host: str = "127.0.0.1"
    port: int = 8585
    tls: bool = False
    proxy: int | None = None
    authority_file: str | None = None
    token: str | None = None
    cors: bool = True


@contextmanager
def listener(served: ServedSimulator, how: Listening) -> Iterator[tuple[Listener, Callable[[], list[str]]]]:
    """What listens, not started yet, and what is to be said about it on stderr once it does.

    Args:
        served: The simulator.
        how: How it is reached.

    Raises:
        InputError: The certificate cannot be written.
    """
    if how.tls or how.proxy is not None:
        with _certified_listener(served, how) as found:
            yield found
    else:
        yield _server(served, how), lambda: _warnings(how)


@contextmanager
def _certified_listener(
    served: ServedSimulator, how: Listening
) -> Iterator[tuple[Listener, Callable[[], list[str]]]]:
    from simulator.http.control_access import ITERABLE_HOSTS
    from simulator.http.proxy import Proxy
    from simulator.http.tls import LOCAL_NAMES, Authority

    authority = Authority()
    own_names = {*LOCAL_NAMES, *ITERABLE_HOSTS} | ({how.host} if _can_be_certified(how.host) else set())
    context = authority.context(*sorted(own_names))
    server = _server(served, how, context if how.tls else None)
    with _authority_file(how.authority_file, authority.certificate) as file:
        trusted = f"clients must trust the certificate in {file}"
        if how.proxy is None:
            yield server, lambda: [*_warnings(how), trusted]
            return
        proxy = Proxy(server, context, host=how.host, port=how.proxy)
        yield proxy, lambda: [*_warnings(how), _proxy_line(proxy.address), trusted]


def _server(served: ServedSimulator, how: Listening, tls: ssl.SSLContext | None = None) -> Server:
    from simulator.http.server import Server

    return Server(
        served.simulator,
        served.clock,
        host=how.host,
        port=how.port,
        token=how.token,
        tls=tls,
        durable=served.durable,
        recorder=_record,
        surfaces=served.surfaces,
        cors=how.cors,
    )


def _record(request: RecordingRequest) -> str:
    # Imported here: the format of scenarios takes a while to load, and most servers record nothing.
    from conformance.recorder import record_text

    return record_text(request)


def _proxy_line(address: str) -> str:
    return f"proxy for api.iterable.com and api.eu.iterable.com on {address}"


def _warnings(how: Listening) -> list[str]:
    from simulator.http.control_access import is_loopback

    if is_loopback(how.host):
        return []
    reached = f"warning: anyone who can reach {how.host} can use the simulated API"
    if how.token is None:
        closed = "the control surface and the inspector are closed there"
        return [f"{reached}; {closed} (--control-token opens them)"]
    return [f"{reached}, and with the token the control surface"]


def _can_be_certified(host: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-Za-z.:-]+", host))


@contextmanager
def _authority_file(name: str | None, certificate: str) -> Iterator[Path]:
    """The file with the certificate; one that nobody named goes when the server ends."""
    import tempfile
    from pathlib import Path

    from conformance.inputs.files import require_writable, write_file

    if name is not None:
        require_writable("--tls-ca", name)
        write_file("--tls-ca", name, certificate)
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="iterable-harness-") as folder:
        file = Path(folder) / "ca.pem"
        write_file("--tls-ca", str(file), certificate)
        yield file
