"""A real project, as the options of `run` and `conform` name it: checked, opened, and left as it was."""

from __future__ import annotations

import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from conformance.inputs.control_token import control_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.sandbox import Session
    from conformance.scenario import SimulatorBackend

_LEDGERS: Final = ".harness/sandbox"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
_PRODUCTION: Final = re.compile(r"(?<![a-z])(prod|production|live)(?![a-z])", re.IGNORECASE)
_ITERABLE: Final = "iterable.com"


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What was typed: `--url`, `--api-key`, `--sandbox`, `--wait-timeout` and the chosen project types."""

    url: str | None
    api_key: str | None
    name: str | None
    wait_timeout: float | None
    project_types: Sequence[str]

    @property
    def wanted(self) -> bool:
        """Whether a real project is meant.

        Raises:
            click.UsageError: The options do not say so safely.
        """
        if self.name is not None:
            return True
        if self.wait_timeout is not None:
            raise _wrong("--wait-timeout goes with --sandbox")
        if self.url is not None and is_iterable(self.url):
            raise _wrong(f"{self.url} is Iterable itself; name the project that may be used: --sandbox NAME")
        if self.api_key is not None and self.url is None:
            raise _wrong("--api-key goes with --url")
        return False


@contextmanager
def opened(options: SandboxOptions) -> Iterator[Session]:
    """The session in the project that the options name.

    Raises:
        click.UsageError: They name none, or one that cannot be used safely.
        click.ClickException: The service does not answer, does not take the key, or keeps somebody of ours.
    """
    from pathlib import Path

    from conformance.sandbox import DEFAULT_WAIT_TIMEOUT, Ledger, Sandbox, Session
    from conformance.scenario import BackendError

    name, url, api_key, project_type = _checked(options)
    wait_timeout = DEFAULT_WAIT_TIMEOUT if options.wait_timeout is None else options.wait_timeout
    sandbox = Sandbox(name=name, url=url, api_key=api_key, project_type=project_type, wait_timeout=wait_timeout)
    ledger = Ledger(Path(_LEDGERS) / f"{name.replace(' ', '-').lower()}.jsonl", url)
    try:
        with Session(sandbox, ledger, secrets.token_hex(3)) as session:
            yield session
    except BackendError as error:
        raise click.ClickException(str(error)) from error


def simulator_at(url: str | None) -> SimulatorBackend:
    """The simulator at an address; one in this process without."""
    from conformance.scenario import SimulatorBackend

    return SimulatorBackend.in_process() if url is None else SimulatorBackend.over_http(url, token=control_token())


def _checked(options: SandboxOptions) -> tuple[str, str, str, str]:
    name = options.name or ""
    if not _NAME.fullmatch(name):
        raise _wrong(f"--sandbox {name!r}: a name of letters, digits, blanks, dots and hyphens, 64 at the most")
    if _PRODUCTION.search(name):
        raise _wrong(f"--sandbox {name!r} sounds like production; use a project that nobody lives on")
    if options.url is None or options.api_key is None:
        raise _wrong("--sandbox needs --url and --api-key, the address of the service and a server-side key")
    if len(options.project_types) != 1:
        raise _wrong("--sandbox needs exactly one --project-type, that of the project: the API does not tell")
    parts = urlsplit(options.url)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise _wrong(f"{options.url} would send the key for everybody on the way to read; use https")
    return name, options.url, options.api_key, options.project_types[0]


def is_iterable(url: str) -> bool:
    """Whether an address is one of Iterable's own."""
    host = (urlsplit(url).hostname or "").lower()
    return host == _ITERABLE or host.endswith(f".{_ITERABLE}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _wrong(message: str) -> click.UsageError:
    return click.UsageError(message, click.get_current_context())
