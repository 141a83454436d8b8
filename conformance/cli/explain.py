"""`iterable-harness explain`: what an id or an error code means."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

import click

from conformance.cli.options import examples

if TYPE_CHECKING:
    from conformance.definitions import Definition


@click.command(
    "explain",
    epilog=examples(
        "iterable-harness explain UnknownUserIdError",
        "iterable-harness explain users.update.email-based.unknown-user-id",
        "iterable-harness explain events.track",
        "iterable-harness explain trackUnknownEmail",
        'iterable-harness explain "userId must be specified"',
        "iterable-harness explain identity.event-is-theirs",
        "iterable-harness explain --json fields.mismatch",
    ),
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Also list all rules of a code, message or setting.")
def explain_command(ids: tuple[str, ...], *, as_json: bool, verbose: bool) -> int:
    """Explain a rule, an error code, a setting or a property.

    ID is a rule in the journal, an Iterable error code such as UnknownUserIdError, the message of a reply, a setting
    of a project or a source, a property of conform, a lint rule, or a prefix of several ids.
    """
    found = list({one.id: one for identifier in ids for one in _found(identifier)}.values())
    if as_json:
        click.echo(json.dumps([one.document for one in found], indent=2))
        return 0
    headed = len({one.kind for one in found}) > 1
    for kind, group in groupby(found, key=lambda one: one.kind):
        if headed:
            click.echo(f"# {kind}")
        for one in group:
            details = [f"  {line}" for line in one.more] if verbose else []
            click.echo("\n  ".join((one.id, *one.lines, *details)))
    return 0


def _found(identifier: str) -> list[Definition]:
    """What an id stands for.

    Raises:
        BadParameter: It stands for nothing.
    """
    from conformance.definitions import definitions, similar_ids

    if found := definitions(identifier):
        return found
    near = similar_ids(identifier)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; docs/rules.md lists all rules"
    raise click.BadParameter(f"there is no rule, code, setting or property {identifier!r}{hint}", param_hint="ID")
