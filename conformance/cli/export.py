"""`iterable-harness export`: a mapping in another form, or in the one that it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from conformance.cli import mapping as mapping_option
from conformance.cli.files import refuse_inputs, require_writable, write_file
from conformance.cli.options import examples, shared_options
from conformance.cli.streams import print_note

if TYPE_CHECKING:
    from conformance.inputs.configuration import Configuration
    from conformance.inputs.configuration.export import Style

#: Repeated here because the writers take a while to import.
STYLES: Final = ("terraform", "public-api", "public-api-patch", "yaml", "json")


@click.command(
    "export",
    epilog=examples(
        "iterable-harness export mapping.yaml --as terraform --destination segment_destination.iterable.id",
        "iterable-harness export mapping.json --as public-api-patch --out patches.json",
        "iterable-harness export terraform.tfstate --as yaml",
    ),
)
@click.argument("mapping", required=False)
@click.option("--as", "style", type=click.Choice(STYLES), help="The form to write.  [default: the form of MAPPING]")
@click.option("--destination", metavar="ID", help="The destination of subscriptions that do not name one.")
@click.option("-o", "--out", metavar="FILE", help="Write to this file instead of stdout.")
@shared_options(
    "preset", quiet="Do not warn about what the form cannot hold.", verbose="Name every subscription on stderr."
)
def export_command(
    mapping: str | None, style: Style | None, destination: str | None, out: str | None, *, quiet: bool, verbose: bool
) -> int:
    """Convert a mapping to another form.

    Use it to bring a fix back to where the mapping came from. MAPPING is a file in any form that --mapping takes, or
    - for standard input; without it, the presets.

    `terraform` writes resources for a .tf, with settings = jsonencode({…}); `public-api` a response of GET
    /destinations/{id}/subscriptions; `public-api-patch`, for each subscription, the request that updates Segment's
    (method, path, body); `yaml` and `json` the harness's own list.

    Disabled subscriptions and those of other destinations are not written.
    """
    from conformance.inputs.configuration.export import OF_FORM, export, not_exported

    if out is not None:
        refuse_inputs("--out", out, [] if mapping is None else [mapping])
        require_writable("--out", out)
    configuration = _configuration(mapping)
    chosen = style or OF_FORM[configuration.form]
    text = export(configuration, chosen, destination or "")
    if out is None:
        click.echo(text, nl=False)
    else:
        write_file("--out", out, text)
    if not quiet:
        for sentence in not_exported(configuration, chosen, destination or ""):
            print_note(f"note: {sentence}")
    if verbose:
        for item in configuration.subscriptions:
            print_note(f"  {item.name}: {item.subscription.partner_action}")
    return 0


def _configuration(mapping: str | None) -> Configuration:
    if mapping is None:
        from conformance.inputs.configuration import configuration_of_presets

        return mapping_option.configuration_asked_for(None) or configuration_of_presets()
    return mapping_option.argument(mapping)
