"""How large and how deep a configuration may be, so that a small file cannot make large work."""

from __future__ import annotations

from typing import Final

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.places import Location, dotted
from conformance.inputs.yaml_limits import DEEPEST, MOST_VALUES

__all__ = ["DEEPEST", "MOST_VALUES", "check_terraform", "too_deep"]

#: Characters of Terraform's syntax, of which python-hcl2 reads some ten thousand in a tenth of a second.
LONGEST_TERRAFORM: Final = 1024 * 1024
#: Blank lines in a row; the time that python-hcl2 takes for a heredoc grows with their square.
MOST_BLANK_LINES: Final = 1000


def too_deep(file: str, place: tuple[int, int], location: Location) -> InputProblem:
    """The problem of a value that is nested too deeply."""
    # The end of such a path says nothing that its beginning does not.
    message = f"nested more than {DEEPEST} levels deep"
    return InputProblem(file, *place, dotted(location[:6]), message, "Segment's app writes nothing that deep")


def check_terraform(file: str, text: str) -> None:
    """Refuse Terraform's syntax that would take very long to read.

    Raises:
        InputError: It is too long, or has too many blank lines in a row; with the place.
    """
    if len(text) > LONGEST_TERRAFORM:
        message = f"has {len(text):,} characters; the limit is {LONGEST_TERRAFORM:,}"
        raise InputError(
            [InputProblem(file, 1, 1, "", message, "split it, or use the output of `terraform show -json`")]
        )
    blank = 0
    for number, line in enumerate(text.split("\n"), start=1):
        blank = 0 if line.strip() else blank + 1
        if blank > MOST_BLANK_LINES:
            message = f"has more than {MOST_BLANK_LINES:,} blank lines in a row"
            raise InputError([InputProblem(file, number, 1, "", message, "remove them")])
