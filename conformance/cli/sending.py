"""The work of `send`: one delivery a project, its progress, its account, and what is left over."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from conformance.cli.files import require_writable, write_file
from conformance.cli.progress import Progress
from conformance.delivery import Account, DeliveryService, Result, RetryPolicy, Runtime
from conformance.delivery.connection import PooledClient
from conformance.inputs.errors import InputError, Mistake
from destination import Destination

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.delivery import Delivery
    from conformance.inputs.events import ReadEvent
    from destination import CompiledSubscription, Subscription

#: Seconds to wait for a connection before anything is sent.
_CONNECT_TIMEOUT: Final = 3.0
_MOST_REASONS: Final = 12


@dataclass(frozen=True, slots=True)
class Sending:
    """What to send, where and how."""

    url: str
    compiled: Sequence[CompiledSubscription]
    events: Sequence[ReadEvent]
    policy: RetryPolicy
    concurrency: int
    batch: bool
    quiet: bool
    verbose: bool

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """The subscriptions as they were configured."""
        return tuple(item.subscription for item in self.compiled)


@dataclass(frozen=True, slots=True)
class _Sent:
    """One project's share."""

    project: str
    account: Account
    stopped_because: str
    seconds: float


def send_to_each(sending: Sending, keys: Mapping[str, str], *, broken: int, failed: str | None, as_json: bool) -> int:
    """Deliver with each key in turn, report, and give the exit code.

    Args:
        sending: What to send, where and how.
        keys: API keys by the name of their project.
        broken: How many lines were no events.
        failed: The file for what did not arrive.
        as_json: Whether the report is JSON.
    """
    if failed is not None:
        require_writable("--failed", failed)
    _require_server(sending.url)
    done: list[_Sent] = []
    for project, key in keys.items():
        # After an interruption the remaining projects are only accounted for.
        stopped = done[-1].stopped_because if done else ""
        sent = asyncio.run(_send(sending, project, key, stopped))
        done.append(sent)
        if not as_json:
            _print(sent, sending, broken=broken)
    if as_json:
        click.echo(json.dumps(_document(done, sending, broken=broken), indent=2))
    if failed is not None:
        _write_failed(failed, done)
    everything = all(not sent.account.missed and not sent.stopped_because for sent in done)
    return 2 if broken else 0 if everything else 1


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
        socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT).close()
    except OSError as error:
        hint = "start it with: iterable-harness serve"
        raise InputError([Mistake(url, 0, 0, "--url", "nothing answers there", hint)]) from error


async def _send(sending: Sending, project: str, key: str, stopped: str) -> _Sent:
    started = time.monotonic()
    with Progress(f"sending {project}".rstrip(), len(sending.events), quiet=sending.quiet) as progress:
        async with PooledClient(sending.url, connections=sending.concurrency) as client:
            service = DeliveryService(
                Destination({"apiKey": key}, sending.compiled),
                client,
                policy=sending.policy,
                concurrency=sending.concurrency,
                runtime=Runtime(observe=_Observer(progress, verbose=sending.verbose)),
            )
            if stopped:
                service.stop(stopped)
            with _Interrupts(service):
                await (service.deliver_in_batches if sending.batch else service.deliver)(sending.events)
    return _Sent(project, service.account, service.stopped_because, time.monotonic() - started)


class _Observer:
    def __init__(self, progress: Progress, *, verbose: bool) -> None:
        self._progress = progress
        self._verbose = verbose

    def __call__(self, deliveries: Sequence[Delivery]) -> None:
        self._progress.advance()
        if self._verbose:
            for item in deliveries:
                reason = f" ({item.reason})" if item.reason else ""
                click.echo(f"{item.read.place}: {item.subscription}: {item.result}{reason}", err=True)


class _Interrupts:
    """While open, SIGINT and SIGTERM stop the delivery cleanly; a second one does not wait for replies."""

    def __init__(self, service: DeliveryService) -> None:
        self._service = service
        self._signalled = False

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._interrupt)

    def __exit__(self, *_: object) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    def _interrupt(self) -> None:
        if self._signalled:
            self._service.abandon("interrupted")
        else:
            self._service.stop("interrupted")
            click.echo("interrupted: waiting for the replies to what is under way", err=True)
        self._signalled = True


def _print(sent: _Sent, sending: Sending, *, broken: int) -> None:
    from rich.console import Console
    from rich.table import Table

    account = sent.account
    where = f"{sending.url} ({sent.project})" if sent.project else sending.url
    click.echo(f"{account.events} events to {where} in {sent.seconds:.1f} s")
    if account.actions:
        shown = [result for result in Result if result is not Result.REJECTED or account.count(result)]
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column("action")
        for result in shown:
            table.add_column(result.value, justify="right")
        for action in account.actions:
            table.add_row(action, *(str(account.count(result, action)) for result in shown))
        Console(highlight=False).print(table)
    _print_reasons(account)
    for line in _remarks(sent, broken=broken):
        click.echo(line)


def _print_reasons(account: Account) -> None:
    for action, result, reason, count in account.reasons[:_MOST_REASONS]:
        click.echo(f"  {count} x {action} {result.value}: {reason}")
    if len(account.reasons) > _MOST_REASONS:
        click.echo(f"  and {len(account.reasons) - _MOST_REASONS} more reasons: --json names all")


def _remarks(sent: _Sent, *, broken: int) -> list[str]:
    account = sent.account
    remarks = [
        (account.not_subscribed, "not subscribed: no subscription matches the event"),
        (broken, "broken: what is no event is named on stderr"),
        (account.retries, "retries"),
        (account.uncertain, "undelivered that may have arrived: no reply came back"),
        (account.possible_duplicates, "possible duplicates: the reply to an earlier try was lost"),
    ]
    lines = [f"{count} {text}" for count, text in remarks if count]
    if sent.stopped_because:
        lines.append(f"stopped early: {sent.stopped_because}")
    delivered = account.count(Result.DELIVERED)
    return [*lines, f"{delivered} delivered, {len(account.missed)} not delivered"]


def _document(done: Sequence[_Sent], sending: Sending, *, broken: int) -> dict[str, object]:
    return {
        "url": sending.url,
        "broken": broken,
        "projects": [
            {
                "project": sent.project or None,
                "stoppedBecause": sent.stopped_because or None,
                "seconds": round(sent.seconds, 3),
                **sent.account.to_json(),
            }
            for sent in done
        ],
    }


def _write_failed(file: str, done: Sequence[_Sent]) -> None:
    """Write what did not arrive: one file, or one a project, `failed.email.jsonl`, when there are several."""
    from pathlib import Path

    for sent in done:
        lines = sent.account.undelivered_lines()
        path = Path(file)
        if len(done) > 1:
            path = path.with_name(f"{path.stem}.{sent.project}{path.suffix}")
        write_file("--failed", str(path), "".join(f"{line}\n" for line in lines))
        if lines:
            click.echo(f"what did not arrive is in {path}, {len(lines)} in all", err=True)
