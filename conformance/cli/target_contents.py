"""What is already in the projects of a simulator that events are sent to."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from conformance.cli.options import warn
from conformance.cli.sandbox import is_iterable
from conformance.inputs.control_token import CONTROL_TOKEN_VARIABLE, control_token
from conformance.inputs.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

#: Seconds to wait for a simulator; what is slower is not waited for.
_TIMEOUT: Final = 2.0


def warn_of_contents(url: str, keys: Collection[str]) -> None:
    """Warn on stderr of projects that are not empty, as what comes of events depends on who is there already.

    Only a simulator is asked. Iterable itself and hosts on the internet are not: there, people are no mistake.

    Args:
        url: The server.
        keys: The API keys of the projects.
    """
    if not _may_be_simulator(url):
        return
    from conformance.control_client import ControlClient

    try:
        with ControlClient(url, timeout=_TIMEOUT) as anybody:
            if anybody.call("GET", "/_sim/health") != {"status": "ok"}:
                return
        # Only a simulator gets to see the token.
        with ControlClient(url, token=control_token(), timeout=_TIMEOUT) as control:
            projects = control.projects()
    except InputError:
        # What answers is no simulator, or one that this is not for: events can be sent to it all the same.
        return
    for warning in _warnings(url, projects, keys):
        warn(warning)


def _may_be_simulator(url: str) -> bool:
    """Whether an address is on this machine, in a private network, or a name without a domain."""
    host = urlsplit(url).hostname or ""
    if is_iterable(url):
        return False
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


def _warnings(url: str, projects: list[dict[str, Any]], keys: Collection[str]) -> Iterator[str]:
    token = "" if control_token() is None else f' -H "Authorization: Bearer ${CONTROL_TOKEN_VARIABLE}"'
    for project in projects:
        if not set(keys) & set(project["apiKeys"]):
            continue
        there = " and ".join(_counted(project["counts"], "user", "event"))
        if there:
            reset = f"curl -X POST{token} {url}/_sim/projects/{quote(project['name'], safe='')}/reset"
            yield f"the project {project['name']} is not empty, it has {there}; to reset it: {reset}"


def _counted(counts: Mapping[str, int], *names: str) -> Iterator[str]:
    for name in names:
        if count := counts[f"{name}s"]:
            yield f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"
