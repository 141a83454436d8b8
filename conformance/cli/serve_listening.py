"""The options of `serve` that say how it is reached: `--tls`, `--proxy`, `--tls-ca` and `--control-token`."""

from __future__ import annotations

import functools
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from conformance.cli.files import require_writable, write_file
from conformance.inputs.control_token import CONTROL_TOKEN_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.history.recording import RecordingRequest
    from simulator.http.server import Listener
    from simulator.persistence.durable_simulator import Durable

LARGEST_PORT: Final = 65535
_TOKEN: Final = re.compile(r"[!-~]+")
_Command = TypeVar("_Command", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Listening:
    """How the simulator is reached.

    Attributes:
        tls: Whether it speaks HTTPS.
        proxy: The port of a proxy for Iterable's hosts; None for no proxy.
        authority_file: Where the certificate that clients are to trust is written; None for a file of its own.
        token: What requests to the control surface must carry.
    """

    tls: bool
    proxy: int | None
    authority_file: str | None
    token: str | None


def _check_token(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _TOKEN.fullmatch(value):
        raise click.BadParameter("a token is made of printable ASCII characters, without spaces")
    return value


_OPTIONS: Final = (
    click.option("--tls", is_flag=True, help="Speak HTTPS."),
    click.option(
        "--proxy",
        metavar="PORT",
        type=click.IntRange(0, LARGEST_PORT),
        help="Also be an HTTP proxy there that leads Iterable's hosts here.",
    ),
    click.option(
        "--tls-ca",
        "authority_file",
        metavar="FILE",
        help="Write the certificate there that clients are to trust.",
    ),
    click.option(
        "--control-token",
        "token",
        metavar="TOKEN",
        envvar=CONTROL_TOKEN_VARIABLE,
        callback=_check_token,
        help=f"What requests to the control surface must carry; better in ${CONTROL_TOKEN_VARIABLE}.",
    ),
)


def listening_options(command: _Command) -> _Command:
    """A decorator that gives a command the options, and passes what they say as `listening`."""

    @functools.wraps(command)
    def gathered(*, tls: bool, proxy: int | None, authority_file: str | None, token: str | None, **rest: Any) -> Any:
        if authority_file is not None and not tls and proxy is None:
            raise click.UsageError("--tls-ca goes with --tls or --proxy", click.get_current_context())
        return command(listening=Listening(tls, proxy, authority_file, token), **rest)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered  # type: ignore[return-value]  # the same command for click, which calls it by keyword


@contextmanager
def listener(
    simulator: Simulator, clock: Clock, durable: Durable | None, address: tuple[str, int], listening: Listening
) -> Iterator[tuple[Listener, Callable[[], list[str]]]]:
    """What listens, not started yet, and what is to be said about it on stderr once it does.

    Args:
        simulator: The simulator.
        clock: The time that it goes by.
        durable: Where it is kept, if it is.
        address: The host and the port to listen on.
        listening: What the options say.

    Raises:
        InputError: The certificate cannot be written.
    """
    from simulator.http.proxy import Proxy
    from simulator.http.server import Server

    host, port = address
    serve = functools.partial(
        Server,
        simulator,
        clock,
        host=host,
        port=port,
        token=listening.token,
        durable=durable,
        recorder=_record,
    )
    if not listening.tls and listening.proxy is None:
        yield serve(), lambda: _warnings(host, listening.token)
        return
    from simulator.http.control_access import ITERABLE_HOSTS
    from simulator.http.tls import LOCAL_NAMES, Authority

    authority = Authority()
    own_names = {*LOCAL_NAMES, *ITERABLE_HOSTS} | ({host} if _can_be_certified(host) else set())
    context = authority.context(*sorted(own_names))
    server = serve(tls=context if listening.tls else None)
    with _authority_file(listening.authority_file, authority.certificate) as file:
        trusted = f"clients are to trust the certificate in {file}"
        if listening.proxy is None:
            yield server, lambda: [*_warnings(host, listening.token), trusted]
            return
        proxy = Proxy(server, context, host=host, port=listening.proxy)
        yield proxy, lambda: [*_warnings(host, listening.token), _proxy_line(proxy.address), trusted]


def _record(request: RecordingRequest) -> str:
    # Imported here: the format of scenarios takes a while to load, and most servers record nothing.
    from conformance.recorder import record_text

    return record_text(request)


def _proxy_line(address: str) -> str:
    return f"proxy for api.iterable.com and api.eu.iterable.com on {address}"


def _warnings(host: str, token: str | None) -> list[str]:
    from simulator.http.control_access import is_loopback

    if is_loopback(host):
        return []
    if token is None:
        closed = "the control surface and the inspector are closed there"
        return [f"warning: whoever reaches {host} can use the simulated API; {closed} (--control-token opens them)"]
    return [f"warning: whoever reaches {host} can use the simulated API, and with the token the control surface"]


def _can_be_certified(host: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-Za-z.:-]+", host))


@contextmanager
def _authority_file(name: str | None, certificate: str) -> Iterator[Path]:
    """The file with the certificate; one that nobody named goes when the server ends."""
    if name is not None:
        require_writable("--tls-ca", name)
        write_file("--tls-ca", name, certificate)
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="iterable-harness-") as folder:
        file = Path(folder) / "ca.pem"
        write_file("--tls-ca", str(file), certificate)
        yield file
