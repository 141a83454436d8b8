"""The summary of a step of GitHub Actions, which a command adds to."""

from __future__ import annotations

from conformance.cli.streams import print_note
from conformance.workflow_commands import SUMMARY_VARIABLE, add_to_step_summary


def summarise_step(markdown: str) -> None:
    """Add Markdown to the summary of the step, where there is one; that it cannot be written is told, and no more."""
    try:
        add_to_step_summary(markdown)
    except OSError as error:
        print_note(f"warning: the file of ${SUMMARY_VARIABLE} cannot be written: {str(error.strerror).lower()}")
