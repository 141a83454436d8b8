"""`iterable-harness explain`: what a rule says, where it is from and how sure it is."""

from __future__ import annotations

import json

import click

from conformance.cli.options import examples


@click.command(
    "explain",
    epilog=examples(
        "iterable-harness explain users.update.email-based.unknown-user-id",
        "iterable-harness explain events.track",
        "iterable-harness explain segment.duplicate",
        "iterable-harness explain --json fields.mismatch",
    ),
)
@click.argument("rule")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def explain_command(rule: str, *, as_json: bool) -> int:
    """Say what RULE means: an id that the journal shows, or what several ids begin with."""
    from conformance.tracking_api.rules import RULES as SEGMENT_RULES
    from simulator.rulebook import RULES, matching, similar
    from simulator.rulebook.questions import question_of

    known = {**RULES, **SEGMENT_RULES}
    found = matching(rule, known)
    if not found:
        near = similar(rule, known)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; GET /_sim/rules lists all"
        raise click.BadParameter(f"there is no rule {rule!r}{hint}", param_hint="RULE")
    if as_json:
        click.echo(json.dumps([one.to_json() for one in found], indent=2))
        return 0
    for one in found:
        click.echo(f"{one.id}\n  {one.statement}\n  {one.confidence.value}: {one.source}")
        question = question_of(one.id)
        if question is not None:
            click.echo(f"  open: {question.text}")
    return 0
