"""`iterable-harness explain`: what an id or an error code means."""

from __future__ import annotations

import json

import click

from conformance.cli.options import examples


@click.command(
    "explain",
    epilog=examples(
        "iterable-harness explain UnknownUserIdError",
        "iterable-harness explain users.update.email-based.unknown-user-id",
        "iterable-harness explain events.track",
        "iterable-harness explain trackUnknownEmail",
        "iterable-harness explain identity.event-is-theirs",
        "iterable-harness explain --json fields.mismatch",
    ),
)
@click.argument("rule", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain_command(rule: str, *, as_json: bool) -> int:
    """Explain a rule, an error code, a setting or a property.

    ID is a rule in the journal, an Iterable error code such as UnknownUserIdError, a setting of a project or a
    source, a property of conform, a lint rule, or a prefix of several ids.
    """
    from conformance.definitions import definitions, similar_ids

    found = definitions(rule)
    if not found:
        near = similar_ids(rule)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; docs/rules.md lists all rules"
        raise click.BadParameter(f"there is no rule, code, setting or property {rule!r}{hint}", param_hint="ID")
    if as_json:
        click.echo(json.dumps([one.document for one in found], indent=2))
        return 0
    for one in found:
        click.echo("\n  ".join((one.id, *one.lines)))
    return 0
