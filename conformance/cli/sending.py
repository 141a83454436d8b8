"""The work of `send`: one delivery a project, its progress, its account, and what is left over."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from conformance.cli.files import refuse_inputs, require_writable, write_file
from conformance.cli.progress import Progress
from conformance.cli.sending_report import Sent, document, summary
from conformance.cli.streams import print_note, print_report
from conformance.delivery import DeliveryService, RetryPolicy, Runtime
from conformance.delivery.connection import PooledClient
from conformance.inputs.errors import InputError, InputProblem
from destination import Destination

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.cli.event_input import EventInput
    from conformance.cli.interruption import Interruption
    from conformance.delivery import Delivery
    from conformance.inputs.events import ReadEvent
    from destination import CompiledSubscription, Subscription

#: Seconds to wait for a connection before anything is sent.
_CONNECT_TIMEOUT: Final = 3.0
_INTERRUPTED: Final = "interrupted"
#: Seconds for replies to what is under way when a signal has come.
_GRACE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Sending:
    """What to send, where and how."""

    url: str
    compiled: Sequence[CompiledSubscription]
    events: EventInput
    policy: RetryPolicy
    concurrency: int
    batch: bool
    quiet: bool
    verbose: bool
    #: What was read to know all this; no result is written over it.
    inputs: Sequence[str] = ()

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """The subscriptions as they were configured."""
        return tuple(item.subscription for item in self.compiled)


def send_to_each(
    sending: Sending, keys: Mapping[str, str], interruption: Interruption, *, failed: str | None, as_json: bool
) -> int:
    """Deliver with each key in turn, write what did not arrive, report, and give the exit code.

    Args:
        sending: What to send, where and how.
        keys: API keys by the name of their project.
        interruption: The signals; from here on they only stop the delivery.
        failed: The file for what did not arrive.
        as_json: Whether the report is JSON.
    """
    files = {} if failed is None else _failed_files(failed, tuple(keys))
    if failed is not None:
        require_writable("--failed", failed)
    for file in files.values():
        refuse_inputs("--failed", str(file), sending.inputs)
        require_writable("--failed", str(file))
    _require_server(sending.url)
    interruption.hold()
    done: list[Sent] = []
    for project, key in keys.items():
        # After an interruption the remaining projects are only accounted for.
        stopped = done[-1].stopped_because if done else ""
        done.append(asyncio.run(_send(sending, project, key, interruption, stopped)))
    # All of them are written, also when one cannot be, and before anything is printed.
    written = [_write_failed(files[sent.project], sent) for sent in done if files]
    for sent in done:
        sent.account.close()
    text = json.dumps(document(done, sending.url), indent=2) if as_json else summary(done, sending.url)
    reported = _report(text, done)
    if faults := [fault for sent in done for fault in sent.faults]:
        _ask_for_a_report(faults, verbose=sending.verbose)
    if sending.events.broken or not all(written):
        return 2
    return 0 if reported and all(sent.complete for sent in done) else 1


def _report(text: str, done: Sequence[Sent]) -> bool:
    """Print the report; where stdout takes nothing, the shortest form of it goes to stderr."""
    reason = print_report(text)
    if reason:
        print_note(f"error: the report cannot be written to stdout: {reason}")
        for sent in done:
            print_note(sent.balance)
    return not reason


def _ask_for_a_report(faults: Sequence[Exception], *, verbose: bool) -> None:
    """The sentence for a fault of ours, once; with `-v` the first one's details."""
    shown = " ".join(f"{type(faults[0]).__name__}: {faults[0]}".split())
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    print_note(f"error: this is a fault of iterable-harness itself, please report it: {shown}{more}")
    if verbose:
        print_note("".join(traceback.format_exception(faults[0])))


def _require_server(url: str) -> None:
    """Find out before the first event whether anything listens on this machine.

    Raises:
        InputError: Nothing does.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host not in {"127.0.0.1", "localhost", "::1"}:
        return
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT) as connection:
            if parts.scheme == "https":
                _require_tls(connection, host)
    except ssl.SSLError as error:
        raise InputError([InputProblem(url, 0, 0, "--url", "nothing there speaks TLS", "use http://")]) from error
    except OSError as error:
        hint = "start it with: iterable-harness serve"
        raise InputError([InputProblem(url, 0, 0, "--url", "nothing answers there", hint)]) from error


def _require_tls(connection: socket.socket, host: str) -> None:
    """Find out whether a server takes TLS; whether its certificate is good shows when the first event is sent."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        context.wrap_socket(connection, server_hostname=host).close()
    except TimeoutError as error:
        raise ssl.SSLError("no reply to the handshake") from error
    except ConnectionError as error:
        raise ssl.SSLError("the connection was closed") from error


async def _send(sending: Sending, project: str, key: str, interruption: Interruption, stopped: str) -> Sent:
    started = time.monotonic()
    with Progress(f"sending {project}".rstrip(), None, quiet=sending.quiet) as progress:
        async with PooledClient(sending.url, connections=sending.concurrency) as client:
            service = DeliveryService(
                Destination({"apiKey": key}, sending.compiled),
                client,
                policy=sending.policy,
                concurrency=sending.concurrency,
                runtime=Runtime(
                    observe=_Observer(progress, verbose=sending.verbose),
                    warn=lambda text: print_note(f"warning: {text}"),
                ),
            )
            if stopped or interruption.count:
                service.stop(stopped or _INTERRUPTED)
            with interruption.listened_to(_Stopper(service)):
                if sending.batch:
                    await service.deliver_in_batches(sending.events)
                else:
                    await service.deliver(sending.events)
    return Sent(
        project,
        service.account,
        service.stopped_because,
        time.monotonic() - started,
        sending.events.broken,
        tuple(service.faults),
    )


class _Observer:
    def __init__(self, progress: Progress, *, verbose: bool) -> None:
        self._progress = progress
        self._verbose = verbose

    def __call__(self, _: ReadEvent, deliveries: Sequence[Delivery]) -> None:
        self._progress.advance()
        if self._verbose:
            for item in deliveries:
                reason = f" ({item.reason})" if item.reason else ""
                print_note(f"{item.read.place}: {item.subscription or 'all'}: {item.result}{reason}")


class _Stopper:
    """Stops a delivery when a signal has come; after a moment, or at a second signal, without the replies."""

    def __init__(self, service: DeliveryService) -> None:
        self._service = service

    def __call__(self, signals: int) -> None:
        if signals > 1:
            self._service.abandon(_INTERRUPTED)
        elif not self._service.stopped_because:
            self._service.stop(_INTERRUPTED)
            print_note("interrupted: waiting a moment for the replies to what is under way")
            asyncio.get_running_loop().call_later(_GRACE, self._service.abandon, _INTERRUPTED)


def _failed_files(name: str, projects: Sequence[str]) -> dict[str, Path]:
    """Where what did not arrive goes: one file, or one a project, `failed.email.jsonl`, when there are several."""
    path = Path(name)
    if len(projects) == 1:
        return {projects[0]: path}
    return {project: path.with_name(f"{path.stem}.{project}{path.suffix}") for project in projects}


def _write_failed(file: Path, sent: Sent) -> bool:
    """Write what did not arrive; where that cannot be done the old file stays, and the account goes on."""
    account = sent.account
    try:
        write_file("--failed", str(file), (f"{line}\n" for line in account.undelivered_lines()))
    except InputError as error:
        for problem in error.problems:
            print_note(
                f"error: {problem}; the old content stays, and {account.undelivered} events are written nowhere"
            )
        return False
    if account.undelivered:
        print_note(f"what did not arrive is in {file}, {account.undelivered} in all")
    return True
