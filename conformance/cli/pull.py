"""`iterable-harness pull`: a destination's subscriptions, from Segment's Public API."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final

import click

from conformance.cli.files import require_writable, write_file
from conformance.cli.options import examples, shared_options
from conformance.cli.streams import print_note
from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    import httpx

    from conformance.inputs.configuration.public_api import Region

#: The variable of the environment that holds the token.
TOKEN_VARIABLE: Final = "SEGMENT_TOKEN"  # noqa: S105  # its name
_SECONDS: Final = 30.0


@click.command(
    "pull",
    epilog=examples(
        "iterable-harness pull 66a0c0ffee0000000000beef --out mapping.json",
        "iterable-harness pull 66a0c0ffee0000000000beef --region eu | iterable-harness export - --as terraform",
    ),
)
@click.argument("destination")
@click.option(
    "--region", type=click.Choice(["us", "eu"]), default="us", show_default=True, help="The region of the workspace."
)
@click.option("-o", "--out", metavar="FILE", help="Write to this file instead of stdout.")
@shared_options(quiet="Print only the subscriptions.", verbose="Name every subscription on stderr.")
def pull_command(destination: str, region: Region, out: str | None, *, quiet: bool, verbose: bool) -> int:
    """Fetch a destination's subscriptions from Segment.

    DESTINATION is its id; use the result with --mapping or export. The token is read from $SEGMENT_TOKEN and never
    printed; nor are the destination's settings, such as its API key. FILE is written completely or not at all.
    """
    token = _token()
    if out is not None:
        require_writable("--out", out)
    from conformance.cli.progress import Progress
    from conformance.inputs.configuration.public_api import fetch_subscriptions
    from destination.javascript import json_text

    with _client() as client, Progress("fetching subscriptions", None, quiet=quiet):
        reply = fetch_subscriptions(destination, token, region, client, _wait_quietly if quiet else _wait)
    text = f"{json_text.stringify(reply, '  ')}\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        write_file("--out", out, text)
    if not quiet:
        _tell(reply, out, verbose=verbose)
    return 0


def _token() -> str:
    """The token of the environment.

    Raises:
        InputError: There is none.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        state = "is empty" if TOKEN_VARIABLE in os.environ else "is not set"
        hint = "a token of Segment's Public API, made in Settings > Workspace settings > Access Management > Tokens"
        raise InputError([InputProblem("pull", 0, 0, "", f"${TOKEN_VARIABLE} {state}", hint)])
    return token


def _client() -> httpx.Client:
    """A client that does as the environment says of proxies and certificates.

    Raises:
        InputError: What the environment says cannot be used. It is not quoted, as it may hold a password.
    """
    import httpx

    try:
        return httpx.Client(timeout=_SECONDS)
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
        message = "the proxy or the certificates that the environment names cannot be used"
        hint = "look at HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
        raise InputError([InputProblem("pull", 0, 0, "", message, hint)]) from error


def _wait(seconds: float) -> None:
    print_note(f"note: Segment's Public API answers later, in {seconds:.0f} s")
    time.sleep(seconds)


def _wait_quietly(seconds: float) -> None:
    time.sleep(seconds)


def _tell(reply: dict[str, Any], out: str | None, *, verbose: bool) -> None:
    subscriptions = [item for item in reply["data"]["subscriptions"] if isinstance(item, dict)]
    disabled = sum(item.get("enabled") is False for item in subscriptions)
    counted = "1 subscription" if len(subscriptions) == 1 else f"{len(subscriptions)} subscriptions"
    print_note(f"{counted}, {disabled} disabled{f'; written to {out}' if out else ''}")
    if verbose:
        for item in subscriptions:
            state = " (disabled)" if item.get("enabled") is False else ""
            print_note(f"  {item.get('name')}: {item.get('actionSlug')}{state}")
